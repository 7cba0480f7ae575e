"""The index of recordings in SQL, and the chain of what was deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cti.core.audit_chain import AuditLine
from cti.core.recordings import (
    GENESIS,
    Part,
    PartKind,
    Recording,
    RecordingState,
    Tombstone,
)
from cti.services.recording_ports import RecordingQuery
from cti.store import sql_schema
from cti.store.sql_audit import append
from cti.store.sql_link import plain_text, transaction
from cti.store.sql_work import upsert
from cti.store.tables_recordings import recording, recording_part, recording_tombstone

_R, _P, _T = recording.c, recording_part.c, recording_tombstone.c
_CALL, _AUDIT = sql_schema.call.c, sql_schema.audit.c
_KEPT = RecordingState.KEPT.value
_CHAIN_LOCK = 9_551_807
DELETED = "recording.delete"
"""The audit's word for a tombstone; its reason is the tombstone's hash."""


class SqlRecordings:
    """``RecordingIndex``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, new: Recording) -> bool:
        async with transaction(self._engine) as connection:
            statement = upsert(connection)(recording).values(_columns(new))
            added = await connection.execute(
                statement.on_conflict_do_nothing().returning(_R.recording_id)
            )
            if added.first() is None:
                return False
            if parts := _part_rows(new):
                await connection.execute(insert(recording_part), parts)
        return True

    async def find(self, query: RecordingQuery) -> Sequence[Recording]:
        wanted = _wanted(query).order_by(_R.started_at.desc(), _R.recording_id.desc())
        return await self._read(wanted.limit(query.limit))

    async def get(self, recording_id: str) -> Recording | None:
        found = await self._read(_all().where(_R.recording_id == plain_text(recording_id)))
        return found[0] if found else None

    async def hold(self, recording_id: str, by: str, why: str) -> bool:
        free = (_R.state == _KEPT) & (_R.held_by == "")
        return await self._change(recording_id, free, held_by=by, held_why=plain_text(why))

    async def release(self, recording_id: str) -> bool:
        return await self._change(recording_id, _R.held_by != "", held_by="", held_why="")

    async def unsorted(self, limit: int = 200) -> Sequence[Recording]:
        later = _CALL.wrap_up_reason.is_not(None) & (_CALL.wrap_up_reason != _R.wrap_up)
        return await self._read(_all().where(_R.state == _KEPT, later).limit(limit))

    async def sort(self, recording_id: str, wrap_up: str, keep: str, until: datetime) -> None:
        kept = _R.state == _KEPT
        await self._change(recording_id, kept, wrap_up=wrap_up, keep=keep, keep_until=until)

    async def due(self, now: datetime, limit: int = 200) -> Sequence[Recording]:
        over = (_R.state == _KEPT) & (_R.held_by == "") & (_R.keep_until <= now)
        return await self._read(_all().where(over).order_by(_R.keep_until).limit(limit))

    async def deleting(self) -> Sequence[Recording]:
        return await self._read(_all().where(_R.state == RecordingState.DELETING.value))

    async def deleted(self, recording_id: str) -> None:
        going = _R.state == RecordingState.DELETING.value
        await self._change(recording_id, going, state=RecordingState.DELETED.value)

    async def bury(
        self, recording_id: str, at: datetime, rule: str, actor: str
    ) -> Tombstone | None:
        async with transaction(self._engine) as connection:
            await _one_by_one(connection)
            free = (_R.recording_id == recording_id) & (_R.state == _KEPT) & (_R.held_by == "")
            going = update(recording).where(free).values(state=RecordingState.DELETING.value)
            row = (
                await connection.execute(
                    going.returning(_R.recording_id, _R.call_id, _R.sha256, _R.bytes, _R.keep)
                )
            ).one_or_none()
            if row is None:
                return None
            words = {"deleted_at": at, "rule": plain_text(rule), "actor": plain_text(actor)}
            stone = await _next(connection, {**row._mapping, **words})
            await connection.execute(insert(recording_tombstone), _stone_row(stone))
            await append(connection, _audit_line(stone))
        return stone

    async def tombstones(self) -> Sequence[Tombstone]:
        wanted = select(recording_tombstone).order_by(_T.number)
        async with transaction(self._engine) as connection:
            return [Tombstone(**row._mapping) for row in await connection.execute(wanted)]

    async def last_audited(self) -> str:
        wanted = select(_AUDIT.reason).where(_AUDIT.action == DELETED)
        async with transaction(self._engine) as connection:
            found = await connection.execute(wanted.order_by(_AUDIT.audit_id.desc()).limit(1))
            return str(found.scalar() or "")

    async def kept_bytes(self) -> int:
        wanted = select(func.sum(_R.bytes)).where(_R.state == _KEPT)
        async with transaction(self._engine) as connection:
            return int((await connection.execute(wanted)).scalar() or 0)

    async def _change(self, recording_id: str, only: Any, **values: Any) -> bool:
        changed = update(recording).where(_R.recording_id == plain_text(recording_id), only)
        async with transaction(self._engine) as connection:
            return bool((await connection.execute(changed.values(**values))).rowcount)

    async def _read(self, wanted: Select[Any]) -> list[Recording]:
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(wanted)).all()
            ids = [row.recording_id for row in rows]
            parts = select(recording_part).where(_P.recording_id.in_(ids)).order_by(_P.number)
            found = (await connection.execute(parts)).all() if ids else []
        return [
            _recording(row, [p for p in found if p.recording_id == row.recording_id])
            for row in rows
        ]


