"""Opening hours over weekdays, nights, holidays and make-up days."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.unit.core.ivr.trees import calendar_of

CHINA = ZoneInfo("Asia/Shanghai")
CALENDAR = calendar_of()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23T08:29:59", False),
        ("2026-11-23T08:30:00", True),
        ("2026-11-23T11:59:59", True),
        ("2026-11-23T12:00:00", False),
        ("2026-11-23T14:00:00", True),
        ("2026-11-28T10:00:00", False),
        ("2026-10-01T10:00:00", False),
        ("2026-10-10T10:00:00", True),
    ],
    ids=[
        "before",
        "opens",
        "last second",
        "lunch",
        "after lunch",
        "saturday",
        "holiday",
        "make-up",
    ],
)
def test_a_desk_is_open_at_the_minutes_it_says(moment: str, is_open: bool) -> None:
    assert CALENDAR.is_open("desk", at(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23T20:00:00", True),
        ("2026-11-24T07:59:00", True),
        ("2026-11-24T08:00:00", False),
        ("2026-10-08T03:00:00", False),
        ("2026-10-07T12:00:00", True),
    ],
    ids=["evening", "next morning", "ends", "a holiday that ends at midnight", "all day"],
)
def test_a_span_over_midnight_belongs_to_the_day_it_begins(moment: str, is_open: bool) -> None:
    assert CALENDAR.is_open("night", at(moment)) is is_open


def test_the_hours_are_those_of_the_sites_own_zone() -> None:
    assert CALENDAR.is_open("desk", datetime(2026, 11, 23, 2, tzinfo=UTC))
    assert not CALENDAR.is_open("desk", datetime(2026, 11, 23, 10, tzinfo=UTC))


def test_a_name_that_nobody_gave_hours_is_an_error() -> None:
    with pytest.raises(KeyError):
        CALENDAR.is_open("moon", at("2026-11-23T10:00:00"))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
    ],
)
def test_working_days_know_holidays_and_make_up_days(day: date, worked: bool) -> None:
    assert CALENDAR.is_working_day(day) is worked
