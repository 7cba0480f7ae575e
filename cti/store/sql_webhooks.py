"""Deliveries to other systems in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.webhooks import DeliveryState
from cti.services.webhooks import Delivery, Ended, NewDelivery
from cti.store.sql_link import plain_text, transaction
from cti.store.tables_outward import webhook_delivery

_C = webhook_delivery.c


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One delivery as people look at it."""

    delivery_id: int
    hook: str
    event_id: str
    type: str
    state: str
    attempts: int
    next_at: datetime
    last_error: str
    made_at: datetime


class SqlDeliveries:
    """``DeliveryBook``, and what people ask of it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        self._add = insert(webhook_delivery).on_conflict_do_nothing()

    async def add(self, new: Sequence[NewDelivery], at: datetime) -> None:
        rows = [
            {
                "hook": each.hook,
                "event_id": each.event_id,
                "type": each.type,
                "body": plain_text(each.body),
                "state": DeliveryState.PENDING.value,
                "attempts": 0,
                "next_at": at,
                "last_error": "",
                "made_at": at,
            }
            for each in new
        ]
        async with transaction(self._engine) as connection:
            await connection.execute(self._add, rows)

    async def claim(
        self, hook: str, now: datetime, until: datetime, limit: int
    ) -> Sequence[Delivery]:
        pending = (_C.state == DeliveryState.PENDING.value, _C.next_at <= now)
        due = (
            select(_C.delivery_id)
            .where(*pending, _C.hook == hook)
            .order_by(_C.next_at, _C.delivery_id)
            .limit(limit)
        )
        # Asked again in the update: a second node that waited for its lock takes none of them.
        taken = (
            update(webhook_delivery)
            .where(_C.delivery_id.in_(due), *pending)
            .values(next_at=until, attempts=_C.attempts + 1)
            .returning(_C.delivery_id, _C.hook, _C.event_id, _C.body, _C.attempts)
        )
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(taken)).all()
        return [Delivery(**row._mapping) for row in sorted(rows)]

    async def ended(self, ended: Ended) -> None:
        values: dict[str, Any] = {"state": ended.state.value, "last_error": plain_text(ended.error)}
        if ended.state is DeliveryState.PENDING:
            values |= {"next_at": ended.next_at}
        else:
            values |= {"done_at": ended.at}
        async with transaction(self._engine) as connection:
            await connection.execute(
                update(webhook_delivery).where(_C.delivery_id == ended.delivery_id).values(**values)
            )

    async def listed(self, state: DeliveryState, limit: int = 100) -> Sequence[DeliveryRow]:
        """Deliveries in this state, newest first. Raises HistoryDown."""
        names = DeliveryRow.__dataclass_fields__
        wanted = (
            select(*(_C[name] for name in names))
            .where(_C.state == state.value)
            .order_by(_C.delivery_id.desc())
            .limit(limit)
        )
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(wanted)).all()
        return [DeliveryRow(**row._mapping) for row in rows]

    async def counts(self) -> dict[tuple[str, str], int]:
        """(receiver, state) → how many. Raises HistoryDown."""
        wanted = select(_C.hook, _C.state, func.count()).group_by(_C.hook, _C.state)
        async with transaction(self._engine) as connection:
            return {(hook, state): n for hook, state, n in await connection.execute(wanted)}

    async def again(self, hook: str, now: datetime) -> int:
        """Send a receiver's dead ones again from the beginning; how many. Raises HistoryDown."""
        revived = (
            update(webhook_delivery)
            .where(_C.hook == hook, _C.state == DeliveryState.DEAD.value)
            .values(state=DeliveryState.PENDING.value, attempts=0, next_at=now, done_at=None)
        )
        async with transaction(self._engine) as connection:
            return (await connection.execute(revived)).rowcount
