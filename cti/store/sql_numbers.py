"""What is remembered of callers' numbers: blocks, chosen languages, and what they did lately."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.acd.sticky import KeptPlace, Known
from cti.core.events import Outcome, Queued
from cti.services.blocking import Block
from cti.services.caller_classes import RecentCalls, Remembered
from cti.store import sql_schema
from cti.store.json_text import read_event
from cti.store.phone_numbers import normalised
from cti.store.sql_link import plain_text, transaction
from cti.store.sql_questions import answer

MOST_CALLS = 100
UNSERVED = frozenset(
    {Outcome.ABANDONED, Outcome.SHORT_ABANDONED, Outcome.FORCED_OUT, Outcome.SYSTEM_FAIL}
)

GIVEN_UP = frozenset({Outcome.ABANDONED, Outcome.SHORT_ABANDONED})

_EVENT = sql_schema.event.c
_BLOCK = sql_schema.blocked_number.c
_LANGUAGE = sql_schema.caller_language.c
_CALL = sql_schema.call.c
_SHOWN = [_BLOCK[name] for name in Block.__dataclass_fields__]

# Asked for every caller, so made once: SQLAlchemy takes longer to make a statement than SQLite to run it.
_NUMBER: BindParameter[str] = bindparam("number")
_SINCE: BindParameter[datetime] = bindparam("since")
_NOW: BindParameter[datetime] = bindparam("now")
_KEPT = select(
    select(_BLOCK.block_id).where(_BLOCK.number == _NUMBER, _BLOCK.until > _NOW).limit(1)
    .scalar_subquery().label("block_id"),
    select(_LANGUAGE.language).where(_LANGUAGE.number == _NUMBER, _LANGUAGE.chosen_at >= _SINCE)
    .scalar_subquery().label("language"),
)  # fmt: skip
_RECENT = (
    select(_CALL.arrived_at, _CALL.ended_at, _CALL.outcome)
    .where(_CALL.caller_number == _NUMBER, _CALL.arrived_at >= _SINCE)
    .order_by(_CALL.arrived_at.desc())
    .limit(MOST_CALLS)
)
_OVER = (
    select(_CALL.call_id, _CALL.ended_at, _CALL.outcome, _CALL.agent_id)
    .where(_CALL.caller_number == _NUMBER, _CALL.ended_at.is_not(None), _CALL.ended_at >= _SINCE)
    .order_by(_CALL.ended_at.desc())
    .limit(MOST_CALLS)
)
_LAST_QUEUED = (
    select(_EVENT.body)
    .where(_EVENT.call_id == bindparam("call_id"), _EVENT.type == Queued.TYPE)
    .order_by(_EVENT.recorded_ms.desc(), _EVENT.sequence.desc())
    .limit(1)
)


class SqlNumbers:
    """``CallerNumbers`` and ``BlockStore``. Every method raises HistoryDown."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._postgres = engine.dialect.name == "postgresql"

    async def remembered(self, number: str, now: datetime, chosen_since: datetime) -> Remembered:
        """What is kept of the number, in any way of writing it."""
        if not (same := normalised(number)):
            return Remembered()
        asked = {"number": same, "now": now, "since": chosen_since}
        row = await answer(self._engine, lambda base: base.execute(_KEPT, asked).one())
        return Remembered(blocked=row.block_id is not None, language=row.language or "")

    async def recent(self, number: str, since: datetime, left_since: datetime) -> RecentCalls:
        """The number as it arrives is compared as it is: one line writes it one way."""
        asked = {"number": plain_text(number), "since": min(since, left_since)}
        rows = await answer(self._engine, lambda base: base.execute(_RECENT, asked).all())
        return RecentCalls(
            calls=sum(row.arrived_at >= since for row in rows),
            abandoned=any(
                row.outcome in UNSERVED and (row.ended_at or row.arrived_at) >= left_since
                for row in rows
            ),
        )

    async def known(self, number: str, talked_since: datetime, left_since: datetime) -> Known:
        """Of the newest calls that are over; the place is that of the very last one."""
        asked = {"number": plain_text(number), "since": min(talked_since, left_since)}

        def question(connection: Connection) -> Known:
            rows = connection.execute(_OVER, asked).all()
            last = rows[0] if rows else None
            left = last is not None and last.outcome in GIVEN_UP and last.ended_at >= left_since
            place = _place(connection, last.call_id) if last and left else None
            talks = (row.agent_id for row in rows if row.agent_id and row.ended_at >= talked_since)
            return Known(last_agent=next(talks, None), place=place)

        return await answer(self._engine, question)

    async def remember_language(self, number: str, language: str, at: datetime) -> None:
        """Keep the language in place of the one before."""
        if same := normalised(number):
            row = {"number": same, "language": language, "chosen_at": at}
            async with transaction(self._engine) as connection:
                await connection.execute(self._upsert(sql_schema.caller_language), row)

    async def forget_languages(self, chosen_before: datetime) -> int:
        """Remove what is too old to be used; how many."""
        async with transaction(self._engine) as connection:
            wanted = delete(sql_schema.caller_language).where(_LANGUAGE.chosen_at < chosen_before)
            return (await connection.execute(wanted)).rowcount

    async def block(self, number: str, block: Block) -> bool:
        """Block the number, or change how long; False for what is no number."""
        if not (same := normalised(number)):
            return False
        row = {"number": same, "since": block.since, "until": block.until, "by": block.by}
        async with transaction(self._engine) as connection:
            overdue = delete(sql_schema.blocked_number).where(
                or_(_BLOCK.until <= block.since, _BLOCK.number == same)
            )
            await connection.execute(overdue)
            row["reason"] = plain_text(block.reason)
            await connection.execute(insert(sql_schema.blocked_number), row)
        return True

    async def unblock(self, number: str, now: datetime) -> Block | None:
        """Lift the number's block; the block as it was, None where there was none."""
        return await self._lift(_BLOCK.number == normalised(number), now)

    async def lift(self, block_id: int, now: datetime) -> Block | None:
        """Lift a block by its own number."""
        return await self._lift(_BLOCK.block_id == block_id, now)

    async def _lift(self, which: Any, now: datetime) -> Block | None:
        async with transaction(self._engine) as connection:
            wanted = select(*_SHOWN).where(which, _BLOCK.until > now)
            row = (await connection.execute(wanted)).first()
            await connection.execute(delete(sql_schema.blocked_number).where(which))
        return Block(**row._mapping) if row else None

    async def blocked(self, now: datetime) -> Sequence[Block]:
        """Every block in force, the one that ends first in front."""
        wanted = select(*_SHOWN).where(_BLOCK.until > now).order_by(_BLOCK.until)
        async with transaction(self._engine) as connection:
            return [Block(**row._mapping) for row in await connection.execute(wanted)]

    def _upsert(self, table: Any) -> Any:
        made = (postgresql.insert if self._postgres else sqlite.insert)(table)
        keys = [column.name for column in table.primary_key]
        changed = {c.name: made.excluded[c.name] for c in table.columns if c.name not in keys}
        return made.on_conflict_do_update(index_elements=keys, set_=changed)


def _place(connection: Connection, call_id: str) -> KeptPlace | None:
    """Where the call waited last, and since when it had its place."""
    body = connection.scalar(_LAST_QUEUED, {"call_id": call_id})
    queued = read_event(body) if body else None
    if not isinstance(queued, Queued):
        return None
    return KeptPlace(queue=queued.queue, since=queued.place_at or queued.at)
