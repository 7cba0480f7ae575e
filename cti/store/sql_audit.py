"""Who did what to what, and why: append only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.store import sql_schema
from cti.store.sql_link import plain_text, transaction

_AUDIT = sql_schema.audit.c


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One line as it was written."""

    at: datetime
    actor: str
    action: str
    subject: str
    reason: str


class SqlAudit:
    """``Audit``. Every method raises HistoryDown."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def note(
        self, actor: str, action: str, subject: str, *, reason: str, at: datetime
    ) -> None:
        """Write one line."""
        words = {"actor": actor, "action": action, "subject": subject, "reason": reason}
        row = {"at": at, **{name: plain_text(word) for name, word in words.items()}}
        async with transaction(self._engine) as connection:
            await connection.execute(insert(sql_schema.audit), row)

    async def newest(self, limit: int = 100) -> Sequence[AuditLine]:
        """The last lines, newest first."""
        wanted = select(_AUDIT.at, _AUDIT.actor, _AUDIT.action, _AUDIT.subject, _AUDIT.reason)
        wanted = wanted.order_by(_AUDIT.audit_id.desc()).limit(limit)
        async with transaction(self._engine) as connection:
            rows = await connection.execute(wanted)
            return [AuditLine(**row._mapping) for row in rows]
