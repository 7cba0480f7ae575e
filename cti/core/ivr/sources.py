"""What a look-up source takes and gives: the shape of the catalogue that `lookup` nodes are held to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST_VALUE = 200
"""Signs of one value; a longer one is no answer but an attack or a fault."""


class Form(StrEnum):
    """How a value is written; every value is text."""

    TEXT = "text"
    DIGITS = "digits"
    DATE = "date"  # ISO 8601, YYYY-MM-DD
    CODE = "code"  # one of those listed


class BadAnswer(ValueError):
    """An answer that is not what the catalogue promises; it names the value, never repeats it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceValue:
    """One value of an answer.

    ``personal`` ones must stand in the node's ``sensitive:`` list; ``optional`` ones may be empty.
    """

    name: str
    form: Form = Form.TEXT
    codes: tuple[str, ...] = ()
    personal: bool = False
    optional: bool = False

    def allows(self, text: str) -> bool:
        """True for a text of the value's form."""
        if len(text) > LONGEST_VALUE or not text.isprintable():
            return False
        if not text:
            return self.optional
        match self.form:
            case Form.DIGITS:
                return text.isascii() and text.isdecimal()
            case Form.DATE:
                return _is_date(text)
            case Form.CODE:
                return text in self.codes
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A question that a menu may ask.

    ``always`` ones have an answer for everybody. ``repeatable`` ones change nothing where they are
    asked, so that they may be asked again when no answer came.
    """

    name: str
    arguments: tuple[str, ...]
    values: tuple[SourceValue, ...] = ()
    always: bool = False
    repeatable: bool = True

    @property
    def gives(self) -> tuple[str, ...]:
        """The names of the values."""
        return tuple(value.name for value in self.values)

    @property
    def personal(self) -> tuple[str, ...]:
        """The names of the personal values."""
        return tuple(value.name for value in self.values if value.personal)

    def accepted(self, answer: Mapping[str, object]) -> dict[str, str]:
        """The answer's values, all of the catalogue's and no other. Raises BadAnswer."""
        found: dict[str, str] = {}
        for value in self.values:
            text = answer.get(value.name, "")
            if not isinstance(text, str) or not value.allows(text):
                raise BadAnswer(f"{self.name}: '{value.name}' is not {_wanted(value)}")
            found[value.name] = text
        return found


def _wanted(value: SourceValue) -> str:
    return f"one of {', '.join(value.codes)}" if value.codes else value.form.value


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
