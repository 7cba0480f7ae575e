"""Scripts that misbehave, each on a live line: their callers go on, and nobody else notices."""

import asyncio
import time

import pytest

from cti.simulation.phones import Leg
from tests.asterisk.house import House
from tests.asterisk.odd_trees import SCRIPT_LIMIT_S, SCRIPT_TEXTS, SCRIPTS
from tests.asterisk.short_ways import SHORT_MENU

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

ONE_COMMAND_S = 3.0
"""A prompt that is playing when a script's time is over may end; and phones take a moment."""
ANSWER_S = 1.0
"""Within which a key of another caller must count, scripts or not."""
KEYS = 12


async def runs(house: House, key: int, name: str) -> float:
    """A caller meets the script; the seconds until he waits in the queue."""
    leg, call_id = await house.call(house.caller(f"139970012{key:02d}"), SCRIPTS)
    leg.press(str(key))
    await house.event("nodeEntered", call_id, node=name)
    began = time.monotonic()
    queued = await house.event("queued", call_id, 20)
    assert queued["variables"]["script"] == "broken", name
    leg.hang_up()
    await house.event("callCleared", call_id)
    return time.monotonic() - began


async def slowest_key(house: House, leg: Leg, call_id: str) -> float:
    """The longest of a few times from a key to what the menu makes of it."""
    slowest = 0.0
    for count in range(1, KEYS + 1):
        began = time.monotonic()
        leg.press("2")
        async with asyncio.timeout(10):
            while house.events(call_id).count("digitsDialed") < count:  # noqa: ASYNC110 (of one kind)
                await asyncio.sleep(0.005)
        slowest = max(slowest, time.monotonic() - began)
        await asyncio.sleep(0.2)
    return slowest


async def test_whatever_a_script_does_its_caller_goes_on_and_no_other_caller_waits(
    house: House,
) -> None:
    other, other_id = await house.call(house.caller("13997001299"), SHORT_MENU)
    await house.event("nodeEntered", other_id, node="main")
    slowest, *took = await asyncio.gather(
        slowest_key(house, other, other_id),
        *(runs(house, key, name) for key, name in enumerate(SCRIPT_TEXTS, start=1)),
    )
    late = dict(zip(SCRIPT_TEXTS, took, strict=True))
    assert max(took) < SCRIPT_LIMIT_S + ONE_COMMAND_S, late
    assert slowest < ANSWER_S
    assert house.site.log("server").count("script failed") >= len(SCRIPT_TEXTS)
    assert other.state == "CONFIRMED"
