"""Calls of an outage, from the lines of queue_log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cti.core.acd.past import NativeLine, PastCall, Retelling, past_calls
from cti.core.acd.reconcile import reconcile
from cti.core.agent_state import AgentState
from cti.core.call import CallPhase
from cti.core.events import (
    CallCleared,
    ClearedBy,
    ConnectionCleared,
    Established,
    Outcome,
    QueueLeft,
)
from cti.core.ids import CallId
from tests.unit.core.acd.floors import MOTOR, ONE, RULES, TWO, A, Play, agent

AWAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def line(
    after_s: int, event: str, *told: str, queue: str = "acd-motor", who: str = "NONE"
) -> NativeLine:
    at = AWAY + timedelta(seconds=after_s)
    return NativeLine(at=at, call_id=TWO, queue=queue, member=who, event=event, told=told)


SERVED = (
    line(0, "ACDSURVIVE", "13997000002", "95518", "PJSIP/trunk-2"),
    line(10, "ENTERQUEUE", "", "13997000002", "1"),
    line(14, "CONNECT", "4", "1.9", "3", who="PJSIP/8001"),
    line(60, "COMPLETEAGENT", "4", "46", "1", who="PJSIP/8001"),
    line(62, "ACDGONE", "after", "16"),
)
LEFT = (*SERVED[:2], line(40, "ABANDON", "1", "1", "30"), line(40, "ACDGONE", "survive", "16"))


def told(*lines: NativeLine) -> PastCall:
    return past_calls(lines)[TWO]


def facts(*lines: NativeLine) -> list[object]:
    return list(Retelling((agent(A),), RULES).facts(told(*lines)))


def test_a_talk_is_told_with_its_agent_its_wait_and_its_length() -> None:
    found = facts(*SERVED)
    [begun] = [fact for fact in found if isinstance(fact, Established)]
    [ended] = [fact for fact in found if isinstance(fact, ConnectionCleared)]
    [gone] = [fact for fact in found if isinstance(fact, CallCleared)]
    assert (begun.agent_id, begun.waited_s, ended.talked_s) == (A, 4, 46)
    assert (gone.cleared_by, gone.at) == (ClearedBy.AGENT, AWAY + timedelta(seconds=62))
    assert begun.reconstructed
    assert gone.reconstructed


def test_who_gave_up_waiting_is_counted_as_abandoned() -> None:
    [left] = [fact for fact in facts(*LEFT) if isinstance(fact, QueueLeft)]
    assert (left.queue, left.outcome, left.waited_s) == (MOTOR, Outcome.ABANDONED, 30)


def test_a_call_without_its_end_is_not_told() -> None:
    assert facts(*SERVED[:4]) == []


def test_a_call_that_never_fell_back_is_not_a_strangers() -> None:
    assert facts(line(0, "ACDGONE", "ivr", "16")) == []


def test_an_unknown_phone_is_named_itself() -> None:
    strange = (*SERVED[:2], line(14, "CONNECT", who="PJSIP/9999"), SERVED[4])
    [begun] = [fact for fact in facts(*strange) if isinstance(fact, Established)]
    assert begun.agent_id == "PJSIP/9999"


def test_a_caller_we_knew_ends_when_and_as_he_did() -> None:
    play = Play()
    play.arrives(ONE)
    mine = [NativeLine(at=each.at, call_id=ONE, queue=each.queue, member=each.member,
                       event=each.event, told=each.told) for each in SERVED]  # fmt: skip
    play.now = AWAY + timedelta(minutes=5)
    reconcile(play.floor, (), play.now, past_calls(mine))
    events = play.floor.finish(play.now).changes.events
    [begun] = [fact for fact in events if isinstance(fact, Established)]
    [gone] = [fact for fact in events if isinstance(fact, CallCleared)]
    assert (begun.at, begun.agent_id) == (AWAY + timedelta(seconds=14), A)
    assert (gone.at, gone.cleared_by) == (AWAY + timedelta(seconds=62), ClearedBy.AGENT)
    assert begun.reconstructed
    assert ONE not in play.floor.calls


def test_no_talk_is_shorter_than_nothing_because_the_log_has_whole_seconds() -> None:
    play = Play()
    play.arrives(ONE)
    call = play.floor.calls[ONE]
    play.now = AWAY + timedelta(seconds=0.9)
    play.floor.put_call(
        call, phase=CallPhase.TALKING, phase_at=play.now, agent_id=A, answered_at=play.now
    )
    talking = replace(play.floor.agents[A], state=AgentState.TALKING, call_id=ONE)
    play.floor.put_agent(talking)
    gone = NativeLine(
        at=AWAY, call_id=ONE, queue="NONE", member="NONE", event="ACDGONE", told=("talking", "16")
    )
    reconcile(play.floor, (), play.now, past_calls([gone]))
    events = play.floor.finish(play.now).changes.events
    [ended] = [fact for fact in events if isinstance(fact, ConnectionCleared)]
    assert (ended.talked_s, ended.at) == (0, play.now)


def test_a_caller_we_knew_of_whom_nothing_is_written_ended_unknown() -> None:
    play = Play()
    play.arrives(ONE)
    reconcile(play.floor, (), play.now, {})
    events = play.floor.finish(play.now).changes.events
    [gone] = [fact for fact in events if isinstance(fact, CallCleared)]
    assert gone.cleared_by is ClearedBy.UNKNOWN


def test_strangers_are_told_once_and_those_still_here_are_not() -> None:
    play = Play()
    reconcile(play.floor, (), play.now, past_calls(SERVED))
    kinds = [fact.TYPE for fact in play.floor.finish(play.now).changes.events]
    assert kinds == [
        "offered",
        "callSurvived",
        "queued",
        "established",
        "queueLeft",
        "connectionCleared",
        "callCleared",
    ]
    assert not play.floor.calls
    assert CallId("NONE") not in past_calls([line(0, "QUEUESTART")])
    assert all(call.phase is not CallPhase.ENDED for call in play.floor.calls.values())
