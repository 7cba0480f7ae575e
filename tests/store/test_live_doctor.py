"""What a running server says of itself, on a real Redis and real sockets."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from cti.doctor import live
from cti.doctor.findings import Finding
from cti.services.recording_ports import RawRecording
from cti.services.version_ports import Follower
from cti.store.redis_keys import JOURNAL_GROUP, Keys
from cti.store.redis_link import open_redis
from tests.servers import RedisServer, free_port

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
async def redis(own_redis: RedisServer) -> AsyncIterator[Redis]:
    client = open_redis(own_redis.url)
    yield client
    await client.aclose()


async def codes(found: AsyncIterator[Finding]) -> list[str]:
    told = [each async for each in found]
    assert all(each.what("zh") and each.what("en") for each in told)
    return [each.code.removeprefix("doctor.") for each in told]


@pytest.mark.parametrize(
    ("up", "leads", "code"),
    [
        (True, True, "asterisk_link_ok"),
        (False, True, "asterisk_link_down"),
        (True, False, "asterisk_link_waiting"),
    ],
)
async def test_the_link_to_asterisk(up: bool, leads: bool, code: str) -> None:
    assert await codes(live.check_link(up, leads)) == [code]


async def test_fastagi_answers_or_not() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await codes(live.check_fastagi("127.0.0.1", port)) == ["fastagi_ok"]
    server.close()
    await server.wait_closed()
    assert await codes(live.check_fastagi("127.0.0.1", free_port())) == ["fastagi_silent"]


def follower(name: str, sequence: int) -> Follower:
    return Follower(server=name, sequence=sequence, current=1, at=NOW)


async def test_who_routes_and_who_could_take_over(redis: Redis) -> None:
    one, two = follower("cti1", 3), follower("cti2", 2)
    assert await codes(live.check_nodes(redis, "t", [one], 3)) == ["nodes_nobody"]
    await redis.set(Keys("t").lease, "cti1")
    assert await codes(live.check_nodes(redis, "t", [one], 3)) == ["node_ok"]
    assert await codes(live.check_nodes(redis, "t", [one, two], 3)) == ["node_behind", "nodes_ok"]


async def test_how_far_followers_are_behind_the_journal(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await codes(live.check_journal(redis, "t")) == ["journal_ok"]
    monkeypatch.setattr(live, "LAG_WARNING", 3)
    monkeypatch.setattr(live, "LAG_ERROR", 5)
    journal = Keys("t").journal
    await redis.xgroup_create(journal, JOURNAL_GROUP, id="0", mkstream=True)
    for _ in range(4):
        await redis.xadd(journal, {"e": "{}"})
    assert [each.level async for each in live.check_journal(redis, "t")] == ["warning"]
    await redis.xreadgroup(JOURNAL_GROUP, "c", {journal: ">"}, count=2)
    await redis.xadd(journal, {"e": "{}"})
    assert [each.level async for each in live.check_journal(redis, "t")] == ["error"]


async def test_recordings_that_wait_too_long_and_room_for_more() -> None:
    def raw(age: timedelta) -> RawRecording:
        return RawRecording(recording_id="r", call_id="c", changed_at=NOW - age, bytes=8)

    fresh, late = raw(timedelta(seconds=5)), raw(timedelta(minutes=6))

    async def found(*recordings: RawRecording, low: bool = False) -> list[str]:
        told = live.check_recordings(recordings, NOW, low=low, free_bytes=10**9)
        return await codes(told)

    assert await found(fresh) == ["recordings_ok"]
    assert await found(fresh, late) == ["recordings_backlog"]
    assert await found(late, low=True) == ["recordings_room", "recordings_backlog"]
