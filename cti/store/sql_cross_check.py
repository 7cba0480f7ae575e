"""What a cross-check reads of history, and where its results are kept."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core import events
from cti.core.crosscheck.compare import Difference, Discrepancy
from cti.core.crosscheck.told import NEEDED
from cti.core.events import Event
from cti.services.cross_check import CheckedDay
from cti.store import sql_schema
from cti.store.json_text import read_event
from cti.store.sql_link import transaction
from cti.store.sql_work import upsert
from cti.store.tables_outward import cross_check

_EVENT = sql_schema.event.c
_DAY = cross_check.c
WANTED = (*NEEDED, events.AgentLoggedOn.TYPE)


async def facts_between(engine: AsyncEngine, since: datetime, until: datetime) -> Sequence[Event]:
    """The facts of calls and sign-ins of this time, in the journal's order. Raises HistoryDown."""
    wanted = (
        select(_EVENT.body)
        .where(_EVENT.type.in_(WANTED), _EVENT.at >= since, _EVENT.at < until)
        .order_by(_EVENT.recorded_ms, _EVENT.sequence)
    )
    async with transaction(engine) as connection:
        bodies = (await connection.scalars(wanted)).all()
    return [found for body in bodies if (found := read_event(body)) is not None]


class SqlChecks:
    """``CheckBook``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def put(self, checked: CheckedDay) -> None:
        row = {
            "day": checked.day,
            "checked_at": checked.checked_at,
            "calls": checked.calls,
            "channels": checked.channels,
            "lines": checked.lines,
            "discrepancies": [asdict(each) for each in checked.discrepancies],
        }
        async with transaction(self._engine) as connection:
            added = upsert(connection)(cross_check).values(row)
            # Another node may have checked the same day at the same time.
            await connection.execute(added.on_conflict_do_update(index_elements=["day"], set_=row))

    async def last(self) -> CheckedDay | None:
        wanted = select(cross_check).order_by(_DAY.day.desc()).limit(1)
        async with transaction(self._engine) as connection:
            row = (await connection.execute(wanted)).first()
        if row is None:
            return None
        kept = dict(row._mapping)
        return CheckedDay(
            **kept
            | {
                "discrepancies": tuple(
                    Discrepancy(**each | {"kind": Difference(each["kind"])})
                    for each in kept["discrepancies"]
                )
            }
        )
