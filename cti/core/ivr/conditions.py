"""Safe conditions: small operators over variables, caller and hours. Values in, bool out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cti.core.clock.hours import Calendar

Value = str | int | float | bool
Variables = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Variable:
    """The value of ``$name`` at the time of the visit; empty text where it was never set."""

    name: str


Expression = Variable | Value


class Operator(StrEnum):
    """How a variable is compared. Numbers compare as numbers where both sides are numbers."""

    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True)
class Compared:
    """``{var: name, OPERATOR: value}``"""

    variable: str
    operator: Operator
    value: Value | tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class HoursAre:
    """``{hours: open|closed, of: name}``"""

    open: bool
    of: str


@dataclass(frozen=True, slots=True)
class ModeIs:
    """``{mode: name}``: the centre was in that mode when the call arrived."""

    name: str


@dataclass(frozen=True, slots=True)
class CallerIs:
    """``{caller: name}``: the caller's class variable is set and not false, zero or empty."""

    name: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """``{all: [...]}``"""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """``{any: [...]}``"""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """``{not: {...}}``"""

    condition: Condition


Condition = Compared | HoursAre | ModeIs | CallerIs | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class View:
    """What a condition may look at."""

    variables: Variables
    caller: Variables
    calendar: Calendar
    now: datetime
    modes: Collection[str] = ()


def value_of(expression: Expression, variables: Variables) -> Value:
    """Return the expression's value; an unset variable is empty text."""
    if isinstance(expression, Variable):
        return variables.get(expression.name, "")
    return expression


def holds(condition: Condition, view: View) -> bool:
    """Tell whether the condition is true of what is seen."""
    match condition:
        case Compared():
            return _compare(condition, view.variables.get(condition.variable, ""))
        case HoursAre():
            return view.calendar.is_open(condition.of, view.now, view.modes) == condition.open
        case ModeIs():
            return condition.name in view.modes
        case CallerIs():
            return bool(view.caller.get(condition.name, False))
        case AllOf():
            return all(holds(part, view) for part in condition.conditions)
        case AnyOf():
            return any(holds(part, view) for part in condition.conditions)
    return not holds(condition.condition, view)


def _compare(condition: Compared, seen: Value) -> bool:
    wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    match condition.operator:
        case Operator.IS | Operator.ONE_OF:
            return any(_same(seen, value) for value in wanted)
        case Operator.IS_NOT:
            return not _same(seen, wanted[0])
        case Operator.AT_LEAST:
            return _order(seen, wanted[0]) >= 0
    return _order(seen, wanted[0]) <= 0


def _same(seen: Value, wanted: Value) -> bool:
    # A key press "1" equals the YAML number 1: callers' digits are text, admins write numbers.
    return seen == wanted or as_text(seen) == as_text(wanted)


def as_text(value: Value) -> str:
    """Return the value as a person writes it in YAML: ``true``, ``3``, ``text``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _order(seen: Value, wanted: Value) -> int:
    try:
        left, right = float(seen), float(wanted)
    except ValueError:
        return (as_text(seen) > as_text(wanted)) - (as_text(seen) < as_text(wanted))
    return (left > right) - (left < right)
