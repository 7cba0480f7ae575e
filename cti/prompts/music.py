"""Sounds that are computed, not spoken: music on hold and the voicemail tone. Free of any licence.

The music is a slow arpeggio over four chords in C major, soft plucked tones with an echo; it loops
without a seam because echoes past the end are folded back to the beginning.
"""

import math
from pathlib import Path
from typing import Any

from cti.prompts.audio import RATE_HZ, encode_alaw

MUSIC = "moh/hold.alaw"
BEEP = "beep"
_CHORDS = ((48, 55, 60, 64, 67, 72), (45, 52, 57, 60, 64, 69), (41, 48, 53, 57, 60, 65),
           (43, 50, 55, 59, 62, 67))  # fmt: skip
_ORDER = (0, 2, 3, 4, 5, 4, 3, 2)
_BEAT_S = 0.46875
_BARS = 8
_MUSIC_RMS_DBFS = -27.0
_BEEP_HZ, _BEEP_S, _BEEP_DBFS = 1000.0, 0.4, -15.0
_TONE_S = 2.4
_ECHOES = ((0.33, 0.28), (0.66, 0.12))


def write_sounds(folder: Path, languages: tuple[str, ...]) -> None:
    """Write the music and, for each language, the tone, where they are missing."""
    wanted = {folder / MUSIC: music}
    wanted |= {folder / language / f"{BEEP}.alaw": beep for language in languages}
    for path, make in wanted.items():
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encode_alaw(make()))


def music() -> Any:
    """30 s of music, 8 kHz samples in [-1, 1], to be looped."""
    import numpy

    length = round(_BARS * len(_ORDER) * _BEAT_S * RATE_HZ)
    loop = numpy.zeros(length)
    for start, tone, strength in _score():
        _add_round(loop, round(start * RATE_HZ), _tone(tone) * strength)
    dry = loop.copy()
    for delay_s, strength in _ECHOES:
        loop += strength * numpy.roll(dry, round(delay_s * RATE_HZ))
    return loop * 10 ** (_MUSIC_RMS_DBFS / 20) / math.sqrt(float((loop**2).mean()))


def _score() -> list[tuple[float, int, float]]:
    """Start in seconds, MIDI tone and strength of each note."""
    notes = []
    for bar in range(_BARS):
        chord = _CHORDS[bar // 2 % len(_CHORDS)]
        bar_s = bar * len(_ORDER) * _BEAT_S
        notes += [(bar_s, chord[0], 0.9), (bar_s + 4 * _BEAT_S, chord[1], 0.6)]
        notes += [
            (bar_s + beat * _BEAT_S, chord[step] + 12 * (bar % 2 and beat == 4), 0.75)
            for beat, step in enumerate(_ORDER)
        ]
    return notes


def _tone(midi: int) -> Any:
    """A soft pluck: three partials, the higher ones fading sooner; pitch by equal temperament."""
    import numpy

    hertz = 440.0 * 2 ** ((midi - 69) / 12)
    at = numpy.arange(round(_TONE_S * RATE_HZ)) / RATE_HZ
    partials = ((1, 1.0, 1.6), (2, 0.35, 2.6), (3, 0.12, 4.0))
    wave = sum(
        strength * numpy.exp(-decay * at) * numpy.sin(2 * math.pi * hertz * number * at)
        for number, strength, decay in partials
    )
    return wave * numpy.minimum(1.0, at / 0.015) * numpy.minimum(1.0, (_TONE_S - at) / 0.2)


def _add_round(loop: Any, start: int, sound: Any) -> None:
    """Add ``sound`` at ``start``; what passes the end goes on at the beginning."""
    fits = min(len(sound), len(loop) - start)
    loop[start : start + fits] += sound[:fits]
    loop[: len(sound) - fits] += sound[fits:]


def beep() -> Any:
    """The tone after which callers speak, 8 kHz samples in [-1, 1]."""
    import numpy

    at = numpy.arange(round(_BEEP_S * RATE_HZ)) / RATE_HZ
    fade = numpy.minimum(1.0, numpy.minimum(at, _BEEP_S - at) / 0.01)
    return 10 ** (_BEEP_DBFS / 20) * fade * numpy.sin(2 * math.pi * _BEEP_HZ * at)
