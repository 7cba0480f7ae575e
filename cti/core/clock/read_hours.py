"""``dialplan/hours.yaml`` → Calendar. Every weekday and the holidays must be said: no holes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

from cti.core.clock.hours import MINUTES_OF_DAY, Calendar, OpeningHours, Span
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
from cti.core.marked import Marked
from cti.core.problems import Mark

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY = "holiday"
ALWAYS = (Span(0, MINUTES_OF_DAY),)
FILE_KEYS = ("timezone", "hours", "holidays", "make_up_days")
LONGEST_HOLIDAY_DAYS = 60

_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)

Day = str
Spans = tuple[Span, ...]


def read_calendar(root: Marked) -> tuple[Calendar | None, Problems]:
    """Read the whole file; the calendar is None when anything in it is wrong."""
    problems: Problems = []
    entries = read_mapping(root, problems)
    if entries is None or not keys_are(root, FILE_KEYS, problems):
        return None, problems
    zone = _read_zone(entries["timezone"], problems)
    named = read_mapping(entries["hours"], problems) or {}
    hours = {name: _read_opening(name, each, problems) for name, each in named.items()}
    for name in hours:
        if not NAME.fullmatch(name):
            complain(problems, entries["hours"].key_mark(name), "not_name", name=name)
    holidays = _read_days(entries["holidays"], problems)
    make_up_days = _read_days(entries["make_up_days"], problems)
    for day in sorted(set(holidays) & set(make_up_days)):
        complain(problems, make_up_days[day], "holiday_and_make_up", day=str(day))
    if problems or zone is None:
        return None, problems
    good = {name: opening for name, opening in hours.items() if opening}
    calendar = Calendar(
        zone=zone,
        hours=good,
        holidays=frozenset(holidays),
        make_up_days=frozenset(make_up_days),
    )
    return calendar, problems


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


def _read_days(marked: Marked, problems: Problems) -> Mapping[date, Mark]:
    """Read a list of ``{from: date, to: date, name: text}`` → each day and where it is written."""
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
