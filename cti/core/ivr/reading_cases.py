"""Marked YAML values → the cases of a branch and their conditions."""

from __future__ import annotations

from collections.abc import Mapping

from cti.core.ivr.conditions import (
    AllOf,
    AnyOf,
    CallerIs,
    Compared,
    Condition,
    HoursAre,
    ModeIs,
    Not,
    Operator,
    Value,
)
from cti.core.ivr.parts import Case
from cti.core.ivr.reading import (
    Problems,
    complain,
    complain_unknown,
    keys_are,
    read_list,
    read_name,
    read_target,
    read_value,
)
from cti.core.marked import Marked

CONDITION_KEYS = ("var", "hours", "mode", "caller", "all", "any", "not")
OPERATORS = tuple(each.value for each in Operator)


def read_cases(marked: Marked, problems: Problems) -> tuple[Case, ...] | None:
    """Read a list of conditions, each with ``go: target``."""
    items = read_list(marked, problems)
    if items is None:
        return None
    return tuple(case for item in items if (case := _read_case(item, problems)))


def _read_case(marked: Marked, problems: Problems) -> Case | None:
    entries = marked.mapping() or {}
    if "go" not in entries:
        complain(problems, marked.mark, "missing_key", key="go")
        return None
    go = read_target(entries["go"], problems)
    rest = {key: entry for key, entry in entries.items() if key != "go"}
    condition = read_condition(Marked(rest, marked.mark, marked.key_marks), problems)
    return Case(condition, go, entries["go"].mark) if condition and go else None


def read_condition(marked: Marked, problems: Problems) -> Condition | None:
    """Read one condition; its first key out of ``CONDITION_KEYS`` says of which sort."""
    entries = marked.mapping() or {}
    sort = next((key for key in CONDITION_KEYS if key in entries), None)
    if sort is None:
        found = ", ".join(entries) or "-"
        complain(
            problems, marked.mark, "no_condition", found=found, known=", ".join(CONDITION_KEYS)
        )
        return None
    if sort == "var":
        return _read_compared(marked, entries, problems)
    if sort == "hours":
        return _read_hours(marked, entries, problems)
    if not keys_are(marked, [sort], problems):
        return None
    if sort == "caller":
        name = read_name(entries[sort], problems)
        return CallerIs(name) if name else None
    if sort == "mode":
        name = read_name(entries[sort], problems)
        return ModeIs(name) if name else None
    if sort == "not":
        inner = read_condition(entries[sort], problems)
        return Not(inner) if inner else None
    return _read_several(sort, entries[sort], problems)


def _read_several(sort: str, marked: Marked, problems: Problems) -> Condition | None:
    items = read_list(marked, problems)
    if items is None:
        return None
    parts = [read_condition(item, problems) for item in items]
    good = tuple(part for part in parts if part is not None)
    if len(good) != len(parts):
        return None
    return AllOf(good) if sort == "all" else AnyOf(good)


def _read_hours(
    marked: Marked, entries: Mapping[str, Marked], problems: Problems
) -> Condition | None:
    if not keys_are(marked, ["hours", "of"], problems):
        return None
    name = read_name(entries["of"], problems)
    wanted = entries["hours"]
    if wanted.value not in ("open", "closed"):
        complain_unknown(
            problems, wanted.mark, "unknown_hours_state", str(wanted.plain()), ["open", "closed"]
        )
        return None
    return HoursAre(wanted.value == "open", name) if name else None


def _read_compared(
    marked: Marked, entries: Mapping[str, Marked], problems: Problems
) -> Condition | None:
    operators = [key for key in entries if key != "var"]
    if len(operators) != 1 or operators[0] not in OPERATORS:
        found = operators[0] if operators else "-"
        complain_unknown(problems, marked.mark, "unknown_operator", found, OPERATORS)
        return None
    name = read_name(entries["var"], problems)
    operator = Operator(operators[0])
    value = _read_compared_value(operator, entries[operator], problems)
    return Compared(name, operator, value) if name and value is not None else None


def _read_compared_value(
    operator: Operator, marked: Marked, problems: Problems
) -> Value | tuple[Value, ...] | None:
    if operator is not Operator.ONE_OF:
        return read_value(marked, problems)
    items = read_list(marked, problems) or ()
    values = [read_value(item, problems) for item in items]
    good = tuple(value for value in values if value is not None)
    return good if good and len(good) == len(values) else None
