"""Callbacks on the floor: whose place, whose turn, how often, and how they end."""

from datetime import timedelta

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.desk_steps import Declined
from cti.core.acd.floor import Step
from cti.core.acd.orders import DialBack, DropLeg, RingAgent
from cti.core.acd.places import ticket_id
from cti.core.agent_state import AgentState, AgentStatus
from cti.core.call import CallPhase, Ticket
from cti.core.callback_events import CallbackFailed, NotReached
from cti.core.events import Outcome, QueueLeft
from cti.core.ids import CallId, ChannelName
from tests.unit.core.acd.floors import (
    MOTOR,
    NUMBER,
    ONE,
    OTHER_NUMBER,
    START,
    TWO,
    A,
    B,
    Play,
    caller_channel,
    kinds,
    leg,
)

THREE = CallId("1.3")
T1, T2 = ticket_id(ONE), ticket_id(TWO)


def asks(play: Play, call_id: CallId, number: str = NUMBER) -> Step:
    """The caller presses 2 while he waits, and registers."""
    play.do(seen.CallerChooses(call_id=call_id))
    caller = play.call(call_id).caller_number
    asked = seen.CallbackAsked(call_id=call_id, queue=MOTOR, number=number, caller_number=caller)
    return play.do(asked)


def ticket(play: Play, call_id: CallId = T1) -> Ticket:
    found = play.call(call_id).ticket
    assert found is not None
    return found


def agent_up(play: Play, call_id: CallId = T1) -> None:
    play.rings(call_id, A)
    play.answers(call_id, A)


def customer_dialled(play: Play, call_id: CallId = T1) -> Step:
    agent_up(play, call_id)
    attempt = play.call(call_id).attempt
    return play.do(seen.CustomerDialled(call_id=call_id, attempt=attempt))


def reached(play: Play, call_id: CallId = T1) -> Step:
    customer_dialled(play, call_id)
    return play.do(seen.TalkBegan(call_id=call_id, agent_channel=leg(A)))


def leg_gone(play: Play, call_id: CallId = T1, cause: int = 16) -> Step:
    return play.do(seen.ChannelGone(call_id=call_id, channel=leg(A), cause=cause))


def customer_fails(play: Play, status: str = "BUSY", call_id: CallId = T1) -> Step:
    customer_dialled(play, call_id)
    play.dial_ends(call_id, status, attempt=play.call(call_id).attempt)
    return leg_gone(play, call_id)


def asked_and_gone(play: Play, call_id: CallId = ONE) -> None:
    play.waits(call_id)
    asks(play, call_id)
    play.leaves(call_id)


def test_a_ticket_takes_over_the_place_and_the_call_counts_as_callback_taken() -> None:
    play = Play()
    play.waits(ONE)
    play.pass_s(30)
    step = asks(play, ONE)
    assert kinds(step) == ["queueLeft", "callbackRequested"]
    left = next(event for event in step.changes.events if isinstance(event, QueueLeft))
    assert left.outcome is Outcome.CALLBACK_TAKEN
    assert play.call(T1).place_at == START
    assert "queueLeft" not in kinds(play.leaves(ONE))


def test_a_ticket_is_served_where_its_caller_would_have_been() -> None:
    play = Play()
    asked_and_gone(play)
    play.pass_s(1)
    play.waits(TWO, number=OTHER_NUMBER)
    play.ready(A)
    [order] = [o for s in play.steps for o in s.orders if isinstance(o, DialBack | RingAgent)]
    assert isinstance(order, DialBack)
    assert (order.call_id, order.number, order.extension) == (T1, "13997000001", "8001")
    assert play.call(TWO).phase is CallPhase.WAITING


def test_a_caller_who_was_before_a_ticket_is_served_before_it() -> None:
    play = Play()
    play.waits(ONE)
    play.pass_s(1)
    asked_and_gone(play, TWO)
    play.ready(A)
    assert play.agent(A).call_id == ONE


