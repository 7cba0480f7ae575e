"""From a synthetic or human master to what Asterisk plays: 8 kHz A-law, trimmed and levelled.

The targets (-19 LUFS, ceiling -3 dBFS, 150-3600 Hz) are this project's choice for narrow-band
telephony, not a standard's.
"""

import math
from dataclasses import dataclass
from typing import Any

PREPARATION = "3"
RATE_HZ = 8_000
LOUDNESS_LUFS = -19.0
FRAGMENT_RMS_DBFS = -19.5
PEAK_DBFS = -3.0
_SILENCE_DB = -45.0
_FADE_S = 0.005
# Integrated loudness needs several 400 ms gating blocks; shorter sounds are levelled by RMS.
_SHORTEST_FOR_LUFS_S = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """Silence kept before and after the voice, in seconds."""

    head_s: float
    tail_s: float


SENTENCE = Margins(head_s=0.05, tail_s=0.15)
FRAGMENT = Margins(head_s=0.02, tail_s=0.05)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A-law bytes at 8 kHz with what was measured on them."""

    alaw: bytes
    seconds: float
    level_db: float
    peak_dbfs: float


def prepare(samples: Any, rate_hz: int, margins: Margins) -> Prepared:
    """Trim, band-limit, resample, level, limit and encode mono float samples in [-1, 1]."""
    trimmed = trim(samples, rate_hz, margins)
    narrow = _to_8_khz(trimmed, rate_hz)
    loud = _limit(narrow * _gain(level_db(narrow), len(narrow)))
    peak = 20 * math.log10(max(float(abs(loud).max()), 1e-6))
    return Prepared(
        alaw=encode_alaw(loud),
        seconds=round(len(loud) / RATE_HZ, 3),
        level_db=round(level_db(loud), 1),
        peak_dbfs=round(peak, 1),
    )


def trim(samples: Any, rate_hz: int, margins: Margins) -> Any:
    """Cut silence (45 dB under the loudest 10 ms) at both ends and fade in and out over 5 ms."""
    import numpy

    frame = rate_hz // 100
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    energy = numpy.sqrt((frames**2).mean(axis=1) + 1e-12)
    heard = numpy.flatnonzero(20 * numpy.log10(energy / energy.max()) > _SILENCE_DB)
    start = max(0, int(heard[0] * frame - margins.head_s * rate_hz))
    end = int((heard[-1] + 1) * frame + margins.tail_s * rate_hz)
    kept = numpy.pad(samples, (0, max(0, end - len(samples))))[start:end].copy()
    fade = int(_FADE_S * rate_hz)
    kept[:fade] *= numpy.linspace(0, 1, fade)
    kept[-fade:] *= numpy.linspace(1, 0, fade)
    return kept


def _to_8_khz(samples: Any, rate_hz: int) -> Any:
    from scipy.signal import butter, resample_poly, sosfiltfilt

    if rate_hz > 2 * RATE_HZ:
        samples, rate_hz = _resample(samples, rate_hz, 2 * RATE_HZ), 2 * RATE_HZ
    top = min(3600.0, rate_hz * 0.45)
    band = butter(4, [150.0, top], "bandpass", fs=rate_hz, output="sos")
    filtered = sosfiltfilt(band, samples)
    divisor = math.gcd(rate_hz, RATE_HZ)
    return resample_poly(filtered, RATE_HZ // divisor, rate_hz // divisor)


def _resample(samples: Any, rate_hz: int, wanted_hz: int) -> Any:
    from scipy.signal import resample_poly

    divisor = math.gcd(rate_hz, wanted_hz)
    return resample_poly(samples, wanted_hz // divisor, rate_hz // divisor)


def level_db(samples: Any) -> float:
    """Loudness in LUFS (ITU-R BS.1770), or RMS in dBFS when the sound is under 1.2 s."""
    if len(samples) < _SHORTEST_FOR_LUFS_S * RATE_HZ:
        return 10 * math.log10(max(float((samples**2).mean()), 1e-9))
    import pyloudnorm

    return max(float(pyloudnorm.Meter(RATE_HZ).integrated_loudness(samples)), -90.0)


def _gain(level: float, length: int) -> float:
    short = length < _SHORTEST_FOR_LUFS_S * RATE_HZ
    wanted = FRAGMENT_RMS_DBFS if short else LOUDNESS_LUFS
    return float(10 ** ((wanted - level) / 20))


def _limit(samples: Any) -> Any:
    """Bend everything above 70 % of the ceiling by tanh, so that nothing passes the ceiling."""
    import numpy

    ceiling = 10 ** (PEAK_DBFS / 20)
    knee = 0.7 * ceiling
    size = numpy.abs(samples)
    bent = knee + (ceiling - knee) * numpy.tanh((size - knee) / (ceiling - knee))
    return numpy.where(size > knee, numpy.sign(samples) * bent, samples)


def encode_alaw(samples: Any) -> bytes:
    """ITU-T G.711 A-law of float samples in [-1, 1]: 13-bit magnitude, even bits inverted."""
    import numpy

    pcm = numpy.clip(numpy.round(samples * 32767), -32768, 32767).astype(numpy.int32)
    negative = pcm < 0
    size = numpy.where(negative, -pcm - 1, pcm) >> 3
    segment = numpy.maximum(0, numpy.floor(numpy.log2(numpy.maximum(size, 1))).astype(int) - 4)
    step = size >> numpy.maximum(segment, 1)
    code = (segment << 4) | (step & 0x0F)
    return bytes((code ^ numpy.where(negative, 0x55, 0xD5)).astype(numpy.uint8).tobytes())
