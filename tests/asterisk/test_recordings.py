"""Recordings of real talks: who is heard on which side, and what is silent."""

import asyncio
import wave
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from cti.simulation.phones import Answering, Leg
from tests.asterisk.hearing import TONE_WINDOW_S, tone_share
from tests.asterisk.house import (
    AGENT_TONES_HZ,
    CALLER_TONE_HZ,
    CUSTOMER_TONE_HZ,
    DIRECT,
    House,
)
from tests.asterisk.test_callbacks import registers

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(180)]
RATE_HZ = 8000
ERROR_S = 0.35
"""A busy machine may be so late."""


class Stereo:
    """A recording as it is played."""

    def __init__(self, content: bytes) -> None:
        with wave.open(BytesIO(content)) as found:
            assert (found.getnchannels(), found.getframerate(), found.getsampwidth()) == (
                2,
                8000,
                2,
            )
            samples = np.frombuffer(found.readframes(found.getnframes()), "<i2") / 32768
        self.left, self.right = samples[0::2], samples[1::2]
        self.seconds = len(self.left) / RATE_HZ

    def windows(self, side: Any) -> list[Any]:
        size = round(TONE_WINDOW_S * RATE_HZ)
        return [side[at : at + size] for at in range(0, len(side) - size + 1, size)]

    def tone_s(self, side: Any, hz: int) -> float:
        """For how long this tone is heard on a side."""
        loud = [w for w in self.windows(side) if np.abs(w).max() > 0.003]
        return sum(tone_share(w, hz) > 0.5 for w in loud) * TONE_WINDOW_S

    def silent_s(self, side: Any) -> float:
        """For how long nothing at all is heard."""
        return sum(not w.any() for w in self.windows(side)) * TONE_WINDOW_S


async def recorded(house: House, call_id: str, limit_s: float = 20.0) -> dict[str, Any]:
    """The call's one recording, as soon as it is found by a search."""
    async with asyncio.timeout(limit_s):
        path = f"/api/v1/recordings?callId={call_id}"
        while not (found := await house.board.get(path)):  # noqa: ASYNC110 (SQL must be asked)
            await asyncio.sleep(0.2)
    (recording,) = found
    return dict(recording)


async def played(house: House, recording: dict[str, Any]) -> Stereo:
    path = f"/api/v1/recordings/{recording['recordingId']}/audio"
    status, content = await house.board.fetch(path)
    assert status == 200
    assert len(content) == recording["bytes"]
    return Stereo(content)


async def talking(house: House, agent_id: str = "1001") -> tuple[Leg, str]:
    seat = house.seats[agent_id]
    await seat.ready()
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("established", call_id)
    await house.event("recordStarted", call_id, agentId=agent_id, queue="motor")
    return leg, call_id


async def ended(house: House, leg: Leg, call_id: str) -> Stereo:
    leg.hang_up()
    await house.event("recordStopped", call_id)
    return await played(house, await recorded(house, call_id))


async def test_the_caller_is_heard_left_and_the_agent_right(house: House) -> None:
    leg, call_id = await talking(house)
    await asyncio.sleep(2)
    sound = await ended(house, leg, call_id)
    assert sound.tone_s(sound.left, CALLER_TONE_HZ) > 1.5
    assert sound.tone_s(sound.right, AGENT_TONES_HZ["1001"]) > 1.5
    assert sound.tone_s(sound.left, AGENT_TONES_HZ["1001"]) == 0
    assert sound.tone_s(sound.right, CALLER_TONE_HZ) == 0
    recording = await recorded(house, call_id)
    assert (recording["queue"], recording["agents"], recording["keep"]) == (
        "motor",
        ["1001"],
        "claims",
    )
    (part,) = recording["parts"]
    assert (part["kind"], part["agentId"], part["fromS"]) == ("talk", "1001", 0)