def test_a_callback_from_the_request_to_the_end_is_told_in_order() -> None:
    play = Play()
    asked_and_gone(play)
    play.steps.clear()
    play.ready(A)
    play.steps.clear()
    reached(play)
    play.dial_ends(T1, "ANSWER")
    leg_gone(play)
    assert play.kinds() == [
        "delivered", "agentAnswered", "callbackDialed", "callbackConnected", "established",
        "connectionCleared", "agentWorkingAfterCall", "callbackClosed",
    ]  # fmt: skip
    assert play.agent(A).state is AgentState.WRAP_UP
    assert play.floor.calls == {}


def test_one_agent_dials_one_of_two_tickets() -> None:
    play = Play()
    asked_and_gone(play, ONE)
    play.pass_s(1)
    play.waits(TWO, number=OTHER_NUMBER)
    asks(play, TWO, number=OTHER_NUMBER)
    play.ready(A)
    dials = [o for s in play.steps for o in s.orders if isinstance(o, DialBack)]
    assert [order.call_id for order in dials] == [T1]


@pytest.mark.parametrize(
    ("status", "cause"),
    [("BUSY", "busy"), ("NOANSWER", "noAnswer"), ("CHANUNAVAIL", "unreachable")],
)
def test_a_customer_who_is_not_reached_is_tried_again_later(status: str, cause: str) -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    step = customer_fails(play, status)
    assert kinds(step) == ["callbackFailed"]
    failed = step.changes.events[0]
    assert isinstance(failed, CallbackFailed)
    assert (failed.cause, failed.next_at) == (NotReached(cause), START + timedelta(minutes=5))
    assert play.agent(A).free
    assert not any(isinstance(o, DialBack) for o in play.later(299).orders)
    assert play.floor.next_due() == failed.next_at
    assert any(isinstance(o, DialBack) for o in play.later(1).orders)


def test_the_agent_is_bound_until_his_leg_is_gone() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    customer_dialled(play)
    play.dial_ends(T1, "BUSY")
    assert play.agent(A).state is AgentState.TALKING


def test_after_the_third_attempt_the_ticket_is_closed() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    customer_fails(play)
    play.later(300)
    customer_fails(play)
    play.later(1500)
    step = customer_fails(play)
    assert kinds(step) == ["callbackFailed", "callbackClosed"]
    assert step.changes.events[0].next_at is None  # type: ignore[attr-defined]
    assert T1 not in play.floor.calls
    assert play.agent(A).free


def test_an_agent_who_does_not_answer_costs_the_ticket_nothing() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    play.rings(T1, A)
    play.ready(B)
    step = leg_gone(play, cause=19)
    assert kinds(step) == ["diverted", "agentNotReady", "agentAllocated"]
    assert play.agent(A).reason == "RNA"
    assert (play.agent(B).call_id, ticket(play).dials) == (T1, 0)


@pytest.mark.parametrize(("cause", "reason"), [(17, "BUSY"), (21, "REFUSED"), (20, "PHONE")])
def test_why_an_agent_did_not_answer_is_kept_apart(cause: int, reason: str) -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    leg_gone(play, cause=cause)
    missed = play.agent(A)
    assert (missed.status, missed.reason) == (AgentStatus.NOT_READY, reason)


def test_a_phone_that_is_not_there_is_not_rung_again() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    play.do(seen.RingFailed(call_id=T1, attempt=1))
    step = play.later(1)
    assert play.agent(A).reason == "PHONE"
    assert not any(isinstance(order, DropLeg) for order in step.orders)


def test_a_phone_that_refuses_may_say_so_after_asterisk_does() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    play.do(seen.RingFailed(call_id=T1, attempt=1))
    leg_gone(play, cause=21)
    assert play.agent(A).reason == "REFUSED"
    play.ready(B)
    assert not play.later(1).changes


def test_a_failure_of_an_earlier_dial_does_not_end_a_later_one() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A, B)
    leg_gone(play, cause=19)
    step = play.do(seen.RingFailed(call_id=T1, attempt=1))
    assert not step.changes
    assert play.agent(B).call_id == T1


def test_an_agent_who_hangs_up_before_the_customer_answers_keeps_the_ticket_in_line() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    customer_dialled(play)
    leg_gone(play)
    assert play.agent(A).reason == "REFUSED"
    assert play.call(T1).phase is CallPhase.CALLBACK


def test_the_good_bye_of_a_leg_that_is_still_there_changes_nothing() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    agent_up(play)
    gone = seen.ChannelGone(call_id=T1, channel=leg(A), cause=16, asked=True)
    assert not play.do(gone).changes


