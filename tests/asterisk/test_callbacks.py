"""A waiting caller asks to be called back: he keeps his place, the agent is called first, then he is."""

import asyncio
import itertools
import time
from pathlib import Path

import pytest

from cti.simulation.phones import Answering, Leg
from tests.asterisk.house import (
    AGENT_TONES_HZ,
    CALLBACK_AT_S,
    CUSTOMER_TONE_HZ,
    DIRECT,
    OFFERED_AFTER_S,
    House,
    hearing,
)
from tests.asterisk.lines import lines, plays, until_lines, waiting

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

OFFERED_EVERY_S = 120
ONLY_RING = Answering(after_s=None)


async def registers(house: House, number: str = "13997000001") -> str:
    """A caller waits for motor, presses 2, and asks to be called where he is; the ticket's id."""
    leg, call_id = await house.call(house.caller(number), DIRECT["motor"])
    await house.event("queued", call_id)
    await press_until_chosen(house, leg, call_id)
    await house.event("nodeEntered", call_id, node="which_number")
    await asyncio.sleep(0.3)
    leg.press("1")
    left = await house.event("queueLeft", call_id, 15)
    assert left["outcome"] == "callback_taken"
    ticket_id = f"callback-{call_id}"
    await house.event("callbackRequested", ticket_id, origin=call_id)
    await leg.until("DISCONNECTED", 15)
    return ticket_id


async def press_until_chosen(
    house: House, leg: Leg, call_id: str, node: str = "which_number"
) -> None:
    """A key that falls between two steps of Asterisk's dialplan is lost, as anywhere."""
    for _ in range(4):
        leg.press("2")
        try:
            await house.event("nodeEntered", call_id, 1.0, node=node)
        except TimeoutError:
            continue
        return
    raise AssertionError("the key was not heard")


async def test_a_callback_rings_the_agent_then_the_customer_and_they_hear_each_other(
    house: House, tmp_path: Path
) -> None:
    ticket = await registers(house)
    motor, customer = house.seats["1001"], house.customer
    motor.phone.record(tmp_path)
    customer.record(tmp_path)
    customer.answer_like(ONLY_RING)
    await motor.ready(ONLY_RING)
    pop = await motor.desktop.until(10, type="screenPop", callId=ticket)
    assert (pop["queue"], pop["callerNumber"]) == ("motor", "139****0001")
    agent_leg = await motor.phone.until_rung()
    assert customer.legs == []
    agent_leg.pick_up()
    await house.event("callbackDialed", ticket, agentId="1001", attempt=1)
    customer_leg = await customer.until_rung()
    await asyncio.sleep(0.5)
    customer_leg.pick_up()
    await house.event("callbackConnected", ticket, agentId="1001")
    await asyncio.sleep(1.5)
    customer_leg.hang_up()
    await motor.until_state("wrap_up")
    await house.event("callbackClosed", ticket, result="served")
    await agent_leg.until("DISCONNECTED")
    agent_heard, customer_heard = await hearing(agent_leg), await hearing(customer_leg)
    assert agent_heard.prompt("whisper_callback")
    assert agent_heard.tone(CUSTOMER_TONE_HZ).seconds > 1
    assert customer_heard.tone(AGENT_TONES_HZ["1001"]).seconds > 1
    await motor.do("saveWrapUp", callId=ticket, reason="report_single", solved=True)
    assert house.events(ticket).count("callbackDialed") == 1


async def test_two_tickets_and_one_agent_are_dialled_one_after_the_other(house: House) -> None:
    first = await registers(house, "13997000001")
    second = await registers(house, "13997000002")
    motor = house.seats["1001"]
    house.customer.answer_like(Answering(after_s=0.2))
    await motor.ready(Answering(after_s=0.2))
    await house.event("callbackConnected", first)
    assert "agentAllocated" not in house.events(second)
    assert (await house.site.gauges())["callbacks_dialling"] == 1
    await motor.do("clearConnection")
    await motor.until_state("wrap_up")
    await motor.do("setAgentState", status="ready")
    await house.event("callbackConnected", second)
    assert len(house.customer.legs) == 2


async def test_a_busy_customer_is_called_again_after_the_pause_and_then_given_up(
    house: House, tmp_path: Path
) -> None:
    ticket = await registers(house)
    motor = house.seats["1001"]
    motor.phone.record(tmp_path)
    house.customer.answer_like(Answering(refuse_with=486))
    await motor.ready(Answering(after_s=0.1))
    failed = await house.event("callbackFailed", ticket, attempt=1)
    assert (failed["cause"], failed["agent"]["state"]) == ("busy", "idle")
    first = motor.phone.legs[0]
    assert first.state == "DISCONNECTED"
    assert (await hearing(first)).prompt("callback_not_reached")
    again = await house.event("callbackFailed", ticket, 15, attempt=2)
    assert again["nextAt"] is not None
    last = await house.event("callbackFailed", ticket, 15, attempt=3)
    assert last["nextAt"] is None
    await house.event("callbackClosed", ticket, result="failed")
    assert len(motor.phone.legs) == len(CALLBACK_AT_S)


