"""Values, variables and conditions of a menu tree in Asterisk's words.

Nothing that a person wrote or a caller keyed can become dialplan: literals pass ``literal``, callers'
values are digits by construction, and every comparison has quoted text on both sides.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from cti.asterisk.ivr_visit import sound_file
from cti.asterisk.text import UnsafeText, prompt_name
from cti.core.ivr.conditions import (
    AllOf,
    AnyOf,
    CallerIs,
    Compared,
    Condition,
    Expression,
    HoursAre,
    ModeIs,
    Not,
    Operator,
    Value,
    Variable,
    as_text,
)
from cti.core.ivr.wording import Wording

LONGEST_LINE = 3_000
"""Bytes. Asterisk substitutes variables into a buffer of 4096 (pbx_variables.c VAR_BUF_SIZE)."""
_LITERAL = re.compile(r"[\w .:,@+*#/=-]*")
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_OF_THE_CALL = {
    "language": "${CHANNEL(language)}",
    "caller_number": "${W_FROM}",
    "dialed_number": "${ACD_DID}",
}
NEVER = "(0 = 1)"


def literal(text: str) -> str:
    """A value of the tree as it may stand in a dialplan line. Raises UnsafeText."""
    if not _LITERAL.fullmatch(text):
        raise UnsafeText(f"not fit for a dialplan: {text[:60]!a}")
    return text


def played(wording: Wording, fallback: Mapping[str, str], prompt: str) -> str:
    """The server's sound of a prompt, but where the version has words of its own for it: to callers of that
    language, and of those whose ``fallback`` it is."""
    found = literal(sound_file(prompt_name(prompt)))
    for language, said in wording.items():
        if prompt in said:
            heard_by = [language, *(each for each, to in fallback.items() if to == language)]
            same = (f'"${{CHANNEL(language)}}" = "{literal(each)}"' for each in heard_by)
            found = (
                f"${{IF($[{' | '.join(same)}]?{literal(sound_file(said[prompt].sound))}:{found})}}"
            )
    return found


def named_apart(names: Iterable[str], prefix: str) -> Mapping[str, str]:
    """Each name as ``prefix`` and letters, digits and ``_`` only; no two alike."""
    found: dict[str, str] = {}
    for name in names:
        plain = prefix + re.sub("[^a-z0-9_]", "_", name)[:60]
        taken = plain in found.values()
        found[name] = f"{plain}__{len(found)}" if taken else plain
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One priority: an application with its arguments, and a label to jump to."""

    does: str
    label: str = ""


def extension(name: str, steps: Iterable[Step]) -> Iterator[str]:
    """The lines of one extension. Raises UnsafeText for a line that Asterisk would cut."""
    for index, step in enumerate(steps):
        if len(step.does.encode()) > LONGEST_LINE or "\n" in step.does:
            raise UnsafeText(f"too long for a dialplan line: {name}")
        label = f"({step.label})" if step.label else ""
        where = " same => n" if index else f"exten => {name},1"
        yield f"{where}{label},{step.does}"


class Variables:
    """The channel variables that stand for a tree's variables."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = named_apart(sorted(set(names)), "V_")

    def own(self, name: str) -> str:
        """The channel variable's name. Raises KeyError for a variable nobody sets."""
        return self._names[name]

    def listed(self) -> list[str]:
        """Every variable of the tree."""
        return list(self._names)

    def read(self, name: str) -> str:
        """``${…}`` for a variable; nothing for one that nobody sets without the server."""
        if name in _OF_THE_CALL:
            return _OF_THE_CALL[name]
        return f"${{{self._names[name]}}}" if name in self._names else ""

    def value(self, expression: Expression) -> str:
        """An expression's text. Raises UnsafeText."""
        if isinstance(expression, Variable):
            return self.read(expression.name)
        return literal(as_text(expression))

    def holds(self, condition: Condition, hours: Mapping[str, str]) -> str:
        """The condition as an expression for ``$[…]``; ``hours``: name → variable, 1 when open.

        Caller classes and modes are not known without the server: they do not hold.
        """
        match condition:
            case Compared():
                return self._compared(condition)
            case HoursAre():
                return f"(0${{{hours[condition.of]}}} = {int(condition.open)})"
            case ModeIs() | CallerIs():
                return NEVER
            case AllOf(parts):
                return "(" + " & ".join(self.holds(part, hours) for part in parts) + ")"
            case AnyOf(parts):
                return "(" + " | ".join(self.holds(part, hours) for part in parts) + ")"
            case Not(part):
                return f"({self.holds(part, hours)} = 0)"
        assert_never(condition)

    def _compared(self, condition: Compared) -> str:
        seen = self.read(condition.variable)
        wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        match condition.operator:
            case Operator.IS | Operator.ONE_OF:
                return "(" + " | ".join(_text(seen, "=", each) for each in wanted) + ")"
            case Operator.IS_NOT:
                return _text(seen, "!=", wanted[0])
            case Operator.AT_LEAST:
                return _order(seen, ">=", wanted[0])
            case Operator.AT_MOST:
                return _order(seen, "<=", wanted[0])
        assert_never(condition.operator)


def _text(seen: str, operator: str, wanted: Value) -> str:
    # The letter keeps Asterisk from comparing "010" and "10" as numbers.
    return f'("x{seen}" {operator} "x{literal(as_text(wanted))}")'


def _order(seen: str, operator: str, wanted: Value) -> str:
    """Numbers compare as numbers where both sides are numbers, else as text."""
    as_words = _text(seen, operator, wanted)
    number = str(int(wanted)) if isinstance(wanted, bool) else as_text(wanted)
    if not _NUMBER.fullmatch(number) or not seen:
        return as_words
    digits = f"${{FILTER(0-9.,{seen})}}"
    is_number = f'("x{seen}" = "x{digits}" & "x{seen}" != "x")'
    as_numbers = f"(0{digits} {operator} {number})"
    return f"(({is_number} & {as_numbers}) | (({is_number} = 0) & {as_words}))"


def hours_in(condition: Condition) -> frozenset[str]:
    """The opening hours that a condition asks for."""
    match condition:
        case HoursAre():
            return frozenset({condition.of})
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*(hours_in(part) for part in parts))
        case Not(part):
            return hours_in(part)
    return frozenset()
