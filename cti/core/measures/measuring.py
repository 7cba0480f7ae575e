"""Figures straight from events: what the store must agree with, and what simulations ask.

measured = measures_of(events, asked(since, until, "day"), MeasureRules())
measured.value("answer_rate", 0).shown     # of the first day
measured.whole("traffic").numerator        # of the whole period: sums over sums, no mean of means
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from cti.core.events import Event
from cti.core.ids import CallId
from cti.core.measures import agent_time
from cti.core.measures.agent_time import Segment, agents_of, in_time, segments
from cti.core.measures.contact import Contact, call_of
from cti.core.measures.contact_events import take
from cti.core.measures.facts import Fact, MeasureRules, epoch_ms
from cti.core.measures.figures import Figure, Value
from cti.core.measures.intervals import Length, Scale, scale
from cti.core.measures.paid import Rostered, add_paid
from cti.core.measures.registry import figures
from cti.core.measures.tallies import (
    Asked,
    By,
    Cell,
    Table,
    add_sign_ins,
    sign_ins,
    tabulate,
    together,
    unrepeated,
)

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(slots=True)
class Books:
    """Contacts and agents' time, folded from events as they come, in the journal's order.

    ``see`` may be called for months of events: a contact keeps what it is counted by, not its events.
    """

    rules: MeasureRules
    contacts: dict[CallId, Contact] = field(default_factory=dict)
    happened: defaultdict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    """Agent → the events that change his time."""
    _bound: defaultdict[CallId, set[str]] = field(default_factory=lambda: defaultdict(set))

    def see(self, event: Event) -> None:
        """Take one event."""
        call_id = call_of(event)
        if call_id is not None:
            if (contact := self.contacts.get(call_id)) is None:
                contact = self.contacts[call_id] = Contact(call_id)
            take(contact, event, self.rules)
        self._see_time(event, call_id)

    def _see_time(self, event: Event, call_id: CallId | None) -> None:
        for agent_id in agents_of(event):
            self.happened[agent_id].append(event)
            if call_id is not None:
                self._bound[call_id].add(agent_id)
        if event.TYPE in agent_time.CALL_ENDS and call_id is not None:
            for agent_id in self._bound.get(call_id, ()):
                self.happened[agent_id].append(event)
            if event.TYPE == "callCleared":
                self._bound.pop(call_id, None)

    def facts(self) -> Iterator[Fact]:
        """Of every contact, in the order of their beginnings in the journal."""
        for contact in self.contacts.values():
            yield from contact.facts(self.rules)

    def times(self) -> Iterator[Segment]:
        """Of every agent; the last segment of each is open."""
        for agent_id, happened in self.happened.items():
            yield from segments(agent_id, in_time(happened))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Tallies by interval and row, and every figure of them."""

    scale: Scale
    rules: MeasureRules
    table: Table

    @property
    def rows(self) -> Sequence[str]:
        """The rows that hold anything: queues, agents…; one empty name where all is together."""
        return sorted({row for _, row in self.table})

    def cell(self, number: int, row: str = "") -> Cell:
        """The tallies of one row in one interval."""
        return self.table.get((number, row), {})

    def value(self, name: str, number: int, row: str = "") -> Value:
        """One figure of one cell. Raises KeyError for a figure that there is not."""
        return self.figures[name].value(self.cell(number, row))

    def whole(self, name: str, row: str | None = None) -> Value:
        """One figure of the whole period, of one row or of all."""
        cells = (cell for (_, found), cell in self.table.items() if row in (None, found))
        return self.figures[name].value(together(cells))

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Every figure by name."""
        return figures(self.rules)


def asked(
    since: datetime,
    until: datetime,
    length: str = "whole",
    by: str = "centre",
    zone: tzinfo = CHINA,
) -> Asked:
    """What to measure. ``length``: 15m 30m 1h day month whole; ``by``: a word of ``By``.

    Raises ValueError for other words, or a period without length.
    """
    return Asked(scale=scale(since, until, Length(length), zone), zone=zone, by=By(by))


def measures_of(
    events: Iterable[Event], wanted: Asked, rules: MeasureRules, now: datetime | None = None
) -> Measured:
    """Every figure of what is asked for, from events in the journal's order.

    ``now`` is where segments of time that are not over end (the end of the period when left out).
    """
    books = Books(rules)
    for event in events:
        books.see(event)
    return measured(books, wanted, epoch_ms(now) if now else wanted.scale.end_ms)


def measured(
    books: Books, wanted: Asked, now_ms: int, rostered: Rostered | None = None
) -> Measured:
    """The same from books that have seen the events already; they may be asked again and again.

    ``rostered``: what the roster says of the period (``paid.Roster.within``).
    """
    facts = list(books.facts())
    facts += unrepeated([fact for fact in facts if fact.kind == "wrapped"], books.rules)
    times = list(books.times())
    table = tabulate(facts, times, wanted, books.rules, now_ms)
    add_sign_ins(table, sign_ins(times), wanted)
    if wanted.has_paid:
        by_agent = tabulate((), times, replace(wanted, by=By.AGENT), books.rules, now_ms)
        add_paid(table, wanted, rostered or {}, by_agent)
    return Measured(scale=wanted.scale, rules=books.rules, table=table)
