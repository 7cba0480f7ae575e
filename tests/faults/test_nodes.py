"""Of two servers the leading one is killed: the second takes over, and nobody loses his place."""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Any

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.house import DIRECT
from tests.asterisk.site import Desktop
from tests.faults.books import books_agree
from tests.faults.hotline import FALLBACK_S, Hotline, patience
from tests.faults.matrix import Seen, fault
from tests.faults.nodes import HOST, second_node
from tests.faults.scenes import agents_in, calls_in, talk

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(300)]
log = logging.getLogger(__name__)


async def queued(hotline: Hotline, board: Desktop, number: str) -> str:
    """A caller who waits; the call's id."""
    await hotline.call(number, DIRECT["motor"])
    masked = f"{number[:3]}****{number[-4:]}"
    offered = await board.until(15, type="offered", callerNumber=masked)
    await board.until(15, type="queued", callId=offered["callId"])
    return str(offered["callId"])


async def served(hotline: Hotline, board: Desktop, count: int) -> list[str]:
    """The calls that an agent gets one after the other, as each caller hangs up."""
    order: list[str] = []
    while len(order) < count:
        begun = await established(board, order)
        order.append(str(begun["callId"]))
        [number] = [n for n in hotline.callers if n[-4:] == begun["call"]["callerNumber"][-4:]]
        hotline.callers[number].leg.hang_up()
    return order


async def established(board: Desktop, beside: Sequence[str]) -> dict[str, Any]:
    """The next talk's beginning."""
    async with asyncio.timeout(30):
        while True:
            for frame in board.frames:
                if frame.get("type") == "established" and frame["callId"] not in beside:
                    return frame
            await asyncio.sleep(0.05)


async def asked(hotline: Hotline) -> str:
    """The host that Asterisk asks what callers hear."""
    told = await hotline.site.asterisk_says("dialplan show globals")
    return next(line.partition("=")[2] for line in told.splitlines() if "ACD_AGI=" in line)


@fault("node-lost", "waiting", "ringing", "talking", "new call")
async def test_a_second_server_takes_over_and_callers_keep_their_places(
    hotline: Hotline, seen: Seen
) -> None:
    async with second_node(hotline) as second:
        async with hotline.board() as board, hotline.seats("1001", "1003") as seats:
            talking = await talk(hotline, board, seats["1001"])
            await seats["1003"].ready(Answering(after_s=None))
            ringing = await queued(hotline, board, "13997000042")
            await board.until(15, type="delivered", agentId="1003")
            waiting = [await queued(hotline, board, f"1399700004{n}") for n in (3, 4)]
            hotline.kill_server()
        killed_at = time.monotonic()
        await second.until_live()
        takeover_s = time.monotonic() - killed_at
        log.info("taken over %.1f s after the kill", takeover_s)
        assert takeover_s < patience(FALLBACK_S)
        assert await asked(second) == HOST
        async with second.board() as board, second.seats("1001") as seats:
            assert agents_in(board)["1001"] == ("talking", talking)
            assert set(calls_in(board)) == {talking, ringing, *waiting}
            fresh = await queued(second, board, "13997000045")
            await seats["1001"].do("clearConnection")
            assert await served(second, board, 3) == [ringing, *waiting]
        second.hang_up_all()
        await second.until_quiet()
        books = await books_agree(second, talking, ringing, *waiting, fresh, native=True)
        seen.record(takeover_s=takeover_s, **books)
