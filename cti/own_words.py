"""What a version of the dialplan says in words of its own: its catalogue beside the server's prompts.

A sound is named by its words and its voice, so that no version's sounds are ever written over by another's.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cti.core.draft_paths import CATALOGUE
from cti.core.ivr.check import Site
from cti.core.ivr.check_nodes import Known
from cti.core.ivr.rules.house import House
from cti.core.ivr.wording import NO_WORDING, Said, Wording
from cti.core.problems import Mark, Problem, Severity
from cti.prompts.catalogue import LANGUAGES, Catalogue, parse_catalogue
from cti.prompts.manifest import load_manifest
from cti.prompts.phrase_voice import VOICES
from cti.prompts.places import lines_of
from cti.prompts.spoken_files import SpokenFiles
from cti.prompts.work import Item, items
from cti.services.version_ports import NOT_SPOKEN
from cti.settings import Settings
from cti.settings_places import Folders

SPOKEN = "spoken"
"""The folder of such sounds, and the first part of their ids."""
Texts = Mapping[str, Mapping[str, str]]


SAID_BY_ASTERISK = frozenset(
    {
        "callback_not_reached",
        "callback_offer",
        "goodbye",
        "queue_wait",
        "talk_broken",
        "whisper_callback",
    }
)
"""Prompts that the dialplan plays by itself, from the server's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """``own``: prompts that sound otherwise than the server's; of these nobody has spoken ``unspoken`` yet.
    ``server``: those that sound as the server's. ``texts`` None: the version has no words of its own."""

    texts: Texts | None = None
    wording: Wording = field(default_factory=lambda: NO_WORDING)
    server: Sequence[Item] = ()
    unspoken: Sequence[Item] = ()
    problems: Sequence[Problem] = ()
    marks: Mapping[str, Mark] = field(default_factory=dict)

    def known(self, known: Known) -> Known:
        """What trees may name: every prompt that has words."""
        if self.texts is None:
            return known
        said = {each: frozenset(texts) for each, texts in self.texts.items()}
        return replace(known, prompts=said, catalogue=frozenset(self.marks))

    def house(self, house: House) -> House:
        """The hotline as this version speaks."""
        return house if self.texts is None else replace(house, texts=self.texts)

    def site(self, site: Site | None) -> Site | None:
        """The trees with their sounds; None while one of these is missing."""
        if site is None or self.unspoken or self.problems:
            return None
        return replace(site, wording=self.wording)

    def unspoken_problems(self, severity: Severity = Severity.ERROR) -> list[Problem]:
        """That they must be spoken before a caller comes."""
        code = NOT_SPOKEN if severity is Severity.ERROR else "prompts.to_speak"
        return [
            Problem(self.marks[each.sound], code, {"path": each.name}, severity)
            for each in self.unspoken
        ]

    def kept_problems(self) -> list[Problem]:
        """That Asterisk by itself goes on saying some prompts in the server's words."""
        said = {name for by_prompt in self.wording.values() for name in by_prompt}
        return [
            Problem(self.marks[name], "prompts.asterisk_says", {"id": name}, Severity.WARNING)
            for name in sorted(said & SAID_BY_ASTERISK)
        ]


def own_words(files: Mapping[str, str], settings: Settings) -> OwnWords:
    """Of a version's files as they are published."""
    if CATALOGUE not in files:
        return OwnWords()
    try:
        catalogue = parse_catalogue(files[CATALOGUE], settings.folders.prompts)
        server = as_the_server(catalogue, settings.folders.prompts)
    except ValueError as error:
        return OwnWords(
            problems=[Problem(Mark(CATALOGUE), "prompts.unreadable", {"reason": str(error)})]
        )
    own = [each for each in prompts_of(catalogue) if each.name not in server]
    marks = {name: Mark(CATALOGUE, line) for name, line in lines_of(files[CATALOGUE]).items()}
    return OwnWords(
        texts=_texts(catalogue),
        wording=_wording(own),
        server=list(server.values()),
        unspoken=[each for each in own if not files_of(settings.folders).use(sound_name(each))],
        problems=_without_text(catalogue, marks),
        marks=marks,
    )


def sound_path(item: Item, folders: Folders) -> Path:
    """Where the sound of these words lies once it is spoken."""
    return spoken_folder(folders) / f"{sound_name(item)}.alaw"


def spoken_folder(folders: Folders) -> Path:
    """Asterisk's sounds link to it."""
    return folders.of_asterisk / SPOKEN


def files_of(folders: Folders) -> SpokenFiles:
    """The sounds in it."""
    return SpokenFiles(spoken_folder(folders))


def sound_names(catalogue: str, settings: Settings) -> frozenset[str]:
    """Every sound that a version with this catalogue may play. Raises CatalogueError."""
    found = parse_catalogue(catalogue, settings.folders.prompts)
    return frozenset(sound_name(each) for each in prompts_of(found))


def sound_name(item: Item) -> str:
    """The same words by the same voice, the same name."""
    parts = json.dumps([item.language, item.text_key, VOICES[item.language]])
    return hashlib.sha256(parts.encode()).hexdigest()[:40]


def prompts_of(catalogue: Catalogue) -> list[Item]:
    """What has words of its own, in every language; no fragments."""
    return [each for each in items(catalogue) if not each.fragment]


def as_the_server(catalogue: Catalogue, folder: Path) -> dict[str, Item]:
    """Those whose words the server's own sounds say already, by name."""
    made = load_manifest(folder)
    return {
        each.name: each
        for each in prompts_of(catalogue)
        if each.name in made
        and made[each.name].text_key == each.text_key
        and each.path(folder).is_file()
    }


def _texts(catalogue: Catalogue) -> Texts:
    return {
        language: {
            name: each.texts[language]
            for name, each in catalogue.prompts.items()
            if each.texts[language]
        }
        for language in LANGUAGES
    }


def _wording(own: Sequence[Item]) -> Wording:
    return {
        language: {
            each.sound: Said(f"{SPOKEN}/{sound_name(each)}", each.text)
            for each in own
            if each.language == language
        }
        for language in LANGUAGES
    }


def _without_text(catalogue: Catalogue, marks: Mapping[str, Mark]) -> list[Problem]:
    return [
        Problem(marks[name], "prompts.no_text", {"id": name, "language": language})
        for name, each in catalogue.prompts.items()
        for language in LANGUAGES
        if not each.texts[language]
    ]
