"""The lists of days in ``hours.yaml``: ``{from: date, to: date, name: text}``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from cti.core.clock.public_days import PublicDays, contradictions, laid_over, own_days
from cti.core.ivr.reading import (
    Problems,
    complain,
    complain_unknown,
    keys_are,
    read_list,
    read_text,
    warn,
)
from cti.core.marked import Marked
from cti.core.problems import Mark

LONGEST_HOLIDAY_DAYS = 60

Places = Mapping[date, Mark]


def read_public_days(
    entries: Mapping[str, Marked], calendars: Mapping[str, PublicDays], problems: Problems
) -> PublicDays:
    """The days of the file laid over those of the calendar it names, if it names one."""
    holidays = _read_days(entries["holidays"], problems)
    make_up_days = _read_days(entries["make_up_days"], problems)
    for day in sorted(set(holidays) & set(make_up_days)):
        complain(problems, make_up_days[day], "holiday_and_make_up", day=str(day))
    own = own_days(frozenset(holidays), frozenset(make_up_days))
    if "calendar" not in entries:
        return own
    below = _read_calendar_name(entries["calendar"], calendars, problems)
    places = {**holidays, **make_up_days}
    for day, free in sorted(contradictions(below, own).items()):
        code = "holiday_worked" if free else "make_up_free"
        warn(problems, places[day], code, day=str(day))
    return laid_over(below, own)


def _read_calendar_name(
    marked: Marked, calendars: Mapping[str, PublicDays], problems: Problems
) -> PublicDays:
    name = read_text(marked, problems)
    if name is None or name in calendars:
        return calendars[name] if name else PublicDays()
    complain_unknown(problems, marked.mark, "unknown_calendar", name, calendars)
    return PublicDays()


def _read_days(marked: Marked, problems: Problems) -> Places:
    """Each day and where it is written."""
    items = read_list(marked, problems) if marked.value != () else ()
    days: dict[date, Mark] = {}
    for item in items or ():
        if not keys_are(item, ("from", "to", "name"), problems):
            continue
        entries = item.mapping() or {}
        first, last = (_read_date(entries[key], problems) for key in ("from", "to"))
        if first is None or last is None:
            continue
        if not 0 <= (last - first).days < LONGEST_HOLIDAY_DAYS:
            complain(problems, item.mark, "dates_reversed", first=str(first), last=str(last))
            continue
        days |= {first + timedelta(n): item.mark for n in range((last - first).days + 1)}
    return days


def _read_date(marked: Marked, problems: Problems) -> date | None:
    try:
        return date.fromisoformat(str(marked.value))
    except ValueError:
        complain(problems, marked.mark, "not_a_date", found=str(marked.plain()))
        return None
