"""Figures' sums, and the facts behind them, read from SQL. The database adds up whole numbers only."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from math import gcd
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal_column,
    not_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.ids import CallId
from cti.core.measures.agent_time import Segment
from cti.core.measures.facts import NEAR_MS, VISIT_ENDS, Fact, MeasureRules
from cti.core.measures.tallies import (
    FACT_FIELD,
    SEGMENT_FIELD,
    Asked,
    By,
    Table,
    Tally,
    add,
    named_time,
    time_counts,
    time_kind,
    time_pieces,
)
from cti.core.measures.waiting import Wait
from cti.services.measure_ports import CountedFact
from cti.store import sql_schema
from cti.store.sql_link import transaction
from cti.store.sql_measures import FACT_FIELDS, SEGMENT_FIELDS
from cti.store.tables_measures import agent_segment, contact_fact

_FACT, _SEGMENT, _CALL = contact_fact.c, agent_segment.c, sql_schema.call.c
_QUARTER_MS = 900_000
LONGEST_WAIT_MS = 86_400_000
"""Nobody waits longer in one queue than a day."""


class SqlFigures:
    """``MeasureStore`` on an engine."""

    def __init__(self, engine: AsyncEngine, rules: MeasureRules) -> None:
        self._engine, self._rules = engine, rules

    async def table(self, asked: Asked, kinds: Collection[str]) -> Table:
        """Tallies of facts of these stored kinds. Raises HistoryDown."""
        named = _named(asked)
        bucket = _bucket(_FACT.at_ms, asked)
        group = [bucket, _FACT.kind, *([] if named is None else [named])]
        within = case((_FACT.value <= self._limit(), 1), else_=0)
        sums = (func.count(), func.sum(_FACT.value), func.sum(within))
        wanted = _among(select(*group, *sums), asked, kinds).group_by(*group)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(wanted)).all()
        # Beside the loop here and below: a year may be a hundred thousand rows, and calls go on.
        return await asyncio.to_thread(_fact_table, rows, asked)

    def _limit(self) -> ColumnElement[int]:
        """What a fact's value is held against, as ``MeasureRules.within_ms`` has it."""
        by_queue = {q: self._rules.within_ms("", q) for q in self._rules.within_by_queue_s}
        plain = self._rules.within_ms("", "")
        limit: Any = case(by_queue, value=_FACT.queue, else_=plain) if by_queue else plain
        connected = "callback.connected"
        return case(
            (_FACT.kind == connected, self._rules.within_ms(connected, "")),
            (_FACT.kind == "estimate.error", NEAR_MS),
            else_=limit,
        )

    async def times(self, asked: Asked, now_ms: int) -> Table:
        """Tallies of the agents' time. Raises HistoryDown."""
        inner = await self._inner(asked)
        straddling = and_(_overlaps(asked, now_ms), not_(_in_one(asked)))
        rest = await self._segments(straddling, asked)
        return await asyncio.to_thread(_time_table, inner, rest, asked, now_ms)

    async def _inner(self, asked: Asked) -> Sequence[tuple[Segment, int]]:
        """Segments that lie in one bucket: one for each bucket, beginning where it does, and the sum."""
        names = _time_columns(asked)
        columns = [_SEGMENT[name] for name in names]
        bucket = _bucket(_SEGMENT.since_ms, asked)
        length = func.sum(_SEGMENT.until_ms - _SEGMENT.since_ms)
        wanted = select(bucket, length, *columns).where(_in_one(asked), *_narrowed(asked))
        begin_ms, step_ms = asked.scale.begin_ms, _step_ms(asked)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(wanted.group_by(bucket, *columns))).all()
        return await asyncio.to_thread(
            lambda: [
                (_segment(begin_ms + row[0] * step_ms, names, row[2:]), int(row[1])) for row in rows
            ]
        )

    async def sign_ins(self, asked: Asked) -> Sequence[Segment]:
        """As ``tallies.sign_ins`` finds them, in the period alone. Raises HistoryDown."""
        before = agent_segment.alias()
        earlier = (before.c.agent_id == _SEGMENT.agent_id, before.c.since_ms < _SEGMENT.since_ms)
        newest = select(before.c.until_ms).where(*earlier).order_by(before.c.since_ms.desc())
        wanted = select(*(_SEGMENT[name] for name in SEGMENT_FIELDS)).where(
            _SEGMENT.since_ms >= asked.scale.begin_ms,
            _SEGMENT.since_ms < asked.scale.end_ms,
            _SEGMENT.status != "",
            newest.limit(1).scalar_subquery().is_distinct_from(_SEGMENT.since_ms),
            *_narrowed(asked),
        )
        wanted = wanted.order_by(_SEGMENT.agent_id, _SEGMENT.since_ms)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(wanted)).all()
        return [Segment(**row._mapping) for row in rows]

    async def segments(self, asked: Asked, now_ms: int) -> Sequence[Segment]:
        """The agents' time that reaches into the period. Raises HistoryDown."""
        return await self._segments(_overlaps(asked, now_ms), asked)

    async def _segments(self, condition: ColumnElement[bool], asked: Asked) -> Sequence[Segment]:
        wanted = select(*(_SEGMENT[name] for name in SEGMENT_FIELDS))
        wanted = wanted.where(condition, *_narrowed(asked))
        wanted = wanted.order_by(_SEGMENT.agent_id, _SEGMENT.since_ms)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(wanted)).all()
        return await asyncio.to_thread(lambda: [Segment(**row._mapping) for row in rows])

    async def wrapped(self, since_ms: int, until_ms: int) -> Sequence[Fact]:
        """All records of contacts of that time. Raises HistoryDown."""
        wanted = select(*_FACT_COLUMNS).where(
            _FACT.kind == "wrapped", _FACT.at_ms >= since_ms, _FACT.at_ms < until_ms
        )
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(wanted)).all()
        return await asyncio.to_thread(lambda: [Fact(**row._mapping) for row in rows])

    async def waits(self, begin_ms: int, end_ms: int, queue: str | None) -> Sequence[Wait]:
        """Waits in a queue (None: in any) that are over and reach into the period. Raises HistoryDown."""
        wanted = select(_FACT.at_ms, _FACT.value).where(
            _FACT.kind.in_(VISIT_ENDS),
            _FACT.at_ms > begin_ms - LONGEST_WAIT_MS,
            _FACT.at_ms < end_ms,
            _FACT.at_ms + _FACT.value > begin_ms,
        )
        if queue is not None:
            wanted = wanted.where(_FACT.queue == queue)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(wanted)).all()
        return [Wait(at_ms, at_ms + value) for at_ms, value in rows]

    async def facts(
        self,
        asked: Asked,
        kinds: Collection[str],
        *,
        within: Collection[str] = (),
        above_zero: Collection[str] = (),
        page: tuple[int, int],
    ) -> Sequence[CountedFact]:
        """The facts themselves, by time, narrowed as the port says. Raises HistoryDown."""
        wanted = _among(select(*_FACT_COLUMNS, _CALL.caller_number), asked, kinds)
        over = and_(_FACT.kind.in_(sorted(within)), _FACT.value > self._limit())
        nothing = and_(_FACT.kind.in_(sorted(above_zero)), _FACT.value == 0)
        wanted = wanted.where(not_(over), not_(nothing))
        wanted = wanted.join_from(
            contact_fact, sql_schema.call, _FACT.call_id == _CALL.call_id, isouter=True
        )
        wanted = wanted.order_by(_FACT.at_ms, _FACT.call_id, _FACT.number)
        async with transaction(self._engine) as connection:
            rows = await connection.execute(wanted.offset(page[0]).limit(page[1]))
            return [
                CountedFact(
                    fact=Fact(**{name: getattr(row, name) for name in FACT_FIELDS}),
                    caller_number=row.caller_number or "",
                )
                for row in rows
            ]

    async def named(self, call_ids: Collection[CallId]) -> dict[str, str]:
        """Call → its caller's number. Raises HistoryDown."""
        wanted = select(_CALL.call_id, _CALL.caller_number).where(_CALL.call_id.in_(call_ids))
        async with transaction(self._engine) as connection:
            return {row.call_id: row.caller_number for row in await connection.execute(wanted)}


