"""The very contacts, or stretches of agents' time, that a figure counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cti.core.ids import AgentId, CallId
from cti.core.measures.agent_time import Segment
from cti.core.measures.facts import Fact, epoch_ms, moment
from cti.core.measures.figures import Figure, Pick, Term
from cti.core.measures.intervals import Length
from cti.core.measures.paid import PAID, ROSTERED, SIGNED_IN
from cti.core.measures.registry import COMPARED, TIME, stored_kinds
from cti.core.measures.tallies import (
    SIGN_IN,
    Asked,
    By,
    counted,
    time_counts,
    time_kind,
    time_pieces,
)
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
        above = [replace(figure, below=())]
        if uses(above, TIME):
            return await self._times_behind(figure, asked, offset, limit)
        if uses(above, PAID):
            return (await self._paid_behind(figure, asked))[offset : offset + limit]
        if uses(above, SIGN_IN):
            return (await self._sign_ins_behind(asked))[offset : offset + limit]
        if uses(above, COMPARED):
            return (await self._compared_behind(asked))[offset : offset + limit]
        return await self._facts_behind(figure, asked, offset, limit)

    async def _compared_behind(self, asked: Asked) -> Sequence[Behind]:
        facts = [f for f in await self._measures.unrepeated(asked) if counted(f, asked)]
        numbers = await self._store.named({fact.call_id for fact in facts})
        return [_behind(f, numbers.get(f.call_id, ""), f.kind, 1) for f in facts]

    async def _sign_ins_behind(self, asked: Asked) -> Sequence[Behind]:
        if not asked.has_sign_ins:
            return []
        begun = [s for s in await self._store.sign_ins(asked) if time_counts(s, asked)]
        begun.sort(key=lambda segment: (segment.since_ms, segment.agent_id))
        return [_of_agent(s.since_ms, s.agent_id, SIGN_IN, 1) for s in begun]

    async def _paid_behind(self, figure: Figure, asked: Asked) -> Sequence[Behind]:
        """Shifts of who has them, and time signed in of who has none: the kind says which."""
        if not asked.has_paid:
            return []
        now_ms = epoch_ms(self._measures.now())
        only = asked.only.get(By.AGENT)
        rostered = self._measures.rostered(asked, now_ms)
        found = [
            _of_agent(since_ms, agent_id, ROSTERED, until_ms - since_ms)
            for agent_id, stretches in rostered.items()
            if only in (None, agent_id)
            for since_ms, until_ms in stretches
        ]
        if any(term.meets(SIGNED_IN) for term in figure.above):
            for segment in await self._store.segments(asked, now_ms):
                if AgentId(segment.agent_id) in rostered or not time_counts(segment, asked):
                    continue
                amount = sum(ms for _, _, ms in time_pieces(segment, asked, now_ms))
                since_ms = max(segment.since_ms, asked.scale.begin_ms)
                if amount:
                    found.append(_of_agent(since_ms, segment.agent_id, SIGNED_IN, amount))
        return sorted(found, key=lambda one: (one.at, one.agent_id))

    async def _facts_behind(
        self, figure: Figure, asked: Asked, offset: int, limit: int
    ) -> Sequence[Behind]:
        if not asked.has_facts:
            return []
        stored = stored_kinds([replace(figure, below=())], of_visits=asked.of_visits)
        kinds = {kind for kind in stored if asked.kind(kind)}
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


def _of_agent(at_ms: int, agent_id: str, kind: str, amount: int) -> Behind:
    return Behind(at=moment(at_ms), call_id="", kind=kind, amount=amount, agent_id=agent_id)


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
