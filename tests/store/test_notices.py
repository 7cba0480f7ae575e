"""Notices of the last hour in Redis: kept in order, bounded, and facts of the journal."""

from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from cti.core.control_events import NoticeSent
from cti.core.ids import EventId
from cti.services.ports import StoreDown
from cti.store.redis_keys import Keys
from cti.store.redis_link import open_redis
from cti.store.redis_notices import MOST, RedisNotices
from cti.store.redis_stream import RedisStream
from tests.servers import free_port

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def notice(minutes: float, text: str = "大雪") -> NoticeSent:
    return NoticeSent(at=NOW + timedelta(minutes=minutes), by="2001", text=text, queues=("motor",))


async def test_notices_are_kept_in_order_and_forgotten_by_age(
    redis_client: Redis, redis_prefix: str
) -> None:
    board = RedisNotices(redis_client, redis_prefix)
    for minutes in (30, 0, 59):
        await board.put(notice(minutes))
    assert await board.since(NOW + timedelta(minutes=1)) == [notice(30), notice(59)]
    assert 0 < await redis_client.ttl(Keys(redis_prefix).notices) <= 7200


async def test_a_notice_is_a_fact_of_the_journal(redis_client: Redis, redis_prefix: str) -> None:
    await RedisNotices(redis_client, redis_prefix).put(notice(0))
    [recorded] = await RedisStream(redis_client, redis_prefix).read_after(EventId("0-0"))
    assert recorded.event == notice(0)


async def test_only_so_many_are_kept(redis_client: Redis, redis_prefix: str) -> None:
    board = RedisNotices(redis_client, redis_prefix)
    for number in range(MOST + 5):
        await board.put(notice(number / 100, str(number)))
    kept = await board.since(NOW - timedelta(days=1))
    assert [kept[0].text, kept[-1].text, len(kept)] == ["5", str(MOST + 4), MOST]


async def test_what_cannot_be_read_is_passed_over(redis_client: Redis, redis_prefix: str) -> None:
    board = RedisNotices(redis_client, redis_prefix)
    await redis_client.zadd(
        Keys(redis_prefix).notices, {b"{": NOW.timestamp(), b'{"type": "x"}': NOW.timestamp()}
    )
    await board.put(notice(1))
    assert await board.since(NOW) == [notice(1)]


async def test_without_redis_it_says_so() -> None:
    client = open_redis(f"redis://127.0.0.1:{free_port()}/0")
    try:
        with pytest.raises(StoreDown):
            await RedisNotices(client).put(notice(0))
    finally:
        await client.aclose()
