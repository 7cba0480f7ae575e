"""Identification through the data port: three wrong tries lock, whatever races; real Redis."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import pytest
from redis.asyncio import Redis

from cti.services.data_port import IDENTITY_CHECK, IDENTITY_LEVEL, BadQuestion, DataPort
from cti.services.ports import StoreDown
from cti.services.sources import SourceDown, UnknownSource
from cti.store import redis_identity
from cti.store.redis_identity import RedisIdentityTries
from cti.store.redis_link import open_redis
from tests.servers import RedisServer

NUMBER = "13997000001"
RIGHT = "210025"


class Insurer:
    """Knows one number and its identity number; may hang, fail, or count how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails = False
        self.answers = asyncio.Event()
        self.answers.set()
        self.third = asyncio.Event()

    async def fetch(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, str] | None:
        if source == IDENTITY_LEVEL:
            return {"level": "1", "locked": "false"}
        self.asked += 1
        if self.asked == 3:
            self.third.set()
        await self.answers.wait()
        if self.fails:
            raise SourceDown("away")
        return {"result": "ok" if arguments["id_tail"] == RIGHT else "wrong"}


class Caller:
    """Somebody at the menu of one node."""

    def __init__(self, port: DataPort) -> None:
        self.port = port

    async def keys(self, tail: str, number: str = NUMBER) -> str:
        found = await self.port.fetch(IDENTITY_CHECK, {"caller_number": number, "id_tail": tail})
        assert found is not None
        return found["result"]

    async def locked(self, number: str = NUMBER) -> str:
        found = await self.port.fetch(IDENTITY_LEVEL, {"caller_number": number})
        assert found is not None
        return found["locked"]


async def each_moment(ask: Callable[[], Awaitable[str]]) -> AsyncIterator[str]:
    """What is answered, until the answer changes; 5 s at most."""
    first = await ask()
    async with asyncio.timeout(5):
        async for _ in _ticks():
            found = await ask()
            yield found
            if found != first:
                return


async def _ticks() -> AsyncIterator[None]:
    for _ in range(1000):
        await asyncio.sleep(0.01)
        yield


@pytest.fixture
def insurer() -> Insurer:
    return Insurer()


@pytest.fixture
def caller(insurer: Insurer, redis_client: Redis, redis_prefix: str) -> Caller:
    return Caller(DataPort(insurer, RedisIdentityTries(redis_client, redis_prefix), 2.5))


async def test_the_right_number_is_ok(caller: Caller) -> None:
    assert await caller.keys(RIGHT) == "ok"


async def test_the_third_wrong_number_locks_and_then_even_the_right_one_is_refused(
    caller: Caller, insurer: Insurer
) -> None:
    assert [await caller.keys("000000") for _ in range(3)] == ["wrong", "wrong", "locked"]
    assert await caller.keys(RIGHT) == "locked"
    assert insurer.asked == 3
    assert await caller.locked() == "true"


async def test_two_wrong_ones_do_not_lock_and_a_right_one_forgets_them(caller: Caller) -> None:
    tails = ["000000", "000000", RIGHT, "000000", "000000", RIGHT]
    found = [await caller.keys(tail) for tail in tails]
    assert found == ["wrong", "wrong", "ok", "wrong", "wrong", "ok"]
    assert await caller.locked() == "false"


async def test_another_callers_number_is_not_locked(caller: Caller) -> None:
    for _ in range(3):
        await caller.keys("000000")
    assert await caller.locked("13997000002") == "false"
    assert await caller.keys(RIGHT, "13997000002") == "ok"


async def test_a_lock_holds_however_the_number_is_written(caller: Caller) -> None:
    for number in ("13997000001", "+8613997000001", "013997000001"):
        await caller.keys("000000", number)
    assert await caller.locked("008613997000001") == "true"


