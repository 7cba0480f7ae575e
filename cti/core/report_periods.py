"""Which days a report is about, and when it is due: by the centre's calendar, whatever clocks do. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from cti.core.reports import Period, Schedule

LOOK_BACK_DAYS = 62
"""So far back the last time that a report was due is looked for: a month, and holidays."""
LONGEST_BREAK_DAYS = 30
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """From ``first`` to ``last``, both included."""

    first: date
    last: date

    def moments(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Its begin and end in the zone: midnights, however long the days between are."""
        return _midnight(self.first, zone), _midnight(self.last + _DAY, zone)

    def __str__(self) -> str:
        alone = self.first == self.last
        return self.first.isoformat() if alone else f"{self.first}_{self.last}"


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is due: the day it is seen from, and since when."""

    day: date
    since: datetime


def days(period: Period, today: date) -> Days:
    """The days of a period, seen from ``today``; what is to date goes to yesterday."""
    yesterday = today - _DAY
    match period:
        case Period.TODAY | Period.YESTERDAY:
            day = today if period is Period.TODAY else yesterday
            return Days(day, day)
        case Period.LAST_WEEK:
            monday = today - timedelta(days=today.weekday() + 7)
            return Days(monday, monday + timedelta(days=6))
        case Period.LAST_MONTH:
            last = today.replace(day=1) - _DAY
            return Days(last.replace(day=1), last)
        case Period.LAST_YEAR:
            return Days(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))
        case Period.WEEK_TO_DATE:
            return Days(yesterday - timedelta(days=yesterday.weekday()), yesterday)
        case Period.MONTH_TO_DATE:
            return Days(yesterday.replace(day=1), yesterday)
        case Period.YEAR_TO_DATE:
            return Days(date(yesterday.year, 1, 1), yesterday)


def latest_due(
    schedule: Schedule, now: datetime, zone: tzinfo, is_worked: Callable[[date], bool]
) -> Sequence[Due]:
    """What fell due together the last time, oldest first; none for longer than the look back.

    After days off these are several: one for each day on which nothing was made. Whatever fell due
    before is not caught up.
    """
    today = now.astimezone(zone).date()
    for back in range(LOOK_BACK_DAYS):
        made_on = today - timedelta(days=back)
        since = _moment(made_on, schedule, zone)
        if since <= now and (found := list(_due_on(schedule, made_on, is_worked))):
            return [Due(day, since) for day in reversed(found)]
    return ()


def _due_on(schedule: Schedule, made_on: date, is_worked: Callable[[date], bool]) -> Iterator[date]:
    """The days whose reports are made on that day, latest first."""
    if schedule.working_days and not is_worked(made_on):
        return
    day = made_on
    for _ in range(LONGEST_BREAK_DAYS):
        if _is_due(schedule, day):
            yield day
        day -= _DAY
        if not schedule.working_days or is_worked(day):
            return


def _is_due(schedule: Schedule, day: date) -> bool:
    in_month = not schedule.month_days or day.day in schedule.month_days
    return in_month and day.isoweekday() in schedule.weekdays


def _moment(day: date, schedule: Schedule, zone: tzinfo) -> datetime:
    """In UTC: an hour that clocks leave out or repeat (PEP 495) has one moment all the same."""
    return datetime.combine(day, schedule.at, tzinfo=zone).astimezone(UTC)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
