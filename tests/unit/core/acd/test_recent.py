from datetime import UTC, datetime, timedelta

from cti.core.acd.estimate import LastHour
from cti.core.acd.recent import Recent
from cti.core.callback_events import CallbackClosed
from cti.core.control_events import WaitAnnounced
from cti.core.events import (
    AgentAllocated,
    CallCleared,
    ClearedBy,
    ConnectionCleared,
    Event,
    Outcome,
    Queued,
    QueueLeft,
    WrapUpEnded,
)
from cti.core.ids import AgentId, CallId, QueueName

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MOTOR, ONE, A = QueueName("motor"), CallId("1.1"), AgentId("1001")


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def queued(call_id: CallId = ONE, *, at_s: float = 0) -> Event:
    return Queued(
        at=at(at_s), call_id=call_id, queue=MOTOR, priority=0, needs={}, language="zh", keys=()
    )


def talked(at_s: float, talked_s: float, agent_id: AgentId = A, call_id: CallId = ONE) -> Event:
    return ConnectionCleared(at=at(at_s), call_id=call_id, agent_id=agent_id, talked_s=talked_s)


def wrapped_up(at_s: float, agent_id: AgentId = A, call_id: CallId = ONE) -> Event:
    return WrapUpEnded(at=at(at_s), agent_id=agent_id, call_id=call_id, by="agent")


def recent(*events: Event) -> Recent:
    found = Recent()
    for event in events:
        found.take(event)
    return found


def test_handling_is_the_talk_and_the_wrap_up() -> None:
    found = recent(queued(), talked(200, 180), wrapped_up(240))
    assert found.hours(at(240)) == {MOTOR: LastHour(answers=1, aht_s=220)}


def test_the_wrap_up_counts_also_when_the_caller_is_long_gone() -> None:
    cleared = CallCleared(at=at(200), call_id=ONE, cleared_by=ClearedBy.CALLER)
    found = recent(queued(), talked(200, 180), cleared, wrapped_up(240))
    assert found.hours(at(240))[MOTOR].answers == 1


def test_a_talk_still_being_written_down_does_not_count_yet() -> None:
    assert recent(queued(), talked(200, 180)).hours(at(210)) == {}


def test_a_callback_counts_in_its_queue() -> None:
    offered = AgentAllocated(
        at=at(0), call_id=ONE, agent_id=A, queue=MOTOR, attempt=1, waited_s=0.0
    )
    closed = CallbackClosed(
        at=at(100), call_id=ONE, result="served", queue=MOTOR, number="", language="zh"
    )
    found = recent(offered, talked(100, 90), closed, wrapped_up(110))
    assert found.hours(at(110)) == {MOTOR: LastHour(answers=1, aht_s=100)}


def test_two_agents_of_one_call_are_two_handlings() -> None:
    other = AgentId("1002")
    found = recent(
        queued(), talked(100, 60), talked(200, 100, other), wrapped_up(120), wrapped_up(220, other)
    )
    assert found.hours(at(300)) == {MOTOR: LastHour(answers=2, aht_s=100)}


def test_what_is_older_than_an_hour_is_forgotten() -> None:
    found = recent(queued(), talked(0, 60), wrapped_up(10))
    assert found.hours(at(3610))
    assert found.hours(at(3611)) == {}


def test_a_talk_of_no_queue_counts_nowhere() -> None:
    assert recent(talked(100, 60), wrapped_up(110)).hours(at(120)) == {}


def test_errors_of_told_times_are_kept_for_an_hour() -> None:
    told = WaitAnnounced(at=at(10), call_id=ONE, queue=MOTOR, position=1, wait_s=60)
    left = QueueLeft(at=at(100), call_id=ONE, queue=MOTOR, outcome=Outcome.ANSWERED, waited_s=100.0)
    found = recent(queued(), told, left)
    figures = found.wait_errors(at(200))[MOTOR]
    assert (figures.count, figures.mean_s) == (1, -30.0)
    assert found.wait_errors(at(3701)) == {}
