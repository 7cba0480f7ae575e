"""One recording of a call whatever becomes of it: who speaks is in it, on his own side."""

import asyncio

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.hearing import tone_share
from tests.asterisk.house import AGENT_TONES_HZ, CALLER_TONE_HZ, CUSTOMER_TONE_HZ, House
from tests.asterisk.test_recordings import Stereo, ended, played, recorded, talking

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

FIRST, SECOND = AGENT_TONES_HZ["1001"], AGENT_TONES_HZ["1003"]
SOON = Answering(after_s=0.1)


def only_left(sound: Stereo, *hz: int) -> bool:
    """None of these tones is on the agents' side."""
    return not any(sound.tone_s(sound.right, each) for each in hz)


def only_right(sound: Stereo, *hz: int) -> bool:
    return not any(sound.tone_s(sound.left, each) for each in hz)


def chord_s(sound: Stereo, *hz: int) -> float:
    """For how long all of these are heard together on the agents' side."""
    loud = [w for w in sound.windows(sound.right) if abs(w).max() > 0.003]
    fits = (all(tone_share(w, each) > 0.2 for each in hz) for w in loud)
    return sum(fits) * 0.05


async def test_a_blind_transfer_is_one_recording_of_both_talks(house: House) -> None:
    leg, call_id = await talking(house)
    await house.seats["1003"].ready(SOON)
    await asyncio.sleep(1)
    await house.seats["1001"].do("singleStepTransfer", kind="agent", target="1003")
    await house.event("established", call_id, agentId="1003")
    await asyncio.sleep(2)
    sound = await ended(house, leg, call_id)
    assert sound.tone_s(sound.left, CALLER_TONE_HZ) > 2.4
    assert sound.tone_s(sound.right, FIRST) > 0.8
    assert sound.tone_s(sound.right, SECOND) > 1.4
    assert only_left(sound, CALLER_TONE_HZ) and only_right(sound, FIRST, SECOND)
    recording = await recorded(house, call_id)
    assert recording["agents"] == ["1001", "1003"]
    talks = [part["agentId"] for part in recording["parts"] if part["kind"] == "talk"]
    assert talks == ["1001", "1003"]


async def test_a_three_way_call_is_one_recording_with_both_agents_on_one_side(
    house: House,
) -> None:
    leg, call_id = await talking(house)
    await house.seats["1003"].ready(SOON)
    await asyncio.sleep(1)
    await house.seats["1001"].do("consultationCall", kind="agent", target="1003")
    await house.event("consultationAnswered", call_id)
    await house.seats["1001"].do("conferenceCall")
    await house.event("conferenced", call_id, agentId="1001")
    await asyncio.sleep(2)
    sound = await ended(house, leg, call_id)
    assert sound.tone_s(sound.left, CALLER_TONE_HZ) > 2.4
    assert sound.tone_s(sound.right, FIRST) > 0.8
    assert chord_s(sound, FIRST, SECOND) > 1.4
    assert only_left(sound, CALLER_TONE_HZ) and only_right(sound, FIRST, SECOND)
    assert (await recorded(house, call_id))["agents"] == ["1001", "1003"]


async def test_an_agents_own_call_is_recorded_from_the_moment_the_other_answers(
    house: House,
) -> None:
    motor = house.seats["1001"]
    house.customer.answer_like(Answering(after_s=1.5))
    await motor.ready(SOON)
    await motor.do("makeCall", number="13800138000")
    call_id = str((await house.board.until(type="originated"))["callId"])
    await house.event("recordStarted", call_id, 15, agentId="1001")
    await asyncio.sleep(2)
    house.customer.leg.hang_up()
    await house.event("recordStopped", call_id)
    recording = await recorded(house, call_id)
    assert (recording["direction"], recording["agents"]) == ("outbound", ["1001"])
    sound = await played(house, recording)
    assert sound.tone_s(sound.left, CUSTOMER_TONE_HZ) > 1.5
    assert sound.tone_s(sound.right, FIRST) > 1.5
    assert only_left(sound, CUSTOMER_TONE_HZ) and only_right(sound, FIRST)
    assert sound.seconds < 3.5
