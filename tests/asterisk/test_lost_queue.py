"""A queue taken out of the configuration while a caller waits in it, and agents without a phone."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.asterisk.house import DIRECT, House, running_house

pytestmark = [pytest.mark.asyncio(loop_scope="function"), pytest.mark.timeout(240)]


@pytest.fixture
async def own_house(tmp_path: Path) -> AsyncIterator[House]:
    """A house whose configuration may be spoilt."""
    async with running_house(tmp_path) as found:
        yield found


async def publish_without(house: House, folder: Path, queue: str) -> None:
    """The menu sends the queue's callers to the fallback queue from now on."""
    for tree in (folder / "dialplan").glob("*.yaml"):
        known = tree.read_text("utf-8")
        tree.write_text(re.sub(rf"\b(enqueue|voicemail): {queue}\b", r"\1: motor", known), "utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cti",
        "publish",
        "-m",
        "a queue less",
        env=dict(house.site.environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 90)
    assert process.returncode == 0, said.decode()


def take_out(folder: Path, queue: str) -> None:
    """The queue is gone from queues.yaml."""
    queues = folder / "config" / "queues.yaml"
    text = queues.read_text("utf-8")
    text, count = re.subn(rf"^  {queue}:\n(?:    .*\n)+", "", text, flags=re.MULTILINE)
    assert count == 1
    queues.write_text(text, "utf-8")


async def story(house: House, call_id: str, last: str, limit_s: float = 20.0) -> list[str]:
    """The kinds of a call's events, once the last of them is in history."""
    async with asyncio.timeout(limit_s):
        while True:
            told: Any = await house.board.get(f"/api/v1/calls/{call_id}/story?language=zh")
            kinds = [line["type"] for line in told["events"]]
            if last in kinds:
                return kinds
            await asyncio.sleep(0.2)


async def test_who_waits_in_a_queue_that_is_taken_out_is_answered_from_the_fallback_queue(
    own_house: House, tmp_path: Path
) -> None:
    house = own_house
    leg, call_id = await house.call(house.caller(), DIRECT["consult"])
    await house.event("queued", call_id, queue="consult")
    await publish_without(house, tmp_path, "consult")
    house.site.kill("server")
    take_out(tmp_path, "consult")
    await house.site.start("server")
    await house.board_again()
    motor = house.seats["1001"]
    await motor.ready()
    await house.event("established", call_id, 30, agentId="1001")
    assert leg.state == "CONFIRMED"
    leg.hang_up()
    kinds = await story(house, call_id, "callCleared")
    assert kinds.count("queueLeft") == 2
    assert kinds.count("established") == 1


async def test_an_agent_whose_phone_goes_away_is_offered_no_call(own_house: House) -> None:
    house, motor = own_house, own_house.seats["1001"]
    await motor.ready()
    await motor.phone.register(there=False)
    await house.board.until(30, type="agentNotReady", agentId="1001", reason="PHONE")
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("queued", call_id)
    await motor.do("logOff")
    refused = await motor.desktop.command("logOn")
    assert (refused["ok"], refused["code"]) == (False, "desk.phone_missing")
    other = house.seats["1003"]
    await other.ready()
    await house.event("established", call_id, 20, agentId="1003")
    assert motor.phone.legs == []
    leg.hang_up()
