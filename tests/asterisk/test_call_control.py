"""Call control on the line: who hears whom in each state, and that the caller is never dropped."""

import asyncio
from pathlib import Path

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.control import AT_ONCE, TALK_S, between, heard_by, spans, talk
from tests.asterisk.house import AGENT_TONES_HZ, CALLER_TONE_HZ, DIRECT, House
from tests.asterisk.test_callbacks import registers

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

FIRST, SECOND = AGENT_TONES_HZ["1001"], AGENT_TONES_HZ["1003"]


async def test_a_ringing_phone_is_asked_to_pick_up_from_the_desktop(house: House) -> None:
    motor = house.seats["1001"]
    await motor.ready(Answering(after_s=None))
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    first = await motor.phone.until_rung()
    assert "answer-after=0" not in first.headers
    await house.event("delivered", call_id)
    await motor.do("answerCall")
    second = await motor.phone.until_rung()
    await first.until("DISCONNECTED")
    assert "answer-after=0" in second.headers
    second.pick_up()
    await house.event("established", call_id, agentId="1001")
    await motor.do("clearConnection")
    await house.rate(leg, call_id)
    assert house.events(call_id).count("delivered") == 1


async def test_a_held_caller_hears_music_the_agent_nothing_and_both_each_other_again(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path)
    await call.do("holdCall")
    await call.event("held", agentId="1001")
    await call.seat.until_state("held")
    await call.do("retrieveCall")
    await call.event("retrieved", agentId="1001")
    await call.seat.do("clearConnection")
    agent = await heard_by(call.agent)
    await call.seat.until_state("wrap_up")
    await house.rate(call.caller, call.call_id)
    caller = await heard_by(call.caller)
    before, after = spans(agent.tone(CALLER_TONE_HZ))
    assert after[0] - before[1] > TALK_S - 0.5
    assert not between(agent.music(), before[0], after[1])
    first, again = spans(caller.tone(FIRST))
    assert between(caller.music(), first[1], again[0]) > TALK_S / 2
    assert not between(caller.tone(FIRST), first[1] + 0.1, again[0] - 0.1)


async def test_a_caller_taken_back_at_once_is_not_kept_on_hold_when_that_talk_ends(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path)
    await call.seat.do("holdCall")
    await call.do("retrieveCall")
    call.agent.hang_up()
    await call.event("connectionCleared", limit_s=5, agentId="1001")
    await house.rate(call.caller, call.call_id)


