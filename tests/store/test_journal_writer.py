"""From the journal in Redis into SQL: real Redis, SQLite and PostgreSQL, and what may fail between."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from sqlalchemy import func, select
from sqlalchemy.exc import DataError
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.changes import Changes
from cti.core.ids import CallId, EventId
from cti.services.journal_writer import EventStore, JournalWriter
from cti.services.ports import HistoryDown, Recorded
from cti.store import sql_schema
from cti.store.redis_link import open_redis
from cti.store.redis_state import RedisState
from cti.store.redis_stream import RedisGroup
from cti.store.sql_history import SqlHistory
from cti.store.sql_journal import SqlJournal
from tests.servers import RedisServer
from tests.store.samples import offered


@asynccontextmanager
async def running(writer: JournalWriter) -> AsyncIterator[None]:
    task = asyncio.create_task(writer.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Watched:
    """An event store that tells when it has so many events, and fails when it is told to."""

    def __init__(self, store: EventStore, wanted: int) -> None:
        self.store = store
        self.failure: Callable[[Sequence[Recorded]], Exception | None] = lambda _recorded: None
        self.attempts = 0
        self.failed = asyncio.Event()
        self.complete = asyncio.Event()
        self.saved: set[EventId] = set()
        self._wanted = wanted

    def expect(self, wanted: int) -> None:
        self._wanted = wanted
        self.complete.clear()

    async def save(self, recorded: Sequence[Recorded]) -> None:
        self.attempts += 1
        if failure := self.failure(recorded):
            self.failed.set()
            raise failure
        await self.store.save(recorded)
        self.saved.update(one.event_id for one in recorded)
        if len(self.saved) >= self._wanted:
            self.complete.set()


@pytest.fixture
def state(redis_client: Redis, redis_prefix: str) -> RedisState:
    return RedisState(redis_client, redis_prefix)


@pytest.fixture
def group(redis_client: Redis, redis_prefix: str) -> RedisGroup:
    return RedisGroup(redis_client, "node-a", redis_prefix)


async def commit(state: RedisState, count: int) -> None:
    for n in range(count):
        await state.commit(Changes(events=(offered(f"call-{n}"),)))


async def stored(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        counted = select(func.count()).select_from(sql_schema.event)
        return int(await connection.scalar(counted) or 0)


async def test_every_event_of_the_journal_reaches_sql(
    state: RedisState, group: RedisGroup, engine: AsyncEngine
) -> None:
    await commit(state, 5)
    store = Watched(SqlJournal(engine), 8)
    async with running(JournalWriter(group, store)), asyncio.timeout(10):
        await commit(state, 3)
        await state.commit(Changes(events=tuple(offered(f"late-{n}") for n in range(3))))
        await store.complete.wait()
    assert await stored(engine) >= 8
    assert len(await SqlHistory(engine).story(CallId("call-0"))) == 2


async def test_what_is_recorded_soon_after_a_write_is_one_transaction(
    state: RedisState, group: RedisGroup, engine: AsyncEngine
) -> None:
    store = Watched(SqlJournal(engine), 1)
    async with running(JournalWriter(group, store, gather_s=1.0)), asyncio.timeout(10):
        await commit(state, 1)
        await store.complete.wait()
        store.expect(9)
        await commit(state, 8)
        await store.complete.wait()
    assert store.attempts == 2


async def test_while_sql_is_down_nothing_is_lost_and_one_line_is_logged(
    state: RedisState, group: RedisGroup, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    await commit(state, 4)
    store = Watched(SqlJournal(engine), 4)
    store.failure = lambda _: HistoryDown("sql: away") if store.attempts < 4 else None
    async with running(JournalWriter(group, store, first_pause_s=0.01)), asyncio.timeout(10):
        await store.complete.wait()
    assert await stored(engine) == 4
    assert caplog.text.count("history is not being written") == 1
    assert caplog.text.count("history is being written again") == 1


class Dying(RedisGroup):
    """A group whose writer is killed after SQL's commit, before the events are acknowledged."""

    def __init__(self, client: Redis, prefix: str) -> None:
        super().__init__(client, "node-a", prefix)
        self.dead = asyncio.Event()

    async def done(self, event_ids: Sequence[EventId]) -> None:
        self.dead.set()
        await asyncio.Event().wait()


async def test_a_writer_killed_between_commit_and_acknowledgement_writes_nothing_twice(
    state: RedisState,
    group: RedisGroup,
    engine: AsyncEngine,
    redis_client: Redis,
    redis_prefix: str,
) -> None:
    await commit(state, 3)
    dying, journal = Dying(redis_client, redis_prefix), SqlJournal(engine)
    async with running(JournalWriter(dying, journal)), asyncio.timeout(10):
        await dying.dead.wait()
    assert await stored(engine) == 3
    again = Watched(journal, 3)
    async with running(JournalWriter(group, again)), asyncio.timeout(10):
        await again.complete.wait()
    assert await stored(engine) == 3
    assert len(await SqlHistory(engine).story(CallId("call-0"))) == 1


async def test_another_node_takes_over_what_a_dead_one_held(
    state: RedisState,
    group: RedisGroup,
    engine: AsyncEngine,
    redis_client: Redis,
    redis_prefix: str,
) -> None:
    await group.open()
    await commit(state, 3)
    assert len(await group.fresh()) == 3
    heir = RedisGroup(redis_client, "node-b", redis_prefix, dead_after_s=0.0)
    store = Watched(SqlJournal(engine), 3)
    async with running(JournalWriter(heir, store)), asyncio.timeout(10):
        await store.complete.wait()
    assert await stored(engine) == 3


async def test_one_event_that_sql_refuses_does_not_hold_up_the_rest(
    state: RedisState, group: RedisGroup, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    await commit(state, 3)
    store = Watched(SqlJournal(engine), 2)

    def refuse(recorded: Sequence[Recorded]) -> Exception | None:
        bad = any(getattr(one.event, "call_id", "") == "call-1" for one in recorded)
        return DataError("insert", {}, ValueError("bad")) if bad else None

    store.failure = refuse
    async with running(JournalWriter(group, store)), asyncio.timeout(10):
        await store.complete.wait()
    assert await stored(engine) == 2
    assert caplog.text.count("history refused event") == 1


async def test_the_writer_goes_on_after_redis_was_killed_and_started_again(
    own_redis: RedisServer, engine: AsyncEngine
) -> None:
    async with open_redis(own_redis.url) as client:
        state, group = RedisState(client), RedisGroup(client, "node-a")
        await commit(state, 2)
        store = Watched(SqlJournal(engine), 2)
        async with running(JournalWriter(group, store, first_pause_s=0.01)), asyncio.timeout(20):
            await store.complete.wait()
            own_redis.kill()
            own_redis.start()
            store.expect(4)
            await state.commit(Changes(events=(offered("x"), offered("y"))))
            await store.complete.wait()
    assert await stored(engine) == 4
