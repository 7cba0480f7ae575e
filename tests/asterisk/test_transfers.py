"""An agent sends his caller on: to a colleague, to a queue, to a number, to the survey."""

import asyncio
from pathlib import Path

import pytest

from cti.simulation.phones import Answering, Leg
from tests.asterisk.house import (
    AGENT_TONES_HZ,
    CALLER_TONE_HZ,
    CUSTOMER_TONE_HZ,
    DIRECT,
    House,
    Seat,
    hearing,
)

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

SOON = Answering(after_s=0.1)
ONLY_RING = Answering(after_s=None)
OUTSIDE = "13800138000"


async def talks(house: House, seat: Seat, record_to: Path | None = None) -> tuple[Leg, str]:
    """A caller for motor talks with the agent."""
    await seat.ready(SOON)
    leg, call_id = await house.call(house.caller(record_to=record_to), DIRECT["motor"])
    await house.event("established", call_id, agentId=seat.agent_id)
    await asyncio.sleep(0.5)
    return leg, call_id


def kinds(house: House, call_id: str, *wanted: str) -> list[str]:
    return [kind for kind in house.events(call_id) if kind in wanted]


async def test_a_colleague_gets_the_caller_and_the_agent_wraps_up(
    house: House, tmp_path: Path
) -> None:
    first, second = house.seats["1001"], house.seats["1003"]
    first.phone.record(tmp_path)
    second.phone.record(tmp_path)
    leg, call_id = await talks(house, first, tmp_path)
    await second.ready(Answering(after_s=1.0))
    await first.do("singleStepTransfer", kind="agent", target="1003")
    sent = await house.event("transferred", call_id)
    assert (sent["by"], sent["how"], sent["targetKind"], sent["target"]) == (
        "1001",
        "blind",
        "agent",
        "1003",
    )
    await first.until_state("wrap_up")
    await house.event("established", call_id, agentId="1003")
    pop = await second.desktop.until(5, type="screenPop", callId=call_id)
    assert pop["callerNumber"] == "139****0001"
    await asyncio.sleep(1.5)
    await second.do("clearConnection")
    await house.rate(leg, call_id)
    heard = await hearing(leg)
    one, two = (heard.tone(AGENT_TONES_HZ[agent]) for agent in ("1001", "1003"))
    assert one.seconds > 0.3
    assert two.seconds > 1.0
    assert one.last_s < two.first_s
    music = heard.music()
    assert any(one.last_s < at < two.first_s for at in music.at_s)
    assert (await hearing(second.phone.leg)).tone(CALLER_TONE_HZ).seconds > 1.0
    assert kinds(house, call_id, "queued", "queueLeft") == ["queued", "queueLeft"]
    assert kinds(house, call_id, "connectionCleared") == ["connectionCleared"] * 2


@pytest.mark.parametrize(
    ("answering", "cause"), [(ONLY_RING, "noAnswer"), (Answering(refuse_with=486), "busy")]
)
async def test_a_colleague_who_does_not_answer_leaves_the_caller_at_the_head_of_his_queue(
    house: House, answering: Answering, cause: str
) -> None:
    first, second = house.seats["1001"], house.seats["1003"]
    _, call_id = await talks(house, first)
    await second.ready(answering)
    await first.do("singleStepTransfer", kind="agent", target="1003")
    missed = await house.event("diverted", call_id, 12, agentId="1003")
    assert missed["cause"] == cause
    queued = await house.event("queued", call_id, why="transfer")
    assert (queued["queue"], queued["call"]["head"]) == ("motor", True)
    await first.do("setAgentState", status="ready")
    await house.board.until(12, type="queueLeft", callId=call_id, outcome="answered")


async def test_a_colleague_who_is_not_free_is_refused_and_the_talk_goes_on(house: House) -> None:
    first = house.seats["1001"]
    _, call_id = await talks(house, first)
    answer = await first.desktop.command("singleStepTransfer", kind="agent", target="1003")
    assert answer["code"] == "desk.target_not_free"
    answer = await first.desktop.command("singleStepTransfer", kind="queue", target="nothing")
    assert answer["code"] == "desk.unknown_target"
    answer = await first.desktop.command("singleStepTransfer", kind="number", target="110")
    assert answer["code"] == "desk.number_not_allowed"
    assert "connectionCleared" not in house.events(call_id)
    answer = await house.seats["1002"].desktop.command("transferToSurvey")
    assert answer["code"] in ("desk.logged_out", "desk.no_survey")


