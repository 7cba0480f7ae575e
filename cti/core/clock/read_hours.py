"""``dialplan/hours.yaml`` → Calendar. Every weekday and the holidays must be said: no holes.

The days of countries come in as ``calendars``; the file names one and lays its own days over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

from cti.core.clock.hours import MINUTES_OF_DAY, Calendar, OpeningHours, Span
from cti.core.clock.public_days import PublicDays
from cti.core.clock.read_days import read_public_days
from cti.core.clock.read_modes import read_modes
from cti.core.ivr.reading import (
    NAME,
    Problems,
    complain,
    complain_unknown,
    keys_are,
    read_list,
    read_mapping,
    read_text,
)
from cti.core.ivr.rules.minutes import runs_over
from cti.core.ivr.rules.table import found
from cti.core.marked import Marked
from cti.core.problems import Mark, Severity

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY = "holiday"
ALWAYS = (Span(0, MINUTES_OF_DAY),)
FILE_KEYS = ("timezone", "hours", "holidays", "make_up_days")
OPTIONAL_KEYS = ("calendar", "modes")

_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)

Day = str
Spans = tuple[Span, ...]


def read_calendar(
    root: Marked, calendars: Mapping[str, PublicDays] | None = None
) -> tuple[Calendar | None, Problems]:
    """Read the whole file; the calendar is None when anything in it is an error."""
    problems: Problems = []
    entries = read_mapping(root, problems)
    optional = [key for key in OPTIONAL_KEYS if entries and key in entries]
    if entries is None or not keys_are(root, (*FILE_KEYS, *optional), problems):
        return None, problems
    zone = _read_zone(entries["timezone"], problems)
    hours = _read_hours(entries["hours"], problems)
    days = read_public_days(entries, calendars or {}, problems)
    modes = read_modes(entries["modes"], hours, problems) if "modes" in entries else {}
    if zone is None or any(each.severity is Severity.ERROR for each in problems):
        return None, problems
    calendar = Calendar(
        zone=zone,
        hours={name: opening for name, opening in hours.items() if opening},
        holidays=days.holidays,
        make_up_days=days.make_up_days,
        modes={name: rule.hours for name, rule in modes.items()},
        mode_rules=modes,
        known_until=days.known_until,
    )
    return calendar, problems


def _read_hours(marked: Marked, problems: Problems) -> Mapping[str, OpeningHours | None]:
    named = read_mapping(marked, problems) or {}
    for name in named:
        if not NAME.fullmatch(name):
            complain(problems, marked.key_mark(name), "not_name", name=name)
    hours = {name: _read_opening(name, each, problems) for name, each in named.items()}
    for name, opening in hours.items():
        if opening and (day := runs_over(opening)):
            problems.append(found(named[name].mark, "hours_run_over", name=name, day=day))
    return hours


def _read_zone(marked: Marked, problems: Problems) -> tzinfo | None:
    name = read_text(marked, problems)
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        complain(problems, marked.mark, "unknown_zone", name=str(name))
        return None


def _read_opening(name: str, marked: Marked, problems: Problems) -> OpeningHours | None:
    if marked.value == "always":
        return OpeningHours(week=(ALWAYS,) * len(DAYS), holiday=ALWAYS)
    entries = read_mapping(marked, problems)
    if entries is None:
        return None
    days: dict[Day, Spans] = {}
    for key, entry in entries.items():
        spans = _read_spans(entry, problems)
        for day in _read_day_range(key, marked.key_mark(key), problems):
            if day in days:
                complain(problems, marked.key_mark(key), "hours_day_twice", name=name, day=day)
            days[day] = spans
    missing = [day for day in (*DAYS, HOLIDAY) if day not in days]
    if missing:
        complain(problems, marked.mark, "hours_hole", name=name, days=", ".join(missing))
        return None
    return OpeningHours(week=tuple(days[day] for day in DAYS), holiday=days[HOLIDAY])


def _read_day_range(key: str, mark: Mark, problems: Problems) -> Iterable[Day]:
    if key == HOLIDAY:
        return [HOLIDAY]
    first, _, last = key.partition("-")
    last = last or first
    if first in DAYS and last in DAYS and DAYS.index(first) <= DAYS.index(last):
        return DAYS[DAYS.index(first) : DAYS.index(last) + 1]
    complain_unknown(problems, mark, "unknown_day", key, (*DAYS, HOLIDAY))
    return []


def _read_spans(marked: Marked, problems: Problems) -> Spans:
    if marked.value == "always":
        return ALWAYS
    if marked.value == "closed":
        return ()
    items = read_list(marked, problems) or ()
    spans = sorted(span for item in items if (span := _read_span(item, problems)))
    if any(after.opens < before.closes for before, after in pairwise(spans)):
        complain(problems, marked.mark, "hours_overlap")
    return tuple(spans)


def _read_span(marked: Marked, problems: Problems) -> Span | None:
    found = _SPAN.fullmatch(str(marked.value))
    if found:
        hour, minute, to_hour, to_minute = map(int, found.groups())
        opens, closes = hour * 60 + minute, to_hour * 60 + to_minute
        if max(minute, to_minute) < 60 and opens < MINUTES_OF_DAY >= closes:
            return Span(opens, closes if closes > opens else closes + MINUTES_OF_DAY)
    complain(problems, marked.mark, "not_a_span", found=str(marked.plain()))
    return None
