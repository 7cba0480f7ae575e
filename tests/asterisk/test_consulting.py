"""An agent asks somebody while his caller waits: who hears whom, and who gets the caller."""

import asyncio
from pathlib import Path

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.control import AT_ONCE, TALK_S, between, heard_by, spans, talk
from tests.asterisk.house import AGENT_TONES_HZ, CALLER_TONE_HZ, CUSTOMER_TONE_HZ, House

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

FIRST, SECOND = AGENT_TONES_HZ["1001"], AGENT_TONES_HZ["1003"]


async def test_a_consulted_colleague_hears_the_agent_while_the_caller_hears_music_and_then_gets_him(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    other = house.seats["1003"]
    their_leg = await call.consult(other)
    await call.seat.until_state("consulting")
    await other.until_state("talking")
    await call.seat.do("transferCall")
    await call.event("transferred", by="1001", how="attended", target="1003", targetKind="agent")
    await call.event("connectionCleared", agentId="1001")
    await call.event("established", agentId="1003")
    agent = await heard_by(call.agent)
    await call.seat.until_state("wrap_up")
    await asyncio.sleep(TALK_S)
    await other.do("clearConnection")
    await other.until_state("wrap_up")
    colleague = await heard_by(their_leg)
    await house.rate(call.caller, call.call_id)
    caller = await heard_by(call.caller)
    assert spans(agent.tone(SECOND)) and len(spans(agent.tone(CALLER_TONE_HZ))) == 1
    [asked], [took] = spans(colleague.tone(FIRST)), spans(colleague.tone(CALLER_TONE_HZ))
    assert asked[1] <= took[0] + 0.1
    [first], [second] = spans(caller.tone(FIRST)), spans(caller.tone(SECOND))
    assert between(caller.music(), first[1], second[0]) > TALK_S / 2
    assert house.events(call.call_id).count("queueLeft") == 1


async def test_a_cancelled_consultation_brings_the_agent_back_to_his_caller(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    their_leg = await call.consult(house.seats["1003"])
    await call.do("reconnectCall")
    await call.event("consultationEnded", result="cancelled")
    await their_leg.until("DISCONNECTED")
    await house.seats["1003"].until_state("idle")
    await call.seat.do("clearConnection")
    await house.rate(call.caller, call.call_id)
    caller, agent = await heard_by(call.caller), await heard_by(call.agent)
    assert len(spans(caller.tone(FIRST))) == len(spans(agent.tone(CALLER_TONE_HZ))) == 2
    assert len(spans(agent.tone(SECOND))) == 1


async def test_an_agent_changes_between_caller_and_colleague(house: House, tmp_path: Path) -> None:
    call = await talk(house, tmp_path, "1003")
    their_leg = await call.consult(house.seats["1003"])
    await call.do("alternateCall")
    await call.event("alternated", talkingTo="caller")
    await call.do("alternateCall")
    await call.event("alternated", talkingTo="party")
    await call.do("transferCall")
    await house.seats["1003"].do("clearConnection")
    await house.rate(call.caller, call.call_id)
    caller, agent = await heard_by(call.caller), await heard_by(call.agent)
    colleague = await heard_by(their_leg)
    assert len(spans(agent.tone(CALLER_TONE_HZ))) == len(spans(agent.tone(SECOND))) == 2
    assert len(spans(caller.tone(FIRST))) == 2 and len(spans(caller.tone(SECOND))) == 1
    asked, again = spans(colleague.tone(FIRST))
    assert between(colleague.music(), asked[1], again[0]) > TALK_S / 2
    assert not between(colleague.tone(CALLER_TONE_HZ), asked[0], again[1])


async def test_a_colleague_who_leaves_the_consultation_leaves_the_caller_on_hold(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    await call.consult(house.seats["1003"])
    house.seats["1003"].phone.leg.hang_up()
    await call.event("consultationEnded", result="left")
    await call.seat.until_state("held")
    await call.do("retrieveCall")
    await call.seat.do("clearConnection")
    await house.rate(call.caller, call.call_id)
    assert len(spans((await heard_by(call.caller)).tone(FIRST))) == 2


async def test_a_caller_gets_the_consulted_colleague_when_the_agents_phone_leaves(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    their_leg = await call.consult(house.seats["1003"])
    call.agent.hang_up()
    await call.event("transferred", how="attended", target="1003")
    await call.seat.until_state("wrap_up")
    await asyncio.sleep(TALK_S)
    await house.seats["1003"].do("clearConnection")
    await house.rate(call.caller, call.call_id)
    colleague = await heard_by(their_leg)
    assert spans(colleague.tone(CALLER_TONE_HZ))


async def test_a_colleague_who_does_not_answer_leaves_the_caller_on_hold(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    house.seats["1003"].phone.answer_like(Answering(refuse_with=486))
    await call.do("consultationCall", kind="agent", target="1003")
    ended = await call.event("consultationEnded", result="failed")
    assert ended["cause"] == "busy"
    await house.event("consultationEnded", call.call_id, partyAgentId="1003")
    await call.do("retrieveCall")
    await call.seat.do("clearConnection")
    await house.rate(call.caller, call.call_id)


async def test_somebody_of_a_queue_can_be_consulted(house: House, tmp_path: Path) -> None:
    call = await talk(house, tmp_path)
    await call.seat.do("consultationCall", kind="queue", target="consult")
    await asyncio.sleep(0.5)
    await house.seats["1002"].ready(AT_ONCE)
    await call.event("consultationAnswered")
    await asyncio.sleep(TALK_S)
    await call.do("transferCall")
    await call.event("established", agentId="1002")
    await house.seats["1002"].do("clearConnection")
    await house.rate(call.caller, call.call_id)
    assert spans((await heard_by(call.caller)).tone(AGENT_TONES_HZ["1002"]))


async def test_a_number_can_be_consulted_and_given_the_caller(house: House, tmp_path: Path) -> None:
    house.customer.record(tmp_path)
    house.customer.answer_like(AT_ONCE)
    call = await talk(house, tmp_path)
    await call.seat.do("consultationCall", kind="number", target="0971-6123456")
    their_leg = await house.customer.until_rung()
    await call.event("consultationAnswered")
    await asyncio.sleep(TALK_S)
    await call.do("transferCall")
    await call.event("transferred", how="attended", targetKind="number")
    their_leg.hang_up()
    await house.rate(call.caller, call.call_id)
    outside, caller = await heard_by(their_leg), await heard_by(call.caller)
    assert spans(outside.tone(FIRST)) and spans(outside.tone(CALLER_TONE_HZ))
    assert spans(caller.tone(CUSTOMER_TONE_HZ))
