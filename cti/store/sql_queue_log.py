"""queue_log as a table, as Asterisk's realtime queue_log has it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.queue_log import QueueLogLine
from cti.services.queue_log import NumberedLine
from cti.store.sql_link import plain_text, transaction
from cti.store.tables_outward import queue_log

_LONGEST = 100


class SqlQueueLog:
    """``QueueLogTable``, and its lines read again."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        self._add = insert(queue_log).on_conflict_do_nothing()

    async def add(self, lines: Sequence[NumberedLine]) -> None:
        rows = [_row(*each) for each in lines]
        if rows:
            async with transaction(self._engine) as connection:
                await connection.execute(self._add, rows)

    async def lines(self, since: datetime, until: datetime) -> Sequence[QueueLogLine]:
        """The lines of this time, oldest first. Raises HistoryDown."""
        table = queue_log.c
        wanted = (
            select(queue_log)
            .where(table.time >= since, table.time < until)
            .order_by(table.time, table.id)
        )
        async with transaction(self._engine) as connection:
            found = (await connection.execute(wanted)).all()
        return [
            QueueLogLine(row.time, row.callid, row.queuename, row.agent, row.event) for row in found
        ]


def _row(event_id: str, number: int, line: QueueLogLine) -> dict[str, str | int | date]:
    told = [*line.told, "", "", "", "", ""]
    return {
        "time": line.at,
        "callid": plain_text(line.call)[:80],
        "queuename": line.queue,
        "agent": line.agent,
        "event": line.event,
        **{f"data{n}": plain_text(told[n - 1])[:_LONGEST] for n in range(1, 6)},
        "event_id": event_id,
        "line": number,
    }
