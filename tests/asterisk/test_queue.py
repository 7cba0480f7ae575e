"""Waiting: who goes first, and how leaving is counted."""

import asyncio

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.house import DIRECT, House

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]


async def test_a_caller_who_leaves_at_once_counts_as_short_abandoned(house: House) -> None:
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("queued", call_id)
    leg.hang_up()
    left = await house.event("queueLeft", call_id)
    assert (left["outcome"], left["queue"]) == ("short_abandoned", "motor")
    await house.event("callCleared", call_id, clearedBy="caller")


async def test_a_caller_who_waited_and_left_counts_as_abandoned(house: House) -> None:
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("queued", call_id)
    await asyncio.sleep(5.1)
    leg.hang_up()
    left = await house.event("queueLeft", call_id)
    assert left["outcome"] == "abandoned"
    assert left["waitedS"] >= 5


async def test_the_caller_who_waits_longest_is_served_first(house: House) -> None:
    _, first = await house.call(house.caller("13997000001"), DIRECT["motor"])
    await house.event("queued", first)
    _, second = await house.call(house.caller("13997000002"), DIRECT["motor"])
    await house.event("queued", second)
    motor = house.seats["1001"]
    await motor.ready()
    await house.event("established", first)
    assert "agentAllocated" not in house.events(second)
    await motor.do("clearConnection")
    await motor.until_state("wrap_up")
    await motor.do("setAgentState", status="ready")
    await house.event("established", second)


async def test_an_injured_caller_goes_before_those_who_wait_longer(house: House) -> None:
    _, motor_call = await house.call(house.caller("13997000001"), DIRECT["motor"])
    await house.event("queued", motor_call)
    _, major_call = await house.call(house.caller("13997000002"), DIRECT["major"])
    await house.event("queued", major_call)
    await house.seats["1001"].ready(Answering(after_s=0.1))
    await house.event("established", major_call, agentId="1001")
    assert "agentAllocated" not in house.events(motor_call)


async def test_the_agent_who_is_idle_longest_is_rung(house: House) -> None:
    first, second = house.seats["1003"], house.seats["1001"]
    await first.ready()
    await second.ready()
    _, one = await house.call(house.caller("13997000001"), DIRECT["motor"])
    await house.event("established", one, agentId="1003")
    _, two = await house.call(house.caller("13997000002"), DIRECT["motor"])
    await house.event("established", two, agentId="1001")
