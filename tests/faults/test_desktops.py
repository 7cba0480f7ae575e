"""A desktop reloads or opens twice in the middle of a talk: nothing missed, nothing dropped."""

import asyncio
import time

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.site import desktop
from tests.faults.books import books_agree
from tests.faults.hotline import Hotline, patience
from tests.faults.matrix import Seen, fault
from tests.faults.scenes import agents_in, calls_in, talk

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(90)]

RIGHT_AGAIN_S = 2.0


@fault("desktop-lost", "reload")
async def test_a_reloaded_desktop_shows_the_talk_within_two_seconds(
    hotline: Hotline, seen: Seen
) -> None:
    async with hotline.board() as board, hotline.seats("1001") as seats:
        talking = await talk(hotline, board, seats["1001"])
    began = time.monotonic()
    async with asyncio.timeout(patience(RIGHT_AGAIN_S)), desktop(hotline.site, "1001") as again:
        snapshot = again.frames[0]
        seen.record(right_again_s=time.monotonic() - began)
        assert (snapshot["me"]["state"], snapshot["me"]["callId"]) == ("talking", talking)
        assert snapshot["pop"]["callId"] == talking
    assert hotline.agents["1001"].leg.state == "CONFIRMED"


@fault("desktop-lost", "second desktop")
async def test_a_second_desktop_takes_the_lead_and_the_talk_goes_on(hotline: Hotline) -> None:
    async with hotline.board() as board, hotline.seats("1001") as seats:
        talking = await talk(hotline, board, seats["1001"])
        async with desktop(hotline.site, "1001") as second:
            await seats["1001"].desktop.until(type="replaced")
            assert calls_in(second) == {talking: "talking"}
            assert agents_in(second)["1001"] == ("talking", talking)
            assert (await second.command("clearConnection"))["ok"]
            await board.until(type="connectionCleared", callId=talking)


@fault("desktop-lost", "held", "consulting")
async def test_a_desktop_that_reloads_while_held_and_consulting_goes_on_from_there(
    hotline: Hotline, seen: Seen
) -> None:
    async with hotline.board() as board, hotline.seats("1001") as seats:
        talking = await talk(hotline, board, seats["1001"])
        await seats["1001"].do("holdCall")
        await board.until(type="held", callId=talking)
    async with hotline.board() as board, hotline.seats("1001", "1003") as again:
        first = again["1001"].desktop.frames[0]
        assert (first["me"]["state"], first["me"]["callId"]) == ("held", talking)
        await again["1001"].do("retrieveCall")
        await board.until(type="retrieved", callId=talking)
        await again["1003"].ready(Answering(after_s=0.1))
        await again["1001"].do("consultationCall", kind="agent", target="1003")
        await board.until(type="consultationAnswered", callId=talking)
    async with hotline.board() as board, hotline.seats("1001", "1003") as last:
        assert last["1001"].desktop.frames[0]["me"]["state"] == "consulting"
        await last["1001"].do("transferCall")
        await board.until(type="established", agentId="1003")
        await last["1003"].do("clearConnection")
        await board.until(type="connectionCleared", agentId="1003")
    hotline.hang_up_all()
    await hotline.until_quiet()
    seen.record(**await books_agree(hotline, talking))
