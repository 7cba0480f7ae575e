"""Deadlines in working days: weekends and holidays do not count, make-up days (调休) do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from cti.core.clock.hours import Calendar

MORNING = (9, 0)
EVENING_H = 17
"""What comes from this hour on counts as received the next working day."""
LAST_MINUTE = (23, 59)
_DAY = timedelta(days=1)


def next_morning(calendar: Calendar, now: datetime) -> datetime:
    """The first 09:00 of a working day after ``now``, in UTC; all times are aware."""
    local = now.astimezone(calendar.zone)
    day = local.date() if (local.hour, local.minute) < MORNING else local.date() + _DAY
    return _moment(calendar, _working_day_from(calendar, day), MORNING)


def end_of_day(calendar: Calendar, day: date) -> datetime:
    """23:59 of the day at the centre, worked or not, in UTC."""
    return _moment(calendar, day, LAST_MINUTE)


def due_in_working_days(calendar: Calendar, received: datetime, days: int) -> datetime:
    """23:59 of the ``days``-th working day after the one on which it counts as received, in UTC.

    What comes after 17:00, or on a day that is not worked, counts as received the next working day.
    """
    local = received.astimezone(calendar.zone)
    late = local.hour >= EVENING_H and calendar.is_working_day(local.date())
    day = _working_day_from(calendar, local.date() + _DAY if late else local.date())
    for _ in range(days):
        day = _working_day_from(calendar, day + _DAY)
    return _moment(calendar, day, LAST_MINUTE)


def _working_day_from(calendar: Calendar, day: date) -> date:
    """``day`` or the next one that is worked. There is one: holidays are finitely many."""
    while not calendar.is_working_day(day):
        day += _DAY
    return day


def _moment(calendar: Calendar, day: date, at: tuple[int, int]) -> datetime:
    local = datetime(day.year, day.month, day.day, *at, tzinfo=calendar.zone)
    return local.astimezone(UTC)
