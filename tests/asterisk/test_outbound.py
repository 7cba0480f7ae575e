"""An agent calls somebody up: his phone rings first, then the other's."""

import asyncio
from pathlib import Path

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.house import AGENT_TONES_HZ, CUSTOMER_TONE_HZ, House, hearing

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

SOON = Answering(after_s=0.2)
ONLY_RING = Answering(after_s=None)
NUMBER, MASKED = "13800138000", "138****8000"


async def originated(house: House) -> str:
    """The id of the call that was begun."""
    return str((await house.board.until(type="originated"))["callId"])


async def test_the_agent_hears_the_one_he_called_and_wraps_up(house: House, tmp_path: Path) -> None:
    motor = house.seats["1001"]
    motor.phone.record(tmp_path)
    house.customer.record(tmp_path)
    house.customer.answer_like(ONLY_RING)
    await motor.ready(SOON)
    await motor.do("setAgentState", status="not_ready", reason="OUTBOUND")
    await motor.do("makeCall", number=NUMBER)
    call_id = await originated(house)
    begun = await house.event("originated", call_id, agentId="1001", number=MASKED)
    assert (begun["shownNumber"], begun["call"]["direction"]) == ("95518", "outbound")
    ringing = await house.customer.until_rung()
    assert f"INVITE sip:{NUMBER}@" in ringing.headers
    await motor.until_state("dialling")
    pop = await motor.desktop.until(5, type="screenPop", callId=call_id)
    assert pop["callerNumber"] == MASKED
    ringing.pick_up()
    await house.event("established", call_id, agentId="1001")
    await asyncio.sleep(1.5)
    ringing.hang_up()
    await house.event("connectionCleared", call_id, agentId="1001")
    cleared = await house.event("callCleared", call_id)
    assert cleared["clearedBy"] == "caller"
    await motor.until_state("wrap_up")
    await motor.do("saveWrapUp", callId=call_id, reason="report_single", solved=True)
    assert (await hearing(motor.phone.legs[-1])).tone(CUSTOMER_TONE_HZ).seconds > 1
    assert (await hearing(ringing)).tone(AGENT_TONES_HZ["1001"]).seconds > 1
    assert "queued" not in house.events(call_id)
    rows = await motor.desktop.get("/api/v1/calls")
    [row] = [each for each in rows if each["callId"] == call_id]
    assert row["direction"] == "outbound"


async def test_the_agent_hangs_up_first(house: House) -> None:
    motor = house.seats["1001"]
    house.customer.answer_like(SOON)
    await motor.ready(SOON)
    await motor.do("makeCall", number=NUMBER, shownNumber="95518")
    call_id = await originated(house)
    await house.event("established", call_id)
    await motor.do("clearConnection")
    cleared = await house.event("callCleared", call_id)
    assert cleared["clearedBy"] == "agent"
    await motor.until_state("wrap_up")
    await house.customer.leg.until("DISCONNECTED")


async def test_a_busy_number_is_heard_and_the_agent_is_free_again(house: House) -> None:
    motor = house.seats["1001"]
    house.customer.answer_like(Answering(refuse_with=486))
    await motor.ready(SOON)
    await motor.do("makeCall", number=NUMBER)
    call_id = await originated(house)
    failed = await house.event("failed", call_id, agentId="1001")
    assert failed["cause"] == "BUSY"
    await house.event("callCleared", call_id, 15)
    await house.until_quiet()
    assert "established" not in house.events(call_id)


async def test_an_unanswered_own_phone_ends_the_call_and_blames_nobody(house: House) -> None:
    motor = house.seats["1001"]
    await motor.ready(ONLY_RING)
    await motor.do("makeCall", number=NUMBER)
    call_id = await originated(house)
    await house.event("callCleared", call_id, 15)
    assert house.customer.legs == []
    me = (await motor.desktop.until(type="failed", callId=call_id))["agent"]
    assert me["status"] == "ready"
    assert "diverted" not in house.events(call_id)


async def test_what_may_not_be_dialled_is_refused(house: House) -> None:
    motor = house.seats["1001"]
    await motor.ready(SOON)
    command = motor.desktop.command
    assert (await command("makeCall", number="110"))["code"] == "desk.number_not_allowed"
    wrong = await command("makeCall", number=NUMBER, shownNumber="10086")
    assert wrong["code"] == "desk.shown_number"
    await house.board.post(
        "/api/v1/blocked", {"number": "13800138111", "days": 1, "reason": "asked not to be called"}
    )
    assert (await command("makeCall", number="13800138111"))["code"] == "desk.number_blocked"
    house.customer.answer_like(SOON)
    await motor.do("makeCall", number=NUMBER)
    assert (await command("makeCall", number=NUMBER))["code"] == "desk.in_call"
    call_id = await originated(house)
    await house.event("established", call_id)
    await motor.do("clearConnection")
    await house.event("callCleared", call_id)


async def test_a_call_that_talks_is_found_again_after_the_server_was_killed(house: House) -> None:
    motor = house.seats["1001"]
    house.customer.answer_like(SOON)
    await motor.ready(SOON)
    await motor.do("makeCall", number=NUMBER)
    call_id = await originated(house)
    await house.event("established", call_id)
    house.site.kill("server")
    await house.site.start("server")
    await house.board_again()
    snapshot = await house.board.until(type="snapshot")
    [call] = [each for each in snapshot["calls"] if each["callId"] == call_id]
    assert (call["phase"], call["agentId"], call["direction"]) == ("talking", "1001", "outbound")
    house.customer.leg.hang_up()
    await house.event("connectionCleared", call_id, agentId="1001")
    await house.event("callCleared", call_id)
