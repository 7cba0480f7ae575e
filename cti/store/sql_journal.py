"""The journal in SQL: every event once, and one row a call, in the same transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cti.core.event_wire import to_wire
from cti.core.events import Event
from cti.services.ports import Recorded
from cti.store import sql_schema
from cti.store.call_projection import Row, call_id_of, call_row
from cti.store.event_ids import place
from cti.store.json_text import read_event
from cti.store.sql_link import plain_text, transaction


def _storable(value: Any) -> Any:
    match value:
        case str():
            return plain_text(value)
        case Mapping():
            return {_storable(key): _storable(item) for key, item in value.items()}
        case list():
            return [_storable(item) for item in value]
        case _:
            return value


def _event_row(recorded: Recorded) -> Row:
    event, (recorded_ms, sequence) = recorded.event, place(recorded.event_id)
    body = _storable(to_wire(event))
    return {
        "event_id": recorded.event_id,
        "recorded_ms": recorded_ms,
        "sequence": sequence,
        "type": event.TYPE,
        "at": event.at,
        "call_id": body.get("callId") if call_id_of(event) is not None else None,
        "agent_id": body.get("agentId"),
        "body": body,
    }


class SqlJournal:
    """``EventStore``: repeats are harmless, so that the writer may start over at any time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def save(self, recorded: Sequence[Recorded]) -> None:
        """Write the events, all or none; those already there are left alone.

        Raises HistoryDown; DataError or IntegrityError for an event that can never be written.
        """
        rows = [_event_row(one) for one in recorded]
        if not rows:
            return
        async with transaction(self._engine) as connection:
            insert = self._insert(sql_schema.event).on_conflict_do_nothing()
            await connection.execute(insert, rows)
            if call_ids := sorted({row["call_id"] for row in rows if row["call_id"]}):
                await self._project(connection, call_ids)

    async def _project(self, connection: AsyncConnection, call_ids: Sequence[str]) -> None:
        # The first upsert locks the rows: two writers with events of one call take turns, and
        # the second sees the first one's events when it reads them again.
        await self._upsert_calls(connection, await _stories(connection, call_ids))
        if self._engine.dialect.name == "postgresql":
            await self._upsert_calls(connection, await _stories(connection, call_ids))

    async def _upsert_calls(
        self, connection: AsyncConnection, stories: Mapping[str, Sequence[Event]]
    ) -> None:
        insert = self._insert(sql_schema.call)
        changed = {
            column.name: insert.excluded[column.name]
            for column in sql_schema.call.columns
            if not column.primary_key
        }
        upsert = insert.on_conflict_do_update(index_elements=["call_id"], set_=changed)
        await connection.execute(upsert, [call_row(*story) for story in stories.items()])

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        if self._engine.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)


async def _stories(
    connection: AsyncConnection, call_ids: Sequence[str]
) -> Mapping[str, Sequence[Event]]:
    column = sql_schema.event.c
    found = await connection.execute(
        select(column.call_id, column.body)
        .where(column.call_id.in_(call_ids))
        .order_by(column.call_id, column.recorded_ms, column.sequence)
    )
    stories: dict[str, list[Event]] = defaultdict(list)
    for call_id, body in found:
        if event := read_event(body):
            stories[call_id].append(event)
    return stories
