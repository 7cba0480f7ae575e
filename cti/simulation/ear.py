"""Which prompts a phone heard, in which order: its recording against every prompt there is.

A prompt goes out as the a-law file has it, in frames of 20 ms, and a phone on a quiet network records
the very same samples. So a frame is known by its content, and no sound is taken for another.
"""

import wave
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

RATE_HZ = 8000
FRAME = 160
"""Samples of 20 ms."""
FRAME_S = FRAME / RATE_HZ
LEAST_FRAMES = 5
"""Less of a prompt than this was not heard."""
SLACK_FRAMES = 15
"""So much may be missing at both ends of a prompt that was heard whole: a late start of media."""
PLAINEST = 12
"""A frame of fewer different values is silence or hum, which all prompts have."""
_QUIET = 0xD5

Sound = tuple[str, str]
"""A language and a prompt's id (``digits/01`` for a fragment)."""


def levels() -> Iterator[int]:
    """ITU-T G.711: the 13-bit level of each a-law byte, as 16 bits."""
    for byte in range(256):
        code = byte ^ 0x55
        step, place = (code & 0x70) >> 4, (code & 0x0F) << 4
        level = place + 8 if step == 0 else (place + 0x108) << (step - 1)
        yield level if code & 0x80 else -level


_BYTE_OF = {level: byte for byte, level in enumerate(levels())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One prompt, or a piece of one; ``sounds`` are all that sound like this."""

    sounds: frozenset[Sound]
    at_s: float
    whole: bool


@dataclass(slots=True)
class _Run:
    """Frames in a row that fit one prompt: sound → first and last frame heard."""

    at: int
    last_at: int
    frames: dict[int, tuple[int, int]]
    count: int = 1

    def goes_on(self, at: int, found: Sequence[tuple[int, int]]) -> bool:
        """Take the next frame if it continues what was heard."""
        gone = (at - self.last_at) // FRAME + SLACK_FRAMES
        fits = {
            sound: (self.frames[sound][0], frame)
            for sound, frame in found
            if sound in self.frames and 0 < frame - self.frames[sound][1] <= gone
        }
        if fits:
            self.frames, self.last_at, self.count = fits, at, self.count + 1
        return bool(fits)


class Ear:
    """Knows all prompts of a folder: ``LANGUAGE/ID.alaw``."""

    def __init__(self, prompts: Path, languages: Iterable[str]) -> None:
        self._sounds: list[Sound] = []
        self._ends: list[tuple[int, int]] = []
        self._frames: dict[bytes, list[tuple[int, int]]] = {}
        self.seconds: dict[Sound, float] = {}
        for language in languages:
            for path in sorted((prompts / language).rglob("*.alaw")):
                name = path.relative_to(prompts / language).with_suffix("").as_posix()
                self._learn((language, name), path.read_bytes())

    def hear(self, recording: Path) -> list[Heard]:
        """Return what the recording (wav, 8 kHz, mono) holds, in order."""
        return [self._heard(run) for run in self._runs(_alaw(recording)) if self._counts(run)]

    def _learn(self, sound: Sound, content: bytes) -> None:
        number = len(self._sounds)
        frames = [content[at : at + FRAME] for at in range(0, len(content) - FRAME + 1, FRAME)]
        telling = [index for index, frame in enumerate(frames) if len(set(frame)) >= PLAINEST]
        for index in telling:
            self._frames.setdefault(frames[index], []).append((number, index))
        self._sounds.append(sound)
        self._ends.append((telling[0], telling[-1]) if telling else (0, 0))
        self.seconds[sound] = len(content) / RATE_HZ

    def _runs(self, samples: bytes) -> Iterator[_Run]:
        run: _Run | None = None
        at, last = 0, len(samples) - FRAME
        while at <= last:
            found = self._frames.get(samples[at : at + FRAME])
            if found is None:
                at += 1
                continue
            if run is None or not run.goes_on(at, found):
                if run:
                    yield run
                run = _Run(at, at, {sound: (frame, frame) for sound, frame in found})
            at += FRAME
        if run:
            yield run

    def _counts(self, run: _Run) -> bool:
        return run.count >= LEAST_FRAMES

    def _heard(self, run: _Run) -> Heard:
        whole = any(
            first <= self._ends[sound][0] + SLACK_FRAMES
            and last >= self._ends[sound][1] - SLACK_FRAMES
            for sound, (first, last) in run.frames.items()
        )
        sounds = frozenset(self._sounds[sound] for sound in run.frames)
        return Heard(sounds=sounds, at_s=run.at / RATE_HZ, whole=whole)


def _alaw(recording: Path) -> bytes:
    with wave.open(str(recording)) as sound:
        samples = array("h", sound.readframes(sound.getnframes()))
    byte_of: Mapping[int, int] = _BYTE_OF
    return bytes(byte_of.get(sample, _QUIET) for sample in samples)
