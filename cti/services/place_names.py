"""What people call a place: ``青海西宁``, ``Xining, Qinghai``."""

from collections.abc import Mapping
from functools import cache

from cti.messages import LANGUAGES, sentences


def place_name(key: str, language: str) -> str | None:
    """None for what is no place's key."""
    return sentences("places", language).get(key)


@cache
def place_label(key: str) -> Mapping[str, str] | None:
    """By language."""
    found = {language: sentences("places", language).get(key) for language in LANGUAGES}
    return {name: text for name, text in found.items() if text} or None
