"""The main job: a caller, the menu, the right agent, the pop-up, the talk, the wrap-up, the history."""

import asyncio
from pathlib import Path

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.hearing import Hearing
from tests.asterisk.house import AGENT_TONES_HZ, CALLER_TONE_HZ, DIRECT, House, hearing

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

ONLY_RING = Answering(after_s=None)


async def test_a_call_rings_the_right_agent_pops_up_before_he_answers_and_is_wrapped_up(
    house: House,
) -> None:
    motor, consult = house.seats["1001"], house.seats["1002"]
    await motor.ready(ONLY_RING)
    await consult.ready(ONLY_RING)
    leg, call_id = await house.call(house.caller("13997000002"), "95518")
    leg.press("1")
    await house.event("digitsDialed", call_id, 20, digits="1")
    leg.press("2")
    await house.event("nodeEntered", call_id, node="motor_plate")
    leg.press("1")
    pop = await motor.desktop.until(20, type="screenPop", callId=call_id)
    agent_leg = await motor.phone.until_rung()
    assert (agent_leg.state, consult.phone.legs) == ("EARLY", [])
    assert [key["digits"] for key in pop["keys"]] == ["1", "2", "1"]
    assert (pop["queue"], pop["callerNumber"]) == ("motor", "139****0002")
    assert pop["place"] == "青海西宁"
    [customer] = pop["customers"]
    assert len(customer["policies"]) == 1
    assert [claim["state"] for claim in customer["claims"]] == ["paid"]

    agent_leg.pick_up()
    await house.event("established", call_id, agentId="1001")
    await motor.do("clearConnection")
    await motor.until_state("wrap_up")
    await motor.do("saveWrapUp", callId=call_id, reason="report_single", solved=True)
    await house.event("wrapUpEnded", call_id, by="agent")
    await house.rate(leg, call_id)
    await house.event("callCleared", call_id, clearedBy="agent")
    assert house.events(call_id).count("agentAllocated") == 1


async def test_key_4_rings_the_agent_for_advice(house: House) -> None:
    motor, consult = house.seats["1001"], house.seats["1002"]
    await motor.ready()
    await consult.ready()
    leg, call_id = await house.call(house.caller("13997000002"), "95518")
    leg.press("41")
    await house.event("established", call_id, 30, agentId="1002")
    assert (await consult.desktop.until(type="screenPop", callId=call_id))["queue"] == "consult"
    assert motor.phone.legs == []


async def test_the_screen_pop_comes_within_a_second_of_the_delivery(house: House) -> None:
    motor = house.seats["1001"]
    await motor.ready(ONLY_RING)
    _, call_id = await house.call(house.caller(), DIRECT["motor"])
    await motor.desktop.until(type="delivered", callId=call_id)
    pop = await motor.desktop.until(1.0, type="screenPop", callId=call_id)
    assert pop["customers"]


async def test_everybody_hears_whom_and_what_he_should(house: House, tmp_path: Path) -> None:
    motor = house.seats["1001"]
    await motor.ready(Answering(after_s=0.8))
    motor.phone.record(tmp_path)
    leg, call_id = await house.call(house.caller(record_to=tmp_path), DIRECT["motor"])
    await house.event("established", call_id)
    await asyncio.sleep(2)
    await motor.do("clearConnection")
    await house.rate(leg, call_id)
    check_caller(await hearing(leg))
    check_agent(await hearing(motor.phone.leg))


def check_caller(heard: Hearing) -> None:
    """Music while it rings and while the agent hears the whisper, then the agent, then good-bye."""
    music, agent = heard.music(), heard.tone(AGENT_TONES_HZ["1001"])
    assert music.seconds > 1.5
    assert agent.seconds > 0.5
    assert music.last_s <= agent.first_s + 0.1
    # Two windows at the seam of two pieces of music may fit neither.
    assert agent.first_s - music.last_s < 0.95
    assert not heard.prompt("whisper_motor")
    assert heard.prompt("goodbye").first_s > agent.last_s - 0.1


def check_agent(heard: Hearing) -> None:
    """The queue's name, then the caller, and no music."""
    whisper, caller = heard.prompt("whisper_motor"), heard.tone(CALLER_TONE_HZ)
    assert whisper.seconds > 0.7
    assert caller.seconds > 1.0
    assert whisper.last_s <= caller.first_s + 0.4
    assert not heard.music()


async def test_a_caller_who_hangs_up_in_the_talk_leaves_the_agent_in_wrap_up(
    house: House,
) -> None:
    motor = house.seats["1001"]
    await motor.ready()
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("established", call_id)
    leg.hang_up()
    await motor.phone.leg.until("DISCONNECTED")
    await motor.until_state("wrap_up")
    await house.event("callCleared", call_id, clearedBy="caller")


async def test_an_agent_may_hang_up_with_his_phone(house: House) -> None:
    motor = house.seats["1001"]
    await motor.ready()
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("established", call_id)
    motor.phone.leg.hang_up()
    await motor.until_state("wrap_up")
    await house.rate(leg, call_id)
    await house.event("callCleared", call_id, clearedBy="agent")
