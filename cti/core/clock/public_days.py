"""A country's holidays and make-up days, with a site's own days laid over them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

LOOK_AHEAD_DAYS = 60
LAST_HOLIDAY_MONTH = 10
"""National Day: a table of days that names it knows its year to the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDays:
    """What somebody knows of a country's days off and days worked instead, until a last day."""

    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    known_until: date | None = None


def own_days(holidays: frozenset[date], make_up_days: frozenset[date]) -> PublicDays:
    """Days that a file says itself: it knows until the last of them, or that year's end."""
    last = max(holidays | make_up_days, default=None)
    if last and last.month >= LAST_HOLIDAY_MONTH:
        last = date(last.year, 12, 31)
    return PublicDays(holidays=holidays, make_up_days=make_up_days, known_until=last)


def laid_over(below: PublicDays, own: PublicDays) -> PublicDays:
    """Both together; ``own`` wins day by day."""
    known = [each for each in (below.known_until, own.known_until) if each]
    return PublicDays(
        holidays=(below.holidays - own.make_up_days) | own.holidays,
        make_up_days=(below.make_up_days - own.holidays) | own.make_up_days,
        known_until=max(known, default=None),
    )


def contradictions(below: PublicDays, own: PublicDays) -> Mapping[date, bool]:
    """Days that the two see the other way round → whether ``own`` calls them a holiday."""
    free = dict.fromkeys(own.holidays & below.make_up_days, True)
    return free | dict.fromkeys(own.make_up_days & below.holidays, False)


def unknown_from(known_until: date | None, today: date) -> date | None:
    """The first of the next 60 days of which nothing is known; None where all are."""
    if known_until is None:
        return today
    first = max(today, known_until + timedelta(days=1))
    return first if first <= today + timedelta(days=LOOK_AHEAD_DAYS) else None
