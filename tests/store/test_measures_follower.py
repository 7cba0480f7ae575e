"""From the journal in Redis to figures and the wallboard, through outages and restarts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.changes import Changes
from cti.core.events import Event
from cti.core.ids import QueueName
from cti.core.measures.facts import MeasureRules
from cti.core.measures.measuring import CHINA, Books, asked, measures_of
from cti.services.feed import Feed
from cti.services.journal_writer import EventStore, JournalWriter
from cti.services.ports import HistoryDown
from cti.services.wallboard import BoardParts, Pending, Wallboard
from cti.store.redis_state import RedisState
from cti.store.redis_stream import MeasureGroup, RedisGroup, RedisStream
from cti.store.sql_journal import SqlJournal
from cti.store.sql_measures import SqlMeasures
from cti.store.sql_recompute import Recomputation, SqlMeasureEvents
from cti.store.tables_measures import contact_fact
from tests.store.test_journal_writer import Watched
from tests.unit.core.measures.lives import any_day, at

RULES = MeasureRules()
LIMIT_S = 30.0


@asynccontextmanager
async def running(*work: Awaitable[None]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not await true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def record(state: RedisState, events: list[Event]) -> None:
    for first in range(0, len(events), 20):
        await state.commit(Changes(events=tuple(events[first : first + 20])))


def expected_facts(events: list[Event]) -> int:
    books = Books(RULES)
    for event in events:
        books.see(event)
    return sum(1 for _ in books.facts())


async def kept_facts(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(select(func.count()).select_from(contact_fact)) or 0)


async def differences(engine: AsyncEngine) -> int:
    return len([one async for one in Recomputation(engine, RULES).run(mend=False)])


@pytest.fixture
def state(redis_client: Redis, redis_prefix: str) -> RedisState:
    return RedisState(redis_client, redis_prefix)


async def test_two_followers_and_the_history_keep_what_the_events_add_up_to(
    state: RedisState, redis_client: Redis, redis_prefix: str, engine: AsyncEngine
) -> None:
    events = any_day(21, 40)
    wanted = expected_facts(events)
    followers = [
        JournalWriter(
            MeasureGroup(redis_client, node, redis_prefix),
            SqlMeasures(engine, RULES),
            gather_s=0.01,
        )
        for node in ("a", "b")
    ]
    history = JournalWriter(RedisGroup(redis_client, "a", redis_prefix), SqlJournal(engine))

    async def complete() -> bool:
        return await kept_facts(engine) == wanted

    async with running(*(one.run() for one in followers), history.run()):
        await record(state, events)
        await until(complete)
    assert await differences(engine) == 0


async def test_while_sql_is_away_nothing_is_lost_and_nothing_counted_twice(
    state: RedisState, redis_client: Redis, redis_prefix: str, engine: AsyncEngine
) -> None:
    events = any_day(22, 25)
    wanted = expected_facts(events)
    store: EventStore = SqlMeasures(engine, RULES)
    watched = Watched(store, 10**9)
    watched.failure = lambda _: HistoryDown("away") if watched.attempts % 3 else None
    group = MeasureGroup(redis_client, "a", redis_prefix)
    follower = JournalWriter(group, watched, first_pause_s=0.01, gather_s=0.0)

    async def complete() -> bool:
        return await kept_facts(engine) == wanted

    async with running(follower.run()):
        await record(state, events)
        await until(complete)
    assert await differences(engine) == 0


async def test_the_wallboard_is_right_again_after_a_restart(
    state: RedisState, redis_client: Redis, redis_prefix: str, engine: AsyncEngine
) -> None:
    events = any_day(23, 40)
    written, late, live = events[:200], events[200:300], events[300:]
    await record(state, written)
    group = RedisGroup(redis_client, "a", redis_prefix)
    await group.open()
    await SqlJournal(engine).save(await group.fresh(limit=200))
    await record(state, late)  # in the journal, not yet in SQL
    board, feed = wallboard(redis_client, redis_prefix, engine)
    async with running(feed.run(), board.run()):

        async def complete() -> bool:
            return board.complete

        await until(complete)
        assert board.board().centre.arrived == arrived([*written, *late])
        await record(state, live)

        async def followed() -> bool:
            return board.board().centre.arrived == arrived(events)

        await until(followed)
    found = measures_of(events, asked(at(0), at(86_400), "whole", "queue"), RULES)
    for queue in board.board().queues:
        shown = found.whole("answered", queue.queue).numerator
        assert queue.today.answered == shown
        assert queue.today.abandoned == found.whole("abandon_rate", queue.queue).numerator


def arrived(events: list[Event]) -> int:
    found = measures_of(events, asked(at(0), at(86_400)), RULES)
    return found.whole("arrived").numerator


def wallboard(
    redis_client: Redis, redis_prefix: str, engine: AsyncEngine
) -> tuple[Wallboard, Feed]:
    stream = RedisStream(redis_client, redis_prefix)
    feed = Feed(stream, block_s=0.5)

    async def pending() -> Pending:
        return Pending()

    parts = BoardParts(
        feed=feed,
        stream=stream,
        events=SqlMeasureEvents(engine),
        snapshot=lambda: ((), ()),
        pending=pending,
        queues=[QueueName(name) for name in ("motor", "consult", "major")],
        rules=RULES,
        zone=CHINA,
        now=lambda: at(80_000),
    )
    return Wallboard(parts), feed
