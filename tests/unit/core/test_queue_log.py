"""The journal in the words of Asterisk's queue_log."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from cti.core.events import (
    AgentLoggedOn,
    AgentNotReady,
    AgentReady,
    AgentWorkingAfterCall,
    CallCleared,
    ClearedBy,
    ConnectionCleared,
    Delivered,
    Diverted,
    Established,
    Event,
    Offered,
    OfferEnd,
    Outcome,
    Queued,
    QueueLeft,
    Transferred,
    WrapUpEnded,
)
from cti.core.ids import AgentId, CallId, ChannelName, QueueName
from cti.core.queue_log import QueueLogWords

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
EPOCH = int(START.timestamp())
CALL, MOTOR, CONSULT = CallId("1.1"), QueueName("motor"), QueueName("consult")
ANN, BOB = AgentId("1001"), AgentId("1002")
PHONE = ChannelName("PJSIP/8001-1")


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def offered(s: float = 0, number: str = "13997000001") -> Offered:
    return Offered(
        at=at(s),
        call_id=CALL,
        caller_number=number,
        dialed_number="95518",
        channel=ChannelName("PJSIP/trunk-1"),
    )


def queued(s: float, queue: QueueName = MOTOR, call: CallId = CALL, why: str = "ivr") -> Queued:
    return Queued(at=at(s), call_id=call, queue=queue, priority=1, needs={}, language="zh", why=why)


def rings(s: float, agent: AgentId = ANN) -> Delivered:
    return Delivered(
        at=at(s), call_id=CALL, agent_id=agent, queue=MOTOR, attempt=1, agent_channel=PHONE
    )


def talks(s: float, agent: AgentId = ANN, queue: QueueName = MOTOR) -> list[Event]:
    return [
        Established(at=at(s), call_id=CALL, agent_id=agent, agent_channel=PHONE, waited_s=s),
        QueueLeft(at=at(s), call_id=CALL, queue=queue, outcome=Outcome.ANSWERED, waited_s=s),
    ]


def parts(s: float, agent: AgentId = ANN) -> ConnectionCleared:
    return ConnectionCleared(at=at(s), call_id=CALL, agent_id=agent, talked_s=1)


def gone(s: float, by: ClearedBy) -> CallCleared:
    return CallCleared(at=at(s), call_id=CALL, cleared_by=by)


def left(s: float, outcome: Outcome) -> QueueLeft:
    return QueueLeft(at=at(s), call_id=CALL, queue=MOTOR, outcome=outcome, waited_s=s)


def lines(*facts: Event) -> list[str]:
    words = QueueLogWords(lambda _agent: (MOTOR, CONSULT), lambda number: number)
    return [str(line) for fact in facts for line in words.take(fact)]


def of_call(found: Iterable[str]) -> list[str]:
    """Without the time and the call."""
    return [line.split("|", 2)[2] for line in found]


def test_a_call_that_an_agent_ends_is_entered_connected_and_completed_by_him() -> None:
    facts = [offered(), queued(2), rings(7), *talks(12), parts(72), gone(80, ClearedBy.AGENT)]
    assert lines(*facts) == [
        f"{EPOCH + 2}|1.1|motor|NONE|ENTERQUEUE||13997000001|1",
        f"{EPOCH + 12}|1.1|motor|1001|CONNECT|10|PJSIP/8001-1|5",
        f"{EPOCH + 72}|1.1|motor|1001|COMPLETEAGENT|10|60|1",
    ]


def test_a_call_that_the_caller_ends_is_completed_by_him() -> None:
    facts = [offered(), queued(2), *talks(12), parts(72), gone(72, ClearedBy.CALLER)]
    assert of_call(lines(*facts))[-1] == "motor|1001|COMPLETECALLER|10|60|1"


def test_who_gives_up_is_abandoned_with_his_place_and_his_wait() -> None:
    facts = [offered(), queued(2), left(32, Outcome.ABANDONED), gone(32, ClearedBy.CALLER)]
    assert of_call(lines(*facts))[-1] == "motor|NONE|ABANDON|1|1|32"


def test_an_overflow_is_an_exit_by_timeout_and_begins_a_visit_of_its_own() -> None:
    facts = [offered(), queued(2), left(32, Outcome.OVERFLOWED), queued(32, CONSULT)]
    assert of_call(lines(*facts))[1:] == [
        "motor|NONE|EXITWITHTIMEOUT|1|1|32",
        "consult|NONE|ENTERQUEUE||13997000001|1",
    ]


def test_an_unanswered_ring_counts_in_milliseconds_and_a_withdrawn_one_is_cancelled() -> None:
    def missed(s: float, cause: OfferEnd) -> Diverted:
        return Diverted(at=at(s), call_id=CALL, agent_id=ANN, cause=cause, attempt=1)

    facts = [
        offered(),
        queued(2),
        rings(3),
        missed(18.25, OfferEnd.NO_ANSWER),
        rings(20),
        missed(21, OfferEnd.CALLER_GONE),
    ]
    assert of_call(lines(*facts))[1:] == [
        "motor|1001|RINGNOANSWER|15250",
        "motor|1001|RINGCANCELED|1000",
    ]


def test_a_blind_transfer_ends_the_talk_with_its_own_line_and_the_second_talk_adds_none() -> None:
    sent = Transferred(
        at=at(40), call_id=CALL, target="8002", by=ANN, how="blind", target_kind="agent"
    )
    again = Established(at=at(45), call_id=CALL, agent_id=BOB, agent_channel=PHONE, waited_s=0)
    facts = [offered(), queued(2), *talks(12), sent, parts(40), again, gone(90, ClearedBy.CALLER)]
    assert of_call(lines(*facts))[1:] == [
        "motor|1001|CONNECT|10|PJSIP/8001-1|0",
        "motor|1001|BLINDTRANSFER|8002|acd|10|28|1",
    ]


def test_a_transfer_to_a_queue_is_a_new_visit_there() -> None:
    sent = Transferred(
        at=at(40), call_id=CALL, target="consult", by=ANN, how="blind", target_kind="queue"
    )
    facts = [
        offered(),
        queued(2),
        *talks(12),
        sent,
        parts(40),
        queued(40, CONSULT, why="transfer"),
        *talks(50, BOB, CONSULT),
        parts(70, BOB),
        gone(70, ClearedBy.CALLER),
    ]
    assert of_call(lines(*facts))[2:] == [
        "motor|1001|BLINDTRANSFER|consult|acd|10|28|1",
        "consult|NONE|ENTERQUEUE||13997000001|1",
        "consult|1002|CONNECT|10|PJSIP/8001-1|0",
        "consult|1002|COMPLETECALLER|10|20|1",
    ]


def test_a_call_back_at_the_head_of_its_queue_is_not_entered_twice() -> None:
    facts = [offered(), queued(2), queued(20, why="recovered")]
    assert len(lines(*facts)) == 1


def test_places_count_those_who_wait_in_the_same_queue() -> None:
    others = [queued(n, call=CallId(f"2.{n}")) for n in range(3)]
    assert of_call(lines(*others, queued(9)))[-1] == "motor|NONE|ENTERQUEUE|||4"


def test_an_agents_status_is_told_for_all_and_for_each_of_his_queues() -> None:
    facts = [
        AgentLoggedOn(at=at(0), agent_id=ANN, extension="8001"),
        AgentNotReady(at=at(1), agent_id=ANN, reason="BREAK"),
        AgentReady(at=at(2), agent_id=ANN),
    ]
    assert of_call(lines(*facts)) == [
        "motor|1001|ADDMEMBER",
        "consult|1001|ADDMEMBER",
        "NONE|1001|PAUSEALL|BREAK",
        "motor|1001|PAUSE|BREAK",
        "consult|1001|PAUSE|BREAK",
        "NONE|1001|UNPAUSEALL",
        "motor|1001|UNPAUSE",
        "consult|1001|UNPAUSE",
    ]


def test_after_the_call_the_agent_is_paused_for_that_and_then_as_he_chose() -> None:
    working = AgentWorkingAfterCall(at=at(3), agent_id=ANN, call_id=CALL, until=at(48))
    over = WrapUpEnded(at=at(9), agent_id=ANN, call_id=CALL, by="agent")
    resting = AgentNotReady(at=at(2), agent_id=ANN, reason="BREAK")
    ready = AgentReady(at=at(1), agent_id=ANN)
    everywhere = [line for line in of_call(lines(ready, working, over)) if "ALL" in line]
    assert everywhere == [
        "NONE|1001|UNPAUSEALL",
        "NONE|1001|PAUSEALL|ACW",
        "NONE|1001|UNPAUSEALL",
    ]
    assert of_call(lines(resting, working, over))[-3] == "NONE|1001|PAUSEALL|BREAK"


def test_a_status_that_is_no_news_is_not_told_again() -> None:
    over = WrapUpEnded(at=at(9), agent_id=ANN, call_id=CALL, by="agent")
    ready = AgentReady(at=at(9), agent_id=ANN)
    assert len(lines(ready, over, ready)) == 3


def test_what_is_kept_between_two_runs_is_enough_to_go_on() -> None:
    facts = [offered(), queued(2), rings(7), *talks(12), parts(72), gone(80, ClearedBy.AGENT)]
    whole = lines(*facts)
    for cut in range(len(facts)):
        words = QueueLogWords(lambda _agent: (), lambda number: number)
        found = [str(line) for fact in facts[:cut] for line in words.take(fact)]
        words = QueueLogWords(lambda _agent: (), lambda number: number, words.state())
        found += [str(line) for fact in facts[cut:] for line in words.take(fact)]
        assert found == whole


def test_a_hostile_number_can_neither_end_its_field_nor_its_line() -> None:
    [line] = lines(offered(number="1|2\n3"), queued(2))
    assert line.endswith("ENTERQUEUE||1 2 3|1")


def test_a_talk_that_broke_off_ends_as_the_agents_and_is_followed_by_another_visit() -> None:
    facts = [
        offered(),
        queued(2),
        *talks(12),
        parts(72),
        queued(72, why="lost"),
        Established(at=at(80), call_id=CALL, agent_id=BOB, agent_channel=PHONE, waited_s=8),
        left(80, Outcome.RECONNECTED),
        parts(100, BOB),
        gone(100, ClearedBy.CALLER),
    ]
    assert of_call(lines(*facts))[2:] == [
        "motor|1001|COMPLETEAGENT|10|60|1",
        "motor|NONE|ENTERQUEUE||13997000001|1",
        "motor|1002|CONNECT|8|PJSIP/8001-1|0",
        "motor|1002|COMPLETECALLER|8|20|1",
    ]


def test_who_leaves_after_a_broken_talk_leaves_the_queue_as_app_queue_would_say_it() -> None:
    facts = [*talks(12), parts(72), queued(72, why="lost"), left(80, Outcome.BROKEN_OFF)]
    assert of_call(lines(offered(), queued(2), *facts))[-1] == "motor|NONE|ABANDON|1|1|80"
