"""Servers that several folders of tests share."""

import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from cti.store.redis_link import open_redis
from tests.servers import RedisServer


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """One Redis for the session; tests keep apart by ``redis_prefix``."""
    # Not tmp_path: a Unix socket's path may have 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="cti-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def redis_url(redis_server: RedisServer) -> str:
    """The address of a running Redis."""
    return redis_server.url


@pytest.fixture
def redis_prefix() -> str:
    """A key prefix that no other test uses."""
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
async def redis_client(redis_url: str) -> AsyncIterator[Redis]:
    """A client as the product makes it."""
    async with open_redis(redis_url) as client:
        yield client
