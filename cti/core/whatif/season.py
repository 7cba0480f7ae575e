"""The load of a whole season, laid out day by day and hour by hour until its totals are exact. Pure.

Nothing is drawn: the same season always gives the same calls. ``SEASON_2008`` holds the figures that
the hotline of Qinghai published in October 2008 of its first 160 days. ``SEASON_2007`` are the same days
a year before: of them only the totals were published.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, timezone, tzinfo

_GOLDEN = 0.618033988749895
_WEEK = (1.10, 1.05, 1.02, 1.02, 1.06, 0.92, 0.83)
"""Weights of the days of a week, Monday first."""
_IN_BY_HOUR = (
    *(8, 6, 5, 4, 5, 9, 17, 36, 66, 78, 78, 72),
    *(52, 54, 68, 72, 70, 62, 50, 42, 34, 26, 18, 12),
)
_OUT_BY_HOUR = (*[0] * 9, 9, 10, 9, 6, 7, 9, 10, 10, 9, 8, 7, 6, *[0] * 3)
"""Follow-ups are made from 9 to 21 o'clock."""
_BUSY_HOUR = 10
_LOST_SHARES = (0.05, 0.15)
"""Of the callers answered in a day, so many more gave up: between these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Calls handled in ``days`` days; the busiest day and the busiest hour hold exactly so many.

    Of the outbound calls ``follow_ups`` are asked how satisfied they are, and ``satisfied`` say so.
    """

    first: date
    days: int
    inbound: int
    outbound: int
    busiest_day: int
    busiest_hour: int
    follow_ups: int = 0
    satisfied: int = 0
    zone: tzinfo = timezone(timedelta(hours=8))

    @property
    def total(self) -> int:
        """话务量: handled, in and out."""
        return self.inbound + self.outbound


SEASON_2008 = Season(
    first=date(2008, 3, 21),
    days=160,
    inbound=69_751,
    outbound=42_908,
    busiest_day=992,
    busiest_hour=89,
    follow_ups=6_925,
    satisfied=6_787,
)
SEASON_2007 = Season(
    first=date(2007, 3, 21),
    days=160,
    inbound=57_104,
    outbound=32_181,
    busiest_day=786,
    busiest_hour=71,
)


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Calls of each of the 24 hours: answered, made, and given up by the caller."""

    day: date
    inbound: tuple[int, ...]
    outbound: tuple[int, ...]
    lost: tuple[int, ...]

    @property
    def handled(self) -> tuple[int, ...]:
        """话务量 of each hour."""
        return tuple(a + b for a, b in zip(self.inbound, self.outbound, strict=True))


def wave(number: int) -> float:
    """From 0 up to, but not, 1: evenly spread over any run of numbers (the golden ratio's multiples)."""
    return number * _GOLDEN % 1


def apportioned(total: int, weights: Sequence[float]) -> list[int]:
    """``total`` in whole parts by the weights; the largest remainders get what rounding leaves."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda n: (parts[n] - exact[n], n))
    for n in by_rest[: total - sum(parts)]:
        parts[n] += 1
    return parts


def plans(season: Season) -> Iterator[DayPlan]:
    """Every day of the season, in order."""
    busiest = _busiest(season)
    peak_in = round(season.busiest_day * season.inbound / season.total)
    inbound = _by_day(season, season.inbound, busiest, peak_in)
    outbound = _by_day(season, season.outbound, busiest, season.busiest_day - peak_in)
    for n in range(season.days):
        lost = round(inbound[n] * (_LOST_SHARES[0] + wave(n) * (_LOST_SHARES[1] - _LOST_SHARES[0])))
        peak = _peak(season, inbound[n]) if n == busiest else (None, None)
        yield DayPlan(
            season.first + timedelta(days=n),
            _by_hour(inbound[n], _IN_BY_HOUR, peak[0]),
            _by_hour(outbound[n], _OUT_BY_HOUR, peak[1]),
            _by_hour(lost, _IN_BY_HOUR, None),
        )


def _busiest(season: Season) -> int:
    """A Monday late in the season."""
    days = range(season.days * 2 // 3, season.days)
    mondays = (n for n in days if (season.first + timedelta(days=n)).weekday() == 0)
    return next(mondays, season.days - 1)


def _by_day(season: Season, total: int, busiest: int, peak: int) -> list[int]:
    days = [season.first + timedelta(days=n) for n in range(season.days)]
    weights = [_WEEK[day.weekday()] * (0.94 + 0.12 * wave(n)) for n, day in enumerate(days)]
    weights[busiest] = 0.0
    counts = apportioned(total - peak, weights)
    counts[busiest] = peak
    return counts


def _peak(season: Season, inbound: int) -> tuple[int, int]:
    """The busiest hour's calls, in and out, in the proportion of its day."""
    of_hour = season.busiest_hour * inbound / season.busiest_day
    return round(of_hour), season.busiest_hour - round(of_hour)


def _by_hour(total: int, weights: Sequence[float], peak: int | None) -> tuple[int, ...]:
    if peak is None:
        return tuple(apportioned(total, weights))
    others = [0 if hour == _BUSY_HOUR else weight for hour, weight in enumerate(weights)]
    counts = apportioned(total - peak, others)
    counts[_BUSY_HOUR] = peak
    return tuple(counts)
