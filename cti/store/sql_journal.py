"""The journal in SQL: every event once, and one row a call, in the same transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cti.core.event_wire import to_wire
from cti.core.events import Event, SurveyAnswered
from cti.services.ports import Recorded
from cti.store import sql_schema
from cti.store.call_projection import Row, call_id_of, call_row
from cti.store.event_ids import place
from cti.store.json_text import read_event
from cti.store.sql_link import plain_text, transaction
from cti.store.tables_work import survey_answer


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


def event_row(recorded: Recorded) -> Row:
    """The columns of table ``event``."""
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


def _answer_rows(event: Event) -> list[Row]:
    """One row a question of a survey."""
    if not isinstance(event, SurveyAnswered):
        return []
    shared = {"call_id": event.call_id, "survey": event.survey, "at": event.at}
    shared |= {"queue": event.queue, "agent_id": event.agent_id}
    return [
        {**shared, "question": question[:32], "answer": answer[:32]}
        for question, answer in event.answers.items()
    ]


class SqlJournal:
    """``EventStore``: repeats are harmless, so that the writer may start over at any time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        # Made once: SQLAlchemy takes longer to put a statement together than SQLite to run it.
        insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        self._add_events = insert(sql_schema.event).on_conflict_do_nothing()
        self._upsert_calls = _upsert(insert(sql_schema.call))
        self._add_answers = insert(survey_answer).on_conflict_do_nothing()

    async def save(self, recorded: Sequence[Recorded]) -> None:
        """Write the events, all or none; those already there are left alone.

        Raises HistoryDown; DataError or IntegrityError for an event that can never be written.
        """
        rows = [event_row(one) for one in recorded]
        if not rows:
            return
        async with transaction(self._engine) as connection:
            await connection.execute(self._add_events, rows)
            if answers := [row for one in recorded for row in _answer_rows(one.event)]:
                await connection.execute(self._add_answers, answers)
            if call_ids := sorted({row["call_id"] for row in rows if row["call_id"]}):
                await self._project(connection, call_ids)

    async def _project(self, connection: AsyncConnection, call_ids: Sequence[str]) -> None:
        # The first upsert locks the rows: two writers with events of one call take turns, and
        # the second sees the first one's events when it reads them again.
        await self._write_calls(connection, call_ids)
        if self._engine.dialect.name == "postgresql":
            await self._write_calls(connection, call_ids)

    async def _write_calls(self, connection: AsyncConnection, call_ids: Sequence[str]) -> None:
        stories = await _stories(connection, call_ids)
        rows = [call_row(*story) for story in stories.items()]
        await connection.execute(self._upsert_calls, rows)


def _upsert(insert: sqlite.Insert | postgresql.Insert) -> sqlite.Insert | postgresql.Insert:
    """An insert into ``call`` that replaces a row which is there."""
    columns = (column for column in sql_schema.call.columns if not column.primary_key)
    changed = {column.name: insert.excluded[column.name] for column in columns}
    return insert.on_conflict_do_update(index_elements=["call_id"], set_=changed)


_EVENT = sql_schema.event.c
_STORIES = (
    select(_EVENT.call_id, _EVENT.body)
    .where(_EVENT.call_id.in_(bindparam("call_ids", expanding=True)))
    .order_by(_EVENT.call_id, _EVENT.recorded_ms, _EVENT.sequence)
)


async def _stories(
    connection: AsyncConnection, call_ids: Sequence[str]
) -> Mapping[str, Sequence[Event]]:
    found = await connection.execute(_STORIES, {"call_ids": call_ids})
    stories: dict[str, list[Event]] = defaultdict(list)
    for call_id, body in found:
        if event := read_event(body):
            stories[call_id].append(event)
    return stories
