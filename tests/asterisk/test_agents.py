"""What an agent's state does during and after a call."""

import asyncio
import time
from pathlib import Path

import pytest

from cti.simulation.phones import Leg
from tests.asterisk.house import DIRECT, WRAP_UP_S, House, Seat, hearing

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]


async def talking(house: House, seat: Seat) -> tuple[Leg, str]:
    await seat.ready()
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("established", call_id, agentId=seat.agent_id)
    return leg, call_id


async def test_wrap_up_ends_by_its_timer_and_the_agent_is_ready_again(house: House) -> None:
    motor = house.seats["1001"]
    _, call_id = await talking(house, motor)
    await motor.do("clearConnection")
    await house.event("agentWorkingAfterCall", call_id)
    began = time.monotonic()
    ended = await house.event("wrapUpEnded", call_id, by="timer")
    assert time.monotonic() - began > WRAP_UP_S - 0.5
    assert (ended["agent"]["status"], ended["agent"]["state"]) == ("ready", "idle")


async def test_wrap_up_can_be_extended_once(house: House) -> None:
    motor = house.seats["1001"]
    _, call_id = await talking(house, motor)
    await motor.do("clearConnection")
    await motor.until_state("wrap_up")
    began = time.monotonic()
    await motor.do("extendWrapUp")
    again = await motor.desktop.command("extendWrapUp")
    assert (again["ok"], again["code"]) == (False, "desk.extended_already")
    await house.event("wrapUpEnded", call_id, by="timer")
    assert time.monotonic() - began > 2 * WRAP_UP_S - 1


async def test_not_ready_chosen_in_the_talk_holds_after_wrap_up(house: House) -> None:
    motor = house.seats["1001"]
    _, call_id = await talking(house, motor)
    await motor.do("setAgentState", status="not_ready", reason="BREAK")
    pending = await motor.desktop.until(type="agentChoicePending")
    assert (pending["agent"]["state"], pending["agent"]["pending"]) == ("talking", "not_ready")
    await motor.do("clearConnection")
    ended = await house.event("wrapUpEnded", call_id, by="timer")
    record = ended["agent"]
    assert (record["status"], record["reason"], record["pending"]) == ("not_ready", "BREAK", None)


async def test_ready_chosen_in_wrap_up_ends_it(house: House) -> None:
    motor = house.seats["1001"]
    _, call_id = await talking(house, motor)
    await motor.do("clearConnection")
    await motor.until_state("wrap_up")
    await motor.do("setAgentState", status="ready")
    await house.event("wrapUpEnded", call_id, by="agent")


async def test_an_agent_cannot_log_off_in_a_talk(house: House) -> None:
    motor = house.seats["1001"]
    leg, _ = await talking(house, motor)
    refused = await motor.desktop.command("logOff")
    assert (refused["ok"], refused["code"]) == (False, "desk.in_call")
    assert leg.state == "CONFIRMED"


async def test_hold_by_the_phone_gives_music_and_comes_back(house: House, tmp_path: Path) -> None:
    motor = house.seats["1001"]
    motor.phone.record(tmp_path)
    await motor.ready()
    leg, call_id = await house.call(house.caller(record_to=tmp_path), DIRECT["motor"])
    await house.event("established", call_id)
    await asyncio.sleep(0.6)
    motor.phone.leg.hold()
    held = await house.event("held", call_id)
    assert held["agent"]["state"] == "held"
    await asyncio.sleep(1.5)
    motor.phone.leg.retrieve()
    back = await house.event("retrieved", call_id)
    assert back["agent"]["state"] == "talking"
    await asyncio.sleep(1.2)
    motor.phone.leg.hang_up()
    await house.rate(leg, call_id)
    heard = await hearing(leg)
    tone = heard.tone(motor.phone.tone_hz)
    between = [at for at in heard.music().at_s if tone.first_s < at < tone.last_s]
    assert len(between) >= 2
    assert tone.longest_gap_s > 1
