"""What was not heard is proved by something else, and put down once."""

from dataclasses import replace

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.floor import Step
from cti.core.acd.lines import Line
from cti.core.acd.lost_queues import rehouse
from cti.core.acd.orders import TakeBack
from cti.core.acd.reconcile import reconcile
from cti.core.acd.signals import Signal
from cti.core.acd.unheard import unheard
from cti.core.agent_state import AgentState
from cti.core.call import CallPhase
from cti.core.events import Diverted, Outcome, QueueLeft
from cti.core.ids import ChannelName
from tests.unit.core.acd.floors import (
    ADVICE,
    MOTOR,
    ONE,
    RING_S,
    TWO,
    A,
    B,
    Play,
    agent,
    caller_channel,
    kinds,
    leg,
)
from tests.unit.core.acd.test_reconcile import agents_leg, caller

LATEST_S = RING_S + 10


def offered() -> Play:
    play = Play(agent(A))
    play.ready(A)
    play.waits(ONE)
    return play


def after(play: Play, *lines: Line) -> Step:
    reconcile(play.floor, lines, play.now)
    return play.floor.finish(play.now)


@pytest.mark.parametrize(
    "proof",
    [
        seen.DialEnded(call_id=ONE, attempt=1, status="ANSWER"),
        seen.CallerAfter(call_id=ONE),
        seen.ChannelGone(call_id=ONE, channel=caller_channel(ONE), state="talking"),
    ],
    ids=["answered dial", "goes on after a talk", "hangs up out of one"],
)
def test_a_talk_whose_beginning_was_not_heard_counts_as_answered(proof: Signal) -> None:
    play = offered()
    play.rings(ONE, A)
    play.answers(ONE, A)
    play.pass_s(30)
    step = play.do(proof)
    assert {"established", "connectionCleared", "queueLeft"} <= set(kinds(step))
    [left] = [each for each in step.changes.events if isinstance(each, QueueLeft)]
    assert left.outcome is Outcome.ANSWERED
    assert play.agent(A).state is AgentState.WRAP_UP
    assert play.agent(A).talked_s == 30


def test_who_hangs_up_while_a_phone_rings_was_not_answered() -> None:
    play = offered()
    play.rings(ONE, A)
    gone = seen.ChannelGone(call_id=ONE, channel=caller_channel(ONE), state="ringing")
    assert "established" not in kinds(play.do(gone))
    assert play.agent(A).free


def test_an_offer_is_unheard_of_once_its_time_is_over() -> None:
    play = offered()
    play.pass_s(LATEST_S - 1)
    assert not unheard(play.floor, play.now)
    play.pass_s(1)
    assert unheard(play.floor, play.now)


def test_recovery_gives_up_an_overdue_offer_that_is_no_talk() -> None:
    play = offered()
    play.pass_s(LATEST_S)
    step = after(play, caller(ONE, "ringing", ACD_AGENT=A, ACD_TRY="1"))
    assert "diverted" in kinds(step)
    assert TakeBack(call_id=ONE, channel=caller_channel(ONE)) in step.orders
    assert not unheard(play.floor, play.now)


def test_a_phone_that_rings_for_an_offer_given_up_is_silenced_and_both_offers_have_an_end() -> None:
    """His second offer never reached Asterisk, where the first still rings: at an agent with another call."""
    play = Play()
    play.ready(A, B)
    play.waits(ONE)
    play.do(seen.RingFailed(call_id=ONE, attempt=1))
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE), attempt=1))
    assert (play.call(ONE).agent_id, play.call(ONE).attempt) == (B, 2)
    play.waits(TWO)
    assert play.call(TWO).agent_id == A
    ours = replace(caller(TWO, "ringing", ACD_AGENT=A, ACD_TRY="1"), channel=caller_channel(TWO))
    step = after(play, caller(ONE, "ringing", ACD_AGENT=A, ACD_TRY="1"), ours)
    [ended] = [each for each in step.changes.events if isinstance(each, Diverted)]
    assert (ended.call_id, ended.agent_id, ended.attempt) == (ONE, B, 2)
    assert TakeBack(call_id=ONE, channel=caller_channel(ONE)) in step.orders
    assert (play.call(ONE).phase, play.agent(A).call_id) == (CallPhase.WAITING, TWO)
    assert play.agent(B).free


def test_a_talk_that_ended_in_the_waiting_loop_has_its_end_and_a_new_visit_begins() -> None:
    play = offered()
    play.talks(ONE, A)
    play.pass_s(20)
    step = after(play, caller(ONE, "waiting", ACD_AGENT=A, ACD_TRY="1"))
    assert "connectionCleared" in kinds(step)
    assert "queued" in kinds(step)
    assert (play.agent(A).state, play.call(ONE).head) == (AgentState.WRAP_UP, True)


def test_a_talk_that_goes_on_with_its_own_leg_stays_with_its_agent() -> None:
    """The caller's channel was not told yet that he was handed over."""
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    step = after(play, caller(ONE, "talking", bridge="b1", ACD_AGENT=B), agents_leg(ONE))
    assert kinds(step) == ["callRecovered"]
    assert play.call(ONE).agent_id == A


def test_a_talk_with_somebody_else_ends_the_one_we_knew_of() -> None:
    play = Play()
    play.ready(A, B)
    play.waits(ONE)
    play.talks(ONE, A)
    theirs = replace(agents_leg(ONE), channel=ChannelName(leg(B)))
    step = after(play, caller(ONE, "talking", bridge="b1", ACD_AGENT=B, ACD_TRY="2"), theirs)
    assert kinds(step)[:3] == ["connectionCleared", "agentWorkingAfterCall", "established"]
    assert (play.agent(A).state, play.agent(B).state) == (AgentState.WRAP_UP, AgentState.TALKING)


@pytest.mark.parametrize("state", ["waiting", "survive"])
def test_a_caller_found_again_has_one_visit_in_the_books(state: str) -> None:
    play = Play()
    play.waits(ONE)
    play.do(seen.CallerSurvives(call_id=ONE, channel=caller_channel(ONE), why="late"))
    step = after(play, caller(ONE, state))
    again = play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE)))
    assert "queued" not in (*kinds(step), *kinds(again))


def test_a_removed_queue_is_left_once_and_its_fallback_joined_once() -> None:
    play = Play()
    play.waits(ONE, ADVICE)
    play.do(seen.CallerSurvives(call_id=ONE, channel=caller_channel(ONE), why="late"))
    rules = play.floor.rules
    gone = replace(rules, policies={MOTOR: rules.policies[MOTOR]})
    fresh = Play(rules=gone)
    fresh.floor.load(play.floor.agents.values(), play.floor.calls.values())
    rehouse(fresh.floor, fresh.now)
    told = kinds(after(fresh, caller(ONE, "waiting")))
    assert (told.count("queueLeft"), told.count("queued")) == (1, 1)
