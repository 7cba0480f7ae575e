"""Redis away, slow, without AOF, with foreign bytes in it; and signed-in browsers."""

import os
import signal
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from cti.core.changes import Changes
from cti.services.ports import Account, Role, StoreDown
from cti.store.redis_doctor import check_durability
from cti.store.redis_keys import Keys
from cti.store.redis_link import open_redis
from cti.store.redis_sessions import RedisSessions
from cti.store.redis_state import RedisState
from cti.store.redis_stream import RedisStream
from tests.servers import RedisServer, free_port
from tests.store.samples import agent, call, offered

LIN = Account(login="lin", name="林静", role=Role.SUPERVISOR)


async def test_nobody_listening_is_store_down() -> None:
    async with open_redis(f"redis://127.0.0.1:{free_port()}/0") as client:
        with pytest.raises(StoreDown):
            await RedisState(client).load()


async def test_a_hanging_redis_is_store_down_within_the_limit(own_redis: RedisServer) -> None:
    async with open_redis(own_redis.socket_url) as client:
        state = RedisState(client)
        await state.load()
        os.kill(own_redis.pid, signal.SIGSTOP)
        try:
            with pytest.raises(StoreDown):
                await state.commit(Changes(agents=(agent(),)))
        finally:
            os.kill(own_redis.pid, signal.SIGCONT)


async def test_a_commit_that_timed_out_but_was_done_is_not_done_twice(
    own_redis: RedisServer,
) -> None:
    changes = Changes(agents=(agent(),), events=(offered(),), commit_id="once")
    async with open_redis(own_redis.url) as client:
        state = RedisState(client)
        await state.load()
        os.kill(own_redis.pid, signal.SIGSTOP)
        with pytest.raises(StoreDown):
            await state.commit(changes)
        os.kill(own_redis.pid, signal.SIGCONT)
        ids = await state.commit(changes)
        assert [one.event_id for one in await RedisStream(client).read_after(ids[0])] == []
        assert await client.xlen(Keys().journal) == 1


async def test_after_kill_9_the_aof_brings_everything_back(own_redis: RedisServer) -> None:
    async with open_redis(own_redis.url) as client:
        state = RedisState(client)
        await state.commit(Changes(agents=(agent(),), calls=(call(),), events=(offered(),)))
        own_redis.kill()
        with pytest.raises(StoreDown):
            await state.load()
        own_redis.start()
        assert await state.load() == ((agent(),), (call(),))


def test_a_client_that_repeats_commands_by_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="open_redis"):
        RedisState(Redis())


async def test_an_unreadable_record_is_removed_and_the_others_are_loaded(
    redis_client: Redis, redis_prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    state = RedisState(redis_client, redis_prefix)
    await state.commit(Changes(agents=(agent(),)))
    await redis_client.hset(Keys(redis_prefix).agents, "bad", b"7 {not json")
    assert await state.load() == ((agent(),), ())
    assert "unreadable record removed" in caplog.text
    await state.commit(Changes(agents=(agent("bad", version=1),)))


async def test_half_a_surrogate_pair_in_a_name_cannot_stop_a_commit(
    redis_client: Redis, redis_prefix: str
) -> None:
    state = RedisState(redis_client, redis_prefix)
    odd = replace(call(), caller_name="\ud83d!")
    event = replace(offered(), caller_name="\ud83d!")
    await state.commit(Changes(calls=(odd,), events=(event,)))
    ((), (loaded,)) = await state.load()
    assert loaded.caller_name == "?!"


async def test_a_redis_with_aof_is_durable(own_redis: RedisServer) -> None:
    async with open_redis(own_redis.url) as client:
        assert await check_durability(client) == []


async def test_redis_without_aof_is_found(own_redis: RedisServer) -> None:
    async with open_redis(own_redis.url) as client:
        await client.config_set("appendonly", "no")
        await client.config_set("maxmemory", "100mb")
        await client.config_set("maxmemory-policy", "allkeys-lru")
        found = await check_durability(client)
    assert found == ["store.redis_aof_off", "store.redis_evicts"]


async def test_a_signed_in_browser_is_known_by_its_token(
    redis_client: Redis, redis_prefix: str
) -> None:
    sessions = RedisSessions(redis_client, redis_prefix)
    token = await sessions.open(LIN, 60)
    assert await sessions.find(token, 60) == LIN


async def test_a_closed_or_invented_token_is_unknown(
    redis_client: Redis, redis_prefix: str
) -> None:
    sessions = RedisSessions(redis_client, redis_prefix)
    token = await sessions.open(LIN, 60)
    await sessions.close(token)
    assert await sessions.find(token, 60) is None
    assert await sessions.find("\ud83d*", 60) is None


async def test_a_session_of_another_version_is_unknown(
    redis_client: Redis, redis_prefix: str
) -> None:
    sessions = RedisSessions(redis_client, redis_prefix)
    token = await sessions.open(LIN, 60)
    (key,) = [key async for key in redis_client.scan_iter(f"*{redis_prefix}*")]
    await redis_client.set(key, b'{"login":"lin","role":"emperor"}')
    assert await sessions.find(token, 60) is None


async def test_finding_a_session_extends_it_and_no_token_is_stored(
    redis_client: Redis, redis_prefix: str
) -> None:
    sessions = RedisSessions(redis_client, redis_prefix)
    token = await sessions.open(LIN, 60)
    await sessions.find(token, 600)
    (key,) = [key async for key in redis_client.scan_iter(f"*{redis_prefix}*")]
    assert 590 < await redis_client.ttl(key) <= 600
    assert token.encode() not in key
