"""Deadlines in working days, with make-up days."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.core.clock.hours import Calendar
from cti.core.clock.working_days import due_in_working_days, next_morning

MONTH = (datetime.fromisoformat("2008-09-20"), datetime.fromisoformat("2008-10-15"))
ZONE = ZoneInfo("Asia/Shanghai")
NATIONAL_DAY_2008 = Calendar(
    zone=ZONE,
    holidays=frozenset([date(2008, 9, 29), date(2008, 9, 30)])
    | {date(2008, 10, day) for day in range(1, 6)},
    make_up_days=frozenset([date(2008, 9, 27), date(2008, 9, 28)]),
)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[misc,arg-type]


def due(received: datetime, days: int = 7) -> datetime:
    return due_in_working_days(NATIONAL_DAY_2008, received, days)


def test_seven_working_days_across_national_day_2008_end_on_10_october() -> None:
    assert due(local(2008, 9, 26, 10, 0)) == local(2008, 10, 10, 23, 59)


def test_after_five_in_the_afternoon_the_next_working_day_counts_as_the_first() -> None:
    assert due(local(2008, 9, 26, 16, 59)) == local(2008, 10, 10, 23, 59)
    assert due(local(2008, 9, 26, 17, 0)) == local(2008, 10, 13, 23, 59)


def test_what_comes_on_a_free_day_counts_as_received_the_next_working_day() -> None:
    assert due(local(2008, 10, 3, 10, 0), 1) == local(2008, 10, 7, 23, 59)
    assert due(local(2008, 10, 5, 18, 0), 1) == local(2008, 10, 7, 23, 59)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (local(2008, 9, 24, 21, 0), local(2008, 9, 25, 9, 0)),
        (local(2008, 9, 25, 2, 0), local(2008, 9, 25, 9, 0)),
        (local(2008, 9, 25, 9, 0), local(2008, 9, 26, 9, 0)),
        (local(2008, 9, 26, 21, 0), local(2008, 9, 27, 9, 0)),
        (local(2008, 9, 28, 21, 0), local(2008, 10, 6, 9, 0)),
    ],
)
def test_the_next_morning_is_the_first_nine_o_clock_of_a_working_day(
    now: datetime, morning: datetime
) -> None:
    assert next_morning(NATIONAL_DAY_2008, now) == morning


@given(
    st.datetimes(*MONTH),
    st.timedeltas(timedelta(0), timedelta(days=30)),
    st.integers(0, 10),
)
def test_what_came_earlier_is_never_due_later(first: datetime, after: timedelta, days: int) -> None:
    received = first.replace(tzinfo=ZONE)
    assert due(received, days) <= due(received + after, days)
