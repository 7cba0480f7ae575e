"""What an agent's state does during and after a call."""

import asyncio
import time
from pathlib import Path

import pytest

from cti.simulation.phones import Leg, Phone
from cti.simulation.sip_phone import OVER
from tests.asterisk.house import (
    DESK_GONE_S,
    DIRECT,
    SPARE_PHONE,
    SPARE_SEAT,
    WRAP_UP_S,
    House,
    Seat,
    hearing,
)
from tests.asterisk.site import desktop

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


async def test_an_agent_is_rung_at_the_seat_where_he_signed_in(house: House) -> None:
    motor = house.seats["1001"]
    refused = await motor.desktop.command("logOn", seat=SPARE_SEAT)
    assert refused["code"] == "desk.phone_missing"
    spare = house.phones.add(
        Phone(SPARE_PHONE, house.registrar, tone_hz=1500),
        house.site.secrets.get(f"sip_{SPARE_PHONE}"),
    )
    await spare.until_registered()
    # Asterisk counts a phone as there once it has answered its first question.
    async with asyncio.timeout(10):
        while not (  # noqa: ASYNC110 (Asterisk must be asked)
            await motor.desktop.command("logOn", seat=SPARE_SEAT)
        )["ok"]:
            await asyncio.sleep(0.2)
    signed_in = await house.board.until(type="agentLoggedOn", agentId="1001")
    assert (signed_in["extension"], signed_in["seat"]) == (SPARE_PHONE, SPARE_SEAT)
    other = await house.seats["1003"].desktop.command("logOn", extension=SPARE_PHONE)
    assert other["code"] == "desk.seat_taken"
    await motor.do("setAgentState", status="ready")
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("established", call_id, agentId="1001")
    assert (spare.leg.state, motor.phone.legs) == ("CONFIRMED", [])
    leg.hang_up()
    await spare.leg.until(OVER)
    await motor.do("saveWrapUp", callId=call_id, reason="void_test")
    await motor.do("logOff")
    again = await motor.until_state("logged_out")
    assert again["extension"] == "8001"
    await spare.register(there=False)


async def test_a_supervisor_forces_an_agent_out_after_his_call(house: House) -> None:
    motor = house.seats["1001"]
    leg, _ = await talking(house, motor)
    wish = {"agentId": "1001", "status": "logged_out", "reason": "交接班"}
    assert (await motor.desktop.command("forceAgentState", **wish))["code"] == (
        "desk.not_a_supervisor"
    )
    answer = await house.board.command("forceAgentState", **wish)
    assert answer["ok"], answer
    forced = await house.board.until(type="agentForced", agentId="1001")
    assert (forced["by"], forced["agent"]["pending"]) == ("2001", "logged_out")
    assert (await motor.desktop.command("cancelPending"))["code"] == "desk.forced_pending"
    assert leg.state == "CONFIRMED"
    await motor.do("clearConnection")
    await house.board.until(type="agentLoggedOff", agentId="1001")


async def test_a_desktop_that_is_gone_makes_its_agent_not_ready_until_it_is_back(
    house: House,
) -> None:
    agent = house.seats["1003"]
    await agent.ready()
    began = time.monotonic()
    await agent.desktop.drop()
    await house.board.until(type="deskLost", agentId="1003", limit_s=DESK_GONE_S + 5)
    assert time.monotonic() - began > DESK_GONE_S - 0.5
    taken_out = await house.board.until(type="agentNotReady", agentId="1003", reason="DESK")
    assert taken_out["agent"]["desk"] == "lost"
    await agent.desktop.again()
    await house.board.until(type="deskBack", agentId="1003")
    back = await agent.desktop.get("/api/v1/session")
    assert back["agentId"] == "1003"
    assert (await agent.until_state("ready"))["reason"] is None


async def test_a_desktop_that_reconnects_in_time_loses_nothing_and_a_call_goes_on(
    house: House,
) -> None:
    motor = house.seats["1001"]
    leg, call_id = await talking(house, motor)
    await motor.desktop.drop()
    await house.board.until(type="deskLost", agentId="1001", limit_s=DESK_GONE_S + 5)
    assert leg.state == "CONFIRMED"
    await motor.desktop.again()
    await house.board.until(type="deskBack", agentId="1001")
    assert motor.phone.leg.state == "CONFIRMED"
    assert "connectionCleared" not in house.events(call_id)


async def test_a_phone_that_goes_away_takes_its_agent_out_and_brings_him_back(
    house: House,
) -> None:
    motor = house.seats["1001"]
    await motor.ready()
    await motor.phone.register(there=False)
    gone = await house.board.until(type="phoneChanged", agentId="1001", reachable=False)
    assert gone["agent"]["reason"] in (None, "PHONE")
    await house.board.until(type="agentNotReady", agentId="1001", reason="PHONE")
    house.board.frames.clear()
    await motor.phone.register(there=True)
    await house.board.until(type="phoneChanged", agentId="1001", reachable=True, limit_s=15)
    await house.board.until(type="agentReady", agentId="1001")


async def test_skills_changed_live_bring_the_waiting_caller(house: House) -> None:
    advice = house.seats["1002"]
    await advice.ready()
    _, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("queued", call_id)
    change = {"agentId": "1002", "skills": {"motor": 3}, "reason": "支援车险"}
    unknown = await house.board.command("changeSkills", **{**change, "skills": {"flying": 1}})
    assert unknown["code"] == "desk.unknown_skill"
    assert (await house.board.command("changeSkills", **change))["ok"]
    await house.event("established", call_id, agentId="1002")


async def test_a_notice_reaches_the_agents_of_its_queues_also_those_who_come_later(
    house: House,
) -> None:
    notice = {"text": "青海湖路段大雪,请提醒客户", "queues": ["motor"]}
    assert (await house.board.command("sendNotice", **notice))["ok"]
    told = await house.seats["1001"].desktop.until(type="noticeSent")
    assert (told["text"], told["by"]) == (notice["text"], "2001")
    async with desktop(house.site, "1001") as later:
        shown = (await later.until(type="snapshot"))["notices"]
        assert [one["text"] for one in shown] == [notice["text"]]
    await house.seats["1001"].desktop.again()
