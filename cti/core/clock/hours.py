"""Weekly opening hours, public holidays and make-up working days (调休).

A holiday has the hours under ``holiday``. A make-up day, a weekend day that is worked in exchange,
has the hours of a Monday. Source of the days: the State Council's notice of each year.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

MINUTES_OF_DAY = 24 * 60
MONDAY = 0


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from minute ``opens`` of the day until before minute ``closes``.

    ``closes`` is past ``MINUTES_OF_DAY`` when the span ends on the next day.
    """

    opens: int
    closes: int

    def covers(self, minute: int) -> bool:
        """Tell whether the span is open at ``minute``, counted from its own day's midnight."""
        return self.opens <= minute < self.closes


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """The spans of each weekday (Monday first, always seven) and of a holiday."""

    week: tuple[tuple[Span, ...], ...]
    holiday: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeRule:
    """A mode of the whole centre, as supervisors switch it: ``label`` by language, on for at most
    ``longest_h`` hours at a time; ``hours`` it forces: name → open.
    """

    label: Mapping[str, str]
    longest_h: float
    hours: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """All opening hours of a site, in its own time zone."""

    zone: tzinfo
    hours: Mapping[str, OpeningHours] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    modes: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    """Mode of the centre → the hours it forces: name → open."""
    mode_rules: Mapping[str, ModeRule] = field(default_factory=dict)
    known_until: date | None = None
    """The last day of which it is known whether it is worked."""

    def is_open(self, name: str, now: datetime, modes: Collection[str] = ()) -> bool:
        """Tell whether ``name`` is open at ``now`` (aware). Raises KeyError for an unknown name.

        A mode in force that names the hours decides instead of the week; a closing one wins.
        """
        forced = [self.modes[mode][name] for mode in modes if name in self.modes.get(mode, {})]
        if forced:
            return all(forced)
        local = now.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        today, yesterday = local.date(), local.date() - timedelta(days=1)
        return any(span.covers(minute) for span in self.spans(name, today)) or any(
            span.covers(minute + MINUTES_OF_DAY) for span in self.spans(name, yesterday)
        )

    def spans(self, name: str, day: date) -> tuple[Span, ...]:
        """Return the spans that begin on ``day``. Raises KeyError for an unknown name."""
        opening = self.hours[name]
        if day in self.holidays:
            return opening.holiday
        return opening.week[MONDAY if day in self.make_up_days else day.weekday()]

    def is_working_day(self, day: date) -> bool:
        """Tell whether ``day`` is worked: make-up days are, holidays and weekends are not."""
        if day in self.holidays:
            return False
        return day in self.make_up_days or day.weekday() < 5