def test_the_customers_own_leg_does_not_end_the_dial() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    reached(play)
    gone = seen.ChannelGone(call_id=T1, channel=ChannelName("PJSIP/trunk-9"), cause=16)
    assert not play.do(gone).changes


def test_a_dial_of_which_nothing_is_heard_is_ended_and_rests() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    step = play.later(25)
    assert DropLeg(channel=T1) in step.orders
    assert play.agent(A).reason == "PHONE"
    play.ready(B)
    assert play.agent(B).free
    play.later(5)
    assert play.agent(B).call_id == T1


def test_who_rings_in_himself_has_the_place_that_his_ticket_kept() -> None:
    play = Play()
    asked_and_gone(play)
    play.pass_s(60)
    play.waits(TWO)
    mine = play.call(TWO)
    assert (mine.place_at, mine.queued_at) == (START, play.now)
    play.ready(A)
    assert play.agent(A).call_id == TWO
    step = play.talks(TWO, A)
    assert "callbackClosed" in kinds(step)
    assert T1 not in play.floor.calls


def test_the_ticket_has_its_place_again_when_his_own_call_comes_to_nothing() -> None:
    play = Play()
    asked_and_gone(play)
    play.waits(TWO)
    assert ticket(play).stand_in == TWO
    play.leaves(TWO)
    play.ready(A)
    assert play.agent(A).call_id == T1


def test_asking_again_keeps_one_ticket_at_the_old_place() -> None:
    play = Play()
    asked_and_gone(play)
    play.pass_s(60)
    play.waits(TWO)
    step = asks(play, TWO, number="13997000009")
    assert "callbackClosed" in kinds(step)
    assert [call.call_id for call in play.floor.calls.values() if call.ticket] == [T2]
    assert (play.call(T2).place_at, ticket(play, T2).number) == (START, "13997000009")


def test_the_same_wish_twice_is_one_ticket() -> None:
    play = Play()
    play.waits(ONE)
    asks(play, ONE)
    assert not asks(play, ONE).changes


def test_a_callback_is_refused_while_an_agent_is_on_his_way() -> None:
    play = Play()
    play.waits(ONE)
    play.ready(A)
    with pytest.raises(Declined, match="offered_now"):
        asks(play, ONE)


def test_a_callback_is_refused_while_the_number_is_being_dialled() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    play.waits(TWO)
    with pytest.raises(Declined, match="callback_open"):
        asks(play, TWO)


def test_a_caller_who_chooses_is_not_offered_and_keeps_his_turn() -> None:
    play = Play()
    play.waits(ONE)
    play.pass_s(1)
    play.waits(TWO)
    play.do(seen.CallerChooses(call_id=ONE))
    play.ready(A)
    assert play.agent(A).call_id == TWO
    play.ready(B)
    assert play.agent(B).free
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE)))
    assert play.agent(B).call_id == ONE


def test_a_callback_straight_from_the_menu_has_a_fresh_place() -> None:
    play = Play()
    play.arrives(ONE)
    step = asks(play, ONE)
    assert kinds(step) == ["callbackRequested"]
    assert play.call(T1).place_at == play.now


def test_a_ticket_can_be_cancelled_with_a_reason() -> None:
    play = Play()
    asked_and_gone(play)
    step = play.do(seen.CancelCallback(call_id=T1, by="2001", reason="rang us"))
    [closed] = step.changes.events
    assert (closed.result, closed.by, closed.reason) == ("cancelled", "2001", "rang us")  # type: ignore[attr-defined]
    play.ready(A)
    assert play.agent(A).free


def test_a_ticket_in_dial_cannot_be_cancelled() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    with pytest.raises(Declined, match="callback_in_dial"):
        play.do(seen.CancelCallback(call_id=T1, by="2001", reason="x"))
    with pytest.raises(Declined, match="no_callback"):
        play.do(seen.CancelCallback(call_id=TWO, by="2001", reason="x"))


def test_the_agent_hangs_up_and_the_ticket_is_served() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    reached(play)
    assert kinds(leg_gone(play)) == [
        "connectionCleared", "agentWorkingAfterCall", "callbackClosed",
    ]  # fmt: skip
