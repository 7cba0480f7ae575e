"""Counters for monitoring, from facts."""

from datetime import UTC, datetime

from cti.core.events import (
    CallCleared,
    ClearedBy,
    ConnectionCleared,
    Event,
    OfferEnd,
    Outcome,
    Queued,
    QueueLeft,
)
from cti.core.events import Diverted as Missed
from cti.core.ids import AgentId, CallId, QueueName
from cti.core.measures.meters import BUCKETS_S, Meters

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
CALL, MOTOR, ANN = CallId("1.1"), QueueName("motor"), AgentId("1001")


def queued(why: str = "ivr") -> Queued:
    return Queued(at=NOW, call_id=CALL, queue=MOTOR, priority=1, needs={}, language="zh", why=why)


def left(outcome: Outcome, waited_s: float) -> QueueLeft:
    return QueueLeft(at=NOW, call_id=CALL, queue=MOTOR, outcome=outcome, waited_s=waited_s)


def fed(*facts: Event) -> Meters:
    meters = Meters({MOTOR: 15.0})
    for fact in facts:
        meters.take(fact)
    return meters


def test_a_visit_counts_once_though_the_call_comes_back_to_its_head() -> None:
    meters = fed(queued(), queued("recovered"))
    assert meters.counters["queue_entered"] == {("motor",): 1}


def test_who_is_answered_within_the_target_counts_as_such_and_others_do_not() -> None:
    meters = fed(left(Outcome.ANSWERED, 15.0), left(Outcome.ANSWERED, 15.1))
    assert meters.counters["queue_answered_in_target"] == {("motor",): 1}
    assert meters.counters["queue_left"] == {("motor", "answered"): 2}


def test_waits_fall_into_their_buckets() -> None:
    meters = fed(left(Outcome.ANSWERED, 5.0), left(Outcome.ANSWERED, 5.1))
    longer = fed(left(Outcome.ANSWERED, 99999.0))
    assert meters.waits["motor"].counts[:2] == [1, 1]
    assert longer.waits["motor"].counts[len(BUCKETS_S)] == 1


def test_a_talk_counts_for_the_queue_that_it_came_from() -> None:
    talk = ConnectionCleared(at=NOW, call_id=CALL, agent_id=ANN, talked_s=61)
    over = CallCleared(at=NOW, call_id=CALL, cleared_by=ClearedBy.CALLER)
    meters = fed(queued(), left(Outcome.ANSWERED, 3), talk, over, talk)
    assert sum(meters.talks["motor"].counts) == sum(meters.talks[""].counts) == 1


def test_missed_offers_count_by_their_cause() -> None:
    missed = Missed(at=NOW, call_id=CALL, agent_id=ANN, cause=OfferEnd.NO_ANSWER, attempt=1)
    assert fed(missed).counters["offers_missed"] == {("noAnswer",): 1}
