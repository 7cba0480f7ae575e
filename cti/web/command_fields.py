"""What the fields of a desktop's command may hold. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MOST_PARTS = 50
Kind = type[str] | type[bool] | type[int] | type[list[str]] | type[dict[str, int]]


@dataclass(frozen=True, slots=True)
class Field:
    """What one field of a command may hold: a type, a longest length, a pattern; null or absent.

    A list holds texts, an object names whole numbers: at most 50 each. Texts in them are bounded by
    ``longest`` and ``pattern`` as a text is.
    """

    kind: Kind = str
    longest: int = 64
    pattern: str = ""
    optional: bool = False

    def accepts(self, value: object) -> bool:
        """Is this value of the right shape?"""
        if value is None:
            return self.optional
        match value:
            case bool():
                return self.kind is bool
            case str():
                return self.kind is str and self._text(value)
            case int():
                return self.kind is int and abs(value) < 1_000_000_000
            case list():
                return self.kind is list and self._texts(value)
            case dict():
                return self.kind is dict and self._texts(list(value)) and _wholes(value)
        return False

    def _text(self, value: object) -> bool:
        return (
            isinstance(value, str)
            and len(value) <= self.longest
            and (not self.pattern or bool(re.fullmatch(self.pattern, value)))
        )

    def _texts(self, values: list[object]) -> bool:
        return len(values) <= MOST_PARTS and all(map(self._text, values))


def _wholes(value: Mapping[object, object]) -> bool:
    return all(type(each) is int for each in value.values())


Shape = Mapping[str, Field]
"""A command's fields by name."""
