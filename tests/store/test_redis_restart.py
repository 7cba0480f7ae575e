"""Redis was restarted: no connection from before is used again."""

import asyncio

from cti.store.redis_link import open_redis
from tests.servers import RedisServer


async def test_after_a_restart_every_command_is_answered_at_the_first_try(
    own_redis: RedisServer,
) -> None:
    async with open_redis(own_redis.url) as client:
        # A blocking command each holds a connection: afterwards the pool has four.
        await asyncio.gather(*(client.blpop(["nothing"], timeout=0.2) for _ in range(4)))
        await asyncio.to_thread(own_redis.kill)
        await asyncio.to_thread(own_redis.start)
        for _ in range(3):
            assert await asyncio.gather(*(client.ping() for _ in range(4))) == [True] * 4
