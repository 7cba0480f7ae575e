"""Intervals of the centre's calendar: quarter-hours to months, in its own time zone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import reduce
from math import gcd

from cti.core.measures.facts import epoch_ms, moment

QUARTER_MS = 900_000


class Length(StrEnum):
    """How long an interval is; ``whole`` makes one of the whole period."""

    QUARTER = "15m"
    HALF = "30m"
    HOUR = "1h"
    DAY = "day"
    MONTH = "month"
    WHOLE = "whole"


_MINUTES = {Length.QUARTER: 15, Length.HALF: 30, Length.HOUR: 60}


@dataclass(frozen=True, slots=True)
class Scale:
    """The intervals of a period: number ``i`` goes from ``bounds_ms[i]`` to before ``bounds_ms[i + 1]``."""

    bounds_ms: tuple[int, ...]

    @property
    def begin_ms(self) -> int:
        """Where the first one begins."""
        return self.bounds_ms[0]

    @property
    def end_ms(self) -> int:
        """Where the last one ends."""
        return self.bounds_ms[-1]

    @property
    def step_ms(self) -> int:
        """The longest step, of a day at most, that meets every bound."""
        gaps = (b - a for a, b in zip(self.bounds_ms, self.bounds_ms[1:], strict=False))
        return reduce(gcd, gaps, 86_400_000) or QUARTER_MS

    def number(self, at_ms: int) -> int | None:
        """The interval that the moment lies in."""
        if not self.begin_ms <= at_ms < self.end_ms:
            return None
        return bisect_right(self.bounds_ms, at_ms) - 1

    def pieces(self, since_ms: int, until_ms: int) -> Iterator[tuple[int, int]]:
        """(Interval, ms) of a stretch of time: what each interval has of it."""
        begin, end = max(since_ms, self.begin_ms), min(until_ms, self.end_ms)
        while begin < end:
            number = bisect_right(self.bounds_ms, begin) - 1
            upto = min(end, self.bounds_ms[number + 1])
            yield number, upto - begin
            begin = upto


def scale(since: datetime, until: datetime, length: Length, zone: tzinfo) -> Scale:
    """The intervals from ``since`` to ``until`` (aware), widened to where intervals meet.

    The ``whole`` is widened to quarter-hours. Raises ValueError for a period without length.
    """
    if since >= until:
        raise ValueError("the period has no length")
    if length is Length.WHOLE:
        begin_ms, rest_ms = epoch_ms(since), -epoch_ms(until) % QUARTER_MS
        return Scale((begin_ms - begin_ms % QUARTER_MS, epoch_ms(until) + rest_ms))
    begin = _begin(since.astimezone(zone), length)
    bounds = [begin]
    while bounds[-1] < until:
        bounds.append(_next(bounds[-1], length, zone))
    return Scale(tuple(map(epoch_ms, bounds)))


def _begin(local: datetime, length: Length) -> datetime:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if length is Length.MONTH:
        return midnight.replace(day=1)
    if length is Length.DAY:
        return midnight
    minute = local.minute - local.minute % _MINUTES[length]
    return local.replace(minute=minute, second=0, microsecond=0)


def _next(begin: datetime, length: Length, zone: tzinfo) -> datetime:
    if length in _MINUTES:
        # In UTC: an hour that a zone's clock repeats or leaves out is an hour all the same.
        return (begin.astimezone(UTC) + timedelta(minutes=_MINUTES[length])).astimezone(zone)
    if length is Length.DAY:
        return _midnight(begin + timedelta(days=1), zone)
    return _midnight((begin + timedelta(days=31)).replace(day=1), zone)


def _midnight(day: datetime, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def a_year_before(at: datetime, zone: tzinfo) -> datetime:
    """The same date and hour of the year before; 28 February for the 29th."""
    local = at.astimezone(zone)
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    return local.replace(year=local.year - 1, day=day)


def labels(used: Scale, zone: tzinfo) -> Sequence[datetime]:
    """When each interval begins, in the zone."""
    return [moment(at_ms).astimezone(zone) for at_ms in used.bounds_ms[:-1]]
