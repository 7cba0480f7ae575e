from datetime import UTC, datetime, timedelta

import pytest

from cti.core.acd.queue import (
    POINT,
    Ageing,
    QueuePolicy,
    Relaxation,
    WaitingCall,
    free_agent,
    from_micros,
    micros,
    terms,
    waiting,
)
from cti.core.agent_state import Agent
from cti.core.call import Call
from cti.core.ids import AgentId, CallId, ChannelName, QueueName

AT = datetime(2026, 3, 21, 8, 0, 0, 123457, tzinfo=UTC)
MOTOR = QueuePolicy(name=QueueName("motor"), priority=60, needs={"motor": 2})


def call(priority: int, *, head: bool = False) -> WaitingCall:
    return WaitingCall(
        call_id=CallId("1.1"), queue=MOTOR.name, queued_at=AT, priority=priority, head=head
    )


def points_after(policy: QueuePolicy, waiting_call: WaitingCall, waited_s: float) -> float:
    return terms(policy).score(waiting_call, round(waited_s * 1e6)) / POINT


def test_microseconds_and_back_is_the_same_moment() -> None:
    assert from_micros(micros(AT)) == AT


def test_a_call_gains_a_point_every_ten_seconds_up_to_the_cap() -> None:
    assert points_after(MOTOR, call(60), 25) == 62.5
    assert points_after(MOTOR, call(60), 4000) == 90


def test_ageing_stops_at_99_points() -> None:
    assert points_after(MOTOR, call(90), 4000) == 99


def test_a_queue_that_begins_above_99_keeps_its_priority_and_does_not_age() -> None:
    major = QueuePolicy(name=QueueName("major"), priority=100)
    assert points_after(major, call(100), 4000) == 100


def test_points_of_the_caller_are_bounded_by_the_ceiling() -> None:
    assert MOTOR.priority_with(20) == 80
    assert MOTOR.priority_with(50) == 99


def test_a_queue_above_the_ceiling_adds_points_and_takes_none_away() -> None:
    major = QueuePolicy(name=QueueName("major"), priority=100)
    assert major.priority_with(20) == 120
    assert major.priority_with(-5) == 100


def test_points_come_on_top_of_the_menus_own_priority_too() -> None:
    assert MOTOR.priority_with(20, 70) == 90
    assert MOTOR.priority_with(-5, 70) == 65
    assert MOTOR.priority_with(20, 100) == 100
    assert MOTOR.priority_with(-80) == 0


def test_without_ageing_waiting_gives_nothing() -> None:
    still = QueuePolicy(name=MOTOR.name, ageing=Ageing(per_s=0.0))
    assert points_after(still, call(10), 4000) == 10


def test_a_missed_call_has_all_the_points_its_class_can_gain() -> None:
    assert points_after(MOTOR, call(60, head=True), 0) == 90


def test_the_needs_of_queue_and_call_add_up_and_relax_step_by_step() -> None:
    policy = QueuePolicy(
        name=MOTOR.name,
        needs={"motor": 2},
        relaxation=(Relaxation(20, {"motor": 1}), Relaxation(45, {"lang:*": 0})),
    )
    own = {"calm": 1, "lang:zh": 1}
    assert policy.needs_after(own, 0) == {"motor": 2, "calm": 1, "lang:zh": 1}
    assert policy.needs_after(own, 1) == {"motor": 1, "calm": 1, "lang:zh": 1}
    assert policy.needs_after(own, 2) == {"motor": 1, "calm": 1}


def test_a_step_is_in_force_from_its_very_second_on() -> None:
    worked_out = terms(QueuePolicy(name=MOTOR.name, relaxation=(Relaxation(20, {"motor": 1}),)))
    assert worked_out.steps(19_999_999) == 0
    assert worked_out.steps(20_000_000) == 1


def test_the_language_of_a_call_is_one_of_its_needs() -> None:
    found = waiting(
        Call(
            call_id=CallId("1.1"),
            channel=ChannelName("PJSIP/a-1"),
            caller_number="13800000000",
            dialed_number="95518",
            arrived_at=AT,
            language="en",
            queue=MOTOR.name,
            priority=80,
            needs={"calm": 1},
            queued_at=AT + timedelta(seconds=9),
            head=True,
        ),
        avoid=frozenset({AgentId("1023")}),
    )
    assert found == WaitingCall(
        call_id=CallId("1.1"),
        queue=MOTOR.name,
        queued_at=AT + timedelta(seconds=9),
        priority=80,
        needs={"calm": 1, "lang:en": 1},
        head=True,
        avoid=frozenset({AgentId("1023")}),
    )


def test_a_call_in_no_queue_cannot_wait() -> None:
    lost = Call(
        call_id=CallId("1.1"),
        channel=ChannelName("PJSIP/a-1"),
        caller_number="13800000000",
        dialed_number="95518",
        arrived_at=AT,
    )
    with pytest.raises(ValueError, match=r"call 1\.1 is in no queue"):
        waiting(lost)


def test_an_agent_brings_skills_and_languages_and_is_idle_since_his_last_change() -> None:
    agent = Agent(
        agent_id=AgentId("1023"), name="李", extension="8001", skills={"motor": 3}, since=AT
    )
    found = free_agent(agent)
    assert found.skills == {"motor": 3, "lang:zh": 1, "agent:1023": 1}
    assert found.idle_since == AT
