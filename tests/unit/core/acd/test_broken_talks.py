"""A talk that broke off, since the agent's phone was lost: its caller comes back to the head of his queue."""

from typing import TypeVar

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.control_orders import MoveLegs, Place
from cti.core.acd.control_wishes import HoldCall
from cti.core.acd.lines import Line
from cti.core.acd.orders import RingAgent
from cti.core.acd.party_signals import TalkBroken
from cti.core.acd.reconcile import reconcile
from cti.core.agent_state import AgentState
from cti.core.call import CallPhase
from cti.core.events import (
    ConnectionCleared,
    Event,
    Outcome,
    Queued,
    QueueLeft,
    WrapUpEnded,
)
from cti.core.ids import CallId
from tests.unit.core.acd.floors import (
    MOTOR,
    NUMBER,
    ONE,
    START,
    TWO,
    A,
    B,
    Play,
    caller_channel,
    leg,
)

NO_SOUND, HUNG_UP = 44, 16


@pytest.fixture
def talk() -> Play:
    """A talks to caller ONE, B is away."""
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.pass_s(10)
    play.talks(ONE, A)
    play.pass_s(60)
    return play


def breaks_off(play: Play, call_id: CallId = ONE, cause: int = NO_SOUND) -> None:
    attempt = play.call(call_id).attempt
    play.do(TalkBroken(call_id=call_id, cause=cause, attempt=attempt))


def phone(play: Play, *, there: bool) -> None:
    play.do(seen.PhoneSeen(extension=play.agent(A).endpoint, reachable=there))


def told(play: Play, call_id: CallId = ONE) -> None:
    """The sentence was said; he is in the waiting loop."""
    play.pass_s(6)
    play.do(seen.CallerWaits(call_id=call_id, channel=caller_channel(call_id), attempt=1))


Kind = TypeVar("Kind", bound=Event)


def facts(play: Play, kind: type[Kind]) -> list[Kind]:
    every = (event for step in play.steps for event in step.changes.events)
    return [event for event in every if isinstance(event, kind)]


def rung(play: Play) -> list[str]:
    orders = (order for step in play.steps for order in step.orders)
    return [str(order.agent_id) for order in orders if isinstance(order, RingAgent)]


def test_he_is_at_the_head_of_the_same_queue_with_his_place_and_all_that_is_known(
    talk: Play,
) -> None:
    before = talk.call(ONE)
    breaks_off(talk)
    after = talk.call(ONE)
    assert (after.phase, after.queue, after.head) == (CallPhase.WAITING, MOTOR, True)
    assert after.place_at == before.queued_at
    assert (after.priority, after.variables, after.keys) == (
        before.priority,
        before.variables,
        before.keys,
    )
    assert [one.agent_id for one in after.broken] == [A]
    [cleared], queued = facts(talk, ConnectionCleared), facts(talk, Queued)[-1]
    assert (cleared.agent_id, cleared.talked_s, cleared.why, cleared.cause) == (A, 60, "lost", 44)
    assert (queued.why, queued.place_at) == ("lost", before.queued_at)


def test_he_goes_before_all_who_wait(talk: Play) -> None:
    talk.waits(TWO)
    talk.pass_s(300)
    breaks_off(talk)
    phone(talk, there=False)
    told(talk)
    talk.ready(B)
    assert rung(talk) == [A, B]
    assert talk.agent(B).call_id == ONE


def test_nobody_is_offered_to_him_while_he_hears_the_sentence(talk: Play) -> None:
    talk.ready(B)
    breaks_off(talk)
    assert rung(talk) == [A]
    told(talk)
    assert rung(talk)[1:]


def test_an_agent_whose_phone_is_back_gets_his_caller_again_and_no_other(talk: Play) -> None:
    talk.ready(B)
    breaks_off(talk)
    assert talk.agent(A).state is AgentState.WRAP_UP
    told(talk)
    assert rung(talk) == [A, A]
    assert facts(talk, WrapUpEnded)[-1].by == "reconnected"


