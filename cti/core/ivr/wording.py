"""What a version of the dialplan says in other words than the server's own prompts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A prompt as a version says it: the sound to play instead of the prompt's own, and its words."""

    sound: str
    text: str


Wording = Mapping[str, Mapping[str, Said]]
"""Language → prompt → how it is said; a prompt that is not there is said as the server says it."""
NO_WORDING: Wording = {}


def sound_of(wording: Wording, language: str, prompt: str) -> str:
    """What to play for a prompt."""
    said = wording.get(language, {}).get(prompt)
    return said.sound if said else prompt
