"""How a difference is put: a sentence's name, its values, and YAML values in short words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cti.core.ivr.conditions import (
    AllOf,
    AnyOf,
    CallerIs,
    Compared,
    Condition,
    HoursAre,
    ModeIs,
    Not,
    Variable,
    as_text,
)
from cti.core.ivr.parts import DigitCount, PlayCase, PlayPrompt, SayValue


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; ``code`` is the sentence's name in the message area ``diff``."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def change(code: str, /, **values: str) -> Change:
    """A change in the message area's words."""
    return Change(f"diff.{code}", values)


def shown(value: object) -> str:
    """A value as a person writes it in YAML, on one line; ``-`` for nothing."""
    match value:
        case None | "" | ():
            return "-"
        case Variable(name):
            return f"${name}"
        case bool() | str() | int() | float():
            return as_text(value)
        case Mapping():
            return ", ".join(f"{key}: {shown(each)}" for key, each in value.items()) or "-"
        case tuple() | list():
            return ", ".join(shown(each) for each in value)
    return _part(value)


def _part(value: object) -> str:
    match value:
        case DigitCount(least, most):
            return str(most) if least == most else f"{least}-{most}"
        case PlayPrompt(prompt):
            return prompt
        case SayValue(kind, spoken):
            return f"{kind} {shown(spoken)}"
        case PlayCase():
            return f"case {shown(value.value)}"
    return str(value)


def condition_words(condition: Condition) -> str:
    """A condition on one line, in the words of its YAML keys."""
    match condition:
        case Compared(variable, operator, value):
            return f"{variable} {operator.value} {shown(value)}"
        case HoursAre(is_open, of):
            return f"{of} {'open' if is_open else 'closed'}"
        case ModeIs(name):
            return f"mode {name}"
        case CallerIs(name):
            return f"caller {name}"
        case AllOf(parts):
            return " and ".join(_inner(each) for each in parts)
        case AnyOf(parts):
            return " or ".join(_inner(each) for each in parts)
        case Not(inner):
            return f"not {_inner(inner)}"


def _inner(condition: Condition) -> str:
    words = condition_words(condition)
    return f"({words})" if isinstance(condition, AllOf | AnyOf) else words
