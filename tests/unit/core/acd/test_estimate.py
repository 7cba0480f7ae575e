from datetime import UTC, datetime, timedelta

import pytest

from cti.core.acd.estimate import LastHour, expected_wait_s, served_before
from cti.core.acd.queue import QueuePolicy, WaitingCall
from cti.core.ids import CallId, QueueName

START = datetime(2026, 3, 21, 8, 0, tzinfo=UTC)
MOTOR, CONSULT = QueueName("motor"), QueueName("consult")
POLICIES = {
    MOTOR: QueuePolicy(name=MOTOR, priority=60),
    CONSULT: QueuePolicy(name=CONSULT, priority=20),
}


def call(name: str, queue: QueueName, joined_s: float, priority: int) -> WaitingCall:
    joined_at = START + timedelta(seconds=joined_s)
    return WaitingCall(call_id=CallId(name), queue=queue, queued_at=joined_at, priority=priority)


def test_a_position_counts_only_callers_of_the_own_queue_served_before() -> None:
    calls = [
        call("late vip", MOTOR, 50, 80),
        call("old", MOTOR, 0, 60),
        call("young", MOTOR, 40, 60),
        call("other", CONSULT, 0, 20),
    ]
    found = served_before(calls, POLICIES, START + timedelta(seconds=60))
    assert {name: each.in_queue for name, each in found.items()} == {
        "late vip": 0,
        "old": 1,
        "young": 2,
        "other": 0,
    }


def test_the_wait_is_the_calls_ahead_and_oneself_over_the_agents() -> None:
    assert expected_wait_s(5, [1, 1, 1], LastHour(answers=20, aht_s=180)) == 360


def test_an_agent_of_several_queues_counts_as_a_part_of_each() -> None:
    assert expected_wait_s(1, [2, 2], LastHour(answers=20, aht_s=180)) == 360


def test_the_wait_is_rounded_up_to_the_minute() -> None:
    assert expected_wait_s(0, [1, 1], LastHour(answers=20, aht_s=122)) == 120


@pytest.mark.parametrize(("ahead", "told_s"), [(0, 60), (500, 900)])
def test_the_wait_stays_between_a_minute_and_fifteen(ahead: int, told_s: int) -> None:
    assert expected_wait_s(ahead, [1] * 20, LastHour(answers=20, aht_s=100)) == told_s


def test_nothing_is_told_after_fewer_than_three_answers_in_the_hour() -> None:
    assert expected_wait_s(0, [1], LastHour(answers=2, aht_s=100)) is None


def test_nothing_is_told_when_no_agent_is_there() -> None:
    assert expected_wait_s(0, [], LastHour(answers=20, aht_s=100)) is None
