"""What a phone heard, measured in its recording: which tone, which sound file, and when."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from scipy.signal import fftconvolve

RATE_HZ = 8000
TONE_WINDOW_S = 0.05
SOUND_WINDOW_S = 0.4
TONE_SHARE = 0.5
CHORD_SHARE = 0.7
PART_SHARE = 0.1
LIKENESS = 0.7
"""The normalised cross-correlation from which a piece of a recording counts as a piece of a sound."""
QUIET = 0.003
"""Root mean square, full scale being 1, below which nothing is heard."""

PROMPTS = Path(__file__).resolve().parents[2] / "prompts"
MUSIC = PROMPTS / "moh" / "hold.alaw"


@dataclass(frozen=True, slots=True)
class Heard:
    """The moments (seconds from the start of the recording) of the windows in which it was heard."""

    at_s: tuple[float, ...]
    window_s: float

    def __bool__(self) -> bool:
        return bool(self.at_s)

    @property
    def seconds(self) -> float:
        return len(self.at_s) * self.window_s

    @property
    def first_s(self) -> float:
        return self.at_s[0]

    @property
    def last_s(self) -> float:
        return self.at_s[-1] + self.window_s

    @property
    def longest_gap_s(self) -> float:
        """Between the first and the last time it was heard."""
        steps = (b - a for a, b in zip(self.at_s, self.at_s[1:], strict=False))
        return max((step - self.window_s for step in steps), default=0.0)


class Hearing:
    """One recording, finished."""

    def __init__(self, recording: Path) -> None:
        self.samples = _read(recording)

    def tone(self, hz: int) -> Heard:
        """Where one tone has most of the power (Goertzel's algorithm on windows of 50 ms)."""
        return self._windows(TONE_WINDOW_S, lambda window: tone_share(window, hz) > TONE_SHARE)

    def part(self, hz: int) -> Heard:
        """Where a tone has a tenth of the power or more: others may sound with it."""
        return self._windows(TONE_WINDOW_S, lambda window: tone_share(window, hz) > PART_SHARE)

    def chord(self, *hz: int) -> Heard:
        """Where tones sound together: most of the power, and a good part from each."""

        def fits(window: Any) -> bool:
            shares = [tone_share(window, each) for each in hz]
            return sum(shares) > CHORD_SHARE and min(shares) > CHORD_SHARE / (2 * len(hz))

        return self._windows(TONE_WINDOW_S, fits)

    def sound(self, path: Path) -> Heard:
        """Where a piece of the sound was heard, from whatever place in it."""
        sound = read_alaw(path)
        return self._windows(SOUND_WINDOW_S, lambda window: _likeness(sound, window) > LIKENESS)

    def prompt(self, name: str, language: str = "zh") -> Heard:
        return self.sound(PROMPTS / language / f"{name}.alaw")

    def says(self, name: str, language: str = "zh") -> float | None:
        """When a prompt, however short, was heard best; None where it was not.

        One half is enough: a busy machine may lose a packet in the middle of the other.
        """
        sound = read_alaw(PROMPTS / language / f"{name}.alaw")
        half = len(sound) // 2
        for skipped, piece in ((0, sound), (0, sound[:half]), (half, sound[half:])):
            at, likeness = _best_match(self.samples, piece)
            if likeness > LIKENESS:
                return (at - skipped) / RATE_HZ
        return None

    def music(self) -> Heard:
        return self.sound(MUSIC)

    def _windows(self, window_s: float, fits: Any) -> Heard:
        size = round(window_s * RATE_HZ)
        found = []
        for start in range(0, len(self.samples) - size + 1, size):
            window = self.samples[start : start + size]
            if np.sqrt(np.mean(window**2)) > QUIET and fits(window):
                found.append(start / RATE_HZ)
        return Heard(tuple(found), window_s)


def _read(path: Path) -> Any:
    samples, rate_hz = soundfile.read(path, dtype="float64")
    assert rate_hz == RATE_HZ
    return samples


@lru_cache(maxsize=32)
def read_alaw(path: Path) -> Any:
    samples, _ = soundfile.read(
        path, dtype="float64", samplerate=RATE_HZ, channels=1, format="RAW", subtype="ALAW"
    )
    return samples


def tone_share(window: Any, hz: int) -> float:
    """The share of the window's power that is at this frequency."""
    turns = 2 * np.pi * hz * np.arange(len(window)) / RATE_HZ
    power = np.abs(np.sum(window * np.exp(-1j * turns))) ** 2 * 2 / len(window)
    return float(power / np.sum(window**2))


def _likeness(sound: Any, window: Any) -> float:
    """The best match of the window anywhere in the sound, 1 for the same up to loudness."""
    return _best_match(sound, window)[1]


def _best_match(within: Any, piece: Any) -> tuple[int, float]:
    """Where the piece fits best, and how well: 1 for the same up to loudness."""
    if len(within) < len(piece):
        return 0, 0.0
    meeting = fftconvolve(within, piece[::-1], mode="valid")
    energy = np.concatenate(([0.0], np.cumsum(within**2)))
    there = energy[len(piece) :] - energy[: -len(piece)]
    scale = np.sqrt(np.maximum(there, 1e-3) * np.sum(piece**2))
    likeness = np.abs(meeting) / scale
    at = int(np.argmax(likeness))
    return at, float(likeness[at])