async def test_an_agent_who_does_not_answer_leaves_the_ticket_to_the_next(house: House) -> None:
    ticket = await registers(house)
    first, second = house.seats["1001"], house.seats["1003"]
    house.customer.answer_like(Answering(after_s=0.2))
    await first.ready(ONLY_RING)
    await house.event("delivered", ticket, agentId="1001")
    await second.ready(Answering(after_s=0.2))
    missed = await house.event("diverted", ticket, 12, agentId="1001")
    assert (missed["cause"], missed["agent"]["reason"]) == ("noAnswer", "RNA")
    await house.event("callbackConnected", ticket, 15, agentId="1003")


@pytest.mark.parametrize(("code", "cause"), [(603, "refused"), (486, "busy")])
async def test_why_an_agent_refused_a_callback_is_kept_apart(
    house: House, code: int, cause: str
) -> None:
    ticket = await registers(house)
    await house.seats["1001"].ready(Answering(refuse_with=code))
    diverted = await house.event("diverted", ticket, agentId="1001")
    assert diverted["cause"] == cause
    await close(house, ticket)


async def test_an_agent_whose_phone_is_not_there_is_taken_out(house: House) -> None:
    ticket = await registers(house)
    gone = house.seats["1001"]
    await gone.do("logOn")
    await gone.phone.register(there=False)
    try:
        await house.board.until(type="phoneChanged", agentId="1001", reachable=False)
        await gone.do("setAgentState", status="ready")
        diverted = await house.event("diverted", ticket, agentId="1001")
        assert (diverted["cause"], diverted["agent"]["reason"]) == ("unreachable", "PHONE")
    finally:
        await gone.phone.register(there=True)
    await close(house, ticket)


async def close(house: House, ticket: str) -> None:
    """Serve a ticket, so that none is left."""
    house.customer.answer_like(Answering(after_s=0.1))
    await house.seats["1003"].ready(Answering(after_s=0.1))
    await house.event("callbackConnected", ticket, 20, agentId="1003")
    await house.seats["1003"].do("clearConnection")
    await house.event("callbackClosed", ticket)


async def test_who_rings_in_himself_is_served_first_and_not_called_any_more(house: House) -> None:
    ticket = await registers(house, "13997000001")
    _, other = await house.call(house.caller("13997000002"), DIRECT["motor"])
    await house.event("queued", other)
    house.board.frames.clear()  # his first call is no news any more
    _, mine = await house.call(house.caller("13997000001"), DIRECT["motor"])
    await house.event("queued", mine)
    await house.seats["1001"].ready(Answering(after_s=0.1))
    await house.event("established", mine)
    await house.event("callbackClosed", ticket, result="rangIn")
    assert house.customer.legs == []


async def test_the_offer_is_heard_after_its_time_and_the_music_goes_on_unbroken(
    house: House, tmp_path: Path
) -> None:
    leg, call_id = await house.call(house.caller(record_to=tmp_path), DIRECT["motor"])
    await house.event("queued", call_id)
    await asyncio.sleep(OFFERED_AFTER_S + 10)
    leg.hang_up()
    await leg.until("DISCONNECTED")
    heard = await hearing(leg)
    offer, music = heard.prompt("callback_offer"), heard.music()
    assert OFFERED_AFTER_S - 1 <= offer.first_s <= OFFERED_AFTER_S + 3
    before = [at for at in music.at_s if at < offer.first_s - 0.8]
    # Music that had a seam would fit nowhere in the window of the seam.
    assert max(b - a for a, b in itertools.pairwise(before)) <= 2 * music.window_s + 0.01
    assert offer.first_s - before[-1] <= 1.7
    assert music.last_s > offer.last_s + 2


async def test_the_offer_is_heard_again_after_two_minutes_and_not_before(
    house: House, tmp_path: Path
) -> None:
    leg, call_id = await house.call(house.caller(record_to=tmp_path), DIRECT["motor"])
    await house.event("queued", call_id)
    await asyncio.sleep(OFFERED_AFTER_S + 14)
    [line] = waiting(await lines(house.site))
    two_minutes_ago = int(time.time()) - OFFERED_EVERY_S
    await house.site.asterisk_says(
        f"dialplan set chanvar {line.channel} ACD_OFFERED {two_minutes_ago}"
    )
    await until_lines(house.site, lambda found: "callback_offer" in plays(waiting(found)[0]))
    await asyncio.sleep(2)
    leg.hang_up()
    await leg.until("DISCONNECTED")
    offers = (await hearing(leg)).prompt("callback_offer").at_s
    [pause_s] = [b - a for a, b in itertools.pairwise(offers) if b - a > 3]
    assert pause_s > 5