async def test_a_pause_is_silence_of_the_same_length(house: House) -> None:
    leg, call_id = await talking(house)
    await asyncio.sleep(1)
    await house.seats["1001"].do("pauseRecording")
    await house.event("recordPaused", call_id, by="1001")
    await asyncio.sleep(2)
    await house.seats["1001"].do("resumeRecording")
    await house.event("recordResumed", call_id)
    await asyncio.sleep(1)
    sound = await ended(house, leg, call_id)
    for side in (sound.left, sound.right):
        assert sound.silent_s(side) == pytest.approx(2, abs=ERROR_S)
    assert sound.seconds == pytest.approx(4, abs=2 * ERROR_S)
    kinds = {part["kind"]: part for part in (await recorded(house, call_id))["parts"]}
    assert kinds["pause"]["toS"] - kinds["pause"]["fromS"] == pytest.approx(2, abs=ERROR_S)


async def test_nothing_is_heard_while_the_phone_holds_the_caller(house: House) -> None:
    leg, call_id = await talking(house)
    phone = house.seats["1001"].phone
    phone.leg.hold()
    await house.event("held", call_id)
    await asyncio.sleep(2)
    phone.leg.retrieve()
    await house.event("retrieved", call_id)
    await asyncio.sleep(1)
    sound = await ended(house, leg, call_id)
    for side in (sound.left, sound.right):
        assert sound.silent_s(side) == pytest.approx(2, abs=ERROR_S)
    assert sound.tone_s(sound.right, AGENT_TONES_HZ["1001"]) > 0.6


async def test_nothing_is_heard_while_the_desktop_holds_the_caller(house: House) -> None:
    leg, call_id = await talking(house)
    await asyncio.sleep(1)
    await house.seats["1001"].do("holdCall")
    await house.event("held", call_id)
    await asyncio.sleep(2)
    await house.seats["1001"].do("retrieveCall")
    await house.event("retrieved", call_id)
    await asyncio.sleep(1)
    sound = await ended(house, leg, call_id)
    for side in (sound.left, sound.right):
        assert sound.silent_s(side) == pytest.approx(2, abs=ERROR_S)
    assert sound.tone_s(sound.right, AGENT_TONES_HZ["1001"]) > 1.4


async def test_a_transfer_stays_in_the_same_recording_and_both_agents_find_it(house: House) -> None:
    leg, call_id = await talking(house)
    second = house.seats["1002"]
    await second.ready()
    await asyncio.sleep(1)
    await house.seats["1001"].do("consultationCall", kind="agent", target="1002")
    await house.event("consultationAnswered", call_id)
    await house.seats["1001"].do("transferCall")
    await house.event("transferred", call_id)
    await asyncio.sleep(2)
    sound = await ended(house, leg, call_id)
    assert sound.tone_s(sound.left, CALLER_TONE_HZ) > 2.4
    assert sound.tone_s(sound.right, AGENT_TONES_HZ["1001"]) > 0.8
    assert sound.tone_s(sound.right, AGENT_TONES_HZ["1002"]) > 1.4
    found = await house.board.get(f"/api/v1/recordings?agent=1002&callId={call_id}")
    part = next(p for p in found[0]["parts"] if p["agentId"] == "1002" and p["kind"] == "talk")
    assert part["fromS"] > 1


async def test_a_talk_outlives_the_server_and_its_recording_is_whole(house: House) -> None:
    leg, call_id = await talking(house)
    await asyncio.sleep(1)
    house.site.kill("server")
    await asyncio.sleep(2)
    leg.hang_up()
    await house.site.start("server")
    await house.board_again()
    recording = await recorded(house, call_id, limit_s=90)
    sound = await played(house, recording)
    assert sound.seconds > 2.5
    assert sound.tone_s(sound.right, AGENT_TONES_HZ["1001"]) > 2.3
    assert recording["queue"] == "motor"


async def test_a_callback_is_recorded_on_the_customers_leg(house: House) -> None:
    ticket = await registers(house)
    house.customer.answer_like(Answering())
    await house.seats["1001"].ready()
    await house.event("recordStarted", ticket, 20, agentId="1001", queue="motor")
    await asyncio.sleep(2)
    house.customer.leg.hang_up()
    await house.event("recordStopped", ticket)
    recording = await recorded(house, ticket)
    assert recording["direction"] == "outbound"
    sound = await played(house, recording)
    assert sound.tone_s(sound.left, CUSTOMER_TONE_HZ) > 1.5
    assert sound.tone_s(sound.right, AGENT_TONES_HZ["1001"]) > 1.5
    assert sound.tone_s(sound.right, CUSTOMER_TONE_HZ) == 0
