"""Paid hours of agents: from the roster where it says when somebody works, else from his signed-in time.

Whoever has shifts (``hours`` in config/agents.yaml) is paid for them, signed in or not, as the roster and
the calendar stand when the figure is asked for: the system keeps no history of rosters, and knows no
leave. Whoever has none is paid from sign-in to sign-out. The two are kinds of their own, so that every
figure can say how much of it is which (``rostered_rate``).

Sources of the figures: utilisation = (handle time + available time) ÷ paid hours, as COPC CX uses the
word; 工时利用率 = effective time ÷ paid hours, one of the three denominators in use in China (paid,
scheduled, signed in), docs/measures.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from cti.core.clock.hours import Calendar
from cti.core.ids import AgentId
from cti.core.measures.facts import epoch_ms, moment
from cti.core.measures.tallies import Asked, By, Table, Tally, add

PAID = "paid."
"""Begins both kinds."""
ROSTERED, SIGNED_IN = "paid.roster", "paid.signed_in"
Stretch = tuple[int, int]
"""(since, until) in ms."""
Rostered = Mapping[AgentId, Sequence[Stretch]]
"""Agent → his paid stretches of a period, by time; only of who has shifts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """``shifts``: agent → names of the calendar's hours; ``calendar`` gives the one in force."""

    shifts: Mapping[AgentId, Sequence[str]] = field(default_factory=dict)
    calendar: Callable[[], Calendar | None] = lambda: None

    def within(self, begin_ms: int, end_ms: int) -> Rostered:
        """Everybody's paid stretches of a period. Names that the calendar does not know say nothing."""
        calendar = self.calendar()
        if calendar is None:
            return {}
        known: dict[tuple[str, ...], Sequence[Stretch]] = {}
        found = {}
        for agent_id, given in self.shifts.items():
            if names := tuple(sorted({name for name in given if name in calendar.hours})):
                if names not in known:
                    known[names] = _stretches(calendar, names, begin_ms, end_ms)
                found[agent_id] = known[names]
        return found


def _stretches(
    calendar: Calendar, names: Sequence[str], begin_ms: int, end_ms: int
) -> Sequence[Stretch]:
    """All spans of all names, those that touch or overlap as one."""
    first, last = (moment(ms).astimezone(calendar.zone).date() for ms in (begin_ms, end_ms))
    # A shift may have begun the evening before.
    days = ((first - timedelta(days=1)) + timedelta(days=n) for n in range((last - first).days + 2))
    spans = sorted(one for day in days for name in names for one in _of_day(calendar, name, day))
    found: list[Stretch] = []
    for since, until in spans:
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(until, found[-1][1]))
        else:
            found.append((since, until))
    cut = ((max(since, begin_ms), min(until, end_ms)) for since, until in found)
    return [(since, until) for since, until in cut if since < until]


def _of_day(calendar: Calendar, name: str, day: date) -> Sequence[Stretch]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
    return [
        (
            epoch_ms(midnight + timedelta(minutes=s.opens)),
            epoch_ms(midnight + timedelta(minutes=s.closes)),
        )
        for s in calendar.spans(name, day)
    ]


def add_paid(table: Table, asked: Asked, rostered: Rostered, times: Table) -> None:
    """Put paid time into the table. ``times`` are the agents' times of the same period, by agent."""
    if not asked.has_paid:
        return
    only = asked.only.get(By.AGENT)
    for agent_id, stretches in rostered.items():
        for since_ms, until_ms in stretches if only in (None, agent_id) else ():
            for number, length_ms in asked.scale.pieces(since_ms, until_ms):
                place = (number, agent_id if asked.by is By.AGENT else "")
                add(table, place, ROSTERED, Tally(0, length_ms, 0))
    for (number, name), cell in times.items():
        total_ms = sum(tally.total for kind, tally in cell.items() if kind.startswith("time."))
        if AgentId(name) not in rostered and total_ms:
            place = (number, name if asked.by is By.AGENT else "")
            add(table, place, SIGNED_IN, Tally(0, total_ms, 0))