async def test_another_queue_takes_the_caller_with_music_and_its_own_agent(
    house: House, tmp_path: Path
) -> None:
    first, second = house.seats["1001"], house.seats["1002"]
    leg, call_id = await talks(house, first, tmp_path)
    await first.do("singleStepTransfer", kind="queue", target="consult")
    queued = await house.event("queued", call_id, why="transfer")
    assert (queued["queue"], queued["call"]["phase"]) == ("consult", "waiting")
    await first.until_state("wrap_up")
    await asyncio.sleep(1.5)
    await second.ready(SOON)
    await house.event("established", call_id, agentId="1002")
    await asyncio.sleep(0.8)
    await second.do("clearConnection")
    await house.rate(leg, call_id)
    heard = await hearing(leg)
    one, two = (heard.tone(AGENT_TONES_HZ[agent]) for agent in ("1001", "1002"))
    music = [at for at in heard.music().at_s if one.last_s < at < two.first_s]
    assert len(music) * 0.4 > 0.7
    assert kinds(house, call_id, "queued", "queueLeft") == ["queued", "queueLeft"] * 2


async def test_a_caller_who_gives_up_in_the_second_queue_counts_as_one_who_gave_up(
    house: House,
) -> None:
    first = house.seats["1001"]
    leg, call_id = await talks(house, first)
    await first.do("singleStepTransfer", kind="queue", target="consult")
    await house.event("queued", call_id, why="transfer")
    leg.hang_up()
    await house.event("callCleared", call_id)
    left = [f for f in house.board.frames if f.get("type") == "queueLeft"]
    assert [frame["outcome"] for frame in left] == ["answered", "short_abandoned"]


async def test_a_number_outside_gets_the_caller(house: House, tmp_path: Path) -> None:
    first = house.seats["1001"]
    house.customer.answer_like(Answering(after_s=0.3))
    house.customer.record(tmp_path)
    leg, call_id = await talks(house, first, tmp_path)
    await first.do("singleStepTransfer", kind="number", target=OUTSIDE)
    sent = await house.event("transferred", call_id, how="blind")
    assert (sent["targetKind"], sent["target"]) == ("number", "138****8000")
    await first.until_state("wrap_up")
    outside = await house.customer.until_rung()
    assert f"INVITE sip:{OUTSIDE}@" in outside.headers
    await outside.until("CONFIRMED")
    await asyncio.sleep(1.5)
    outside.hang_up()
    await leg.until("DISCONNECTED", 15)
    assert (await hearing(leg)).tone(CUSTOMER_TONE_HZ).seconds > 1.0
    assert (await hearing(outside)).tone(CALLER_TONE_HZ).seconds > 1.0


async def test_a_number_that_is_busy_gives_the_caller_back_to_the_head_of_his_queue(
    house: House,
) -> None:
    first = house.seats["1001"]
    house.customer.answer_like(Answering(refuse_with=486))
    _, call_id = await talks(house, first)
    await first.do("singleStepTransfer", kind="number", target=OUTSIDE)
    queued = await house.event("queued", call_id, why="notReached")
    assert (queued["queue"], queued["call"]["head"]) == ("motor", True)


async def test_the_survey_asks_when_the_agent_sends_his_caller_there(house: House) -> None:
    first = house.seats["1001"]
    leg, call_id = await talks(house, first)
    await first.do("transferToSurvey")
    await house.rate(leg, call_id)
    sent = await house.event("transferred", call_id, how="blind")
    assert sent["targetKind"] == "survey"
    await house.event("callCleared", call_id, clearedBy="agent")
    await first.until_state("wrap_up")


async def test_who_was_called_up_is_sent_on_to_a_queue(house: House, tmp_path: Path) -> None:
    first, second = house.seats["1001"], house.seats["1002"]
    house.customer.answer_like(SOON)
    house.customer.record(tmp_path)
    await first.ready(SOON)
    await first.do("makeCall", number=OUTSIDE)
    call_id = str((await house.board.until(type="originated"))["callId"])
    await house.event("established", call_id, agentId="1001")
    await first.do("singleStepTransfer", kind="queue", target="consult")
    await house.event("queued", call_id, why="transfer")
    await first.until_state("wrap_up")
    await second.ready(SOON)
    await house.event("established", call_id, agentId="1002")
    await asyncio.sleep(1.0)
    await second.do("clearConnection")
    customer = house.customer.leg
    await house.rate(customer, call_id)
    await house.event("callCleared", call_id)
    assert (await hearing(customer)).tone(AGENT_TONES_HZ["1002"]).seconds > 0.5
