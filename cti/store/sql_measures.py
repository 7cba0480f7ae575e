"""What figures are summed from, kept in SQL: folded anew from the events in SQL whenever one comes.

So the order in which events come, repeats, and several writers make no difference: what is kept is always
what all events in SQL add up to (``cti measures recompute --check`` proves it).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cti.core.events import Event
from cti.core.ids import CallId
from cti.core.measures import agent_time, contact_events
from cti.core.measures.agent_time import Segment, agents_of, segments
from cti.core.measures.contact import Contact
from cti.core.measures.contact_events import take
from cti.core.measures.facts import Fact, MeasureRules, epoch_ms, moment
from cti.services.ports import Recorded
from cti.store import sql_schema
from cti.store.call_projection import call_id_of
from cti.store.json_text import read_event
from cti.store.sql_journal import event_row
from cti.store.sql_link import plain_text, transaction
from cti.store.tables_measures import agent_segment, contact_fact

_EVENT, _FACT, _SEGMENT = sql_schema.event.c, contact_fact.c, agent_segment.c
_LOCK = 95519
_NEEDED = contact_events.NEEDED | agent_time.NEEDED
Stories = Mapping[str, Sequence[Event]]

_STORIES = (
    select(_EVENT.call_id, _EVENT.body)
    .where(_EVENT.call_id.in_(bindparam("call_ids", expanding=True)))
    .where(_EVENT.type.in_(sorted(_NEEDED)))
    .order_by(_EVENT.call_id, _EVENT.recorded_ms, _EVENT.sequence)
)
_OWN = (
    select(_EVENT.at, _EVENT.recorded_ms, _EVENT.sequence, _EVENT.body)
    .where(_EVENT.agent_id == bindparam("agent_id"), _EVENT.at >= bindparam("since"))
    .where(_EVENT.type.in_(sorted(agent_time.NEEDED)))
)
_AS_PARTY = (
    select(_EVENT.at, _EVENT.recorded_ms, _EVENT.sequence, _EVENT.body)
    .where(_EVENT.type.in_(sorted(agent_time.PARTY)), _EVENT.at >= bindparam("since"))
    .where(_EVENT.body["partyAgentId"].as_string() == bindparam("agent_id"))
)
_ENDS = (
    select(_EVENT.at, _EVENT.recorded_ms, _EVENT.sequence, _EVENT.body)
    .where(_EVENT.call_id.in_(bindparam("call_ids", expanding=True)))
    .where(_EVENT.type.in_(agent_time.CALL_ENDS), _EVENT.at >= bindparam("since"))
)
_CALLS_AT_ONCE = 400


class SqlMeasures:
    """``EventStore`` of the follower that keeps the measures."""

    def __init__(self, engine: AsyncEngine, rules: MeasureRules) -> None:
        self._engine, self._rules = engine, rules
        made = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        self._add_events = made(sql_schema.event).on_conflict_do_nothing()

    async def save(self, recorded: Sequence[Recorded]) -> None:
        """Take the events in, all or none. Raises as ``SqlJournal.save``.

        They are written to history here too where the writer of history has not come to them yet.
        """
        wanted = [one for one in recorded if one.event.TYPE in _NEEDED]
        if not wanted:
            return
        async with transaction(self._engine) as connection:
            await self._lock(connection)
            await connection.execute(self._add_events, [event_row(one) for one in wanted])
            await self._fold(connection, [one.event for one in wanted])

    async def _lock(self, connection: AsyncConnection) -> None:
        # Two writers with events of one contact take turns; SQLite has one writer anyway.
        if self._engine.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:l)"), {"l": _LOCK})

    async def _fold(self, connection: AsyncConnection, events: Sequence[Event]) -> None:
        call_ids = sorted({plain_text(found) for one in events if (found := call_id_of(one))})
        stories = await stories_of(connection, call_ids)
        await put_facts(connection, facts_of(stories, self._rules))
        for agent_id, since_ms in _touched(events, stories).items():
            await refold(connection, agent_id, since_ms)


def facts_of(stories: Stories, rules: MeasureRules) -> dict[str, tuple[Fact, ...]]:
    """The facts of every story."""
    return {call_id: _facts(call_id, story, rules) for call_id, story in stories.items()}


def _facts(call_id: str, story: Iterable[Event], rules: MeasureRules) -> tuple[Fact, ...]:
    contact = Contact(CallId(call_id))
    for event in story:
        take(contact, event, rules)
    return contact.facts(rules)


def _touched(events: Iterable[Event], stories: Stories) -> Mapping[str, int]:
    """Agent → the first moment from which his time may have changed."""
    found: dict[str, int] = {}
    for event in events:
        agents: Collection[str] = agents_of(event)
        if event.TYPE in agent_time.CALL_ENDS:
            story = stories.get(plain_text(call_id_of(event) or ""), ())
            agents = {agent for one in story for agent in agents_of(one)}
        for agent_id in agents:
            at_ms, name = epoch_ms(event.at), plain_text(agent_id)
            found[name] = min(at_ms, found.get(name, at_ms))
    return dict(sorted(found.items()))


async def stories_of(connection: AsyncConnection, call_ids: Sequence[str]) -> Stories:
    """The events that these contacts are counted by, in the journal's order."""
    stories: dict[str, list[Event]] = defaultdict(list)
    for first in range(0, len(call_ids), _CALLS_AT_ONCE):
        part = call_ids[first : first + _CALLS_AT_ONCE]
        for call_id, body in await connection.execute(_STORIES, {"call_ids": part}):
            if event := read_event(body):
                stories[call_id].append(event)
    return stories


