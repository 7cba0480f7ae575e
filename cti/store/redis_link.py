"""The connection to Redis: no silent repeats, a limit on every wait, one error for all trouble."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig

from cti.services.ports import StoreDown

LIMIT_S = 2.0


def open_redis(url: str) -> Redis:
    """A client for ``redis://…`` or ``unix:///path``; nothing is connected yet.

    The client's own repeats are off: a command that got no answer may have been done.
    """
    return Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=LIMIT_S,
        socket_timeout=None,  # answered() limits every wait, blocking reads included
        decode_responses=False,
        # With them the pool hands out connections that a restart of Redis has closed.
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )


def refuse_repeats(client: Redis) -> None:
    """Raises ValueError for a client that repeats commands by itself."""
    retry = client.get_retry()
    if retry is not None and retry.get_retries() > 0:
        raise ValueError("the Redis client repeats commands by itself; make it with open_redis()")


async def answered(command: Awaitable[Any] | Any, limit_s: float = LIMIT_S) -> Any:
    """The answer of one command. Raises StoreDown when there is none, or only an error."""
    try:
        async with asyncio.timeout(limit_s):
            return await command
    except (RedisError, OSError, TimeoutError) as wrong:
        raise StoreDown(f"redis: {wrong or type(wrong).__name__}") from wrong
