"""A number that tells the time, and a voice that says every phrase as one tone."""

import sys
from collections.abc import Mapping
from pathlib import Path

CLOCK = "955190"
VOICE_HZ, VOICE_S = 1850, 2.0
TREES = {
    CLOCK: f"""\
tree: "{CLOCK}"
numbers: ["{CLOCK}"]
languages: [zh, en]
defaults: {{human: person}}
start: told
nodes:
  told: {{say: [connecting, {{time: "15:05"}}], next: bye}}
  bye: {{hangup: told, say: goodbye}}
  person: {{enqueue: consult}}
"""
}
_VOICE = f"""\
import json, sys
from pathlib import Path
import numpy
from cti.prompts.audio import encode_alaw
from cti.prompts.phrase_files import put
at = numpy.arange(8000 * {VOICE_S}) / 8000
tone = encode_alaw(0.3 * numpy.sin(2 * numpy.pi * {VOICE_HZ} * at))
for line in sys.stdin:
    put(Path(sys.argv[5]), json.loads(line)[0], tone)
"""


def speech_settings(folder: Path) -> Mapping[str, str]:
    """The time is spoken whole, by the voice of tones."""
    folder.mkdir(parents=True, exist_ok=True)
    voice, python = folder / "voice.py", folder / "python"
    voice.write_text(_VOICE, "utf-8")
    # ``-m`` and the module's name come before the folders.
    python.write_text(f'#!/bin/sh\nPYTHONPATH=. exec {sys.executable} {voice} "$@"\n', "utf-8")
    python.chmod(0o755)
    return {"CTI_SPEECH_WHOLE": "time", "CTI_SPEECH_PYTHON": str(python)}
