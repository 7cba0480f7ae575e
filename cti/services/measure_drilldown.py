"""The very contacts, or stretches of agents' time, that a figure counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cti.core.ids import CallId
from cti.core.measures.agent_time import Segment
from cti.core.measures.facts import Fact, epoch_ms, moment
from cti.core.measures.figures import Figure, Pick, Term
from cti.core.measures.intervals import Length
from cti.core.measures.registry import COMPARED, TIME, stored_kinds
from cti.core.measures.tallies import Asked, By, counted, time_counts, time_kind, time_pieces
from cti.services.measures import MeasureQuery, Measures, uses

_TOGETHER = (By.HOUR, By.WEEKDAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """One contact, or one stretch of an agent's time, behind a figure: what it adds, and to whose."""

    at: datetime
    call_id: str
    kind: str
    amount: int
    caller_number: str = ""
    queue: str = ""
    agent_id: str = ""
    node: str = ""
    reconstructed: bool = False


class DrillDown:
    """Over the measures. ``behind`` raises HistoryDown and NotMeasured."""

    def __init__(self, measures: Measures) -> None:
        self._measures, self._store = measures, measures.store

    async def behind(
        self, query: MeasureQuery, name: str, *, offset: int = 0, limit: int = 100
    ) -> Sequence[Behind]:
        """What the figure's numerator is made of, by time: the amounts of all add up to it."""
        (figure,) = self._measures.wanted(replace(query, names=[name]))
        asked = self._measures.asked(replace(query, length=Length.WHOLE))
        if asked.by in _TOGETHER:
            asked = replace(asked, by=By.CENTRE)
        if uses([replace(figure, below=())], TIME):
            return await self._times_behind(figure, asked, offset, limit)
        if uses([replace(figure, below=())], COMPARED):
            facts = [f for f in await self._measures.unrepeated(asked) if counted(f, asked)]
            numbers = await self._store.named({fact.call_id for fact in facts})
            found = [_behind(f, numbers.get(f.call_id, ""), f.kind, 1) for f in facts]
            return found[offset : offset + limit]
        return await self._facts_behind(figure, asked, offset, limit)

    async def _facts_behind(
        self, figure: Figure, asked: Asked, offset: int, limit: int
    ) -> Sequence[Behind]:
        if not asked.has_facts:
            return []
        kinds = stored_kinds([replace(figure, below=())], of_visits=asked.of_visits)
        picked = {pick: _picked(figure, pick, kinds, asked) for pick in Pick}
        rows = await self._store.facts(
            asked,
            kinds,
            within=picked[Pick.WITHIN],
            above_zero=picked[Pick.TOTAL],
            page=(offset, limit),
        )
        found = []
        for row in rows:
            kind = asked.kind(row.fact.kind) or row.fact.kind
            amount = sum(_amount(term, row.fact) for term in figure.above if term.meets(kind))
            found.append(_behind(row.fact, row.caller_number, kind, amount))
        return found

    async def _times_behind(
        self, figure: Figure, asked: Asked, offset: int, limit: int
    ) -> Sequence[Behind]:
        now_ms = epoch_ms(self._measures.now())
        pieces = []
        for segment in await self._store.segments(asked, now_ms):
            if not time_counts(segment, asked):
                continue
            amount = sum(ms for _, _, ms in time_pieces(segment, asked, now_ms))
            if amount and any(term.meets(time_kind(segment)) for term in figure.above):
                pieces.append((segment, amount))
        pieces.sort(key=lambda piece: (piece[0].since_ms, piece[0].agent_id))
        shown = pieces[offset : offset + limit]
        calls = {CallId(segment.call_id) for segment, _ in shown if segment.call_id}
        numbers = await self._store.named(calls)
        return [_time_behind(s, ms, numbers.get(s.call_id, ""), asked) for s, ms in shown]


def _picked(figure: Figure, pick: Pick, kinds: Collection[str], asked: Asked) -> set[str]:
    """The stored kinds of which the figure sums this."""
    terms = [term for term in figure.above if term.pick is pick]
    return {kind for kind in kinds if any(term.meets(asked.kind(kind) or "") for term in terms)}


def _amount(term: Term, fact: Fact) -> int:
    return fact.value if term.pick is Pick.TOTAL else 1


def _behind(fact: Fact, caller_number: str, kind: str, amount: int) -> Behind:
    return Behind(
        at=moment(fact.at_ms),
        call_id=fact.call_id,
        kind=kind,
        amount=amount,
        caller_number=caller_number,
        queue=fact.queue,
        agent_id=fact.agent_id,
        node=fact.node,
        reconstructed=fact.reconstructed,
    )


def _time_behind(segment: Segment, amount: int, caller_number: str, asked: Asked) -> Behind:
    return Behind(
        at=moment(max(segment.since_ms, asked.scale.begin_ms)),
        call_id=segment.call_id if segment.activity else "",
        kind=time_kind(segment),
        amount=amount,
        caller_number=caller_number if segment.activity else "",
        queue=segment.queue if segment.activity else "",
        agent_id=segment.agent_id,
    )
