"""What callers leave behind, on real telephones: messages, ratings, text messages."""

import asyncio
import io
import json
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cti.simulation.phones import Leg, Phone
from tests.asterisk.house import CALLER_TONE_HZ, DIRECT, House, hearing
from tests.asterisk.message_trees import MESSAGES, TEXTED
from tests.asterisk.site import Desktop

pytestmark = pytest.mark.asyncio(loop_scope="package")
LIMIT_S = 20.0


async def until_item(board: Desktop, kind: str, call_id: str) -> dict[str, Any]:
    """The work item of a call, once its fact is in the journal."""
    fact = await board.until(LIMIT_S, type="workItemOpened", kind=kind, callId=call_id)
    items = await board.get("/api/v1/work-items")
    return next(item for item in items if item["itemId"] == fact["itemId"])


def tone_share(samples: Any, rate_hz: int, hz: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    place = round(hz * len(samples) / rate_hz)
    return float(spectrum[place - 3 : place + 4].sum() / spectrum.sum())


async def leave(house: House, number: str, end: str) -> tuple[Leg, str]:
    """Call the message tree and speak (a phone sends its tone); ``end`` is ``#`` or hang-up."""
    leg, call_id = await house.call(house.caller(number), MESSAGES)
    await house.event("nodeEntered", call_id, node="leave")
    await asyncio.sleep(4)  # the caller speaks for a while: prompt and tone come first
    if end == "#":
        leg.press("#")
    else:
        leg.hang_up()
    return leg, call_id


@pytest.mark.parametrize(("number", "end"), [("13997000071", "#"), ("13997000072", "hang up")])
async def test_a_message_becomes_work_and_is_played_back_with_the_same_tone(
    house: House, number: str, end: str
) -> None:
    _, call_id = await leave(house, number, end)
    left = await house.event("voicemailLeft", call_id, LIMIT_S)
    item = await until_item(house.board, "voicemail", call_id)
    assert item["number"] == f"{number[:3]}****{number[-4:]}"
    assert item["queue"] == "consult"
    audio = f"/api/v1/work-items/{item['itemId']}/audio"
    status, content = await house.board.fetch(audio)
    assert status == 200
    with wave.open(io.BytesIO(content)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(float)
        assert sound.getframerate() == 8000
    assert abs(len(samples) / 8000 - left["seconds"]) < 0.05
    assert len(samples) > 8000
    middle = samples[len(samples) // 3 : len(samples) // 3 + 4000]
    assert tone_share(middle, 8000, CALLER_TONE_HZ) > 0.5
    assert await house.board.fetch(audio, Range="bytes=0-99") == (206, content[:100])


async def test_a_caller_who_says_nothing_leaves_nothing(house: House) -> None:
    silent = Phone("13997000073", house.registrar, tone_hz=0)
    house.callers[silent.name] = house.phones.add(silent)
    leg, call_id = await house.call(silent, MESSAGES)
    await house.event("nodeEntered", call_id, LIMIT_S, node="nothing")
    await leg.until("DISCONNECTED", LIMIT_S)
    assert "voicemailLeft" not in house.events(call_id)
    assert list((house.site.folder / "asterisk" / "spool" / "voicemail").iterdir()) == []


async def test_a_folder_that_cannot_be_written_to_is_a_failure_that_the_menu_hears(
    house: House,
) -> None:
    folder = house.site.folder / "asterisk" / "spool" / "voicemail"
    aside = folder.with_name("aside")
    folder.rename(aside)
    try:
        leg, call_id = await house.call(house.caller("13997000074"), MESSAGES)
        await house.event("nodeEntered", call_id, LIMIT_S, node="not_now")
        await leg.until("DISCONNECTED", LIMIT_S)
    finally:
        aside.rename(folder)


async def rate(
    house: House, keys: str, number: str, record_to: Path | None = None
) -> tuple[str, Leg]:
    """A talk that the agent ends, and what the caller presses then."""
    seat = house.seats["1001"]
    await seat.ready()
    leg, call_id = await house.call(house.caller(number, record_to), DIRECT["motor"])
    await house.event("established", call_id, LIMIT_S)
    await seat.do("clearConnection")
    for node, key in zip(("ask", "why"), keys, strict=False):
        await house.event("nodeEntered", call_id, LIMIT_S, node=f"after_call/{node}")
        leg.press(key)
    return call_id, leg


async def test_a_bad_rating_after_the_agent_hung_up_is_followed_up(
    house: House, tmp_path: Path
) -> None:
    call_id, leg = await rate(house, "42", "13997000075", tmp_path)
    answered = await house.event("surveyAnswered", call_id, LIMIT_S)
    assert answered["answers"] == {"rating": "4", "reason": "2"}
    assert (answered["agentId"], answered["queue"]) == ("1001", "motor")
    item = await until_item(house.board, "survey_follow_up", call_id)
    assert item["details"] == {"rating": "4", "reason": "2", "agent_id": "1001"}
    await leg.until("DISCONNECTED", LIMIT_S)
    heard = await hearing(leg)
    assert heard.prompt("survey_thanks")
    agent = house.seats["1001"].desktop
    told = [frame for frame in agent.frames if frame.get("callId") == call_id]
    assert not [f for f in told if f["type"] in ("surveyAnswered", "workItemOpened")]
    assert not [f for f in told if str(f.get("node", "")).startswith("after_call")]


async def test_a_good_rating_needs_nobody(house: House) -> None:
    call_id, leg = await rate(house, "1", "13997000076")
    answered = await house.event("surveyAnswered", call_id, LIMIT_S)
    assert answered["answers"] == {"rating": "1"}
    await leg.until("DISCONNECTED", LIMIT_S)
    assert "workItemOpened" not in house.events(call_id)


async def test_a_caller_who_hangs_up_in_the_survey_leaves_nothing_behind(house: House) -> None:
    call_id, leg = await rate(house, "", "13997000077")
    await house.event("nodeEntered", call_id, LIMIT_S, node="after_call/ask")
    leg.hang_up()
    await house.event("callCleared", call_id, LIMIT_S)


async def test_a_text_message_of_the_menu_ends_in_the_outbox(house: House) -> None:
    _, call_id = await house.call(house.caller("13997000078"), TEXTED)
    queued = await house.event("smsQueued", call_id, LIMIT_S)
    await house.board.until(LIMIT_S, type="smsDelivered", smsId=queued["smsId"])
    lines = (house.site.folder / "sms" / "sent.jsonl").read_text("utf-8").splitlines()
    sent = next(one for one in map(json.loads, lines) if one["id"] == queued["smsId"])
    assert sent["to"] == "+8613997000078"
    assert (
        sent["text"] == "【人保财险】您的诉求已受理,编号20261122,我们将在七个工作日内电话回复您。"
    )
    assert "13997000078" not in house.site.log("server")