_DROP_FACTS = delete(contact_fact).where(_FACT.call_id.in_(bindparam("call_ids", expanding=True)))
_ADD_FACTS, _ADD_SEGMENTS = insert(contact_fact), insert(agent_segment)


async def put_facts(connection: AsyncConnection, facts: Mapping[str, Sequence[Fact]]) -> None:
    """Replace all that is kept of these contacts."""
    if not facts:
        return
    await connection.execute(_DROP_FACTS, {"call_ids": sorted(facts)})
    if rows := [fact_row(fact) for call_id in facts for fact in facts[call_id]]:
        await connection.execute(_ADD_FACTS, rows)


FACT_FIELDS = tuple(field.name for field in fields(Fact))
SEGMENT_FIELDS = tuple(field.name for field in fields(Segment))


def fact_row(fact: Fact) -> dict[str, Any]:
    """The columns of a fact."""
    return {name: getattr(fact, name) for name in FACT_FIELDS}


async def refold(connection: AsyncConnection, agent_id: str, since_ms: int) -> None:
    """Fold the agent's time anew from the last segment that began before the moment."""
    start = await _start(connection, agent_id, since_ms)
    begin_ms = start.since_ms if start else 0
    found = segments(agent_id, await happened(connection, agent_id, start), start)
    await connection.execute(
        delete(agent_segment).where(_SEGMENT.agent_id == agent_id, _SEGMENT.since_ms >= begin_ms)
    )
    if found:
        await connection.execute(_ADD_SEGMENTS, [asdict(segment) for segment in found])


async def _start(connection: AsyncConnection, agent_id: str, before_ms: int) -> Segment | None:
    wanted = (
        select(agent_segment)
        .where(_SEGMENT.agent_id == agent_id, _SEGMENT.since_ms < before_ms)
        .order_by(_SEGMENT.since_ms.desc())
        .limit(1)
    )
    row = (await connection.execute(wanted)).first()
    return Segment(**{**row._mapping, "until_ms": None}) if row else None


async def happened(
    connection: AsyncConnection, agent_id: str, start: Segment | None
) -> list[Event]:
    """What changed the agent's time after ``start``, by time: his own events, and ends of his calls."""
    since = moment(start.since_ms + 1 if start else 0)
    whose = {"agent_id": agent_id, "since": since}
    asked = (await connection.execute(_AS_PARTY, whose)).all()
    # Who asks himself is in both.
    own = {
        (row.recorded_ms, row.sequence): row
        for row in [*asked, *(await connection.execute(_OWN, whose))]
    }
    call_ids = {row.body.get("callId") for row in own.values()} | (
        {start.call_id} if start else set()
    )
    call_ids -= {None, ""}
    rows = [*own.values()]
    known = sorted(call_ids)
    for first in range(0, len(known), _CALLS_AT_ONCE):
        part = known[first : first + _CALLS_AT_ONCE]
        rows += (await connection.execute(_ENDS, {"call_ids": part, "since": since})).all()
    rows.sort(key=lambda row: (row.at, row.recorded_ms, row.sequence))
    return [event for row in rows if (event := read_event(row.body)) is not None]