def _fact_table(rows: Sequence[Sequence[Any]], asked: Asked) -> Table:
    """Of rows (bucket, kind, the row's name if asked by one, count, sum, within)."""
    table: Table = {}
    for row in rows:
        at_ms = asked.scale.begin_ms + row[0] * _step_ms(asked)
        kind, number = asked.kind(row[1]), asked.scale.number(at_ms)
        if kind is not None and number is not None:
            key = asked.key(_name(row[2], asked) if len(row) > 5 else "", at_ms)
            add(table, (number, key), kind, Tally(*map(int, row[-3:])))
    return table


def _named(asked: Asked) -> ColumnElement[Any] | None:
    """What tells the rows apart in SQL: a column, or the number of the band of a wait."""
    if asked.by is not By.WAIT:
        return _FACT[FACT_FIELD[asked.by]] if asked.by in FACT_FIELD else None
    # Written out, as in ``_bucket``.
    bounds = [1000 * bound for bound in asked.bands.bounds_s]
    steps = [
        (_FACT.value < literal_column(str(bound), BigInteger), literal_column(str(n), BigInteger))
        for n, bound in enumerate(bounds)
    ]
    return case(*steps, else_=literal_column(str(len(bounds)), BigInteger))


def _name(found: Any, asked: Asked) -> str:
    return asked.bands.names[found] if asked.by is By.WAIT else str(found)


