"""Agents' records of calls, as history shows them, and their drafts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.events import AgentWorkingAfterCall, Established, WrapUpSaved
from cti.core.ids import AgentId, CallId
from cti.services.wrap_ups import Standing, WrapUpDraft
from cti.store import sql_schema
from cti.store.sql_link import plain_text, transaction
from cti.store.sql_work import upsert
from cti.store.tables_wrap_ups import wrap_up_draft

MOST_DRAFTS = 100
TALKED = (Established.TYPE, AgentWorkingAfterCall.TYPE, WrapUpSaved.TYPE)
"""Events that an agent has of a call in which he talked."""

_EVENT, _CALL, _DRAFT = sql_schema.event.c, sql_schema.call.c, wrap_up_draft.c


class SqlWrapUps:
    """``WrapUpBook``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def standing(self, call_id: CallId, agent_id: AgentId) -> Standing:
        wanted = (
            select(_EVENT.type, func.min(_EVENT.at).label("first"))
            .where(
                _EVENT.call_id == plain_text(call_id),
                _EVENT.agent_id == plain_text(agent_id),
                _EVENT.type.in_(TALKED),
            )
            .group_by(_EVENT.type)
        )
        async with transaction(self._engine) as connection:
            first = {row.type: row.first for row in await connection.execute(wanted)}
        return Standing(bool(first), first.get(WrapUpSaved.TYPE))

    async def agent_of(self, call_id: CallId) -> AgentId | None:
        wanted = select(_CALL.agent_id).where(_CALL.call_id == plain_text(call_id))
        async with transaction(self._engine) as connection:
            found = (await connection.execute(wanted)).scalar()
        return AgentId(found) if found else None

    async def drafts(self, agent_id: AgentId) -> Sequence[WrapUpDraft]:
        wanted = (
            select(_DRAFT.call_id, _DRAFT.changed_at, _DRAFT.fields)
            .where(_DRAFT.agent_id == agent_id)
            .order_by(_DRAFT.changed_at.desc(), _DRAFT.call_id)
            .limit(MOST_DRAFTS)
        )
        async with transaction(self._engine) as connection:
            return [WrapUpDraft(**row._mapping) for row in await connection.execute(wanted)]

    async def keep(self, agent_id: AgentId, draft: WrapUpDraft) -> WrapUpDraft | None:
        row = {"agent_id": agent_id, "call_id": draft.call_id, "fields": dict(draft.fields)}
        async with transaction(self._engine) as connection:
            made = upsert(connection)(wrap_up_draft).values(changed_at=draft.changed_at, **row)
            statement = made.on_conflict_do_update(
                index_elements=[_DRAFT.agent_id, _DRAFT.call_id],
                set_={"changed_at": made.excluded.changed_at, "fields": made.excluded.fields},
                where=_DRAFT.changed_at <= made.excluded.changed_at,
            )
            if (await connection.execute(statement)).rowcount:
                return None
            wanted = select(_DRAFT.call_id, _DRAFT.changed_at, _DRAFT.fields).where(
                _DRAFT.agent_id == agent_id, _DRAFT.call_id == draft.call_id
            )
            return WrapUpDraft(**(await connection.execute(wanted)).one()._mapping)

    async def drop(self, agent_id: AgentId, call_id: CallId) -> None:
        which = (_DRAFT.agent_id == agent_id) & (_DRAFT.call_id == call_id)
        async with transaction(self._engine) as connection:
            await connection.execute(delete(wrap_up_draft).where(which))

    async def missing(self, agent_id: AgentId, since: datetime) -> int:
        wanted = select(func.count()).where(
            _CALL.agent_id == agent_id,
            _CALL.arrived_at >= since,
            _CALL.talked_s > 0,
            _CALL.ended_at.is_not(None),
            _CALL.wrap_up_reason.is_(None),
        )
        async with transaction(self._engine) as connection:
            return int((await connection.execute(wanted)).scalar_one())

    async def sweep(self, before: datetime) -> int:
        async with transaction(self._engine) as connection:
            old = delete(wrap_up_draft).where(_DRAFT.changed_at < before)
            return (await connection.execute(old)).rowcount
