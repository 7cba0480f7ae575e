"""The journal held against CEL and queue_log."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cti.core.control_events import ConsultationEnded, PartyLeft
from cti.core.crosscheck.compare import Difference, Discrepancy, Records, discrepancies
from cti.core.crosscheck.seen import HOLDING, CelLine, channels, talks
from cti.core.crosscheck.told import told_calls
from cti.core.events import (
    CallCleared,
    ClearedBy,
    ConnectionCleared,
    Established,
    Event,
    Held,
    Offered,
    Outcome,
    Queued,
    QueueLeft,
    Retrieved,
)
from cti.core.ids import AgentId, CallId, ChannelName, QueueName
from cti.core.queue_log import QueueLogWords

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
CALL, MOTOR, ANN = CallId("1.1"), QueueName("motor"), AgentId("1001")


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def cel(s: float, event: str, who: str, bridge: str = "", technology: str = "simple") -> CelLine:
    caller = who == "1.1"
    return CelLine(
        at=at(s),
        event=event,
        unique_id=who,
        linked_id="1.1",
        channel="PJSIP/trunk-carrier-0001" if caller else "PJSIP/8001-0002",
        context="acd-trunk" if caller else "from-agent",
        bridge=bridge,
        technology=technology,
    )


def stay(
    who: str, begin: float, end: float, bridge: str, technology: str = "simple"
) -> list[CelLine]:
    # Asterisk may change a bridge's technology while it lasts.
    return [
        cel(begin, "BRIDGE_ENTER", who, bridge, technology),
        cel(end, "BRIDGE_EXIT", who, bridge, "native_rtp"),
    ]


SEEN = [
    cel(0, "CHAN_START", "1.1"),
    cel(8, "CHAN_START", "1.2"),
    *stay("1.1", 12, 30, "b1"),
    *stay("1.2", 12, 30, "b1"),
    *stay("1.1", 30, 40, "hold", HOLDING),
    *stay("1.2", 30, 40, "hold", HOLDING),
    *stay("1.1", 40, 62, "b2"),
    *stay("1.2", 40, 62, "b2"),
    cel(62, "CHAN_END", "1.2"),
    cel(63, "CHAN_END", "1.1"),
]
TOLD: list[Event] = [
    Offered(
        at=at(0),
        call_id=CALL,
        caller_number="13997000001",
        dialed_number="95518",
        channel=ChannelName("PJSIP/trunk-carrier-0001"),
    ),
    Queued(at=at(2), call_id=CALL, queue=MOTOR, priority=60, needs={}, language="zh"),
    Established(
        at=at(12),
        call_id=CALL,
        agent_id=ANN,
        agent_channel=ChannelName("PJSIP/8001-2"),
        waited_s=10,
    ),
    QueueLeft(at=at(12), call_id=CALL, queue=MOTOR, outcome=Outcome.ANSWERED, waited_s=10),
    Held(at=at(30), call_id=CALL, agent_id=ANN),
    Retrieved(at=at(40), call_id=CALL, agent_id=ANN),
    ConnectionCleared(at=at(62), call_id=CALL, agent_id=ANN, talked_s=50),
    CallCleared(at=at(63), call_id=CALL, cleared_by=ClearedBy.AGENT),
]


def compared(
    told: Iterable[Event] = TOLD,
    seen: Iterable[CelLine] = SEEN,
    logged: Iterable[Event] | None = None,
) -> tuple[Discrepancy, ...]:
    facts = list(told)
    words = QueueLogWords(lambda _agent: (), lambda number: number)
    written = facts if logged is None else logged
    return discrepancies(
        Records(
            told=told_calls(facts),
            seen=channels(seen, at(100)),
            lines=[line for fact in written for line in words.take(fact)],
            agent_at=lambda extension, _at: ANN if extension == "8001" else None,
        )
    )


def kinds(found: Iterable[Discrepancy]) -> list[Difference]:
    return [each.kind for each in found]


def test_a_call_that_all_three_tell_alike_gives_no_discrepancy() -> None:
    assert compared() == ()


def test_time_in_a_holding_bridge_is_no_talk() -> None:
    seen = channels(SEEN, at(100))
    assert talks(seen, seen["1.1"]) == {"8001": 40.0}


def test_a_talk_that_lasts_still_counts_until_now() -> None:
    seen = channels([line for line in SEEN if line.at < at(50)], at(52))
    assert talks(seen, seen["1.1"]) == {"8001": 30.0}


def test_a_call_that_the_journal_misses_is_found() -> None:
    [found] = compared(told=[])
    assert (found.kind, found.call_id) == (Difference.ONLY_IN_ASTERISK, CALL)


def test_a_call_that_asterisk_never_saw_is_found() -> None:
    assert kinds(compared(seen=[])) == [Difference.ONLY_IN_JOURNAL]


def test_a_call_without_an_end_in_the_journal_is_found() -> None:
    assert Difference.NEVER_ENDED in kinds(compared(told=TOLD[:-1]))


def test_a_talk_of_another_length_is_found_with_both_lengths() -> None:
    short = [replace(each, at=at(20)) if isinstance(each, Held) else each for each in TOLD]
    [found] = compared(told=short)
    assert (found.kind, found.subject, found.journal, found.other) == (
        Difference.TALK,
        ANN,
        "30.0",
        "40.0",
    )


def test_a_colleague_in_a_conference_talks_from_its_begin_to_his_leaving() -> None:
    party: dict[str, Any] = {"call_id": CALL, "party_id": "1.1-p1", "party_agent_id": "1002"}
    joined = ConsultationEnded(at=at(20), agent_id=ANN, result="conferenced", **party)
    asked = [*TOLD[:4], joined, PartyLeft(at=at(26), **party), *TOLD[4:]]
    assert told_calls(asked)[CALL].talks == {ANN: 40.0, "1002": 6.0}


def test_an_end_at_another_time_is_found() -> None:
    late = [*TOLD[:-1], CallCleared(at=at(70), call_id=CALL, cleared_by=ClearedBy.AGENT)]
    assert kinds(compared(told=late)) == [Difference.END]


def test_a_visit_that_queue_log_misses_is_found() -> None:
    found = compared(logged=[fact for fact in TOLD if not isinstance(fact, Queued)])
    assert kinds(found) == [Difference.QUEUE_LOG, Difference.QUEUE_LOG]


def test_a_leg_to_the_carrier_is_no_caller() -> None:
    dialled = replace(cel(9, "CHAN_START", "1.3"), context="acd-trunk")
    assert [c.is_caller for c in channels([*SEEN, dialled], at(60)).values()] == [
        True,
        *[False] * (len({line.unique_id for line in SEEN}) - 1),
        False,
    ]