def _time_table(
    inner: Sequence[tuple[Segment, int]], rest: Sequence[Segment], asked: Asked, now_ms: int
) -> Table:
    table: Table = {}
    for segment, length_ms in inner:
        number = asked.scale.number(segment.since_ms)
        if number is not None and time_counts(segment, asked):
            row = asked.key(named_time(segment, asked.by), segment.since_ms)
            add(table, (number, row), time_kind(segment), Tally(0, length_ms, 0))
    for segment in rest:
        if time_counts(segment, asked):
            for number, row, length_ms in time_pieces(segment, asked, now_ms):
                add(table, (number, row), time_kind(segment), Tally(0, length_ms, 0))
    return table


_FACT_COLUMNS = [_FACT[name] for name in FACT_FIELDS]


def _step_ms(asked: Asked) -> int:
    step_ms = asked.scale.step_ms
    return gcd(step_ms, _QUARTER_MS) if asked.by in (By.HOUR, By.WEEKDAY) else step_ms


def _bucket(at_ms: ColumnElement[int], asked: Asked) -> ColumnElement[int]:
    # Written out, not bound: PostgreSQL must see that what is grouped by is what is shown.
    begin: ColumnElement[int] = literal_column(str(asked.scale.begin_ms), BigInteger)
    step: ColumnElement[int] = literal_column(str(_step_ms(asked)), BigInteger)
    return (at_ms - begin) // step


def _among(wanted: Select[Any], asked: Asked, kinds: Collection[str]) -> Select[Any]:
    wanted = wanted.where(
        _FACT.kind.in_(sorted(kinds)),
        _FACT.at_ms >= asked.scale.begin_ms,
        _FACT.at_ms < asked.scale.end_ms,
    )
    for by, value in asked.only.items():
        wanted = wanted.where(_is(by, value, asked))
    return wanted


def _is(by: By, value: str, asked: Asked) -> ColumnElement[bool]:
    if by is not By.WAIT:
        return _FACT[FACT_FIELD[by]] == value
    begin_ms, end_ms = asked.bands.bounds_ms[value]
    begun = _FACT.value >= begin_ms
    return begun if end_ms is None else and_(begun, _FACT.value < end_ms)


def _in_one(asked: Asked) -> ColumnElement[bool]:
    """The segment lies in one bucket of the period."""
    return and_(
        _SEGMENT.since_ms >= asked.scale.begin_ms,
        _SEGMENT.until_ms.is_not(None),
        _SEGMENT.until_ms <= asked.scale.end_ms,
        _bucket(_SEGMENT.since_ms, asked) == _bucket(_SEGMENT.until_ms - 1, asked),
    )


def _overlaps(asked: Asked, now_ms: int) -> ColumnElement[bool]:
    # An open one lasts until now.
    until_ms = func.coalesce(_SEGMENT.until_ms, now_ms)
    return and_(_SEGMENT.since_ms < asked.scale.end_ms, until_ms > asked.scale.begin_ms)


def _time_columns(asked: Asked) -> list[str]:
    by = {SEGMENT_FIELD[each] for each in {asked.by, *asked.only} if each in SEGMENT_FIELD}
    return sorted({"status", "reason", "activity", *by})


def _segment(since_ms: int, names: Sequence[str], values: Sequence[str]) -> Segment:
    told: dict[str, Any] = {"agent_id": "", **dict(zip(names, values, strict=True))}
    return Segment(**told, since_ms=since_ms)


def _narrowed(asked: Asked) -> list[ColumnElement[bool]]:
    agent_id = asked.only.get(By.AGENT)
    return [] if agent_id is None else [_SEGMENT.agent_id == agent_id]
