"""The feed and the desktops on the real journal in Redis."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis

from cti.core.changes import Changes
from cti.services.ports import LiveState
from cti.store.redis_link import open_redis
from cti.store.redis_state import RedisState
from cti.store.redis_stream import RedisStream
from tests.servers import RedisServer
from tests.web.browsers import Desk
from tests.web.conftest import OpenBrowser
from tests.web.parts import World
from tests.web.samples import offered

WRITTEN = 400


async def _write(state: LiveState, first: int, count: int) -> list[str]:
    ids: list[str] = []
    for n in range(first, first + count):
        ids += await state.commit(Changes(events=(offered(f"c-{n}"),)))
    return ids


@asynccontextmanager
async def _world(static: Path, client: Redis, prefix: str) -> AsyncIterator[World]:
    async with World(static, journal=RedisStream(client, prefix)) as world:
        yield world


async def test_desktops_that_come_and_go_see_the_redis_journal_once_and_in_order(
    static: Path, redis_client: Redis, redis_prefix: str, open_browser: OpenBrowser
) -> None:
    state = RedisState(redis_client, redis_prefix)
    async with _world(static, redis_client, redis_prefix) as world:
        browser = await open_browser(world, "supervisor")
        desk = Desk(await browser.socket())
        last = (await desk.resume())["id"]
        writing = asyncio.create_task(_write(state, 0, WRITTEN))
        seen: list[str] = []
        while len(seen) < WRITTEN:
            message = await desk.hear()
            last = message["id"]
            if "callId" in message:
                seen.append(last)
            if len(seen) % 40 == 39:
                await desk.ws.close()
                desk = Desk(await browser.socket())
                await desk.ask("resume", after=last)
        assert seen == await writing


async def test_a_redis_that_dies_and_comes_back_costs_no_event(
    static: Path, redis_prefix: str, open_browser: OpenBrowser
) -> None:
    with tempfile.TemporaryDirectory(prefix="cti-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            async with (
                open_redis(server.url) as client,
                _world(static, client, redis_prefix) as world,
            ):
                await _die_and_come_back(world, server, client, redis_prefix, open_browser)
        finally:
            server.stop()


async def _die_and_come_back(
    world: World, server: RedisServer, client: Redis, prefix: str, open_browser: OpenBrowser
) -> None:
    desk = Desk(await (await open_browser(world, "supervisor")).socket())
    await desk.resume()
    state = RedisState(client, prefix)
    written = await _write(state, 0, 3)
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)
    async with open_redis(server.url) as other:  # the writer's old connection is dead by now
        written += await _write(RedisState(other, prefix), 3, 3)
    assert [(await desk.hear())["id"] for _ in range(6)] == written
