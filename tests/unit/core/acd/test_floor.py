"""The floor, one thing at a time: what each signal makes of calls and agents."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.desk_steps import Declined
from cti.core.acd.offer_ends import offer_end
from cti.core.acd.orders import DropLeg, MirrorMember, RingAgent, TakeBack
from cti.core.agent_state import AgentState, AgentStatus
from cti.core.call import CallPhase
from cti.core.events import Outcome, QueueLeft
from cti.core.ids import AgentId
from tests.unit.core.acd.floors import (
    ADVICE,
    MOTOR,
    ONE,
    RING_S,
    RULES,
    TWO,
    WRAP_UP_S,
    A,
    B,
    Play,
    agent,
    caller_channel,
    kinds,
    leg,
)


def test_a_waiting_caller_is_offered_to_the_agent_with_the_skill() -> None:
    play = Play(agent(A, motor=3), agent(B, advice=3))
    play.ready(A, B)
    step = play.waits(ONE, ADVICE)
    [order] = step.orders
    assert isinstance(order, RingAgent)
    assert (order.agent_id, order.channel, order.attempt) == (B, caller_channel(ONE), 1)
    assert play.agent(B).state is AgentState.RESERVED
    assert play.agent(A).state is AgentState.IDLE


def test_the_agent_knows_until_when_the_phone_rings_by_his_callers_queue() -> None:
    slow = {**RULES.policies, ADVICE: replace(RULES.policies[ADVICE], ring_s=40)}
    play = Play(agent(A, advice=3), agent(B), rules=replace(RULES, policies=slow))
    play.ready(A, B)
    for call_id, queue, agent_id, ring_s in ((ONE, ADVICE, A, 40), (TWO, MOTOR, B, RING_S)):
        play.waits(call_id, queue)
        rung = play.now
        play.pass_s(2)
        play.rings(call_id, agent_id)
        assert play.agent(agent_id).state is AgentState.RINGING
        assert play.agent(agent_id).rings_until == rung + timedelta(seconds=ring_s)


def test_a_caller_is_offered_only_when_his_channel_waits() -> None:
    play = Play()
    play.ready(A)
    play.arrives(ONE)
    step = play.do(seen.QueueChosen(call_id=ONE, queue=MOTOR))
    assert (kinds(step), step.orders) == (["queued"], ())


def test_a_caller_who_waits_is_offered_when_an_agent_gets_ready() -> None:
    play = Play()
    play.waits(ONE)
    play.do(seen.LogOn(agent_id=A))
    step = play.do(seen.ChooseStatus(agent_id=A, status=AgentStatus.READY))
    assert {type(order) for order in step.orders} == {MirrorMember, RingAgent}


def test_an_agent_is_never_offered_two_calls() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    step = play.waits(TWO)
    assert step.orders == ()
    assert play.call(TWO).phase is CallPhase.WAITING


def test_a_call_from_the_offer_to_the_end_of_wrap_up_is_told_in_order() -> None:
    play = Play()
    play.ready(A)
    play.steps.clear()
    play.waits(ONE)
    play.talks(ONE, A)
    play.dial_ends(ONE, "ANSWER")
    play.do(seen.SaveWrapUp(agent_id=A, call_id=ONE, reason="report_single"))
    play.leaves(ONE)
    assert play.kinds() == [
        "offered", "queued", "agentAllocated", "delivered", "agentAnswered", "established",
        "queueLeft", "connectionCleared", "agentWorkingAfterCall", "wrapUpSaved", "wrapUpEnded",
        "callCleared",
    ]  # fmt: skip
    assert play.agent(A).free
    assert play.floor.calls == {}


@pytest.mark.parametrize(
    ("status", "cause", "reason"),
    [
        ("NOANSWER", 19, "RNA"),
        ("BUSY", 17, "BUSY"),
        ("BUSY", 21, "REFUSED"),
        ("CHANUNAVAIL", 21, "REFUSED"),
        ("CHANUNAVAIL", 20, "PHONE"),
        ("CONGESTION", 34, "PHONE"),
        ("WHISPERHUP", 16, "REFUSED"),
        ("nonsense", 0, "RNA"),
    ],
)
def test_why_an_offer_came_to_nothing_is_kept_apart(status: str, cause: int, reason: str) -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    step = play.dial_ends(ONE, status, cause=cause)
    missed = play.agent(A)
    assert (missed.status, missed.reason) == (AgentStatus.NOT_READY, reason)
    assert (play.call(ONE).phase, play.call(ONE).head) == (CallPhase.WAITING, True)
    assert kinds(step) == ["diverted", "agentNotReady"]
    assert not any(isinstance(order, RingAgent) for order in step.orders)


def test_a_withdrawn_offer_leaves_the_agent_ready() -> None:
    assert offer_end("CANCEL", 0).value == "withdrawn"


def test_a_missed_call_goes_to_another_agent_and_before_those_who_wait() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.waits(TWO)
    play.dial_ends(ONE, "NOANSWER")
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE)))
    play.ready(B)
    assert play.agent(B).call_id == ONE


def test_the_end_of_an_earlier_dial_does_not_end_a_later_offer() -> None:
    play = Play()
    play.ready(A, B)
    play.waits(ONE)
    play.dial_ends(ONE, "NOANSWER")
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE)))
    play.dial_ends(ONE, "NOANSWER", attempt=1)
    assert (play.call(ONE).phase, play.call(ONE).attempt) == (CallPhase.RESERVED, 2)


def test_a_caller_who_leaves_a_ringing_phone_frees_the_agent() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.rings(ONE, A)
    step = play.leaves(ONE)
    assert kinds(step) == ["diverted", "queueLeft", "callCleared"]
    assert play.agent(A).free


def test_a_caller_who_leaves_the_whisper_takes_the_agents_leg_along() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.rings(ONE, A)
    play.answers(ONE, A)
    assert play.leaves(ONE).orders == (DropLeg(channel=leg(A)),)
    assert play.agent(A).free


@pytest.mark.parametrize(
    ("waited_s", "outcome"), [(4.9, Outcome.SHORT_ABANDONED), (5.0, Outcome.ABANDONED)]
)
def test_leaving_early_is_counted_apart(waited_s: float, outcome: Outcome) -> None:
    play = Play()
    play.waits(ONE)
    play.pass_s(waited_s)
    left = [e for e in play.leaves(ONE).changes.events if isinstance(e, QueueLeft)]
    assert [(e.outcome, e.waited_s) for e in left] == [(outcome, waited_s)]


def test_a_caller_who_never_queued_leaves_no_queue() -> None:
    play = Play()
    play.arrives(ONE)
    assert kinds(play.leaves(ONE)) == ["callCleared"]


def test_a_phone_that_answers_without_ringing_still_pops_up() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    assert kinds(play.answers(ONE, A)) == ["delivered", "agentAnswered"]


def test_an_offer_of_which_nothing_is_heard_is_given_up() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    due = play.floor.next_due()
    assert due is not None
    assert due == play.now + timedelta(seconds=RING_S + 10)
    step = play.later(RING_S + 10)
    assert TakeBack(call_id=ONE, channel=caller_channel(ONE)) in step.orders
    assert play.agent(A).reason == "PHONE"


def test_hold_and_retrieve_by_the_agents_phone() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    play.do(seen.HoldChanged(call_id=ONE, agent_channel=leg(A), held=True))
    assert (play.agent(A).state, play.call(ONE).phase) == (AgentState.HELD, CallPhase.HELD)
    play.do(seen.HoldChanged(call_id=ONE, agent_channel=leg(A), held=False))
    assert (play.agent(A).state, play.call(ONE).phase) == (AgentState.TALKING, CallPhase.TALKING)


def test_hold_by_the_callers_phone_changes_nothing() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    step = play.do(seen.HoldChanged(call_id=ONE, agent_channel=caller_channel(ONE), held=True))
    assert not step.changes


def test_wrap_up_ends_by_its_timer() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    play.dial_ends(ONE, "ANSWER")
    assert play.floor.next_due() == play.now + timedelta(seconds=WRAP_UP_S)
    assert "wrapUpEnded" not in kinds(play.later(WRAP_UP_S - 0.1))
    assert "wrapUpEnded" in kinds(play.later(0.1))
    assert play.agent(A).free


def test_wrap_up_is_extended_once_by_the_queues_own_length() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    play.dial_ends(ONE, "ANSWER")
    play.do(seen.ExtendWrapUp(agent_id=A))
    assert play.agent(A).wrap_up_until == play.now + timedelta(seconds=2 * WRAP_UP_S)
    with pytest.raises(Declined, match="extended_already"):
        play.do(seen.ExtendWrapUp(agent_id=A))


def test_a_choice_made_in_a_talk_holds_after_wrap_up() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    not_ready = seen.ChooseStatus(agent_id=A, status=AgentStatus.NOT_READY, reason="BREAK")
    assert kinds(play.do(not_ready)) == ["agentChoicePending"]
    assert play.agent(A).status is AgentStatus.READY
    play.dial_ends(ONE, "ANSWER")
    play.later(WRAP_UP_S)
    after = play.agent(A)
    assert (after.status, after.reason, after.pending) == (AgentStatus.NOT_READY, "BREAK", None)


def test_ready_chosen_in_wrap_up_ends_it_and_brings_the_next_call() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    play.waits(TWO)
    play.dial_ends(ONE, "ANSWER")
    play.do(seen.ChooseStatus(agent_id=A, status=AgentStatus.READY))
    assert play.agent(A).call_id == TWO


def test_a_caller_in_the_fallback_is_taken_back_while_we_are_well() -> None:
    play = Play()
    play.waits(ONE)
    step = play.do(seen.CallerSurvives(call_id=ONE, channel=caller_channel(ONE), why="late"))
    assert TakeBack(call_id=ONE, channel=caller_channel(ONE)) in step.orders
    again = play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE)))
    assert kinds(again) == ["callRecovered"]  # his visit goes on
    assert play.call(ONE).phase is CallPhase.WAITING


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (seen.LogOn(agent_id=AgentId("9999")), "unknown_agent"),
        (seen.LogOff(agent_id=B), "logged_out"),
        (seen.ChooseStatus(agent_id=B, status=AgentStatus.READY), "logged_out"),
        (seen.ChooseStatus(agent_id=A, status=AgentStatus.NOT_READY), "reason_missing"),
        (seen.ChooseStatus(agent_id=A, status=AgentStatus.LOGGED_OUT), "use_log_off"),
        (seen.HangUp(agent_id=A), "no_call"),
        (seen.ExtendWrapUp(agent_id=A), "not_in_wrap_up"),
        (seen.SaveWrapUp(agent_id=A, call_id=TWO, reason="x"), "not_your_call"),
    ],
)
def test_a_wish_that_cannot_be_met_is_declined_and_changes_nothing(
    wish: seen.DeskSignal, code: str
) -> None:
    play = Play()
    play.ready(A)
    before = (dict(play.floor.agents), dict(play.floor.calls))
    with pytest.raises(Declined) as refused:
        play.do(wish)
    assert refused.value.code == code
    assert (play.floor.agents, play.floor.calls) == before
    assert not play.floor.finish(play.now).changes


def test_nobody_logs_off_in_a_talk() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    with pytest.raises(Declined, match="in_call"):
        play.do(seen.LogOff(agent_id=A))


def test_signals_of_unknown_calls_change_nothing() -> None:
    play = Play()
    play.ready(A)
    play.steps.clear()
    play.rings(ONE, A)
    play.answers(ONE, A)
    play.dial_ends(ONE, "ANSWER")
    play.leaves(ONE)
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE)))
    play.do(seen.CallerAfter(call_id=ONE))
    play.do(seen.RingFailed(call_id=ONE))
    assert not any(step.changes or step.orders for step in play.steps)
