"""Callers who come back: the agent they had, the case's owner, the place they gave up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.sticky import KeptPlace, Known, StickyRules
from cti.core.agent_state import AgentStatus
from cti.core.call import CallPhase
from cti.core.events import AgentAllocated, Queued
from cti.core.ids import AgentId, CallId
from tests.unit.core.acd.floors import (
    ADVICE,
    MOTOR,
    ONE,
    RULES,
    START,
    TWO,
    A,
    B,
    Play,
    agent,
    caller_channel,
)

WAIT_S = StickyRules().wait_s
LAST_B = Known(last_agent=B)


def comes(play: Play, call_id: CallId, known: Known | None, **variables: str) -> None:
    """He arrives, chooses motor and waits."""
    channel = caller_channel(call_id)
    play.do(
        seen.CallerArrived(
            call_id=call_id, channel=channel, caller_number="1", dialed_number="2", known=known
        )
    )
    play.do(seen.QueueChosen(call_id=call_id, queue=MOTOR, variables=variables))
    play.do(seen.CallerWaits(call_id=call_id, channel=channel))


def busy(play: Play, agent_id: AgentId) -> None:
    wish = seen.ChooseStatus(agent_id=agent_id, status=AgentStatus.NOT_READY, reason="BREAK")
    play.do(wish)


def offers(play: Play) -> list[AgentAllocated]:
    facts = (event for step in play.steps for event in step.changes.events)
    return [fact for fact in facts if isinstance(fact, AgentAllocated)]


def test_he_gets_who_talked_to_him_last_although_another_is_idle_longer() -> None:
    play = Play()
    play.ready(A)
    play.pass_s(100)
    play.ready(B)
    comes(play, ONE, LAST_B)
    [offer] = offers(play)
    assert (offer.agent_id, offer.wish, offer.candidates) == (B, B, (B,))
    assert offer.excluded == {A: f"wish agent:{B} 1 0"}


def test_he_waits_for_him_ten_seconds_and_no_longer() -> None:
    play = Play()
    play.ready(A, B)
    busy(play, B)
    comes(play, ONE, LAST_B)
    assert play.call(ONE).phase is CallPhase.WAITING
    assert play.floor.next_due() == START + timedelta(seconds=WAIT_S)
    play.later(WAIT_S)
    assert (play.call(ONE).agent_id, offers(play)[0].wish) == (A, "")


def test_who_is_ready_in_time_gets_his_caller() -> None:
    play = Play()
    play.ready(A, B)
    busy(play, B)
    comes(play, ONE, LAST_B)
    play.pass_s(WAIT_S - 1)
    play.do(seen.ChooseStatus(agent_id=B, status=AgentStatus.READY))
    assert play.call(ONE).agent_id == B


def test_nobody_waits_for_one_who_is_signed_out_or_signs_out_now() -> None:
    play = Play()
    play.ready(A)
    comes(play, ONE, LAST_B)
    assert play.call(ONE).agent_id == A
    later = Play()
    later.ready(A, B)
    busy(later, B)
    comes(later, ONE, LAST_B)
    later.do(seen.LogOff(agent_id=B))
    assert later.call(ONE).agent_id == A


def test_nobody_waits_for_one_who_cannot_serve_the_queue() -> None:
    play = Play(agent(A), agent(B, advice=5))
    play.ready(A, B)
    comes(play, ONE, LAST_B)
    assert play.call(ONE).agent_id == A


def test_the_owner_of_his_case_comes_before_who_talked_to_him_last() -> None:
    play = Play()
    play.ready(A, B)
    comes(play, ONE, LAST_B, owner=A)
    assert play.call(ONE).agent_id == A


@pytest.mark.parametrize("owner", ["", "9999", "x" * 200])
def test_an_owner_whom_nobody_knows_is_passed_over(owner: str) -> None:
    play = Play()
    play.ready(A)
    comes(play, ONE, None, owner=owner)
    assert play.call(ONE).agent_id == A


def test_an_offer_that_he_misses_ends_the_wish() -> None:
    play = Play()
    play.ready(A, B)
    comes(play, ONE, LAST_B)
    play.rings(ONE, B)
    play.dial_ends(ONE, "NOANSWER")
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE), attempt=1))
    assert play.call(ONE).agent_id == A


def test_a_queue_may_do_without() -> None:
    motor = replace(RULES.policies[MOTOR], sticky=False)
    play = Play(rules=replace(RULES, policies={**RULES.policies, MOTOR: motor}))
    play.ready(A)
    play.pass_s(1)
    play.ready(B)
    comes(play, ONE, replace(LAST_B, place=KeptPlace(queue=MOTOR, since=START)))
    assert (play.call(ONE).agent_id, play.call(ONE).place_at) == (A, None)


def test_who_gave_up_and_rings_again_is_served_at_his_old_place() -> None:
    play = Play()
    comes(play, ONE, None)
    since = START - timedelta(minutes=4)
    comes(play, TWO, Known(place=KeptPlace(queue=MOTOR, since=since)))
    queued = [e for s in play.steps for e in s.changes.events if isinstance(e, Queued)]
    assert [fact.place_at for fact in queued] == [None, since]
    play.ready(A)
    assert play.call(TWO).agent_id == A


def test_a_place_in_another_queue_is_not_his_here() -> None:
    play = Play()
    since = START - timedelta(minutes=4)
    comes(play, ONE, Known(place=KeptPlace(queue=ADVICE, since=since)))
    assert play.call(ONE).place_at is None
