"""What happened, read from SQL."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.ids import CallId, EventId
from cti.services.history_ports import CallQuery, CallRow
from cti.services.ports import Recorded
from cti.store import sql_schema
from cti.store.json_text import read_event
from cti.store.phone_numbers import normalised, spellings
from cti.store.sql_link import plain_text, transaction
from cti.store.sql_questions import answer

_CALL = sql_schema.call.c
_EVENT = sql_schema.event.c
_SHOWN = [_CALL[name] for name in CallRow.__dataclass_fields__]
_STORY = (
    select(_EVENT.event_id, _EVENT.body)
    .where(_EVENT.call_id == bindparam("call_id"))
    .order_by(_EVENT.recorded_ms, _EVENT.sequence)
)


def _call_row(row: Row[Any]) -> CallRow:
    shown = dict(row._mapping)
    flags = tuple(shown["flags"] or ())
    return CallRow(**shown | {"keys": tuple(shown["keys"]), "flags": flags})


def _fitting(query: CallQuery) -> Iterator[ColumnElement[bool]]:
    """What a call must be to be shown."""
    yield _CALL.arrived_at >= query.since
    if query.until is not None:
        yield _CALL.arrived_at < query.until
    equal = (
        (_CALL.agent_id, query.agent_id),
        (_CALL.queue, query.queue),
        (_CALL.outcome, query.outcome),
        (_CALL.direction, query.direction),
        (_CALL.call_id, query.call_id),
    )
    yield from (column == plain_text(wanted) for column, wanted in equal if wanted is not None)
    if query.number is not None:
        same = (plain_text(query.number), *spellings(normalised(query.number)))
        yield _CALL.caller_number.in_(same)
    if query.digits is not None:
        yield _CALL.caller_number.endswith(plain_text(query.digits), autoescape=True)
    if query.reasons:
        yield _CALL.wrap_up_reason.in_([plain_text(each) for each in query.reasons])
    if query.before is not None:
        at, call_id = query.before
        earlier = and_(_CALL.arrived_at == at, _CALL.call_id < plain_text(call_id))
        yield or_(_CALL.arrived_at < at, earlier)


class SqlHistory:
    """``History``. Every method raises HistoryDown."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def story(self, call_id: CallId) -> Sequence[Recorded]:
        """All events of one call, oldest first; empty for a call nobody knows."""
        asked = {"call_id": plain_text(call_id)}
        found = await answer(self._engine, lambda base: base.execute(_STORY, asked).all())
        return [
            Recorded(EventId(event_id), event)
            for event_id, body in found
            if (event := read_event(body)) is not None
        ]

    async def calls(self, query: CallQuery) -> Sequence[CallRow]:
        """The calls that fit, newest first."""
        wanted = select(*_SHOWN).where(*_fitting(query))
        wanted = wanted.order_by(_CALL.arrived_at.desc(), _CALL.call_id.desc()).limit(query.limit)
        async with transaction(self._engine) as connection:
            return [_call_row(row) for row in await connection.execute(wanted)]

    async def named(self, beginning: str, limit: int = 10) -> Sequence[CallId]:
        """Calls whose id begins so, newest first; an exact id alone; ``last`` is the newest call."""
        start = plain_text(beginning)
        wanted = select(_CALL.call_id).limit(1 if beginning == "last" else limit)
        if beginning != "last":
            wanted = wanted.where(_CALL.call_id.startswith(start, autoescape=True))
            wanted = wanted.order_by((_CALL.call_id == start).desc())
        wanted = wanted.order_by(_CALL.arrived_at.desc(), _CALL.call_id.desc())
        async with transaction(self._engine) as connection:
            found = [CallId(call_id) for call_id in await connection.scalars(wanted)]
        return [CallId(beginning)] if beginning in found else found