async def test_an_urgent_call_alerts_supervisors_until_one_has_seen_it(house: House) -> None:
    leg, call_id = await house.call(house.caller(), DIRECT["major"])
    alerted = await house.event("supervisorAlerted", call_id)
    assert (alerted["queue"], alerted["call"]["alert"]) == ("major", "open")
    await house.board.post(f"/api/v1/calls/{call_id}/acknowledge", {})
    seen = await house.event("alertAcknowledged", call_id)
    assert (seen["by"], seen["call"]["alert"]) == ("2001", "2001")
    leg.hang_up()


async def test_a_supervisor_sees_a_ticket_and_takes_it_back(house: House) -> None:
    ticket = await registers(house)
    [listed] = await house.board.get("/api/v1/callbacks")
    assert (listed["callId"], listed["number"], listed["queue"]) == (ticket, "139****0001", "motor")
    await house.board.delete(f"/api/v1/callbacks/{ticket}", {"reason": "rang us"})
    closed = await house.event("callbackClosed", ticket)
    assert (closed["result"], closed["by"], closed["reason"]) == ("cancelled", "2001", "rang us")


async def test_another_number_is_read_back_and_called(house: House, tmp_path: Path) -> None:
    leg, call_id = await house.call(house.caller(record_to=tmp_path), DIRECT["motor"])
    await house.event("queued", call_id)
    await press_until_chosen(house, leg, call_id)
    await asyncio.sleep(0.3)
    leg.press("2")
    await house.event("nodeEntered", call_id, node="ask_number")
    await asyncio.sleep(0.5)
    leg.press("13897000009#")
    await house.event("nodeEntered", call_id, 15, node="confirm")
    await asyncio.sleep(0.5)
    leg.press("1")
    ticket = f"callback-{call_id}"
    requested = await house.event("callbackRequested", ticket, 20)
    assert (requested["number"], requested["callerNumber"]) == ("138****0009", "139****0001")
    await leg.until("DISCONNECTED", 15)
    assert (await hearing(leg)).prompt("callback_registered")
    await close(house, ticket)
    assert "INVITE sip:13897000009@" in house.customer.legs[-1].headers


async def test_a_caller_who_does_not_choose_is_back_at_his_place(house: House) -> None:
    leg, first = await house.call(house.caller("13997000001"), DIRECT["motor"])
    await house.event("queued", first)
    await press_until_chosen(house, leg, first)
    _, second = await house.call(house.caller("13997000002"), DIRECT["motor"])
    await house.event("queued", second)
    await asyncio.sleep(0.3)
    leg.press("*")
    await asyncio.sleep(1.5)
    await house.seats["1001"].ready(Answering(after_s=0.1))
    await house.event("established", first)
    assert "agentAllocated" not in house.events(second)


async def test_an_agent_who_is_free_does_not_interrupt_a_caller_who_chooses(house: House) -> None:
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("queued", call_id)
    await press_until_chosen(house, leg, call_id)
    await house.seats["1001"].ready(Answering(after_s=0.1))
    await asyncio.sleep(1.0)
    assert "agentAllocated" not in house.events(call_id)
    leg.press("*")
    await house.event("established", call_id)


async def test_killing_the_server_between_request_and_dial_loses_no_ticket(house: House) -> None:
    ticket = await registers(house)
    house.site.kill("server")
    await house.site.start("server")
    await house.board_again()
    [listed] = await house.board.get("/api/v1/callbacks")
    assert listed["callId"] == ticket
    await close(house, ticket)
    assert len(house.customer.legs) == 1


async def test_killing_the_server_in_a_dial_dials_nobody_twice(house: House) -> None:
    ticket = await registers(house)
    motor = house.seats["1001"]
    house.customer.answer_like(ONLY_RING)
    await motor.ready(Answering(after_s=0.1))
    await house.event("callbackDialed", ticket)
    ringing = await house.customer.until_rung()
    house.site.kill("server")
    await house.site.start("server")
    await house.board_again()
    [listed] = await house.board.get("/api/v1/callbacks")
    assert (listed["dialling"], listed["dials"], listed["agentId"]) == (True, 1, "1001")
    ringing.pick_up()
    await house.event("callbackConnected", ticket, attempt=1)
    await asyncio.sleep(0.5)
    ringing.hang_up()
    await house.event("callbackClosed", ticket, result="served")
    assert (len(motor.phone.legs), len(house.customer.legs)) == (1, 1)