async def test_in_a_three_way_call_all_hear_all_and_who_is_left_talks_on(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    their_leg = await call.consult(house.seats["1003"])
    await call.do("conferenceCall")
    await call.event("conferenced", agentId="1001")
    await call.seat.until_state("conferencing")
    await call.seat.do("clearConnection")
    await call.event("established", agentId="1003")
    agent = await heard_by(call.agent)
    await asyncio.sleep(TALK_S)
    await house.seats["1003"].do("clearConnection")
    colleague = await heard_by(their_leg)
    await house.rate(call.caller, call.call_id)
    caller = await heard_by(call.caller)
    assert agent.chord(CALLER_TONE_HZ, SECOND).seconds > TALK_S / 2
    assert colleague.chord(CALLER_TONE_HZ, FIRST).seconds > TALK_S / 2
    assert caller.chord(FIRST, SECOND).seconds > TALK_S / 2
    assert spans(caller.tone(SECOND)) and spans(colleague.tone(CALLER_TONE_HZ))


async def test_a_colleague_may_leave_a_three_way_call(house: House, tmp_path: Path) -> None:
    call = await talk(house, tmp_path, "1003")
    await call.consult(house.seats["1003"])
    await call.do("conferenceCall")
    await house.seats["1003"].do("clearConnection")
    await call.event("partyLeft", partyAgentId="1003")
    await house.seats["1003"].until_state("idle")
    await asyncio.sleep(TALK_S)
    await call.do("holdCall")
    await call.do("retrieveCall")
    await call.seat.do("clearConnection")
    await call.seat.until_state("wrap_up")
    await house.rate(call.caller, call.call_id)
    caller = await heard_by(call.caller)
    assert len(spans(caller.tone(FIRST))) == 3


async def test_a_caller_who_leaves_while_held_frees_the_agent_and_whom_he_asks(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    their_leg = await call.consult(house.seats["1003"])
    call.caller.hang_up()
    await call.event("callCleared", clearedBy="caller")
    await their_leg.until("DISCONNECTED")
    await call.agent.until("DISCONNECTED")
    await call.seat.until_state("wrap_up")
    assert (await house.seats["1003"].until_state("idle"))["callId"] is None


async def test_a_held_caller_whose_agent_leaves_goes_back_to_his_queue_and_is_served(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path)
    await call.do("holdCall")
    call.agent.hang_up()
    await call.event("queued", why="agentLeft")
    await house.seats["1003"].ready()
    await call.event("established", agentId="1003")
    await call.seat.until_state("wrap_up")
    await house.seats["1003"].do("clearConnection")
    await house.rate(call.caller, call.call_id)


async def test_nobody_hears_a_muted_agent(house: House, tmp_path: Path) -> None:
    call = await talk(house, tmp_path)
    await call.do("setMute", on=True)
    await call.event("muteChanged", on=True)
    await call.do("setMute", on=False)
    await call.seat.do("clearConnection")
    await house.rate(call.caller, call.call_id)
    caller, agent = await heard_by(call.caller), await heard_by(call.agent)
    first, again = spans(caller.tone(FIRST))
    assert again[0] - first[1] > TALK_S - 0.5
    assert len(spans(agent.tone(CALLER_TONE_HZ))) == 1


async def test_wishes_that_do_not_fit_are_declined_and_change_nothing(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    desk = call.seat.desktop
    for cmd, code, more in (
        ("retrieveCall", "not_held", {}),
        ("transferCall", "not_consulting", {}),
        ("alternateCall", "not_consulting", {}),
        ("consultationCall", "unknown_target", {"kind": "agent", "target": "9999"}),
        ("consultationCall", "target_not_free", {"kind": "agent", "target": "1001"}),
        ("consultationCall", "number_not_allowed", {"kind": "number", "target": "110"}),
        ("consultationCall", "number_not_allowed", {"kind": "number", "target": "95518"}),
    ):
        answer = await desk.command(cmd, **more)
        assert (answer["ok"], answer["code"]) == (False, f"desk.{code}")
    assert (await house.seats["1003"].desktop.command("holdCall"))["code"] == "desk.no_talk"
    await call.seat.do("clearConnection")
    await house.rate(call.caller, call.call_id)
    assert len(spans((await heard_by(call.caller)).tone(FIRST))) == 1


async def test_keys_of_the_agent_reach_whoever_he_talks_to(house: House, tmp_path: Path) -> None:
    call = await talk(house, tmp_path)
    await call.seat.do("sendDigits", digits="1234#")
    await call.caller.until_digits("1234#")
    sent = await call.event("digitsSent")
    assert sent["count"] == 5 and "1234" not in str(sent)
    await call.seat.do("clearConnection")
    await house.rate(call.caller, call.call_id)


async def test_the_customer_of_a_callback_can_be_held_and_handed_over(
    house: House, tmp_path: Path
) -> None:
    ticket = await registers(house)
    motor, customer = house.seats["1001"], house.customer
    motor.phone.record(tmp_path)
    customer.record(tmp_path)
    customer.answer_like(AT_ONCE)
    await motor.ready(AT_ONCE)
    await house.event("established", ticket, 15, agentId="1001")
    other = house.seats["1003"]
    other.phone.record(tmp_path)
    await other.ready(AT_ONCE)
    await asyncio.sleep(TALK_S)
    await motor.do("holdCall")
    await asyncio.sleep(TALK_S)
    await motor.do("retrieveCall")
    await asyncio.sleep(TALK_S)
    await motor.do("consultationCall", kind="agent", target="1003")
    await house.event("consultationAnswered", ticket)
    await motor.do("transferCall")
    await motor.until_state("wrap_up")
    await asyncio.sleep(TALK_S)
    await other.do("clearConnection")
    await other.until_state("wrap_up")
    heard = await heard_by(customer.leg)
    await house.event("callCleared", ticket)
    assert len(spans(heard.tone(FIRST))) == 2 and len(spans(heard.tone(SECOND))) == 1
    assert heard.music().seconds > TALK_S / 2
    assert house.events(ticket).count("callbackClosed") == 1


@pytest.mark.parametrize("leaves", ["customer", "agent"])
async def test_an_outbound_call_can_be_held_and_retrieved(
    house: House, tmp_path: Path, leaves: str
) -> None:
    motor, customer = house.seats["1001"], house.customer
    motor.phone.answer_like(AT_ONCE)
    customer.record(tmp_path)
    customer.answer_like(AT_ONCE)
    assert (await motor.desktop.command("logOn"))["ok"]
    await motor.do("makeCall", number="13997000001")
    call_id = str((await motor.desktop.until(15, type="established", agentId="1001"))["callId"])
    await asyncio.sleep(TALK_S)
    await motor.do("holdCall")
    await asyncio.sleep(TALK_S)
    await motor.do("retrieveCall")
    await asyncio.sleep(TALK_S)
    if leaves == "agent":
        await motor.do("clearConnection")
    else:
        customer.leg.hang_up()
    await motor.until_state("wrap_up")
    heard = await heard_by(customer.leg)
    await house.event("callCleared", call_id)
    assert len(spans(heard.tone(FIRST))) == 2 and heard.music().seconds > TALK_S / 2
