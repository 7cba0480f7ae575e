"""A desktop reloads or opens twice in the middle of a talk: nothing missed, nothing dropped."""

import asyncio

import pytest

from tests.asterisk.site import desktop
from tests.faults.hotline import Hotline
from tests.faults.scenes import agents_in, calls_in, talk

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(90)]

RIGHT_AGAIN_S = 2.0


async def test_a_reloaded_desktop_shows_the_talk_within_two_seconds(hotline: Hotline) -> None:
    async with hotline.board() as board, hotline.seats("1001") as seats:
        talking = await talk(hotline, board, seats["1001"])
    async with asyncio.timeout(RIGHT_AGAIN_S), desktop(hotline.site, "1001") as again:
        snapshot = again.frames[0]
        assert (snapshot["me"]["state"], snapshot["me"]["callId"]) == ("talking", talking)
        assert snapshot["pop"]["callId"] == talking
    assert hotline.agents["1001"].leg.state == "CONFIRMED"


async def test_a_second_desktop_takes_the_lead_and_the_talk_goes_on(hotline: Hotline) -> None:
    async with hotline.board() as board, hotline.seats("1001") as seats:
        talking = await talk(hotline, board, seats["1001"])
        async with desktop(hotline.site, "1001") as second:
            await seats["1001"].desktop.until(type="replaced")
            assert calls_in(second) == {talking: "talking"}
            assert agents_in(second)["1001"] == ("talking", talking)
            assert (await second.command("clearConnection"))["ok"]
            await board.until(type="connectionCleared", callId=talking)
