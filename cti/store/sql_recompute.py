"""Everything that is kept of contacts and agents, computed anew from the events in SQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cti.core.ids import EventId
from cti.core.measures import agent_time, contact_events
from cti.core.measures.agent_time import segments
from cti.core.measures.facts import MeasureRules
from cti.services.measure_ports import Difference
from cti.services.ports import Recorded
from cti.store import sql_schema
from cti.store.json_text import read_event
from cti.store.sql_link import transaction
from cti.store.sql_measures import (
    FACT_FIELDS,
    SEGMENT_FIELDS,
    fact_row,
    facts_of,
    happened,
    stories_of,
)
from cti.store.tables_measures import agent_segment, contact_fact

_EVENT, _FACT, _SEGMENT = sql_schema.event.c, contact_fact.c, agent_segment.c
_PAGE = 300
Row = Mapping[str, Any]


class Recomputation:
    """``since`` and ``until`` narrow it to contacts and agents with an event in that time."""

    def __init__(
        self,
        engine: AsyncEngine,
        rules: MeasureRules,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> None:
        self._engine, self._rules = engine, rules
        self._since, self._until = since, until
        self.events = 0
        """How many events were read."""

    async def run(self, *, mend: bool) -> AsyncIterator[Difference]:
        """Everything kept that is not what the events add up to; put right where ``mend``.

        Raises HistoryDown.
        """
        async for call_ids in self._pages("call_id", sorted(contact_events.NEEDED), _PAGE):
            for found in await self._contacts(call_ids, mend=mend):
                yield found
        async for agent_ids in self._pages("agent_id", sorted(agent_time.NEEDED), 1):
            for found in await self._agents(agent_ids, mend=mend):
                yield found
        if self._since is None and self._until is None:
            for found in await self._orphans(mend=mend):
                yield found

    async def _pages(
        self, column: str, types: Sequence[str], size: int
    ) -> AsyncIterator[Sequence[str]]:
        last = ""
        while True:
            named = _EVENT[column]
            wanted = select(named).distinct().where(named > last, _EVENT.type.in_(types))
            async with transaction(self._engine) as connection:
                page = self._in_time(wanted).order_by(named).limit(size)
                found = [str(name) for name in await connection.scalars(page)]
            if not found:
                return
            yield found
            last = found[-1]

    def _in_time(self, wanted: Select[Any]) -> Select[Any]:
        if self._since is not None:
            wanted = wanted.where(_EVENT.at >= self._since)
        return wanted if self._until is None else wanted.where(_EVENT.at < self._until)

    async def _contacts(self, call_ids: Sequence[str], *, mend: bool) -> list[Difference]:
        async with transaction(self._engine) as connection:
            stories = await stories_of(connection, call_ids)
            self.events += sum(map(len, stories.values()))
            facts = facts_of(stories, self._rules)
            kept = await _kept_facts(connection, call_ids)
            apart = []
            for call_id in call_ids:
                computed = [fact_row(fact) for fact in facts.get(call_id, ())]
                if found := _apart("contact", call_id, kept.get(call_id, []), computed):
                    apart.append(found)
                    if mend:
                        await _replace_facts(connection, call_id, computed)
        return apart

    async def _agents(self, agent_ids: Sequence[str], *, mend: bool) -> list[Difference]:
        apart = []
        for agent_id in agent_ids:
            async with transaction(self._engine) as connection:
                story = await happened(connection, agent_id, None)
                self.events += len(story)
                computed = [asdict(each) for each in segments(agent_id, story)]
                kept = await _kept_segments(connection, agent_id)
                if found := _apart("agent", agent_id, kept, computed):
                    apart.append(found)
                    if mend:
                        await _replace_segments(connection, agent_id, computed)
        return apart

    async def _orphans(self, *, mend: bool) -> list[Difference]:
        """Kept without any event."""
        known = select(_EVENT.call_id).where(_EVENT.call_id.is_not(None))
        orphan = _FACT.call_id.not_in(known)
        async with transaction(self._engine) as connection:
            found = await connection.scalars(select(_FACT.call_id).distinct().where(orphan))
            names = sorted(map(str, found))
            if mend and names:
                await connection.execute(delete(contact_fact).where(orphan))
        return [_difference("contact", name, [{}], []) for name in names]


class SqlMeasureEvents:
    """``MeasureEvents``: the events that figures are made of, in the journal's order."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def since(self, at: datetime) -> AsyncIterator[Sequence[Recorded]]:
        """In pages. Raises HistoryDown."""
        last, page = (0, -1), 2000
        needed = sorted(contact_events.NEEDED | agent_time.NEEDED)
        columns = (_EVENT.event_id, _EVENT.recorded_ms, _EVENT.sequence, _EVENT.body)
        while True:
            later = (_EVENT.recorded_ms > last[0]) | (
                (_EVENT.recorded_ms == last[0]) & (_EVENT.sequence > last[1])
            )
            wanted = select(*columns).where(_EVENT.at >= at, _EVENT.type.in_(needed), later)
            wanted = wanted.order_by(_EVENT.recorded_ms, _EVENT.sequence).limit(page)
            async with transaction(self._engine) as connection:
                rows = (await connection.execute(wanted)).all()
            if not rows:
                return
            last = (rows[-1].recorded_ms, rows[-1].sequence)
            read = ((row.event_id, read_event(row.body)) for row in rows)
            yield [Recorded(EventId(event_id), event) for event_id, event in read if event]


async def _kept_facts(connection: AsyncConnection, call_ids: Sequence[str]) -> dict[str, list[Row]]:
    wanted = select(*(_FACT[name] for name in FACT_FIELDS)).where(_FACT.call_id.in_(call_ids))
    found: dict[str, list[Row]] = {}
    for row in await connection.execute(wanted.order_by(_FACT.call_id, _FACT.number)):
        found.setdefault(row.call_id, []).append(dict(row._mapping))
    return found


async def _kept_segments(connection: AsyncConnection, agent_id: str) -> list[Row]:
    columns = (_SEGMENT[name] for name in SEGMENT_FIELDS)
    wanted = select(*columns).where(_SEGMENT.agent_id == agent_id).order_by(_SEGMENT.since_ms)
    return [dict(row._mapping) for row in await connection.execute(wanted)]


async def _replace_facts(connection: AsyncConnection, call_id: str, rows: Sequence[Row]) -> None:
    await connection.execute(delete(contact_fact).where(_FACT.call_id == call_id))
    if rows:
        await connection.execute(insert(contact_fact), list(rows))


async def _replace_segments(
    connection: AsyncConnection, agent_id: str, rows: Sequence[Row]
) -> None:
    await connection.execute(delete(agent_segment).where(_SEGMENT.agent_id == agent_id))
    if rows:
        await connection.execute(insert(agent_segment), list(rows))


def _apart(kind: str, name: str, kept: Sequence[Row], computed: Sequence[Row]) -> Difference | None:
    return None if list(kept) == list(computed) else _difference(kind, name, kept, computed)


def _difference(kind: str, name: str, kept: Sequence[Row], computed: Sequence[Row]) -> Difference:
    """With the first row that is not the same; callers' numbers (in ``subject``) are left out."""
    pairs = zip([*kept, None], [*computed, None], strict=False)
    one, other = next((pair for pair in pairs if pair[0] != pair[1]), (None, None))
    shown = [{k: v for k, v in (row or {}).items() if k != "subject"} for row in (one, other)]
    first = f"{shown[0]} / {shown[1]}"
    return Difference(kind=kind, name=name, kept=len(kept), computed=len(computed), first=first)
