"""The journal: read by followers, worked off by a consumer group."""

import asyncio

import pytest
from redis.asyncio import Redis

from cti.core.changes import Changes
from cti.core.ids import EventId
from cti.services.ports import StoreDown
from cti.store.redis_keys import EVENT_FIELD, Keys
from cti.store.redis_link import open_redis
from cti.store.redis_state import RedisState
from cti.store.redis_stream import RedisGroup, RedisStream
from tests.store.samples import offered

START = EventId("0-0")


@pytest.fixture
def state(redis_client: Redis, redis_prefix: str) -> RedisState:
    return RedisState(redis_client, redis_prefix)


@pytest.fixture
def stream(redis_client: Redis, redis_prefix: str) -> RedisStream:
    return RedisStream(redis_client, redis_prefix)


@pytest.fixture
async def group(redis_client: Redis, redis_prefix: str) -> RedisGroup:
    made = RedisGroup(redis_client, "node-a", redis_prefix)
    await made.open()
    return made


async def test_a_follower_reads_what_was_committed_in_order(
    state: RedisState, stream: RedisStream
) -> None:
    ids = await state.commit(Changes(events=tuple(offered(str(n)) for n in range(5))))
    read = await stream.read_after(START)
    assert [one.event_id for one in read] == list(ids)
    assert [one.event for one in read] == [offered(str(n)) for n in range(5)]


async def test_a_follower_goes_on_after_the_last_event_it_saw(
    state: RedisState, stream: RedisStream
) -> None:
    ids = await state.commit(Changes(events=(offered("a"), offered("b"))))
    assert [one.event_id for one in await stream.read_after(ids[0])] == [ids[1]]
    assert list(await stream.read_after(ids[1])) == []


async def test_a_page_holds_no_more_than_its_limit(state: RedisState, stream: RedisStream) -> None:
    await state.commit(Changes(events=tuple(offered(str(n)) for n in range(5))))
    assert len(await stream.read_after(START, limit=2)) == 2


async def test_a_waiting_follower_gets_an_event_when_it_happens(
    state: RedisState, stream: RedisStream
) -> None:
    reading = asyncio.create_task(stream.read_after(START, block_s=10))
    await asyncio.sleep(0)
    await state.commit(Changes(events=(offered(),)))
    async with asyncio.timeout(5):
        assert [one.event for one in await reading] == [offered()]


async def test_a_follower_that_waits_in_vain_gets_nothing(stream: RedisStream) -> None:
    assert list(await stream.read_after(START, block_s=0.05)) == []


