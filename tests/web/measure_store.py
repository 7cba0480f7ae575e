"""Figures of events in memory: what the web's tests ask."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

from cti.core.ids import CallId
from cti.core.measures.agent_time import Segment
from cti.core.measures.facts import VISIT_ENDS, Fact, MeasureRules
from cti.core.measures.measuring import Books
from cti.core.measures.tallies import Asked, Table, counted, sign_ins, tabulate
from cti.core.measures.waiting import Wait
from cti.services.measure_ports import CountedFact
from cti.services.ports import Recorded


class BookStore:
    """``MeasureStore`` and ``MeasureEvents`` over events that are given."""

    def __init__(self, recorded: Sequence[Recorded], rules: MeasureRules) -> None:
        self.recorded, self.rules = list(recorded), rules
        self.books = Books(rules)
        for one in recorded:
            self.books.see(one.event)

    async def table(self, asked: Asked, kinds: Collection[str]) -> Table:
        facts = (fact for fact in self.books.facts() if fact.kind in kinds)
        return tabulate(facts, (), asked, self.rules, 0)

    async def times(self, asked: Asked, now_ms: int) -> Table:
        return tabulate((), self.books.times(), asked, self.rules, now_ms)

    async def wrapped(self, since_ms: int, until_ms: int) -> Sequence[Fact]:
        facts = (fact for fact in self.books.facts() if fact.kind == "wrapped")
        return [fact for fact in facts if since_ms <= fact.at_ms < until_ms]

    async def waits(self, begin_ms: int, end_ms: int, queue: str | None) -> Sequence[Wait]:
        over = (fact for fact in self.books.facts() if fact.kind in VISIT_ENDS)
        mine = (fact for fact in over if queue is None or fact.queue == queue)
        waits = [Wait(fact.at_ms, fact.at_ms + fact.value) for fact in mine]
        return [one for one in waits if one.since_ms < end_ms and (one.until_ms or 0) > begin_ms]

    async def facts(
        self,
        asked: Asked,
        kinds: Collection[str],
        *,
        within: Collection[str] = (),
        above_zero: Collection[str] = (),
        page: tuple[int, int],
    ) -> Sequence[CountedFact]:
        found = [
            fact
            for fact in self.books.facts()
            if fact.kind in kinds
            and counted(fact, asked)
            and not (fact.kind in above_zero and fact.value == 0)
            and not (
                fact.kind in within and fact.value > self.rules.within_ms(fact.kind, fact.queue)
            )
        ]
        found.sort(key=lambda fact: (fact.at_ms, fact.call_id, fact.number))
        numbers = await self.named({fact.call_id for fact in found})
        return [
            CountedFact(fact=fact, caller_number=numbers[fact.call_id])
            for fact in found[page[0] : page[0] + page[1]]
        ]

    async def named(self, call_ids: Collection[CallId]) -> dict[str, str]:
        contacts = self.books.contacts
        return {one: contacts[one].caller_number for one in call_ids if one in contacts}

    async def sign_ins(self, asked: Asked) -> Sequence[Segment]:
        begin_ms, end_ms = asked.scale.begin_ms, asked.scale.end_ms
        return [s for s in sign_ins(self.books.times()) if begin_ms <= s.since_ms < end_ms]

    async def segments(self, asked: Asked, now_ms: int) -> Sequence[Segment]:
        begin_ms, end_ms = asked.scale.begin_ms, asked.scale.end_ms
        return [
            each
            for each in self.books.times()
            if each.since_ms < end_ms and (each.until_ms or now_ms) > begin_ms
        ]

    async def since(self, at: datetime) -> AsyncIterator[Sequence[Recorded]]:
        if found := [one for one in self.recorded if one.event.at >= at]:
            yield found
