"""Deliveries of scheduled reports in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.reports import Way
from cti.services.report_ports import NewRun, Run, RunEnded, RunState
from cti.store.sql_link import plain_text, transaction
from cti.store.tables_reports import report_run

_C = report_run.c


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One delivery as people look at it."""

    run_id: int
    report: str
    since: datetime
    until: datetime
    way: str
    state: str
    attempts: int
    next_at: datetime
    last_error: str


class SqlReports:
    """``ReportBook``, and what people ask of it. Every method raises HistoryDown."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        self._add = insert(report_run).on_conflict_do_nothing().returning(_C.run_id)

    async def known(self, report: str) -> bool:
        wanted = select(_C.run_id).where(_C.report == report).limit(1)
        async with transaction(self._engine) as connection:
            return (await connection.execute(wanted)).first() is not None

    async def add(self, new: Sequence[NewRun], state: RunState, at: datetime) -> int:
        rows = [
            {
                "report": each.report,
                "since": each.since,
                "until": each.until,
                "way": each.way.value,
                "state": state.value,
                "attempts": 0,
                "next_at": at,
                "last_error": "",
                "made_at": at,
            }
            for each in new
        ]
        async with transaction(self._engine) as connection:
            return len((await connection.execute(self._add, rows)).all())

    async def claim(self, now: datetime, until: datetime) -> Run | None:
        pending = (_C.state == RunState.PENDING.value, _C.next_at <= now)
        due = select(_C.run_id).where(*pending).order_by(_C.next_at, _C.run_id).limit(1)
        # Asked again in the update: a second node that waited for its lock takes none of them.
        taken = (
            update(report_run)
            .where(_C.run_id.in_(due), *pending)
            .values(next_at=until, attempts=_C.attempts + 1)
            .returning(_C.run_id, _C.report, _C.since, _C.until, _C.way, _C.attempts)
        )
        async with transaction(self._engine) as connection:
            row = (await connection.execute(taken)).first()
        return None if row is None else Run(**{**row._mapping, "way": Way(row.way)})

    async def ended(self, ended: RunEnded) -> None:
        values: dict[str, Any] = {"state": ended.state.value, "last_error": plain_text(ended.error)}
        if ended.next_at is not None:
            values |= {"next_at": ended.next_at}
        else:
            values |= {"done_at": ended.at}
        async with transaction(self._engine) as connection:
            await connection.execute(
                update(report_run).where(_C.run_id == ended.run_id).values(**values)
            )

    async def newest(self, limit: int = 100) -> Sequence[RunRow]:
        """The last deliveries, newest first."""
        names = RunRow.__dataclass_fields__
        wanted = select(*(_C[name] for name in names)).order_by(_C.run_id.desc()).limit(limit)
        async with transaction(self._engine) as connection:
            return [RunRow(**row._mapping) for row in await connection.execute(wanted)]
