"""Today's figures of the centre and of each queue, kept up to date with every event.

What an event changes of its contact is taken out of the sums and put in anew, so that they are at any
moment what a recomputation gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from cti.core.events import Event
from cti.core.ids import CallId
from cti.core.measures import contact_events
from cti.core.measures.contact import Contact, call_of
from cti.core.measures.facts import CONTACT, VISIT_ENDS, Fact, MeasureRules
from cti.core.measures.tallies import Cell, Tally, tally_of, together

MINUTE_MS = 60_000
WINDOW_MS = 30 * MINUTE_MS
CENTRE = ""
"""The row of the centre, in which each contact counts once."""
_SHOWN = ("begun.", "handled.", "callback.")
Sums = dict[str, dict[str, Tally]]


@dataclass(slots=True)
class Today:
    """``begin_ms`` is when the day began; the half hour before it is kept for the sliding window."""

    rules: MeasureRules
    begin_ms: int
    contacts: dict[CallId, Contact] = field(default_factory=dict)
    _facts: dict[CallId, tuple[Fact, ...]] = field(default_factory=dict)
    _day: Sums = field(default_factory=dict)
    _minutes: defaultdict[int, Sums] = field(default_factory=lambda: defaultdict(dict))

    def see(self, event: Event) -> bool:
        """Take an event; whether it changed anything that is shown."""
        call_id = call_of(event)
        if call_id is None or event.TYPE not in contact_events.NEEDED:
            return False
        if (contact := self.contacts.get(call_id)) is None:
            contact = self.contacts[call_id] = Contact(call_id)
        contact_events.take(contact, event, self.rules)
        return self._count(contact)

    def _count(self, contact: Contact) -> bool:
        shown = (fact for fact in contact.facts(self.rules) if _row(fact) is not None)
        fresh = tuple(fact for fact in shown if fact.at_ms >= self.begin_ms - WINDOW_MS)
        before = self._facts.get(contact.call_id, ())
        if fresh == before:
            return False
        self._add(before, -1)
        self._add(fresh, 1)
        self._facts[contact.call_id] = fresh
        return True

    def _add(self, facts: tuple[Fact, ...], sign: int) -> None:
        for fact in facts:
            cases, total, within = tally_of(fact, self.rules)
            tally = Tally(sign * cases, sign * total, sign * within)
            row = _row(fact) or CENTRE
            if fact.at_ms >= self.begin_ms:
                _put(self._day, row, fact.kind, tally)
            _put(self._minutes[fact.at_ms // MINUTE_MS], row, fact.kind, tally)

    def roll(self, begin_ms: int) -> None:
        """A new day has begun: contacts that are over and of no interest any more are forgotten."""
        self.begin_ms = begin_ms
        self._day, self._minutes = {}, defaultdict(dict)
        self._facts = {}
        for call_id, contact in list(self.contacts.items()):
            self._count(contact)
            if contact.ended_ms is not None and not self._facts.get(call_id):
                del self.contacts[call_id]
                self._facts.pop(call_id, None)

    def day(self, row: str) -> Cell:
        """Of the day so far: a queue's, or the centre's."""
        return self._day.get(row, {})

    def window(self, row: str, now_ms: int) -> Cell:
        """Of this minute and the thirty before it."""
        return together(self._of_window(row, now_ms))

    def _of_window(self, row: str, now_ms: int) -> Iterator[Cell]:
        last = now_ms // MINUTE_MS
        for minute in range(last - WINDOW_MS // MINUTE_MS, last + 1):
            if minute in self._minutes:
                yield self._minutes[minute].get(row, {})


def _row(fact: Fact) -> str | None:
    """The row that shows the fact: its queue's or the centre's; None where it is not shown."""
    if fact.kind in VISIT_ENDS:
        return fact.queue
    return CENTRE if fact.kind.startswith((CONTACT, *_SHOWN)) else None


def _put(sums: Sums, row: str, kind: str, tally: Tally) -> None:
    cell = sums.setdefault(row, {})
    name = kind.removeprefix(CONTACT)
    cell[name] = cell.get(name, Tally()).plus(tally)