async def test_an_entry_that_is_no_event_is_passed_over(
    state: RedisState,
    stream: RedisStream,
    redis_client: Redis,
    redis_prefix: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for garbage in (b'{"type":"fromTomorrow"}', b"\xff", b"[]"):
        await redis_client.xadd(Keys(redis_prefix).journal, {EVENT_FIELD: garbage})
    await redis_client.xadd(Keys(redis_prefix).journal, {"x": "y"})
    await state.commit(Changes(events=(offered(),)))
    assert [one.event for one in await stream.read_after(START, limit=1)] == [offered()]
    assert caplog.text.count("passed over") == 4


async def test_the_last_id_is_the_newest_events(state: RedisState, stream: RedisStream) -> None:
    assert await stream.last_id() == START
    ids = await state.commit(Changes(events=(offered(), offered("b"))))
    assert await stream.last_id() == ids[-1]


async def test_an_empty_journal_holds_everything_after_its_start(stream: RedisStream) -> None:
    assert await stream.holds(START)


async def test_the_journal_holds_what_follows_an_event_until_that_event_is_trimmed(
    state: RedisState, stream: RedisStream, redis_client: Redis, redis_prefix: str
) -> None:
    ids = await state.commit(Changes(events=tuple(offered(str(n)) for n in range(4))))
    assert await stream.holds(START)
    assert await stream.holds(ids[0])
    assert await stream.holds(ids[3])
    await redis_client.xtrim(Keys(redis_prefix).journal, maxlen=2, approximate=False)
    assert not await stream.holds(START)
    assert not await stream.holds(ids[0])
    assert await stream.holds(ids[2])


async def test_an_id_the_journal_never_gave_out_is_not_held(
    state: RedisState, stream: RedisStream
) -> None:
    await state.commit(Changes(events=(offered(),)))
    assert not await stream.holds(EventId("99999999999999-0"))


@pytest.mark.parametrize("text", ["", "abc", "1-", "1-2-3", "-1"])
async def test_text_that_is_no_id_is_refused(stream: RedisStream, text: str) -> None:
    with pytest.raises(ValueError, match="event id"):
        await stream.holds(EventId(text))


async def test_the_newer_protocol_of_redis_is_understood_too(
    state: RedisState, redis_url: str, redis_prefix: str
) -> None:
    await state.commit(Changes(events=(offered("a"), offered("b"))))
    async with open_redis(f"{redis_url}?protocol=3") as client:
        assert len(await RedisStream(client, redis_prefix).read_after(START)) == 2
        group = RedisGroup(client, "node-a", redis_prefix)
        await group.open()
        assert len(await group.fresh()) == 2
        assert len(await group.unfinished()) == 2


async def test_a_foreign_key_in_the_journals_place_is_store_down(
    redis_client: Redis, redis_prefix: str
) -> None:
    await redis_client.set(Keys(redis_prefix).journal, "not a stream")
    with pytest.raises(StoreDown):
        await RedisGroup(redis_client, "node-a", redis_prefix).open()


async def test_a_group_reads_each_event_once(state: RedisState, group: RedisGroup) -> None:
    await state.commit(Changes(events=(offered(),)))
    assert [one.event for one in await group.fresh(block_s=0.05)] == [offered()]
    assert list(await group.fresh(block_s=0.05)) == []


async def test_what_was_read_but_not_done_is_unfinished(
    state: RedisState, group: RedisGroup
) -> None:
    ids = await state.commit(Changes(events=(offered("a"), offered("b"))))
    await group.fresh()
    await group.done([ids[0]])
    assert [one.event_id for one in await group.unfinished()] == [ids[1]]


async def test_a_dead_consumers_events_are_taken_over(
    state: RedisState, group: RedisGroup, redis_client: Redis, redis_prefix: str
) -> None:
    await state.commit(Changes(events=(offered(),)))
    await group.fresh()
    heir = RedisGroup(redis_client, "node-b", redis_prefix, dead_after_s=0.0)
    assert [one.event for one in await heir.unfinished()] == [offered()]


async def test_a_living_consumers_events_are_left_to_it(
    state: RedisState, group: RedisGroup, redis_client: Redis, redis_prefix: str
) -> None:
    await state.commit(Changes(events=(offered(),)))
    await group.fresh()
    assert list(await RedisGroup(redis_client, "node-b", redis_prefix).unfinished()) == []


async def test_the_stream_is_trimmed_only_when_nothing_in_it_is_unread(
    state: RedisState, redis_client: Redis, redis_prefix: str
) -> None:
    group = RedisGroup(redis_client, "node-a", redis_prefix, kept=100)
    await group.open()
    await state.commit(Changes(events=tuple(offered(str(n)) for n in range(1000))))
    first = await group.fresh(limit=600)
    await group.done([one.event_id for one in first])
    assert await redis_client.xlen(Keys(redis_prefix).journal) == 1000
    rest = await group.fresh(limit=600)
    await group.done([one.event_id for one in rest])
    assert len(rest) == 400
    assert 100 <= await redis_client.xlen(Keys(redis_prefix).journal) < 400


async def test_events_from_before_the_group_existed_are_read(
    state: RedisState, redis_client: Redis, redis_prefix: str
) -> None:
    await state.commit(Changes(events=(offered(),)))
    late = RedisGroup(redis_client, "node-a", redis_prefix)
    await late.open()
    assert [one.event for one in await late.fresh()] == [offered()]


async def test_an_event_trimmed_while_it_was_pending_does_not_stay_pending(
    state: RedisState, group: RedisGroup, redis_client: Redis, redis_prefix: str
) -> None:
    await state.commit(Changes(events=(offered(),)))
    await group.fresh()
    await redis_client.xtrim(Keys(redis_prefix).journal, maxlen=0, approximate=False)
    assert list(await group.unfinished()) == []
    pending = await redis_client.xpending(Keys(redis_prefix).journal, "history")
    assert pending["pending"] == 0
