"""A representative week in minutes: seven weekdays, and a holiday among holidays."""

from __future__ import annotations

from collections.abc import Iterable

from cti.core.clock.hours import MINUTES_OF_DAY, OpeningHours, Span

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday")
HOLIDAY = 7
Moment = tuple[int, int]
"""Index into ``DAYS`` and minute of the day."""


def _begun(hours: OpeningHours, day: int) -> tuple[Span, ...]:
    return hours.holiday if day == HOLIDAY else hours.week[day]


def is_open(hours: OpeningHours, moment: Moment) -> bool:
    """Tell whether the hours are open then; a span may have begun on the day before."""
    day, minute = moment
    before = HOLIDAY if day == HOLIDAY else (day - 1) % HOLIDAY
    return any(span.covers(minute) for span in _begun(hours, day)) or any(
        span.covers(minute + MINUTES_OF_DAY) for span in _begun(hours, before)
    )


def turning_points(several: Iterable[OpeningHours]) -> list[Moment]:
    """The minutes at which any of the hours may open or close: between them nothing changes."""
    minutes = {0}
    for hours in several:
        for spans in (*hours.week, hours.holiday):
            for span in spans:
                minutes |= {span.opens % MINUTES_OF_DAY, span.closes % MINUTES_OF_DAY}
    return [(day, minute) for day in range(len(DAYS)) for minute in sorted(minutes)]


def open_minutes(hours: OpeningHours) -> frozenset[Moment]:
    """Every minute of the week at which the hours are open."""
    points = turning_points([hours])
    found: set[Moment] = set()
    for point, (day, after) in zip(points, [*points[1:], (-1, 0)], strict=True):
        if is_open(hours, point):
            last = after if day == point[0] else MINUTES_OF_DAY
            found |= {(point[0], minute) for minute in range(point[1], last)}
    return frozenset(found)


def runs_over(hours: OpeningHours) -> str | None:
    """The first day whose last span runs into the first of the next day; None: none does."""
    for day in range(HOLIDAY):
        late = max((span.closes for span in hours.week[day]), default=0) - MINUTES_OF_DAY
        early = min((span.opens for span in hours.week[(day + 1) % HOLIDAY]), default=late)
        if late > early:
            return DAYS[day]
    return None
