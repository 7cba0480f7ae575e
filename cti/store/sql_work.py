"""Work items in SQL: one for each cause, and their facts in the same transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cti.core.ids import CallId
from cti.core.work import WorkKind, WorkResult, WorkState
from cti.core.work_events import WorkItemClosed, WorkItemOpened
from cti.services.work_ports import NewWork, WorkItem, WorkQuery
from cti.store.sql_facts import add_facts
from cti.store.sql_link import plain_text, transaction
from cti.store.sql_schema import call
from cti.store.tables_work import work_item

_ITEM = work_item.c
_SHOWN = [_ITEM[name] for name in WorkItem.__dataclass_fields__]


def upsert(connection: AsyncConnection) -> Callable[..., Any]:
    """The database's own INSERT, which can leave alone what is there."""
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


async def open_item(connection: AsyncConnection, new: NewWork, at: datetime) -> int | None:
    """The new item's id, its fact written; None where its cause has one already."""
    row = {
        "kind": new.kind.value,
        "key": new.key[:128],
        "state": WorkState.OPEN.value,
        "opened_at": at,
        "due_at": new.due_at,
        "queue": new.queue,
        "call_id": new.call_id,
        "number": new.number[:32],
        "details": _details(new),
    }
    statement = upsert(connection)(work_item).values(row).on_conflict_do_nothing()
    item_id = (await connection.execute(statement.returning(_ITEM.item_id))).scalar()
    if item_id is None:
        return None
    fact = WorkItemOpened(
        at=at,
        item_id=int(item_id),
        kind=new.kind.value,
        call_id=new.call_id,
        due_at=new.due_at,
        queue=new.queue,
    )
    await add_facts(connection, fact)
    return int(item_id)


def _details(new: NewWork) -> dict[str, str]:
    return {name: plain_text(value) for name, value in new.details.items()}


def _item(row: Row[Any]) -> WorkItem:
    return WorkItem(**row._mapping)


class SqlWork:
    """``WorkBook``."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    async def open(self, new: NewWork, at: datetime) -> int | None:
        async with transaction(self._engine) as connection:
            return await open_item(connection, new, at)

    async def caller_of(self, call_id: CallId) -> str | None:
        wanted = select(call.c.caller_number).where(call.c.call_id == plain_text(call_id))
        async with transaction(self._engine) as connection:
            return (await connection.execute(wanted)).scalar()

    async def of_cause(self, kind: WorkKind, key: str) -> WorkItem | None:
        wanted = select(*_SHOWN).where(_ITEM.kind == kind.value, _ITEM.key == key[:128])
        async with transaction(self._engine) as connection:
            row = (await connection.execute(wanted)).one_or_none()
        return _item(row) if row else None

    async def revise(self, item_id: int, new: NewWork) -> bool:
        changed = (
            update(work_item)
            .where(_ITEM.item_id == item_id, _ITEM.state != WorkState.DONE.value)
            .values(due_at=new.due_at, details=_details(new))
        )
        async with transaction(self._engine) as connection:
            return bool((await connection.execute(changed)).rowcount)

    async def find(self, query: WorkQuery) -> Sequence[WorkItem]:
        states = [state.value for state in query.states]
        wanted = select(*_SHOWN).where(_ITEM.state.in_(states)).limit(query.limit)
        if query.kinds:
            wanted = wanted.where(_ITEM.kind.in_(query.kinds))
        closed = states == [WorkState.DONE.value]
        order = _ITEM.closed_at.desc() if closed else _ITEM.due_at.asc()
        async with transaction(self._engine) as connection:
            found = await connection.execute(wanted.order_by(order, _ITEM.item_id))
            return [_item(row) for row in found]

    async def get(self, item_id: int) -> WorkItem | None:
        async with transaction(self._engine) as connection:
            found = await connection.execute(select(*_SHOWN).where(_ITEM.item_id == item_id))
            row = found.one_or_none()
        return _item(row) if row else None

    async def take(self, item_id: int, who: str, at: datetime) -> bool:
        changed = (
            update(work_item)
            .where(_ITEM.item_id == item_id, _free_for(who))
            .values(state=WorkState.TAKEN.value, taken_by=who, taken_at=at)
        )
        async with transaction(self._engine) as connection:
            return bool((await connection.execute(changed)).rowcount)

    async def close(self, item_id: int, who: str, result: WorkResult, remarks: str) -> bool:
        at = self._now()
        values = {"closed_by": who, "closed_at": at, "result": result.value}
        changed = (
            update(work_item)
            .where(_ITEM.item_id == item_id, _free_for(who))
            .values(state=WorkState.DONE.value, remarks=plain_text(remarks), **values)
            .returning(_ITEM.kind, _ITEM.call_id)
        )
        async with transaction(self._engine) as connection:
            row = (await connection.execute(changed)).one_or_none()
            if row is None:
                return False
            call_id = CallId(row.call_id) if row.call_id else None
            fact = WorkItemClosed(
                at=at,
                item_id=item_id,
                kind=row.kind,
                call_id=call_id,
                actor=who,
                result=result.value,
            )
            await add_facts(connection, fact)
        return True


def _free_for(who: str) -> Any:
    """Open, or in this person's hands."""
    taken = (_ITEM.state == WorkState.TAKEN.value) & (_ITEM.taken_by == who)
    return (_ITEM.state == WorkState.OPEN.value) | taken
