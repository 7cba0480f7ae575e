"""``prompts/catalogue.yaml`` and ``prompts/lexicon.yaml`` as frozen values."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

LANGUAGES = ("zh", "en")
PROMPT_ID = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_PROMPT_KEYS = frozenset({*LANGUAGES, "pinyin", "note"})
LONGEST_TEXT = 1000
READING = r"[a-zü:]+[1-5]( [a-zü:]+[1-5])*"
"""Pinyin with tone numbers, a syllable for each character."""


class CatalogueError(ValueError):
    """The catalogue or the lexicon cannot be used; the words say where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One text in each language. ``readings`` gives words their pinyin (``chong2 ting1``)."""

    id: str
    texts: Mapping[str, str]
    readings: Mapping[str, str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All prompts by id, and the readings that hold in every Mandarin text."""

    prompts: Mapping[str, Prompt]
    lexicon: Mapping[str, str]


class _UniqueKeyLoader(yaml.SafeLoader):
    """Refuses a mapping that names one key twice: YAML itself would drop the first silently."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise CatalogueError(f"line {key.start_mark.line + 1}: a name must be one word")
            if key.value in seen:
                raise CatalogueError(f"line {key.start_mark.line + 1}: {key.value!r} stands twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


NAME = "catalogue.yaml"


def load_catalogue(folder: Path) -> Catalogue:
    """Read both files of ``folder``; raises CatalogueError."""
    return _catalogue(_read(folder / NAME), folder)


def parse_catalogue(text: str, folder: Path) -> Catalogue:
    """Another text of the catalogue, with the readings of ``folder``; raises CatalogueError."""
    return _catalogue(_parse(text, Path(folder.name, NAME)), folder)


def _catalogue(fields: Mapping[object, object], folder: Path) -> Catalogue:
    found = _mapping(fields.get("prompts"), "catalogue.yaml: prompts")
    prompts = {str(name): _prompt(str(name), entry) for name, entry in found.items()}
    lexicon = _readings(_read(folder / "lexicon.yaml").get("zh"), "lexicon.yaml: zh")
    return Catalogue(prompts, lexicon)


def _read(path: Path) -> Mapping[object, object]:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: {error}") from error
    return _parse(text, path)


def _parse(text: str, path: Path) -> Mapping[object, object]:
    try:
        # The loader is a SafeLoader: it builds plain data only.
        return _mapping(yaml.load(text, _UniqueKeyLoader), path.name)  # noqa: S506
    except (yaml.YAMLError, CatalogueError) as error:
        raise CatalogueError(f"{path}: {error}") from error


def _mapping(value: object, place: str) -> Mapping[object, object]:
    if not isinstance(value, dict):
        raise CatalogueError(f"{place}: expected names with values")
    return value


def _prompt(name: str, entry: object) -> Prompt:
    place = f"catalogue.yaml: {name}"
    if not PROMPT_ID.fullmatch(name):
        raise CatalogueError(f"{place}: an id is lower-case ASCII letters, digits and _")
    fields = _mapping(entry, place)
    if unknown := sorted(str(key) for key in fields if key not in _PROMPT_KEYS):
        raise CatalogueError(f"{place}: unknown {', '.join(unknown)}")
    texts = {language: _text(fields, language, place) for language in LANGUAGES}
    readings = _readings(fields.get("pinyin", {}), f"{place}: pinyin")
    return Prompt(id=name, texts=texts, readings=readings, note=str(fields.get("note", "")))


def _text(fields: Mapping[object, object], language: str, place: str) -> str:
    text = fields.get(language, "")
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise CatalogueError(f"{place}: {language} must be a text of at most {LONGEST_TEXT} signs")
    return text.strip()


def _readings(value: object, place: str) -> Mapping[str, str]:
    readings = {str(word): str(pinyin) for word, pinyin in _mapping(value, place).items()}
    for word, pinyin in readings.items():
        if not re.fullmatch(READING, pinyin):
            raise CatalogueError(f"{place}: {word}: {pinyin!r} is not pinyin with tone numbers")
        if len(pinyin.split()) != len(word):
            raise CatalogueError(f"{place}: {word}: one syllable for each character")
    return readings
