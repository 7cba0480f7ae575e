"""Which days a report is about, and when it is due."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.core.report_periods import Days, days, latest_due
from cti.core.reports import Period, Schedule, chosen

CHINA = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
DAILY = Schedule(at=time(7))


def always(_day: date) -> bool:
    return True


def weekdays_only(day: date) -> bool:
    return day.isoweekday() < 6


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period.TODAY, date(2026, 3, 1), date(2026, 3, 1)),
        (Period.YESTERDAY, date(2026, 2, 28), date(2026, 2, 28)),
        (Period.LAST_WEEK, date(2026, 2, 16), date(2026, 2, 22)),
        (Period.LAST_MONTH, date(2026, 2, 1), date(2026, 2, 28)),
        (Period.LAST_YEAR, date(2025, 1, 1), date(2025, 12, 31)),
        (Period.WEEK_TO_DATE, date(2026, 2, 23), date(2026, 2, 28)),
        (Period.MONTH_TO_DATE, date(2026, 2, 1), date(2026, 2, 28)),
        (Period.YEAR_TO_DATE, date(2026, 1, 1), date(2026, 2, 28)),
    ],
)
def test_a_period_is_seen_from_its_day(period: Period, first: date, last: date) -> None:
    assert days(period, date(2026, 3, 1)) == Days(first, last)


@given(
    st.sampled_from([each for each in Period if each is not Period.TODAY]),
    st.dates(date(2001, 1, 1), date(2100, 1, 1)),
)
def test_a_period_is_over_when_it_is_reported(period: Period, today: date) -> None:
    found = days(period, today)
    assert found.first <= found.last < today


def test_a_day_of_the_summer_clock_is_as_long_as_it_is() -> None:
    since, until = days(Period.YESTERDAY, date(2026, 3, 30)).moments(BERLIN)
    assert until.astimezone(UTC) - since.astimezone(UTC) == timedelta(hours=23)


def test_an_hour_that_the_clock_leaves_out_has_one_moment() -> None:
    schedule = Schedule(at=time(2, 30))
    before = datetime(2026, 3, 29, 1, 29, tzinfo=UTC)
    (yesterday,) = latest_due(schedule, before, BERLIN, always)
    (today,) = latest_due(schedule, before + timedelta(minutes=1), BERLIN, always)
    assert (yesterday.day, today.day) == (date(2026, 3, 28), date(2026, 3, 29))


def test_an_hour_that_comes_twice_is_due_once() -> None:
    schedule = Schedule(at=time(2, 30))
    moments = {
        latest_due(schedule, datetime(2026, 10, 25, hour, 45, tzinfo=UTC), BERLIN, always)[0].since
        for hour in (0, 1, 2)
    }
    assert moments == {datetime(2026, 10, 25, 0, 30, tzinfo=UTC)}


def test_before_its_time_the_day_before_is_the_latest() -> None:
    now = datetime(2026, 11, 23, 6, 59, tzinfo=CHINA)
    assert [due.day for due in latest_due(DAILY, now, CHINA, always)] == [date(2026, 11, 22)]


def test_after_an_outage_only_the_latest_is_due() -> None:
    now = datetime(2026, 11, 23, 8, 0, tzinfo=CHINA)
    assert [due.day for due in latest_due(DAILY, now, CHINA, always)] == [date(2026, 11, 23)]


def test_after_a_weekend_each_day_of_it_gets_its_report() -> None:
    schedule = Schedule(at=time(7), working_days=True)
    monday = datetime(2026, 11, 23, 8, 0, tzinfo=CHINA)
    due = latest_due(schedule, monday, CHINA, weekdays_only)
    assert [one.day.day for one in due] == [21, 22, 23]
    sunday = latest_due(schedule, monday - timedelta(days=1), CHINA, weekdays_only)
    assert [one.day.day for one in sunday] == [20]


def test_a_month_that_begins_on_a_day_off_is_reported_on_the_next_working_day() -> None:
    schedule = Schedule(at=time(8), month_days=frozenset({1}), working_days=True)
    due = latest_due(schedule, datetime(2026, 8, 3, 9, tzinfo=CHINA), CHINA, weekdays_only)
    assert [(one.day, one.since) for one in due] == [
        (date(2026, 8, 1), datetime(2026, 8, 3, 0, 0, tzinfo=UTC))
    ]


def test_a_day_that_never_comes_is_never_due() -> None:
    schedule = Schedule(at=time(8), month_days=frozenset({31}), weekdays=frozenset({1}))
    now = datetime(2026, 7, 1, 9, tzinfo=CHINA)
    assert latest_due(schedule, now, CHINA, always) == ()


@given(
    st.integers(0, 365 * 24 * 60),
    st.times(),
    st.frozensets(st.integers(1, 7), min_size=1),
    st.booleans(),
)
def test_what_is_due_is_due_already_and_its_days_are_all_different(
    minutes: int, at: time, weekdays: frozenset[int], working_days: bool
) -> None:
    schedule = Schedule(at=at, weekdays=weekdays, working_days=working_days)
    aware = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due = latest_due(schedule, aware, BERLIN, weekdays_only)
    assert due
    assert len({one.day for one in due}) == len(due)
    assert all(one.since <= aware and one.day.isoweekday() in weekdays for one in due)


def test_patterns_mean_all_that_fit_once_and_in_their_order() -> None:
    known = ("talks_in", "talks_out", "answered")
    assert chosen(["answered", "talks_*", "talks_in"], known) == (
        "answered",
        "talks_in",
        "talks_out",
    )
    assert chosen(["luck"], known) == ("luck",)
