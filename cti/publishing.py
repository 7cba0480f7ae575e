"""A dialplan as the files of one version: read from its folder, unpacked, examined as it would serve."""

import difflib
import logging
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cti import messages
from cti.config_models import Configuration
from cti.core.draft_paths import CATALOGUE
from cti.core.file_names import LONGEST_NAME, in_signs, is_plain
from cti.core.ivr.check import Site
from cti.core.ivr.diff import differences as callers_notice
from cti.core.ivr.versions import files_apart
from cti.core.problems import Mark, Problem
from cti.dialplan_files import TESTS_FOLDER, known_names, load_dialplan, load_flows
from cti.editions import load_edition
from cti.flow_tests.run import run_flows
from cti.house_files import house_of, levels_of, load_rules
from cti.own_words import own_words
from cti.services.version_ports import Examine, Examined

log = logging.getLogger(__name__)

LOST_QUEUE = "check.unknown_queue"


class NotText(Exception):
    """A file of the folder is not UTF-8, or its name is none to be shown; ``problem`` says which."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem.mark))
        self.problem = problem


def folder_files(folder: Path) -> dict[str, str]:
    """The trees, opening hours, flow tests and, where it has one, the catalogue of prompts of a folder: path
    below it → text. Raises NotText."""
    found = [*folder.glob("*.yaml"), *(folder / TESTS_FOLDER).glob("*.yaml"), folder / CATALOGUE]
    found = [path for path in found if path.is_file()]
    return {path.relative_to(folder).as_posix(): _text(path, folder) for path in sorted(found)}


def _text(path: Path, folder: Path) -> str:
    if not is_plain(path.name):
        mark = Mark(in_signs(f"{folder.name}/{path.relative_to(folder).as_posix()}"))
        raise NotText(Problem(mark, "check.file_name", {"longest": str(LONGEST_NAME)}))
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        mark = Mark(f"{folder.name}/{path.relative_to(folder).as_posix()}")
        raise NotText(Problem(mark, "check.file_not_utf8")) from None


def write_files(files: Mapping[str, str], folder: Path) -> None:
    """The files as they were, byte for byte. Raises ValueError for a path that leads elsewhere."""
    for name, text in files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ValueError(f"not a path of a dialplan: {name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))


@contextmanager
def unpacked(files: Mapping[str, str], name: str = "dialplan") -> Iterator[Path]:
    """The files in a folder of this name (marks of problems begin with it), while it lasts."""
    with tempfile.TemporaryDirectory(prefix="cti-version-") as above:
        folder = Path(above) / name
        folder.mkdir()
        write_files(files, folder)
        yield folder


def examined(
    files: Mapping[str, str], configuration: Configuration, *, any_queue: bool = False
) -> Examined:
    """The trees as this installation can use them: its queues, skills, prompts and scripts.

    With ``any_queue`` a tree may name queues that are not there.
    """
    known, problems = known_names(configuration)
    if any_queue:
        known = replace(known, queues=None)
    own = own_words(files, configuration.settings)
    with unpacked(files, configuration.settings.folders.dialplan.name) as folder:
        dialplan = load_dialplan(folder, own.known(known), levels_of(configuration))
    problems += [*own.problems, *own.unspoken_problems()]
    return Examined(site=own.site(dialplan.site), problems=(*problems, *dialplan.problems))


def proved(files: Mapping[str, str], configuration: Configuration) -> Examined:
    """What a publish asks for: all rules of ``cti check`` as strict as here, and every flow test."""
    rules, problems = load_rules(configuration.settings.folders.config)
    known, found = known_names(configuration)
    own = own_words(files, configuration.settings)
    problems += [*found, *own.problems, *own.unspoken_problems()]
    house = own.house(house_of(configuration, rules))
    with unpacked(files, configuration.settings.folders.dialplan.name) as folder:
        dialplan = load_dialplan(folder, own.known(known), house)
        flows, found = load_flows(folder)
    problems = rules.applied([*problems, *dialplan.problems, *found])
    if dialplan.site is not None:
        failures = run_flows(dialplan.site, flows).failures
        problems += [each.problem for each in failures if each.problem]
    return Examined(site=own.site(dialplan.site), problems=problems)


def lay_words(files: Mapping[str, str], prompts: Path, above: Path) -> None:
    """What is said, beside a dialplan's folder: the files' own catalogue, or the server's."""
    (above / "prompts").mkdir()
    if CATALOGUE in files:
        (above / CATALOGUE).write_bytes(files[CATALOGUE].encode("utf-8"))
    for name in ("catalogue.yaml", "lexicon.yaml"):
        laid = above / "prompts" / name
        if not laid.exists() and (prompts / name).is_file():
            laid.symlink_to((prompts / name).resolve())


def in_words(
    before: Mapping[str, str], after: Mapping[str, str], prompts: Path, language: str
) -> list[str]:
    """What callers would notice, one sentence each; empty where a side cannot be read. ``prompts``: the
    folder with the words of sides that have none of their own."""
    with unpacked(before) as old, unpacked(after) as new:
        lay_words(before, prompts, old.parent)
        lay_words(after, prompts, new.parent)
        sides = [load_edition(str(folder))[0] for folder in (old, new)]
    editions = [each for each in sides if each is not None]
    changes = callers_notice(*editions) if len(editions) == len(sides) else []
    return [messages.text(each.code, language, **each.values) for each in changes]


@dataclass(frozen=True, slots=True)
class FileApart:
    """A file that is not the same in two versions, and how many of its lines are new or gone."""

    name: str
    new: int
    gone: int


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[FileApart]:
    """Every file that ``after`` has otherwise than ``before``."""
    return [
        FileApart(name, *_lines_apart(before.get(name, ""), after.get(name, "")))
        for name in files_apart(before, after)
    ]


def _lines_apart(before: str, after: str) -> tuple[int, int]:
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[
        2:
    ]
    new, gone = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    return new, gone


def folder_apart(configuration: Configuration, published: Mapping[str, str]) -> list[str]:
    """Files of the dialplan's folder that are not as published; unreadable ones are among them."""
    try:
        ours = folder_files(configuration.settings.folders.dialplan)
    except NotText as unreadable:
        return [unreadable.problem.mark.file]
    return files_apart(ours, published)


class FirstSite:
    """The folder's trees, parsed once at the start and again only for other files."""

    def __init__(
        self, configuration: Configuration, files: Mapping[str, str], site: Site | None
    ) -> None:
        self._configuration, self._files, self._site = configuration, files, site

    def __call__(self, files: Mapping[str, str]) -> Examined:
        if self._site is not None and files == self._files:
            return Examined(site=self._site)
        return examined(files, self._configuration)


class StillServed:
    """What was published goes on although a queue that it names was taken out of queues.yaml: its callers
    go to the fallback queue. To publish such trees anew is refused as ever."""

    def __init__(self, configuration: Configuration, examine: Examine) -> None:
        self._configuration, self._examine = configuration, examine

    def __call__(self, files: Mapping[str, str]) -> Examined:
        found = self._examine(files)
        if not found.errors or {each.code for each in found.errors} != {LOST_QUEUE}:
            return found
        for each in found.errors:
            what = messages.line(each, "en")
            log.error(
                "a queue is gone, its callers go to the fallback queue: %s",
                what,
                extra={"fact": "queue_gone"},
            )
        return examined(files, self._configuration, any_queue=True)
