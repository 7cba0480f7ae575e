"""Ways out of a queue: which condition lets whom go where, and when."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.centre import Centre, CentreRules, CountAs, ModeRouting
from cti.core.acd.control_orders import SendOut
from cti.core.acd.estimate import LastHour
from cti.core.acd.overflow import Overflow, cycle
from cti.core.acd.overflow_line import NUMBER_REST_S, RECHECK_S
from cti.core.acd.queue import QueuePolicy
from cti.core.acd.routing_signals import CentreIs
from cti.core.call import CallPhase
from cti.core.events import Event, Queued, QueueLeft, Transferred
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
    caller_channel,
    kinds,
)

DUTY = "13900000000"
THREE = CallId("1.3")
TO_ADVICE = Overflow(queue=ADVICE, after_s=20)


def floor(
    *steps: Overflow, advice: tuple[Overflow, ...] = (), centre: CentreRules | None = None
) -> Play:
    motor, other = RULES.policies[MOTOR], RULES.policies[ADVICE]
    policies = {
        MOTOR: replace(motor, overflow=steps),
        ADVICE: replace(other, overflow=advice),
    }
    rules = replace(RULES, policies=policies, centre=centre or CentreRules())
    return Play(agent(A), agent(B, advice=2), rules=rules)


def wake(play: Play) -> None:
    """Let the time come that the floor asked for."""
    due = play.floor.next_due()
    assert due is not None
    play.now = max(play.now, due)
    play.do(seen.TimeCame())


def facts(play: Play, *kinds: type[Event]) -> list[Event]:
    return [e for step in play.steps for e in step.changes.events if isinstance(e, kinds)]


def sent(play: Play) -> list[str]:
    return [o.number for s in play.steps for o in s.orders if isinstance(o, SendOut)]


def test_a_caller_who_waited_long_enough_goes_to_the_other_queue_at_his_place() -> None:
    play = floor(TO_ADVICE)
    play.waits(ONE)
    wake(play)
    assert play.now == START + timedelta(seconds=20)
    call = play.call(ONE)
    assert (call.queue, call.place_at, call.queued_at) == (ADVICE, START, play.now)
    left, joined = facts(play, QueueLeft, Queued)[1:]
    assert isinstance(left, QueueLeft)
    assert isinstance(joined, Queued)
    assert (left.queue, left.outcome, left.waited_s) == (MOTOR, "overflowed", 20.0)
    assert (joined.queue, joined.why, joined.place_at) == (ADVICE, "overflow", START)


def test_the_other_queues_agent_gets_him_in_the_same_step() -> None:
    play = floor(TO_ADVICE)
    play.ready(B)
    play.waits(ONE)
    wake(play)
    assert kinds(play.steps[-1]) == ["queueLeft", "queued", "agentAllocated"]
    assert play.call(ONE).agent_id == B


def test_a_free_agent_comes_before_any_way_out() -> None:
    play = floor(Overflow(queue=ADVICE))
    play.ready(A, B)
    play.waits(ONE)
    assert play.call(ONE).agent_id == A


def test_the_duty_number_is_rung_and_the_visit_is_over() -> None:
    play = floor(Overflow(number=DUTY, after_s=40))
    play.waits(ONE)
    wake(play)
    assert sent(play) == [DUTY]
    assert play.call(ONE).phase is CallPhase.TRANSFERRED
    assert [e.how for e in facts(play, Transferred) if isinstance(e, Transferred)] == ["overflow"]
    play.leaves(ONE)
    assert len(facts(play, QueueLeft)) == 1


def test_a_duty_number_that_does_not_answer_is_tried_again_after_a_rest() -> None:
    play = floor(Overflow(number=DUTY, after_s=10))
    play.waits(ONE)
    wake(play)
    play.pass_s(30)
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE)))
    assert (play.call(ONE).phase, play.call(ONE).place_at) == (CallPhase.WAITING, START)
    assert sent(play) == [DUTY]
    wake(play)
    assert play.now == START + timedelta(seconds=10 + NUMBER_REST_S)
    assert sent(play) == [DUTY, DUTY]
    assert len(facts(play, Queued)) == len(facts(play, QueueLeft)) == 2


def test_when_too_many_wait_the_newest_leave_and_no_more_than_needed() -> None:
    play = floor(Overflow(queue=ADVICE, longer_than=1))
    for call_id in (ONE, TWO, THREE):
        play.waits(call_id)
    assert [play.call(c).queue for c in (ONE, TWO, THREE)] == [MOTOR, ADVICE, ADVICE]


def test_who_was_promised_an_agent_does_not_leave_for_the_length_of_the_queue() -> None:
    play = floor(Overflow(queue=ADVICE, longer_than=0))
    play.ready(A)
    play.waits(ONE)
    play.rings(ONE, A)
    play.dial_ends(ONE, "NOANSWER")
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE), attempt=1))
    assert (play.call(ONE).queue, play.call(ONE).head) == (MOTOR, True)


def test_both_conditions_of_a_step_must_hold() -> None:
    play = floor(Overflow(queue=ADVICE, after_s=20, longer_than=1))
    play.waits(ONE)
    play.later(30)
    assert play.call(ONE).queue == MOTOR
    play.waits(TWO)
    play.later(RECHECK_S)
    assert [play.call(c).queue for c in (ONE, TWO)] == [ADVICE, MOTOR]


def test_nobody_signed_in_is_looked_at_again_for_as_long_as_he_waits() -> None:
    play = floor(Overflow(number=DUTY, nobody_signed_in=True))
    play.do(seen.LogOn(agent_id=A))
    play.waits(ONE)
    for _ in range(100):
        wake(play)
    assert sent(play) == []
    play.do(seen.LogOff(agent_id=A))
    play.later(RECHECK_S)
    assert sent(play) == [DUTY]


def test_agents_of_other_queues_do_not_count_as_signed_in() -> None:
    play = floor(Overflow(number=DUTY, nobody_signed_in=True))
    play.do(seen.LogOn(agent_id=B))
    play.waits(ONE)
    assert sent(play) == [DUTY]


def test_outside_its_hours_a_queue_is_emptied() -> None:
    play = floor(Overflow(number=DUTY, closed=True))
    play.waits(ONE)
    play.do(CentreIs(Centre(closed=frozenset({ADVICE}))))
    play.later(RECHECK_S)
    assert sent(play) == []
    play.do(CentreIs(Centre(closed=frozenset({MOTOR}))))
    play.later(RECHECK_S)
    assert sent(play) == [DUTY]


def test_a_wait_that_would_be_too_long_sends_the_newest_away() -> None:
    play = floor(Overflow(queue=ADVICE, wait_over_s=240))
    hours = {MOTOR: LastHour(answers=10, aht_s=120)}
    play.do(CentreIs(Centre(hours=hours)))
    play.ready(A)
    play.waits(CallId("1.0"))
    for call_id in (ONE, TWO, THREE):
        play.waits(call_id)
    assert [play.call(c).queue for c in (ONE, TWO, THREE)] == [MOTOR, MOTOR, ADVICE]


def test_a_wait_that_nobody_can_tell_sends_nobody_away() -> None:
    play = floor(Overflow(queue=ADVICE, wait_over_s=60))
    for call_id in (ONE, TWO, THREE):
        play.waits(call_id)
    assert play.call(THREE).queue == MOTOR


def test_nobody_comes_back_by_overflow_to_a_queue_he_left_by_it() -> None:
    back = Overflow(queue=MOTOR, after_s=20)
    play = floor(TO_ADVICE, advice=(back,))
    play.waits(ONE)
    for _ in range(5):
        play.later(60)
    assert len(facts(play, Queued)) == 2


def test_evacuation_sends_everybody_to_the_duty_number_at_once() -> None:
    rules = CentreRules(modes={"evacuation": ModeRouting(overflow=(Overflow(number=DUTY),))})
    play = floor(centre=rules)
    play.waits(ONE)
    play.do(CentreIs(Centre(modes=("evacuation",))))
    assert sent(play) == [DUTY]
    play.waits(TWO)
    assert sent(play) == [DUTY, DUTY]
    play.do(CentreIs(Centre()))
    play.waits(THREE)
    assert sent(play) == [DUTY, DUTY]


def test_in_peak_mode_those_who_follow_up_take_calls_of_every_queue() -> None:
    pulled = CountAs({"advice": 1}, {"motor": 2})
    play = floor(centre=CentreRules(modes={"peak": ModeRouting(count_as=(pulled,))}))
    play.ready(B)
    play.waits(ONE)
    assert play.call(ONE).phase is CallPhase.WAITING
    play.do(CentreIs(Centre(modes=("peak",))))
    assert play.call(ONE).agent_id == B


def test_a_callback_keeps_its_queue() -> None:
    play = floor(Overflow(queue=ADVICE))
    asked = seen.CallbackAsked(call_id=ONE, queue=MOTOR, number="13997000001", caller_number="1")
    play.do(asked)
    play.later(60)
    assert [call.queue for call in play.floor.calls.values()] == [MOTOR]


@pytest.mark.parametrize("ways", [{"a": "b", "b": "c"}, {"a": "b", "c": "b"}])
def test_ways_that_end_are_no_cycle(ways: dict[str, str]) -> None:
    assert cycle({QueueName(a): (Overflow(queue=QueueName(b)),) for a, b in ways.items()}) == ()


def test_a_cycle_is_named() -> None:
    ways = {"x": "a", "a": "b", "b": "c", "c": "a"}
    found = cycle({QueueName(a): (Overflow(queue=QueueName(b)),) for a, b in ways.items()})
    assert found == ("a", "b", "c", "a")


def test_nobody_is_looked_at_before_the_first_of_them_is_due() -> None:
    policy = QueuePolicy(name=MOTOR, overflow=(Overflow(queue=ADVICE, after_s=600, longer_than=9),))
    play = Play(agent(A), rules=replace(RULES, policies={**RULES.policies, MOTOR: policy}))
    for number in range(200):
        play.waits(CallId(f"2.{number}"))
    looked = play.floor.next_due()
    assert looked == START + timedelta(seconds=600)
