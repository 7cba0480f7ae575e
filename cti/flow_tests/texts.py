"""What a caller hears, in words: a prompt's id with its text, a value as it is spoken."""

from collections.abc import Mapping
from unicodedata import east_asian_width

from cti.core.speech import SpokenKind, UnspeakableValue, words
from cti.prompts.catalogue import Catalogue


def utterance_text(catalogue: Catalogue, plain: object, language: str) -> str:
    """``welcome`` → ``[welcome] 您好…``; ``{digits: "12"}`` → ``[digits 12] 一二``."""
    if isinstance(plain, Mapping) and plain:
        kind, value = next(iter(plain.items()))
        return f"[{kind} {value}] {_spoken(str(kind), str(value), language)}".rstrip()
    prompt = catalogue.prompts.get(str(plain))
    return f"[{plain}] {prompt.texts.get(language, '') if prompt else ''}".rstrip()


def _spoken(kind: str, value: str, language: str) -> str:
    try:
        return words(SpokenKind(kind), value, language)
    except (UnspeakableValue, ValueError):
        return ""


def width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def fitted(text: str, columns: int) -> str:
    """The text cut or filled up to so many columns."""
    kept, used = "", 0
    for letter in text:
        room = columns - used - (1 if width(text) > columns else 0)
        if width(letter) > room:
            kept, used = f"{kept}…", used + 1
            break
        kept, used = kept + letter, used + width(letter)
    return kept + " " * (columns - used)