def test_an_agent_who_is_done_with_his_wrap_up_by_then_gets_him_all_the_same(talk: Play) -> None:
    talk.ready(B)
    breaks_off(talk)
    talk.do(seen.EndWrapUp(agent_id=A))
    told(talk)
    assert rung(talk) == [A, A]


def test_an_agent_whose_phone_is_away_has_his_wrap_up_and_another_one_the_caller(
    talk: Play,
) -> None:
    talk.ready(B)
    breaks_off(talk)
    phone(talk, there=False)
    told(talk)
    assert rung(talk) == [A, B]
    assert talk.agent(A).state is AgentState.WRAP_UP
    assert ONE in talk.agent(A).recent_calls


def test_where_nobody_else_is_free_the_agent_gets_him_when_his_phone_is_back(talk: Play) -> None:
    breaks_off(talk)
    phone(talk, there=False)
    told(talk)
    assert rung(talk) == [A]
    talk.pass_s(20)
    phone(talk, there=True)
    assert rung(talk) == [A, A]


def test_a_second_wait_after_a_talk_ends_with_an_outcome_of_its_own(talk: Play) -> None:
    breaks_off(talk)
    told(talk)
    talk.talks(ONE, A)
    assert [left.outcome for left in facts(talk, QueueLeft)] == [
        Outcome.ANSWERED,
        Outcome.RECONNECTED,
    ]
    assert talk.call(ONE).reconnecting is False


def test_who_leaves_before_he_is_connected_again_has_abandoned_nothing(talk: Play) -> None:
    breaks_off(talk)
    talk.pass_s(60)
    talk.leaves(ONE)
    assert facts(talk, QueueLeft)[-1].outcome is Outcome.BROKEN_OFF


def test_the_sentence_of_a_talk_that_is_over_already_changes_nothing(talk: Play) -> None:
    talk.dial_ends(ONE, "ANSWER", cause=HUNG_UP)
    before = talk.call(ONE)
    breaks_off(talk)
    assert talk.call(ONE) == before


def test_a_word_that_comes_a_second_time_breaks_no_other_talk_off(talk: Play) -> None:
    breaks_off(talk)
    told(talk)
    talk.talks(ONE, A)
    talk.do(TalkBroken(call_id=ONE, cause=NO_SOUND, attempt=1))
    assert talk.call(ONE).phase is CallPhase.TALKING


def test_a_caller_on_hold_is_told_too_when_his_agents_phone_is_lost(talk: Play) -> None:
    talk.do(HoldCall(agent_id=A))
    gone = seen.ChannelGone(call_id=ONE, channel=leg(A), cause=NO_SOUND)
    orders = talk.do(gone).orders
    [move] = [each for order in orders if isinstance(order, MoveLegs) for each in order.moves]
    assert (move.channel, move.place) == (caller_channel(ONE), Place.BROKEN)
    assert facts(talk, Queued)[-1].why == "lost"


@pytest.mark.parametrize("times", [0, 2])
def test_one_left_on_hold_too_often_is_only_queued_again(times: int, talk: Play) -> None:
    for _ in range(times):
        breaks_off(talk)
        told(talk)
        talk.talks(ONE, A)
    talk.do(HoldCall(agent_id=A))
    cause = NO_SOUND if times else HUNG_UP
    talk.do(seen.ChannelGone(call_id=ONE, channel=leg(A), cause=cause))
    assert facts(talk, Queued)[-1].why == "agentLeft"


def test_a_restart_finds_a_talk_that_broke_off_unheard(talk: Play) -> None:
    told = {"ACD_CALL": ONE, "ACD_STATE": "broken", "ACD_QUEUE": MOTOR, "ACD_BROKEN": "1"}
    shown = Line(
        channel=caller_channel(ONE),
        call_id=ONE,
        is_caller=True,
        state="broken",
        bridge_id="",
        caller_number=NUMBER,
        dialed_number="95518",
        age_s=80.0,
        variables=told,
    )
    reconcile(talk.floor, [shown], talk.now)
    step = talk.floor.finish(talk.now)
    found = [event for event in step.changes.events if isinstance(event, ConnectionCleared)]
    assert [one.why for one in found] == ["lost"]
    assert talk.call(ONE).place_at == START
    assert not talk.floor.router.holds(ONE)
