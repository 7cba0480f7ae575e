"""Whether somebody spoke in a recording, by its loudness alone."""

import sys
import wave
from array import array
from pathlib import Path

WINDOW_S = 0.02
LOUD = 400
"""The least distance from trough to peak, of 65,536, in a window in which somebody speaks (-44 dB)."""
LEAST_S = 0.3
"""So much sound must there be: a click is no message."""


def spoken_s(path: Path) -> float:
    """Seconds of the recording (WAV, mono, 16 bit); 0 where nobody spoke or it is no recording."""
    try:
        with wave.open(str(path), "rb") as sound:
            rate_hz, frames = sound.getframerate(), sound.getnframes()
            samples = array("h", sound.readframes(frames))
    except (wave.Error, EOFError, ValueError):
        return 0.0
    if sys.byteorder == "big":
        samples.byteswap()
    return len(samples) / rate_hz if _is_speech(samples, rate_hz) else 0.0


def _is_speech(samples: "array[int]", rate_hz: int) -> bool:
    size = max(1, round(WINDOW_S * rate_hz))
    windows = (samples[start : start + size] for start in range(0, len(samples), size))
    loud = sum(max(window) - min(window) >= LOUD for window in windows)
    return loud * WINDOW_S >= LEAST_S
