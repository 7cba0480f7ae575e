"""Catalogue against files on disk: what is missing, stale, too fast, or belongs to nothing."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cti.core.file_names import in_signs
from cti.core.problems import Mark, Problem, Severity
from cti.core.speech import fragments
from cti.prompts.catalogue import LANGUAGES, Catalogue, CatalogueError, load_catalogue
from cti.prompts.manifest import NAME, Entry, load_manifest
from cti.prompts.music import BEEP
from cti.prompts.places import entry_lines
from cti.prompts.work import Item, items

FASTEST_ZH_CPM = 270
"""The most characters a minute a Mandarin prompt may be spoken at (the financial-service rule)."""
LOUDEST_PEAK_DBFS = -0.5
QUIETEST_DB = -30.0


def missing_prompts(
    ids: Iterable[str], languages: Iterable[str], present: Mapping[str, frozenset[str]]
) -> list[str]:
    """``language/id`` of every wanted sound that ``present`` (ids by language) has not. Pure."""
    wanted = sorted(set(ids))
    return [
        f"{language}/{name}"
        for language in languages
        for name in wanted
        if name not in present.get(language, frozenset())
    ]


def sounds_present(folder: Path, language: str) -> frozenset[str]:
    """Ids of the sounds of a language that lie on disk: ``welcome``, ``digits/07``."""
    root = folder / language
    return frozenset(
        path.relative_to(root).with_suffix("").as_posix() for path in root.rglob("*.alaw")
    )


def check_prompts(folder: Path, fastest_cpm: float = FASTEST_ZH_CPM) -> list[Problem]:
    """All findings about ``folder``, errors first."""
    shown = f"{folder.name}/catalogue.yaml"
    try:
        catalogue, made = load_catalogue(folder), load_manifest(folder)
    except CatalogueError as error:
        return [Problem(Mark(shown), "prompts.unreadable", {"reason": str(error)})]
    except ValueError as error:
        mark = Mark(f"{folder.name}/{NAME}")
        return [Problem(mark, "prompts.unreadable", {"reason": str(error)})]
    present = {language: sounds_present(folder, language) for language in LANGUAGES}
    marks = {name: Mark(shown, line) for name, line in entry_lines(folder).items()}
    found = [
        *_without_text(catalogue, marks),
        *_without_audio(catalogue, present, marks),
        *_of_made(_there(catalogue, folder), made, marks, fastest_cpm),
        *_of_nothing(catalogue, present, folder),
    ]
    return sorted(found, key=lambda problem: problem.severity is Severity.WARNING)


def _without_text(catalogue: Catalogue, marks: Mapping[str, Mark]) -> Iterator[Problem]:
    for prompt in catalogue.prompts.values():
        for language in LANGUAGES:
            if not prompt.texts[language]:
                values = {"id": prompt.id, "language": language}
                yield Problem(marks[prompt.id], "prompts.no_text", values)


def _without_audio(
    catalogue: Catalogue, present: Mapping[str, frozenset[str]], marks: Mapping[str, Mark]
) -> Iterator[Problem]:
    for name in missing_prompts(catalogue.prompts, LANGUAGES, present):
        values = {"path": f"{name}.alaw"}
        yield Problem(marks[name.partition("/")[2]], "prompts.no_audio", values)
    for language in LANGUAGES:
        if lost := missing_prompts(fragments(language), [language], present):
            values = {"count": str(len(lost)), "path": f"{lost[0]}.alaw"}
            yield Problem(Mark(f"prompts/{language}"), "prompts.no_fragments", values)


def _there(catalogue: Catalogue, folder: Path) -> Iterator[Item]:
    return (each for each in items(catalogue) if each.path(folder).exists())


def _of_made(
    there: Iterable[Item],
    made: Mapping[str, Entry],
    marks: Mapping[str, Mark],
    fastest_cpm: float,
) -> Iterator[Problem]:
    for item in there:
        mark = marks.get(item.sound, Mark(f"prompts/{item.name}.alaw"))
        for code, values in _findings(item, made.get(item.name), fastest_cpm):
            yield Problem(mark, code, {"path": item.name, **values}, Severity.WARNING)


def _findings(
    item: Item, entry: Entry | None, fastest_cpm: float
) -> Iterator[tuple[str, dict[str, str]]]:
    if entry is None:
        yield "prompts.not_measured", {}
        return
    if entry.text_key != item.text_key:
        yield "prompts.stale", {}
    if entry.speed_cpm > fastest_cpm:
        yield "prompts.too_fast", {"speed": str(entry.speed_cpm), "limit": f"{fastest_cpm:g}"}
    if entry.peak_dbfs > LOUDEST_PEAK_DBFS or entry.level_db < QUIETEST_DB:
        yield "prompts.level", {"level": str(entry.level_db), "peak": str(entry.peak_dbfs)}


def _of_nothing(
    catalogue: Catalogue, present: Mapping[str, frozenset[str]], folder: Path
) -> Iterator[Problem]:
    for language in LANGUAGES:
        known = {BEEP, *catalogue.prompts, *fragments(language)}
        for sound in sorted(present[language] - known):
            mark = Mark(in_signs(f"{folder.name}/{language}/{sound}.alaw"))
            yield Problem(mark, "prompts.unknown_sound", {}, Severity.WARNING)
