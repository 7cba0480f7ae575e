"""Differences of opening hours by day, of holidays, make-up days and modes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from cti.core.clock.hours import MINUTES_OF_DAY, Calendar, OpeningHours, Span
from cti.core.ivr.diff_words import Change, change, shown
from cti.core.ivr.rules.minutes import DAYS

Spans = tuple[Span, ...]


def calendar_changes(before: Calendar, after: Calendar) -> Iterator[Change]:
    """What is different in hours.yaml."""
    if str(before.zone) != str(after.zone):
        yield change("zone", old=str(before.zone), new=str(after.zone))
    for name in dict.fromkeys([*before.hours, *after.hours]):
        if name not in after.hours:
            yield change("hours_removed", hours=name)
        elif name not in before.hours:
            yield change("hours_added", hours=name)
        else:
            yield from _hours_changes(name, before.hours[name], after.hours[name])
    yield from _day_changes("holidays", before.holidays, after.holidays)
    yield from _day_changes("make_up_days", before.make_up_days, after.make_up_days)
    for mode in dict.fromkeys([*before.modes, *after.modes]):
        was, now = before.modes.get(mode, {}), after.modes.get(mode, {})
        if was != now:
            yield change("mode_changed", mode=mode, old=shown(was), new=shown(now))


def _day_changes(code: str, before: frozenset[date], after: frozenset[date]) -> Iterator[Change]:
    for sign, days in (("added", after - before), ("removed", before - after)):
        if days:
            yield change(f"{code}_{sign}", days=_ranges(sorted(days)))


def _hours_changes(name: str, before: OpeningHours, after: OpeningHours) -> Iterator[Change]:
    """Days in a row that changed alike are one sentence."""
    old, new = (*before.week, before.holiday), (*after.week, after.holiday)
    changed = [(old[day], new[day], day) for day in range(len(DAYS)) if old[day] != new[day]]
    for (was, now), group in groupby(changed, key=lambda each: each[:2]):
        days = [DAYS[day] for _, _, day in group]
        values = {"hours": name, "days": ", ".join(days)}
        yield change("hours_changed", **values, old=_spans(was), new=_spans(now))


def _spans(spans: Spans) -> str:
    if spans == (Span(0, MINUTES_OF_DAY),):
        return "00:00-24:00"
    return ", ".join(f"{_clock(span.opens)}-{_clock(span.closes)}" for span in spans) or "-"


def _clock(minute: int) -> str:
    minute = minute if minute == MINUTES_OF_DAY else minute % MINUTES_OF_DAY
    return f"{minute // 60:02}:{minute % 60:02}"


def _ranges(days: list[date]) -> str:
    """``2026-10-01 – 2026-10-07`` for days in a row."""
    rows: list[list[date]] = []
    for day in days:
        if rows and (day - rows[-1][-1]).days == 1:
            rows[-1].append(day)
        else:
            rows.append([day])
    return ", ".join(str(row[0]) if len(row) == 1 else f"{row[0]} – {row[-1]}" for row in rows)