def _all() -> Select[Any]:
    joined = recording.outerjoin(sql_schema.call, _CALL.call_id == _R.call_id)
    shown = (recording, _CALL.caller_number, _CALL.wrap_up_reason)
    return select(*shown).select_from(joined)


def _wanted(query: RecordingQuery) -> Select[Any]:
    equal = (
        (_R.queue, query.queue),
        (_R.call_id, query.call_id),
        (_R.keep, query.keep),
        (_CALL.wrap_up_reason, query.wrap_up),
        (_CALL.caller_number, query.caller_number),
    )
    wanted = _all().where(*(column == plain_text(v) for column, v in equal if v is not None))
    if query.since:
        wanted = wanted.where(_R.started_at >= query.since)
    if query.until:
        wanted = wanted.where(_R.started_at < query.until)
    if query.least_s:
        wanted = wanted.where(_R.seconds >= query.least_s)
    if query.held is not None:
        wanted = wanted.where((_R.held_by != "") == query.held)
    if query.agent_id is not None:
        heard = select(_P.recording_id).where(_P.agent_id == plain_text(query.agent_id))
        wanted = wanted.where(_R.recording_id.in_(heard))
    return wanted


_OWN = tuple(column.name for column in recording.c)


def _columns(new: Recording) -> dict[str, Any]:
    return {**{name: getattr(new, name) for name in _OWN}, "state": new.state.value}


def _part_rows(new: Recording) -> list[dict[str, Any]]:
    return [
        {
            "recording_id": new.recording_id,
            "number": number,
            "kind": part.kind.value,
            "agent_id": part.agent_id,
            "from_s": part.from_s,
            "to_s": part.to_s,
        }
        for number, part in enumerate(new.parts)
    ]


def _recording(row: Row[Any], parts: Iterable[Row[Any]]) -> Recording:
    heard = tuple(
        Part(kind=PartKind(p.kind), agent_id=p.agent_id, from_s=p.from_s, to_s=p.to_s)
        for p in parts
    )
    own = {name: row._mapping[name] for name in _OWN}
    told = {
        "state": RecordingState(row.state),
        "wrap_up": row.wrap_up_reason or row.wrap_up,
        "caller_number": row.caller_number or "",
    }
    agents = tuple(dict.fromkeys(p.agent_id for p in heard if p.kind is PartKind.TALK))
    return Recording(**{**own, **told}, agents=agents, parts=heard)


async def _one_by_one(connection: AsyncConnection) -> None:
    """Whoever else adds to the chain waits until this transaction ends; SQLite's writers always do."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _CHAIN_LOCK})


async def _next(connection: AsyncConnection, fields: dict[str, Any]) -> Tombstone:
    newest = select(_T.number, _T.line).order_by(_T.number.desc()).limit(1)
    last = (await connection.execute(newest)).one_or_none()
    number, previous = (last.number + 1, last.line) if last else (1, GENESIS)
    stone = Tombstone(number=number, previous=previous, **fields)
    return replace(stone, line=stone.expected())


def _stone_row(stone: Tombstone) -> dict[str, Any]:
    return {column.name: getattr(stone, column.name) for column in recording_tombstone.c}


def _audit_line(stone: Tombstone) -> AuditLine:
    return AuditLine(
        at=stone.deleted_at,
        actor=stone.actor,
        action=DELETED,
        subject=stone.recording_id,
        reason=stone.line,
    )
