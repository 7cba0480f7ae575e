"""Facts written with the change they tell of, until the journal has them (a transactional outbox)."""

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cti.core.event_wire import to_wire
from cti.core.events import Event
from cti.services.work_ports import PendingFact
from cti.store.json_text import read_event
from cti.store.sql_link import transaction
from cti.store.tables_work import pending_fact


async def add_facts(connection: AsyncConnection, *facts: Event) -> None:
    """Within the transaction of the change itself."""
    rows = [{"token": uuid4().hex, "body": to_wire(fact)} for fact in facts]
    if rows:
        await connection.execute(insert(pending_fact), rows)


class SqlFacts:
    """``PendingFacts``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def pending(self, limit: int = 100) -> Sequence[PendingFact]:
        wanted = select(pending_fact).order_by(pending_fact.c.fact_id).limit(limit)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(wanted)).all()
        found = [(row.fact_id, row.token, read_event(row.body)) for row in rows]
        return [PendingFact(*each) for each in found if each[2]]  # type: ignore[arg-type]

    async def told(self, fact_ids: Sequence[int]) -> None:
        async with transaction(self._engine) as connection:
            await connection.execute(
                delete(pending_fact).where(pending_fact.c.fact_id.in_(fact_ids))
            )
