"""Resuming: nothing missing, nothing twice, in order, whatever is written meanwhile."""

import asyncio

import pytest

from cti.core.ids import EventId
from tests.web.browsers import Desk
from tests.web.conftest import OpenDesk
from tests.web.parts import World
from tests.web.samples import offered

WRITTEN = 300


async def _seen(desk: Desk, upto: str) -> list[str]:
    """Ids of the events heard until ``upto``."""
    found: list[str] = []
    while not found or found[-1] != upto:
        message = await desk.hear()
        if "callId" in message:
            found.append(message["id"])
    return found


async def _write(world: World, count: int) -> None:
    for n in range(count):
        await world.stream.append(offered(f"c-{n}"))
        if n % 3 == 0:
            await asyncio.sleep(0)


async def _follow(world: World, count: int) -> None:
    await world.until(lambda: world.feed.position == f"{count}-0")


async def test_a_replay_brings_what_was_missed_once_and_in_order(
    world: World, open_desk: OpenDesk
) -> None:
    await _write(world, 20)
    await _follow(world, 20)
    desk = await open_desk(world)
    await desk.ask("resume", after="5-0")
    assert await _seen(desk, "20-0") == [f"{n}-0" for n in range(6, 21)]
    assert await desk.hear() == {"type": "resumed", "id": "20-0"}


async def test_nothing_missed_is_said_at_once(world: World, open_desk: OpenDesk) -> None:
    await _write(world, 3)
    await _follow(world, 3)
    desk = await open_desk(world)
    assert await desk.resume("3-0") == {"type": "resumed", "id": "3-0"}


@pytest.mark.parametrize("yields", range(0, 40, 4))
async def test_a_replay_and_live_events_join_without_gap_or_repeat(
    world: World, open_desk: OpenDesk, yields: int
) -> None:
    await _write(world, 50)
    await _follow(world, 50)
    desk = await open_desk(world)
    writing = asyncio.create_task(_write(world, WRITTEN))
    for _ in range(yields):
        await asyncio.sleep(0)
    await desk.ask("resume", after="10-0")
    seen = await _seen(desk, f"{50 + WRITTEN}-0")
    await writing
    assert seen == [f"{n}-0" for n in range(11, 51 + WRITTEN)]


@pytest.mark.parametrize("yields", range(0, 40, 4))
async def test_a_snapshot_and_live_events_join_without_gap_or_repeat(
    world: World, open_desk: OpenDesk, yields: int
) -> None:
    await _write(world, 50)
    await _follow(world, 50)
    desk = await open_desk(world)
    writing = asyncio.create_task(_write(world, WRITTEN))
    for _ in range(yields):
        await asyncio.sleep(0)
    snapshot = await desk.resume()
    first = int(snapshot["id"].split("-")[0]) + 1
    seen = await _seen(desk, f"{50 + WRITTEN}-0") if first <= 50 + WRITTEN else []
    await writing
    assert seen == [f"{n}-0" for n in range(first, 51 + WRITTEN)]


async def test_a_desktop_that_comes_back_again_and_again_sees_every_event_once(
    world: World, open_desk: OpenDesk
) -> None:
    desk = await open_desk(world)
    last = (await desk.resume())["id"]
    writing = asyncio.create_task(_write(world, WRITTEN))
    seen: list[str] = []
    while len(seen) < WRITTEN:
        for _ in range(7):
            message = await desk.hear()
            if "callId" in message:
                seen.append(message["id"])
                last = message["id"]
            if len(seen) == WRITTEN:
                break
        await desk.ws.close()
        desk = await open_desk(world)
        await desk.ask("resume", after=last)
    await writing
    assert seen == [f"{n}-0" for n in range(1, WRITTEN + 1)]


@pytest.mark.parametrize(
    ("after", "trimmed"), [("5-0", "8-0"), ("99-0", "0-0")], ids=["trimmed", "from another life"]
)
async def test_a_place_that_is_gone_gets_a_snapshot(
    world: World, open_desk: OpenDesk, after: str, trimmed: str
) -> None:
    await _write(world, 20)
    await _follow(world, 20)
    world.stream.trimmed_upto = EventId(trimmed)
    found = await (await open_desk(world)).resume(after)
    assert (found["type"], found["id"]) == ("snapshot", "20-0")


async def test_too_much_missed_gets_a_snapshot(world: World, open_desk: OpenDesk) -> None:
    await _write(world, 600)
    await _follow(world, 600)
    assert (await (await open_desk(world)).resume("1-0"))["type"] == "snapshot"


async def test_with_the_store_down_a_resume_gets_a_snapshot(
    world: World, open_desk: OpenDesk
) -> None:
    await _write(world, 5)
    await _follow(world, 5)
    desk = await open_desk(world)
    await world.stream.break_down()
    assert (await desk.resume("1-0"))["type"] == "snapshot"


async def test_a_second_resume_on_the_same_socket_is_a_fresh_start(
    world: World, open_desk: OpenDesk
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    assert (await desk.resume())["type"] == "snapshot"
    await world.stream.append(offered())
    assert (await desk.hear())["id"] == "1-0"
