"""What conditions see and how values compare."""

from datetime import UTC, datetime

import pytest

from cti.core.ivr.conditions import (
    AllOf,
    AnyOf,
    CallerIs,
    Compared,
    HoursAre,
    Not,
    Operator,
    Value,
    Variable,
    View,
    as_text,
    holds,
    value_of,
)
from tests.unit.core.ivr.trees import calendar_of

MONDAY_TEN = datetime(2026, 11, 23, 2, tzinfo=UTC)
VIEW = View({"tries": "3", "paid": True}, {"vip": True, "known": 0}, calendar_of(), MONDAY_TEN)


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        (Operator.IS, 3, True),
        (Operator.IS, "4", False),
        (Operator.IS_NOT, 3, False),
        (Operator.IS_NOT, "x", True),
        (Operator.ONE_OF, (1, 3), True),
        (Operator.ONE_OF, (1, 2), False),
        (Operator.AT_LEAST, 3, True),
        (Operator.AT_LEAST, 10, False),
        (Operator.AT_MOST, 10, True),
        (Operator.AT_MOST, 2, False),
    ],
)
def test_digits_a_caller_pressed_compare_with_numbers_in_yaml(
    operator: Operator, value: Value | tuple[Value, ...], expected: bool
) -> None:
    assert holds(Compared("tries", operator, value), VIEW) is expected


def test_text_that_is_no_number_compares_by_letter() -> None:
    assert holds(Compared("tries", Operator.AT_MOST, "abc"), VIEW)
    assert not holds(Compared("tries", Operator.AT_LEAST, "abc"), VIEW)


def test_a_truth_value_compares_with_the_word() -> None:
    assert holds(Compared("paid", Operator.IS, "true"), VIEW)
    assert as_text(False) == "false"


def test_a_variable_that_was_never_set_is_empty_text() -> None:
    assert holds(Compared("nothing", Operator.IS, ""), VIEW)
    assert value_of(Variable("nothing"), VIEW.variables) == ""
    assert value_of(Variable("tries"), VIEW.variables) == "3"
    assert value_of(7, VIEW.variables) == 7


def test_hours_are_asked_at_the_moment_of_the_visit() -> None:
    assert holds(HoursAre(True, "desk"), VIEW)
    assert not holds(HoursAre(False, "desk"), VIEW)


def test_a_callers_class_counts_when_it_is_neither_missing_nor_zero() -> None:
    assert holds(CallerIs("vip"), VIEW)
    assert not holds(CallerIs("known"), VIEW)
    assert not holds(CallerIs("fleet"), VIEW)


def test_all_any_and_not_combine() -> None:
    vip, fleet = CallerIs("vip"), CallerIs("fleet")
    assert not holds(AllOf((vip, fleet)), VIEW)
    assert holds(AnyOf((vip, fleet)), VIEW)
    assert holds(Not(fleet), VIEW)
