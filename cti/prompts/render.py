"""Make every sound file that is missing or out of date."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cti.core.speech import characters_per_minute
from cti.prompts import audio, kokoro, sounds
from cti.prompts.catalogue import Catalogue
from cti.prompts.check import FASTEST_ZH_CPM
from cti.prompts.manifest import Entry, digest, load_manifest, save_manifest
from cti.prompts.work import Item

_AIMED_CPM = 262
_SPEED = {"zh": 0.95, "en": 1.0}
_FRAGMENT_SPEED = {"zh": 0.9, "en": 1.0}
_LONGEST_RECORDING_S = 120

Progress = Callable[[int, int, Item, Entry | None], None]


class RecordingUnusable(ValueError):
    """A human recording is refused; the words say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """All that turns an item into sound."""

    folder: Path
    catalogue: Catalogue
    voice: kokoro.Kokoro

    def phonemes(self, item: Item) -> str:
        """What the voice is told to say; raises sounds.NoEspeak."""
        if item.language == "zh":
            return sounds.mandarin(item.text, {**self.catalogue.lexicon, **item.readings})
        return sounds.english(item.text)


def render(studio: Studio, wanted: Sequence[Item], report: Progress) -> int:
    """Make what is missing or changed among ``wanted``; return how many files were made.

    The manifest is saved after each file, so that a stopped run goes on where it ended.
    Raises RecordingUnusable, sounds.NoEspeak, kokoro.ModelUnusable.
    """
    entries = load_manifest(studio.folder)
    made = 0
    for number, item in enumerate(wanted, 1):
        entry = _make(studio, item, entries.get(item.name))
        report(number, len(wanted), item, entry)
        if entry is not None:
            entries[item.name] = entry
            save_manifest(studio.folder, entries)
            made += 1
    return made


def _make(studio: Studio, item: Item, known: Entry | None) -> Entry | None:
    """The new entry, or None when the file on disk is still right."""
    recording = item.recording(studio.folder)
    maker = _recorded if recording.exists() else _synthetic
    key, source, prepare = maker(studio, item)
    path = item.path(studio.folder)
    if known is not None and known.key == key and path.exists():
        return None
    prepared = prepare()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(prepared.alaw)
    return _entry(item, key, source, prepared)


Made = tuple[str, str, Callable[[], audio.Prepared]]


def _synthetic(studio: Studio, item: Item) -> Made:
    phonemes = studio.phonemes(item)
    voice = kokoro.VOICES[item.language]
    speed = (_FRAGMENT_SPEED if item.fragment else _SPEED)[item.language]
    key = digest(kokoro.MODEL_SHA256, voice, speed, phonemes, audio.PREPARATION, _AIMED_CPM)
    return key, f"kokoro:{voice}", lambda: _speak(studio, item, phonemes, speed)


def speak(studio: Studio, item: Item) -> audio.Prepared:
    """An item by the voice, as ``render`` makes it; nothing is written.

    Raises sounds.NoEspeak, kokoro.ModelUnusable.
    """
    _, _, prepare = _synthetic(studio, item)
    return prepare()


def _speak(studio: Studio, item: Item, phonemes: str, speed: float) -> audio.Prepared:
    """Synthesise, and once more slower when a Mandarin sentence came out faster than allowed."""
    voice = kokoro.VOICES[item.language]
    margins = _margins(item)
    samples = studio.voice.speak(phonemes, voice, speed)
    prepared = audio.prepare(samples, kokoro.RATE_HZ, margins)
    pace = _pace(item, prepared)
    if pace <= FASTEST_ZH_CPM:
        return prepared
    samples = studio.voice.speak(phonemes, voice, speed * _AIMED_CPM / pace)
    return audio.prepare(samples, kokoro.RATE_HZ, margins)


def _recorded(studio: Studio, item: Item) -> Made:
    recording = item.recording(studio.folder)
    key = digest(recording.read_bytes().hex(), audio.PREPARATION)
    return key, "recording", lambda: _prepare_recording(recording, _margins(item))


def _prepare_recording(path: Path, margins: audio.Margins) -> audio.Prepared:
    samples, rate_hz = _read_recording(path)
    if samples.ndim != 1 or rate_hz < audio.RATE_HZ:
        raise RecordingUnusable(f"{path}: needs one channel and at least {audio.RATE_HZ} Hz")
    if not 0 < len(samples) <= _LONGEST_RECORDING_S * rate_hz:
        raise RecordingUnusable(
            f"{path}: must be longer than 0 and at most {_LONGEST_RECORDING_S} s"
        )
    if float((abs(samples) >= 0.999).mean()) > 0.001:
        raise RecordingUnusable(f"{path}: is clipped; record it again at a lower level")
    if float(abs(samples).max()) < 0.001:
        raise RecordingUnusable(f"{path}: is silent")
    return audio.prepare(samples, rate_hz, margins)


def _read_recording(path: Path) -> tuple[Any, int]:
    import soundfile

    try:
        samples, rate_hz = soundfile.read(str(path), dtype="float64")
    except soundfile.LibsndfileError as error:
        raise RecordingUnusable(f"{path}: {error}") from error
    return samples, int(rate_hz)


def _margins(item: Item) -> audio.Margins:
    return audio.FRAGMENT if item.fragment else audio.SENTENCE


def _pace(item: Item, prepared: audio.Prepared) -> int:
    if item.fragment or item.language != "zh":
        return 0
    return characters_per_minute(item.text, prepared.seconds)


def _entry(item: Item, key: str, source: str, prepared: audio.Prepared) -> Entry:
    return Entry(
        key=key,
        text_key=item.text_key,
        seconds=prepared.seconds,
        speed_cpm=_pace(item, prepared),
        level_db=prepared.level_db,
        peak_dbfs=prepared.peak_dbfs,
        source=source,
    )


def chosen(items: Sequence[Item], language: str | None, only: Sequence[str]) -> list[Item]:
    """The items of a language (all when None) and with one of the ids (all when none is given)."""
    return [
        item
        for item in items
        if language in (None, item.language) and (not only or item.sound in only)
    ]
