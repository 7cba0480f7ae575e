"""Overflow to an outside number, callers who come back, and waiting calls that a supervisor moves."""

import asyncio
import sys
from typing import Any

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.hearing import Hearing
from tests.asterisk.house import CUSTOMER_TONE_HZ, DIRECT, House, Seat, hearing

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

BACK, OTHER = "13997000071", "13997000072"
AGAIN, PATIENT = "13997000073", "13997000074"


async def in_history(house: House, call_id: str, limit_s: float = 10.0) -> None:
    """The call is over, and the database knows it."""
    async with asyncio.timeout(limit_s):
        while True:
            rows = await house.board.get("/api/v1/calls")
            if any(row["callId"] == call_id and row["endedAt"] for row in rows):
                return
            await asyncio.sleep(0.1)


async def talk_and_end(house: House, seat: Seat, number: str) -> None:
    leg, call_id = await house.call(house.caller(number), DIRECT["nonmotor"])
    await house.event("established", call_id, agentId=seat.agent_id)
    leg.hang_up()
    await seat.until_state("wrap_up")
    await seat.do("setAgentState", status="ready")
    await in_history(house, call_id)
    house.board.frames.clear()


async def test_nobody_takes_the_call_and_the_duty_number_does(house: House, tmp_path: Any) -> None:
    house.customer.answer_like(Answering(after_s=0.2))
    leg, call_id = await house.call(house.caller(BACK, record_to=tmp_path), DIRECT["staff"])
    left = await house.event("queueLeft", call_id)
    assert (left["queue"], left["outcome"]) == ("staff", "overflowed")
    assert 2.0 <= left["waitedS"] < 3.5
    sent = await house.event("transferred", call_id)
    assert (sent["how"], sent["targetKind"], sent["target"]) == (
        "overflow",
        "number",
        "139****0099",
    )
    [duty] = await legs_of(house)
    await duty.until("CONFIRMED", 10)
    await asyncio.sleep(1.5)
    leg.hang_up()
    await house.event("callCleared", call_id)
    heard: Hearing = await hearing(leg)
    assert heard.tone(CUSTOMER_TONE_HZ).seconds > 0.8
    assert house.events(call_id).count("queueLeft") == 1


async def legs_of(house: House, limit_s: float = 10.0) -> list[Any]:
    async with asyncio.timeout(limit_s):
        while not house.customer.legs:  # noqa: ASYNC110 (a phone)
            await asyncio.sleep(0.05)
    return list(house.customer.legs)


async def test_a_duty_number_that_refuses_gives_the_caller_back_at_his_place(house: House) -> None:
    house.customer.answer_like(Answering(refuse_with=486))
    leg, call_id = await house.call(house.caller(BACK), DIRECT["staff"])
    first = await house.event("queued", call_id, why="ivr")
    again = await house.event("queued", call_id, why="notReached")
    assert again["placeAt"] == first["at"]
    await house.seats["1001"].ready()
    await house.event("established", call_id, agentId="1001")
    assert house.events(call_id).count("queueLeft") == 2
    leg.hang_up()


async def test_when_the_house_is_left_everybody_who_waits_goes_to_the_duty_number(
    house: House,
) -> None:
    house.customer.answer_like(Answering(after_s=0.2))
    leg, call_id = await house.call(house.caller(BACK), DIRECT["motor"])
    await house.event("queued", call_id)
    evacuation = "/api/v1/modes/evacuation"
    await house.board.put(evacuation, {"on": True, "hours": 1, "reason": "消防演习"})
    try:
        left = await house.event("queueLeft", call_id, 5)
        assert left["outcome"] == "overflowed"
        assert (await house.event("transferred", call_id))["how"] == "overflow"
        [duty] = await legs_of(house)
        await duty.until("CONFIRMED", 10)
    finally:
        await house.board.put(evacuation, {"on": False, "reason": "演习结束"})
    leg.hang_up()
    await house.event("callCleared", call_id)


async def test_who_rings_again_gets_the_agent_he_talked_to(house: House) -> None:
    last, longest_idle = house.seats["1003"], house.seats["1002"]
    await last.ready()
    await talk_and_end(house, last, BACK)
    await longest_idle.ready()
    await last.do("setAgentState", status="not_ready", reason="BREAK")
    await last.do("setAgentState", status="ready")
    leg, call_id = await house.call(house.caller(BACK), DIRECT["nonmotor"])
    offer = await house.event("agentAllocated", call_id)
    assert (offer["agentId"], offer["wish"], offer["candidates"]) == ("1003", "1003", ["1003"])
    assert offer["excluded"]["1002"] == "wish agent:1003 1 0"
    leg.hang_up()
    await house.event("callCleared", call_id)


async def test_nobody_waits_for_an_agent_who_went_home(house: House) -> None:
    gone, there = house.seats["1003"], house.seats["1002"]
    await gone.ready()
    await talk_and_end(house, gone, OTHER)
    await gone.do("logOff")
    await there.ready()
    _, call_id = await house.call(house.caller(OTHER), DIRECT["nonmotor"])
    offer = await house.event("agentAllocated", call_id, 5)
    assert (offer["agentId"], offer["wish"]) == ("1002", "")
    assert offer["waitedS"] < 1


async def test_who_gave_up_and_rings_again_has_his_place(house: House) -> None:
    leg, first = await house.call(house.caller(AGAIN), DIRECT["nonmotor"])
    began = (await house.event("queued", first))["at"]
    _, patient = await house.call(house.caller(PATIENT), DIRECT["nonmotor"])
    await house.event("queued", patient)
    leg.hang_up()
    await in_history(house, first)
    house.board.frames[:] = [f for f in house.board.frames if f.get("callId") != first]
    _, second = await house.call(house.caller(AGAIN), DIRECT["nonmotor"])
    assert (await house.event("queued", second))["placeAt"] == began
    await house.seats["1003"].ready()
    await house.event("established", second, agentId="1003")
    assert "agentAllocated" not in house.events(patient)


async def test_a_supervisor_moves_a_waiting_call_and_why_tells_how_it_stands(house: House) -> None:
    await house.seats["1002"].ready()
    _, call_id = await house.call(house.caller(BACK), DIRECT["motor"])
    await house.event("queued", call_id)
    why = await house.board.get(f"/api/v1/calls/{call_id}/why")
    assert why["waiting"]["excluded"]["1002"] == "skill motor 2 0"
    assert why["waiting"]["excluded"]["1001"] == "logged_out"
    moved = await house.board.command(
        "changeWaitingCall", callId=call_id, queue="consult", reason="客户要咨询"
    )
    assert moved["ok"], moved
    changed = await house.event("waitingCallChanged", call_id)
    assert (changed["queue"], changed["by"]) == ("consult", "2001")
    await house.event("established", call_id, agentId="1002")
    refused = await house.board.command(
        "changeWaitingCall", callId=call_id, priority=99, reason="太晚"
    )
    assert refused["code"] == "desk.not_waiting"
    assert "1002" in await cti_why(house, call_id)


async def cti_why(house: House, call_id: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cti", "why", call_id, "--language", "en"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=dict(house.site.environment),
    )
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, out.decode()
    return out.decode()
