"""The sentences of a version with the sounds that callers hear, and these sounds for a browser."""

import io
import re
import wave
from array import array
from collections.abc import Mapping
from pathlib import Path

from cti.core.draft_paths import CATALOGUE
from cti.own_words import SPOKEN, as_the_server, prompts_of, sound_name, sound_path, spoken_folder
from cti.prompts.catalogue import LANGUAGES, PROMPT_ID, load_catalogue, parse_catalogue
from cti.prompts.work import Item
from cti.services.sentences import Sentence
from cti.settings import Settings
from cti.settings_places import Folders

RATE_HZ = 8000
_HEXADECIMAL = re.compile("[0-9a-f]{40}", re.ASCII)


def sentences(published: Mapping[str, str], settings: Settings) -> list[Sentence]:
    """Every prompt of a version in every language, as calls play it. Raises CatalogueError."""
    folders = settings.folders
    if CATALOGUE not in published:
        return [_of_server(each, folders) for each in prompts_of(load_catalogue(folders.prompts))]
    catalogue = parse_catalogue(published[CATALOGUE], folders.prompts)
    server = as_the_server(catalogue, folders.prompts)
    return [
        _of_server(each, folders) if each.name in server else _own(each, folders)
        for each in prompts_of(catalogue)
    ]


def _of_server(item: Item, folders: Folders) -> Sentence:
    return _sentence(item, item.name if item.path(folders.prompts).is_file() else "")


def _own(item: Item, folders: Folders) -> Sentence:
    there = sound_path(item, folders).is_file()
    return _sentence(item, f"{SPOKEN}/{sound_name(item)}" if there else "")


def _sentence(item: Item, sound: str) -> Sentence:
    return Sentence(language=item.language, prompt=item.sound, text=item.text, sound=sound)


def wav_of(sound: str, folders: Folders) -> bytes | None:
    """The sound of a sentence as WAV (8 kHz, 16 bit, mono); None for a name of none."""
    path = _path(sound, folders)
    try:
        return _wav(path.read_bytes()) if path else None
    except FileNotFoundError:
        return None


def _path(sound: str, folders: Folders) -> Path | None:
    folder, _, name = sound.partition("/")
    if folder == SPOKEN and _HEXADECIMAL.fullmatch(name):
        return spoken_folder(folders) / f"{name}.alaw"
    if folder in LANGUAGES and PROMPT_ID.fullmatch(name):
        return folders.prompts / folder / f"{name}.alaw"
    return None


def _wav(alaw: bytes) -> bytes:
    samples = array("h", map(_LINEAR.__getitem__, alaw))
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(samples.tobytes())
    return made.getvalue()


def _linear(code: int) -> int:
    """One sample of A-law as 16 bits (ITU-T G.711)."""
    code ^= 0x55
    exponent, size = (code & 0x70) >> 4, ((code & 0x0F) << 4) + 8
    if exponent:
        size = (size + 0x100) << (exponent - 1)
    return size if code & 0x80 else -size


_LINEAR = [_linear(code) for code in range(256)]
