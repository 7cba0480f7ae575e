"""A queue that needs what nobody has: its callers reach somebody by relaxation or overflow."""

from dataclasses import replace

from cti.core.acd.orders import RingAgent
from cti.core.acd.overflow import Overflow
from cti.core.acd.queue import QueuePolicy, Relaxation
from cti.core.call import CallPhase
from cti.core.events import Outcome, QueueLeft
from tests.unit.core.acd.floors import ADVICE, MOTOR, ONE, RULES, A, Play


def house(policy: QueuePolicy) -> Play:
    play = Play(rules=replace(RULES, policies={**RULES.policies, ADVICE: policy}))
    play.ready(A)
    return play


def rung(play: Play) -> list[str]:
    return [o.agent_id for step in play.steps for o in step.orders if isinstance(o, RingAgent)]


def test_by_relaxation() -> None:
    need = {"magic": 5}
    steps = (Relaxation(20, {"magic": 0, "motor": 1}),)
    play = house(QueuePolicy(name=ADVICE, needs=need, relaxation=steps))
    play.waits(ONE, ADVICE)
    play.later(19)
    assert rung(play) == []
    play.later(2)
    assert rung(play) == [A]


def test_by_overflow() -> None:
    ways = (Overflow(queue=MOTOR, after_s=30),)
    play = house(QueuePolicy(name=ADVICE, needs={"magic": 5}, overflow=ways))
    play.waits(ONE, ADVICE)
    play.later(31)
    assert rung(play) == [A]
    left = [e for step in play.steps for e in step.changes.events if isinstance(e, QueueLeft)]
    assert [(e.queue, e.outcome) for e in left] == [(ADVICE, Outcome.OVERFLOWED)]


def test_without_either_he_waits_and_is_not_dropped() -> None:
    play = house(QueuePolicy(name=ADVICE, needs={"magic": 5}))
    play.waits(ONE, ADVICE)
    play.later(3600)
    assert play.call(ONE).phase is CallPhase.WAITING
    assert rung(play) == []