async def test_many_calls_on_two_nodes_at_once_get_three_tries_together(
    insurer: Insurer, redis_client: Redis, redis_url: str, redis_prefix: str
) -> None:
    async with open_redis(redis_url) as other:
        nodes = [
            Caller(DataPort(insurer, RedisIdentityTries(client, redis_prefix), 2.5))
            for client in (redis_client, other)
        ]
        tries = [nodes[n % 2].keys("000000") for n in range(40)]
        found = await asyncio.gather(*tries)
    assert insurer.asked == 3
    assert sorted(found) == ["locked"] * 38 + ["wrong"] * 2


async def test_a_system_that_fails_costs_no_try(caller: Caller, insurer: Insurer) -> None:
    insurer.fails = True
    for _ in range(5):
        with pytest.raises(SourceDown):
            await caller.keys("000000")
    insurer.fails = False
    assert await caller.locked() == "false"
    assert await caller.keys(RIGHT) == "ok"


async def test_a_caller_who_hangs_up_leaves_his_try_taken_for_a_moment_only(
    caller: Caller, insurer: Insurer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_identity, "UNDER_WAY_S", 0.2)
    insurer.answers.clear()
    tries = [asyncio.create_task(caller.keys("000000")) for _ in range(3)]
    await insurer.third.wait()
    for each in tries:
        each.cancel()
    await asyncio.gather(*tries, return_exceptions=True)
    insurer.answers.set()
    assert await caller.keys(RIGHT) == "locked"
    assert await caller.locked() == "false"
    assert "ok" in [found async for found in each_moment(lambda: caller.keys(RIGHT))]


async def test_a_lock_ends_by_itself(
    insurer: Insurer, redis_client: Redis, redis_prefix: str
) -> None:
    tries = RedisIdentityTries(redis_client, redis_prefix, tries=1, lock_s=0.2)
    caller = Caller(DataPort(insurer, tries, 2.5))
    assert await caller.keys("000000") == "locked"
    assert "false" in [found async for found in each_moment(caller.locked)]
    assert await caller.keys(RIGHT) == "ok"


async def test_a_lock_lasts_as_long_from_its_last_try(
    caller: Caller, redis_client: Redis, redis_prefix: str
) -> None:
    for _ in range(3):
        await caller.keys("000000")
    [key] = [key async for key in redis_client.scan_iter(f"{{{redis_prefix}}}:identity:*")]
    members: Any = await redis_client.zrange(key, 0, -1)
    scores = {await redis_client.zscore(key, member) for member in members}
    assert (len(members), len(scores)) == (3, 1)
    assert 1795 < await redis_client.ttl(key) <= 1800
    assert b"13997000001" not in key


async def test_an_adapter_that_hangs_ends_at_the_limit(
    insurer: Insurer, redis_client: Redis, redis_prefix: str
) -> None:
    insurer.answers.clear()
    port = DataPort(insurer, RedisIdentityTries(redis_client, redis_prefix), 0.05)
    with pytest.raises(TimeoutError):
        await Caller(port).keys(RIGHT)


async def test_without_redis_nobody_is_identified(
    insurer: Insurer, own_redis: RedisServer, redis_prefix: str
) -> None:
    async with open_redis(own_redis.url) as client:
        caller = Caller(DataPort(insurer, RedisIdentityTries(client, redis_prefix), 2.5))
        assert await caller.keys(RIGHT) == "ok"
        own_redis.stop()
        with pytest.raises(StoreDown):
            await caller.keys(RIGHT)
        with pytest.raises(StoreDown):
            await caller.locked()
    assert insurer.asked == 1


async def test_arguments_that_a_source_does_not_take_are_refused(caller: Caller) -> None:
    for arguments in ({}, {"caller_number": NUMBER}, {"caller_number": "", "id_tail": "", "x": ""}):
        with pytest.raises(BadQuestion):
            await caller.port.fetch(IDENTITY_CHECK, arguments)


async def test_a_source_nobody_knows_is_refused(caller: Caller) -> None:
    with pytest.raises(UnknownSource):
        await caller.port.fetch("weather", {})
