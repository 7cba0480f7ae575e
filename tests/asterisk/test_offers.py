"""An offer that comes to nothing: why is kept apart, the agent is spared, the caller loses nothing."""

import asyncio
from pathlib import Path

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.house import AGENT_TONES_HZ, DIRECT, House, Seat, hearing

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

ONLY_RING = Answering(after_s=None)


async def test_after_a_ring_without_answer_the_next_agent_rings_and_the_music_goes_on(
    house: House, tmp_path: Path
) -> None:
    first, second = house.seats["1001"], house.seats["1003"]
    await first.ready(ONLY_RING)
    await second.ready(Answering(after_s=1.0))
    leg, call_id = await house.call(house.caller(record_to=tmp_path), DIRECT["motor"])
    await house.event("delivered", call_id, agentId="1001")
    missed = await house.event("diverted", call_id, 12, agentId="1001", cause="noAnswer")
    assert missed["call"]["head"]
    assert (await first.until_state("not_ready"))["reason"] is not None
    record = missed["agent"]
    assert (record["status"], record["reason"]) == ("not_ready", "RNA")
    await house.event("established", call_id, agentId="1003")
    await asyncio.sleep(0.5)
    await second.do("clearConnection")
    await house.rate(leg, call_id)
    heard = await hearing(leg)
    assert heard.music().seconds > 4
    # Two windows at the seam of two pieces of music may fit neither.
    assert heard.music().longest_gap_s <= 0.85
    assert heard.tone(AGENT_TONES_HZ["1003"])
    assert len(first.phone.legs) == 1


@pytest.mark.parametrize(
    ("code", "cause", "reason"), [(603, "refused", "REFUSED"), (486, "busy", "BUSY")]
)
async def test_a_refusing_phone_is_not_rung_again(
    house: House, code: int, cause: str, reason: str
) -> None:
    refuser = house.seats["1001"]
    await refuser.ready(Answering(refuse_with=code))
    _, call_id = await house.call(house.caller(), DIRECT["motor"])
    diverted = await house.event("diverted", call_id, agentId="1001")
    assert (diverted["cause"], diverted["agent"]["reason"]) == (cause, reason)
    await the_next_agent_gets_it(house, call_id)
    assert len(refuser.phone.legs) == 1


async def the_next_agent_gets_it(house: House, call_id: str) -> Seat:
    free = house.seats["1003"]
    await free.ready()
    await house.event("established", call_id, agentId="1003", limit_s=15)
    return free


async def test_an_agent_whose_phone_is_not_there_is_taken_out(house: House) -> None:
    gone = house.seats["1001"]
    await gone.do("logOn")
    await gone.phone.register(there=False)
    try:
        await house.board.until(type="phoneChanged", agentId="1001", reachable=False)
        await gone.do("setAgentState", status="ready")
        _, call_id = await house.call(house.caller(), DIRECT["motor"])
        diverted = await house.event("diverted", call_id, agentId="1001")
        assert (diverted["cause"], diverted["agent"]["reason"]) == ("unreachable", "PHONE")
        await the_next_agent_gets_it(house, call_id)
    finally:
        await gone.phone.register(there=True)
    assert house.events(call_id).count("agentAllocated") == 2


async def test_a_caller_who_leaves_while_the_phone_rings_stops_it_and_frees_the_agent(
    house: House,
) -> None:
    motor = house.seats["1001"]
    await motor.ready(ONLY_RING)
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    agent_leg = await motor.phone.until_rung()
    await house.event("delivered", call_id)
    leg.hang_up()
    await agent_leg.until("DISCONNECTED", 2)
    diverted = await house.event("diverted", call_id, cause="callerGone")
    record = diverted["agent"]
    assert (record["status"], record["state"]) == ("ready", "idle")
    assert "established" not in house.events(call_id)


async def test_hanging_up_during_the_whisper_counts_as_a_refusal(house: House) -> None:
    motor = house.seats["1001"]
    await motor.ready(Answering(after_s=0.1))
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("agentAnswered", call_id)
    motor.phone.leg.hang_up()
    diverted = await house.event("diverted", call_id, cause="whisperHangup")
    assert diverted["agent"]["reason"] == "REFUSED"
    assert leg.state == "CONFIRMED"
    await the_next_agent_gets_it(house, call_id)


async def test_a_caller_who_leaves_during_the_whisper_frees_the_agent(house: House) -> None:
    motor = house.seats["1001"]
    await motor.ready(Answering(after_s=0.1))
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("agentAnswered", call_id)
    leg.hang_up()
    await motor.phone.leg.until("DISCONNECTED", 3)
    diverted = await house.event("diverted", call_id, cause="callerGone")
    assert (diverted["agent"]["status"], diverted["agent"]["state"]) == ("ready", "idle")
