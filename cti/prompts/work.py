"""What there is to speak: every prompt and every fragment, as one list of items."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cti.core.speech import fragments
from cti.prompts.catalogue import LANGUAGES, Catalogue
from cti.prompts.manifest import text_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One sound file to be: ``sound`` is its id without language (``welcome``, ``digits/07``)."""

    language: str
    sound: str
    text: str
    readings: Mapping[str, str]
    fragment: bool

    @property
    def name(self) -> str:
        return f"{self.language}/{self.sound}"

    @property
    def text_key(self) -> str:
        return text_key(self.language, self.text, self.readings)

    def path(self, folder: Path) -> Path:
        """Where its 8 kHz A-law file lies."""
        return folder / self.language / f"{self.sound}.alaw"

    def recording(self, folder: Path) -> Path:
        """Where a human recording of it would lie."""
        return folder / "recordings" / self.language / f"{self.sound}.wav"


def items(catalogue: Catalogue) -> Iterator[Item]:
    """Prompts first, then fragments; within each, Mandarin first. Prompts without a text are left
    out: the check names them.
    """
    for language in LANGUAGES:
        yield from _prompts(catalogue, language)
    for language in LANGUAGES:
        for sound, text in fragments(language).items():
            yield Item(language=language, sound=sound, text=text, readings={}, fragment=True)


def _prompts(catalogue: Catalogue, language: str) -> Iterator[Item]:
    for prompt in catalogue.prompts.values():
        if text := prompt.texts[language]:
            readings = prompt.readings if language == "zh" else {}
            yield Item(
                language=language, sound=prompt.id, text=text, readings=readings, fragment=False
            )
