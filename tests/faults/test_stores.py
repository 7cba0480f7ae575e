"""Redis dies in the middle of everything, and comes back: as it was, or as its promoted replica."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from cti.simulation.phones import Answering
from tests.asterisk.house import DIRECT
from tests.faults.books import books_agree
from tests.faults.hotline import FALLBACK_S, Hotline, patience
from tests.faults.matrix import Seen, fault
from tests.faults.relay import Way
from tests.faults.scenes import agents_in, calls_in, talk
from tests.faults.test_links import one_talks_and_one_waits
from tests.faults.test_server import four_calls
from tests.servers import RedisServer

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(300)]
log = logging.getLogger(__name__)


@fault("redis-killed", "menu", "waiting", "ringing", "talking")
async def test_calls_of_every_stage_outlive_a_redis_that_was_killed(
    hotline: Hotline, tmp_path: Path, seen: Seen
) -> None:
    async with hotline.board() as board, hotline.seats("1001", "1002", "1003") as seats:
        four = await four_calls(hotline, board, seats, tmp_path)
        hotline.site.kill("redis")
        await hotline.until_not_live()
        ringing = hotline.agents["1003"].leg
        ringing.pick_up()
        caller = hotline.callers["13997000002"].leg
        await hotline.until_bridged(caller)
        began = time.monotonic()
        await hotline.site.start("redis")
        await hotline.until_live()
        recovery_s = time.monotonic() - began
    async with hotline.board() as again:
        agents = agents_in(again)
        assert agents["1001"] == ("talking", four.talking)
        assert agents["1003"] == ("talking", four.ringing)
        assert {four.talking, four.ringing, four.waiting} <= set(calls_in(again))
    hotline.hang_up_all()
    await hotline.until_quiet()
    seen.record(recovery_s=recovery_s, **await books_agree(hotline, *four.all, native=True))


@contextlib.asynccontextmanager
async def replica(folder: Path, port: int) -> AsyncIterator[RedisServer]:
    """A second Redis that holds all that the first does."""
    server = RedisServer(folder, ("--appendonly", "yes", "--replicaof", "127.0.0.1", str(port)))
    server.start()
    try:
        await in_step(server.port)
        yield server
    finally:
        server.stop()


async def in_step(port: int) -> None:
    async with Redis(port=port) as client, asyncio.timeout(15):
        while not await follows(client):  # noqa: ASYNC110 (asked for, not told)
            await asyncio.sleep(0.05)


async def follows(client: Redis) -> bool:
    told = await client.info("replication")
    return bool(told.get("master_link_status") == "up")


async def replicate(port: int, *of: str) -> None:
    async with Redis(port=port) as client:
        assert await client.replicaof(*of)


async def give_back(hotline: Hotline, now: int, own: int) -> None:
    """The hotline's own Redis takes over again, with all that happened since."""
    await hotline.site.start("redis")
    await replicate(own, "127.0.0.1", str(now))
    await in_step(own)
    await replicate(own, "NO", "ONE")
    hotline.redis.lead_to("127.0.0.1", own)
    await hotline.until_live()


@fault("redis-failover", "waiting", "talking")
async def test_a_promoted_replica_serves_on(
    hotline: Hotline, short_folder: Path, seen: Seen
) -> None:
    own = hotline.site.configuration.settings.redis.port
    async with replica(short_folder, own) as other:
        talking = await one_talks_and_one_waits(hotline)
        hotline.site.kill("redis")
        await hotline.until_not_live()
        began = time.monotonic()
        await replicate(other.port, "NO", "ONE")
        hotline.redis.lead_to("127.0.0.1", other.port)
        await hotline.until_live()
        recovery_s = time.monotonic() - began
        assert recovery_s < patience(FALLBACK_S)
        await hotline.until_callers_in("acd-wait", 1, 5)
        async with hotline.board() as board:
            assert agents_in(board)["1001"] == ("talking", talking)
            [waiting] = set(calls_in(board)) - {talking}
            async with hotline.seats("1003") as seats:
                await seats["1003"].ready(Answering(after_s=0.1))
                await board.until(15, type="established", callId=waiting, agentId="1003")
        hotline.hang_up_all()
        await hotline.until_quiet()
        books = await books_agree(hotline, talking, waiting, native=True)
        seen.record(recovery_s=recovery_s, **books)
        await give_back(hotline, other.port, own)


@fault("sql-down", "books")
@pytest.mark.parametrize("away_s", [8.0, pytest.param(60.0, marks=pytest.mark.long)])
async def test_all_books_are_whole_after_calls_ended_without_the_database(
    hotline: Hotline, away_s: float, seen: Seen
) -> None:
    async with hotline.board() as board, hotline.seats("1001", "1003") as seats:
        hotline.sql.put(Way.CUT)
        began = time.monotonic()
        talking = await talk(hotline, board, seats["1001"])
        gone = await hotline.call("13997000002", DIRECT["motor"])
        waiting = str((await board.until(15, type="offered", callerNumber="139****0002"))["callId"])
        await board.until(15, type="queued", callId=waiting)
        gone.hang_up()
        await board.until(15, type="callCleared", callId=waiting)
        await seats["1001"].do("clearConnection")
        hotline.hang_up_all()
        await board.until(15, type="callCleared", callId=talking)
        await asyncio.sleep(max(0.0, away_s - (time.monotonic() - began)))  # what is tested
        hotline.sql.put(Way.OPEN)
        back = time.monotonic()
        books = await books_agree(hotline, talking, waiting)
        seen.record(away_s=back - began, whole_again_s=time.monotonic() - back, **books)
