"""Who did what to what, and why: append only, each line chained to the one before."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cti.core.audit_chain import AuditLine, Chained, ChainReader, Head, Verified, hash_of
from cti.services.admin_ports import AuditQuery
from cti.store import sql_schema
from cti.store.sql_link import plain_text, transaction
from cti.store.tables_admin import audit_head

PAGE = 1000
_HEAD_ID = 1
_AUDIT, _HEAD = sql_schema.audit.c, audit_head.c
_WORDS = ("actor", "action", "subject", "reason")


async def append(connection: AsyncConnection, line: AuditLine) -> None:
    """One more line, in the caller's transaction; who comes at the same time waits until its end."""
    line = AuditLine(at=line.at, **{each: plain_text(getattr(line, each)) for each in _WORDS})
    before_hash = await _locked_end(connection)
    hashes = {"before_hash": before_hash, "line_hash": hash_of(before_hash, line)}
    await connection.execute(insert(sql_schema.audit), {**asdict(line), **hashes})
    await connection.execute(update(audit_head).values(line_hash=hashes["line_hash"]))


async def _locked_end(connection: AsyncConnection) -> str:
    """The last line's hash; counting the new line locks the row on both databases."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    first = dialect.insert(audit_head).values(head_id=_HEAD_ID, lines=1, line_hash="")
    counted = first.on_conflict_do_update(
        index_elements=[_HEAD.head_id], set_={"lines": _HEAD.lines + 1}
    )
    return str(await connection.scalar(counted.returning(_HEAD.line_hash)))


class SqlAudit:
    """``Audit`` and ``AuditLog``. Every method raises HistoryDown."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def note(
        self, actor: str, action: str, subject: str, *, reason: str, at: datetime
    ) -> None:
        """Write one line."""
        line = AuditLine(at=at, actor=actor, action=action, subject=subject, reason=reason)
        async with transaction(self._engine) as connection:
            await append(connection, line)

    async def newest(self, limit: int = 100) -> Sequence[AuditLine]:
        """The last lines, newest first."""
        return [each.line for each in await self.find(AuditQuery(limit=limit))]

    async def find(self, query: AuditQuery) -> Sequence[Chained]:
        """Lines that the query fits, newest first."""
        wanted = select(sql_schema.audit).where(*_conditions(query))
        return await self._read(wanted.order_by(_AUDIT.audit_id.desc()).limit(query.limit))

    async def actions(self) -> Sequence[str]:
        """Every action there is a line of."""
        wanted = select(_AUDIT.action).distinct().order_by(_AUDIT.action)
        async with transaction(self._engine) as connection:
            return [str(each) for each in await connection.scalars(wanted)]

    async def verify(self, noted: str = "") -> Verified:
        """Read the whole chain, a page at a time; ``noted``: a hash that somebody wrote down once."""
        reader = ChainReader(noted=noted)
        while True:
            last = reader.last.number if reader.last else 0
            head, page = await self._page(last)
            reader.read(page)
            if len(page) < PAGE:
                return reader.verified(head)

    async def _page(self, last: int) -> tuple[Head, list[Chained]]:
        """The lines after ``last`` and the chain's end, as they are at one moment: one statement."""
        ends = select(func.max(_HEAD.lines).label("lines"), func.max(_HEAD.line_hash).label("end"))
        end = ends.subquery()
        joined = end.outerjoin(sql_schema.audit, _AUDIT.audit_id > last)
        wanted = select(sql_schema.audit, end.c.lines, end.c.end).select_from(joined)
        async with transaction(self._engine) as connection:
            found = await connection.execute(wanted.order_by(_AUDIT.audit_id).limit(PAGE))
            rows = found.all()
        head = Head(rows[0].lines or 0, rows[0].end or "")
        return head, [_chained(row) for row in rows if row.audit_id is not None]

    async def _read(self, wanted: Select[Any]) -> list[Chained]:
        async with transaction(self._engine) as connection:
            return [_chained(row) for row in await connection.execute(wanted)]


def _conditions(query: AuditQuery) -> Iterator[ColumnElement[bool]]:
    if query.since:
        yield _AUDIT.at >= query.since
    if query.until:
        yield _AUDIT.at < query.until
    if query.actor:
        yield _AUDIT.actor == plain_text(query.actor)
    if query.action:
        yield _AUDIT.action.startswith(plain_text(query.action), autoescape=True)
    if query.subject:
        yield _AUDIT.subject.contains(plain_text(query.subject), autoescape=True)
    if query.before is not None:
        yield _AUDIT.audit_id < query.before


def _chained(row: Row[Any]) -> Chained:
    words = {name: getattr(row, name) for name in _WORDS}
    return Chained(
        number=row.audit_id,
        line=AuditLine(at=row.at, **words),
        before_hash=row.before_hash,
        line_hash=row.line_hash,
    )
