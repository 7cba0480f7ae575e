"""Waiting calls that a supervisor moves, and calls whose queue is gone."""

from dataclasses import replace

import pytest

from cti.core.acd.declined import Declined
from cti.core.acd.floor import Floor
from cti.core.acd.lost_queues import rehouse
from cti.core.acd.routing_signals import ChangeWaitingCall
from cti.core.call import CallPhase
from cti.core.control_events import WaitingCallChanged
from cti.core.events import Queued, QueueLeft
from cti.core.ids import CallId, QueueName
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
    kinds,
)


def wish(
    call_id: CallId = ONE, queue: QueueName | None = None, priority: int | None = None
) -> ChangeWaitingCall:
    return ChangeWaitingCall(call_id=call_id, by="2001", reason="x", queue=queue, priority=priority)


def test_a_moved_call_keeps_its_place_and_goes_to_whoever_is_free_there() -> None:
    play = Play(agent(A), agent(B, advice=1))
    play.ready(B)
    play.waits(ONE)
    play.pass_s(10)
    step = play.do(wish(queue=ADVICE))
    assert kinds(step) == ["queueLeft", "queued", "waitingCallChanged", "agentAllocated"]
    assert (play.call(ONE).place_at, play.call(ONE).agent_id) == (START, B)


def test_a_call_of_higher_priority_goes_first() -> None:
    play = Play()
    play.waits(ONE)
    play.waits(TWO)
    step = play.do(wish(TWO, priority=99))
    [fact] = [e for e in step.changes.events if isinstance(e, WaitingCallChanged)]
    assert (fact.queue, fact.priority, fact.by) == (MOTOR, 99, "2001")
    play.ready(A)
    assert play.call(TWO).agent_id == A


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (wish(CallId("9.9"), queue=ADVICE), "not_waiting"),
        (wish(), "nothing_to_change"),
        (wish(queue=QueueName("gone")), "queue_unknown"),
        (wish(priority=101), "priority_wrong"),
        (wish(priority=-1), "priority_wrong"),
    ],
)
def test_a_wish_that_cannot_be_met_changes_nothing(asked: ChangeWaitingCall, code: str) -> None:
    play = Play()
    play.waits(ONE)
    before = play.call(ONE)
    with pytest.raises(Declined, match=code):
        play.do(asked)
    assert play.call(ONE) == before
    assert not play.floor.finish(play.now).changes


def test_a_call_that_rings_somewhere_is_not_moved() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    with pytest.raises(Declined, match="not_waiting"):
        play.do(wish(queue=ADVICE))


def without_advice(play: Play) -> Floor:
    """The floor after a restart, its second queue taken out of the configuration."""
    rules = replace(RULES, policies={MOTOR: RULES.policies[MOTOR]})
    floor = Floor(rules)
    floor.load(play.floor.agents.values(), play.floor.calls.values())
    rehouse(floor, play.now)
    return floor


def test_callers_of_a_queue_that_is_gone_go_on_in_the_fallback_queue_at_their_place() -> None:
    play = Play()
    play.waits(ONE, ADVICE)
    play.pass_s(30)
    floor = without_advice(play)
    events = floor.finish(play.now).changes.events
    assert [(type(e), getattr(e, "queue", "")) for e in events] == [
        (QueueLeft, ADVICE),
        (Queued, MOTOR),
    ]
    call = floor.calls[ONE]
    assert (call.phase, call.queue, call.place_at) == (CallPhase.WAITING, MOTOR, START)
    floor.wait(call)
    assert floor.router.holds(ONE)


def test_a_talk_goes_on_whatever_becomes_of_its_queue() -> None:
    play = Play(agent(A, advice=1))
    play.ready(A)
    play.waits(ONE, ADVICE)
    play.talks(ONE, A)
    floor = without_advice(play)
    assert floor.finish(play.now).changes.events == ()
    assert floor.calls[ONE].phase is CallPhase.TALKING
