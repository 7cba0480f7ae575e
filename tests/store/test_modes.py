"""The board of modes: every test runs against Redis and against the in-memory stand-in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from cti.core.ids import EventId
from cti.core.modes import TIMER, ModeOn, began, ended
from cti.services.modes import ModeBoard
from cti.store.memory_modes import MemoryModes
from cti.store.redis_keys import Keys
from cti.store.redis_modes import RedisModes
from cti.store.redis_stream import RedisStream

NOW = datetime(2026, 11, 22, 8, 0, 1, 5, tzinfo=UTC)
NIGHT = ModeOn(
    mode="night", since=NOW, until=NOW + timedelta(hours=2), by="2001", reason="夜间 \ud800"
)
OFF = ended("night", TIMER, "", NIGHT.until)


@pytest.fixture(params=["redis", "memory"])
def board(request: pytest.FixtureRequest, redis_client: Redis, redis_prefix: str) -> ModeBoard:
    return RedisModes(redis_client, redis_prefix) if request.param == "redis" else MemoryModes()


async def only(board: ModeBoard) -> ModeOn:
    (one,) = await board.all()
    return one


async def test_a_mode_that_was_put_is_there(board: ModeBoard) -> None:
    assert await board.all() == [] or await board.all() == ()
    await board.put(NIGHT, began(NIGHT))
    found = await only(board)
    assert (found.mode, found.since, found.until) == ("night", NIGHT.since, NIGHT.until)


async def test_a_mode_put_again_replaces_the_one_before(board: ModeBoard) -> None:
    later = replace(NIGHT, until=NOW + timedelta(hours=9), reason="更久")
    await board.put(NIGHT, began(NIGHT))
    await board.put(later, began(later))
    assert await only(board) == later


async def test_a_mode_is_dropped_once(board: ModeBoard) -> None:
    await board.put(NIGHT, began(NIGHT))
    one = await only(board)
    assert await board.drop(one, OFF)
    assert not await board.drop(one, OFF)
    assert list(await board.all()) == []


async def test_a_mode_that_was_prolonged_meanwhile_is_not_dropped(board: ModeBoard) -> None:
    longer = replace(NIGHT, until=NOW + timedelta(hours=9), reason="更久")
    await board.put(NIGHT, began(NIGHT))
    one = await only(board)
    await board.put(longer, began(longer))
    assert not await board.drop(one, OFF)
    assert await only(board) == longer


async def test_each_change_is_one_fact_of_the_journal(
    redis_client: Redis, redis_prefix: str
) -> None:
    board = RedisModes(redis_client, redis_prefix)
    await board.put(NIGHT, began(NIGHT))
    one = await only(board)
    await board.drop(one, OFF)
    await board.drop(one, OFF)
    recorded = await RedisStream(redis_client, redis_prefix).read_after(EventId("0-0"))
    assert [each.event for each in recorded] == [replace(began(NIGHT), reason="夜间 ?"), OFF]


async def test_what_cannot_be_read_counts_as_off(redis_client: Redis, redis_prefix: str) -> None:
    await redis_client.hset(Keys(redis_prefix).modes, "night", "{")
    assert await RedisModes(redis_client, redis_prefix).all() == []
