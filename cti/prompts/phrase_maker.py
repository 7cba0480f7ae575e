"""``python -m cti.prompts.phrase_maker PROMPTS VOICES INTO``: phrases from stdin to sound files.

A line is a JSON list of name, language and text: a phrase that stands in the middle of sentences, as a
fragment does; with readings of its words, as a fourth, a whole sentence. Runs in the synthesis environment.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from cti.prompts import kokoro
from cti.prompts.catalogue import load_catalogue
from cti.prompts.phrase_files import put
from cti.prompts.render import Studio, speak
from cti.prompts.work import Item

NICE = 19
_NAME = re.compile("[0-9a-f]{8,64}", re.ASCII)


def main(prompts: Path, voices: Path, into: Path, lines: Iterable[str]) -> None:
    """Make them all; what raises ends the program, and the files made before it stay."""
    studio = Studio(folder=prompts, catalogue=load_catalogue(prompts), voice=kokoro.load(voices))
    for item in read(lines):
        put(into, item.sound, speak(studio, item).alaw)


def read(lines: Iterable[str]) -> Iterator[Item]:
    """Items to speak. Raises ValueError for a line of another form or a name unsafe in a folder."""
    for line in lines:
        name, language, text, *more = json.loads(line)
        if not _NAME.fullmatch(name):
            raise ValueError("a phrase's name is a number in hexadecimal")
        readings = more[0] if more else {}
        yield Item(language=language, sound=name, text=text, readings=readings, fragment=not more)


if __name__ == "__main__":
    os.nice(NICE)
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.stdin)
