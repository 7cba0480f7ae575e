from datetime import timedelta

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.announce import Announcement, AnnounceRules, Waiters, due, in_line
from cti.core.acd.estimate import LastHour, served_before
from cti.core.acd.floor import FloorRules
from cti.core.acd.queue import QueuePolicy, Relaxation
from cti.core.agent_state import AgentStatus
from cti.core.events import Outcome, QueueLeft
from cti.core.ids import AgentId, CallId
from tests.unit.core.acd.floors import ADVICE, MOTOR, ONE, TWO, WRAP_UP_S, A, B, Play, agent, kinds

HOUR = LastHour(answers=20, aht_s=180)
RULES = AnnounceRules(first_after_s=10, every_s=60)
THREE = CallId("1.3")
BUSY = CallId("1.9")


def busy(*agents: AgentId, play: Play | None = None) -> Play:
    """All agents talk."""
    play = play or Play()
    for number, agent_id in enumerate(agents or (A, B)):
        play.ready(agent_id)
        call_id = CallId(f"{BUSY}{number}")
        play.waits(call_id, number=f"1390000000{number}")
        play.talks(call_id, agent_id)
    return play


def line_up(play: Play, *calls: CallId, apart_s: float = 1.0) -> None:
    for number, call_id in enumerate(calls):
        play.pass_s(apart_s)
        play.waits(call_id, number=f"1391111111{number}")


def tell(
    play: Play, call_id: CallId, *, hour: LastHour = HOUR, agents_then: float | None = None
) -> Announcement | None:
    ahead = served_before(in_line(play.floor), play.floor.rules.policies, play.now)
    waiters = Waiters(play.floor, ahead, play.now)
    return waiters.announcement(play.call(call_id), RULES, hour, agents_then)


def told(play: Play, call_id: CallId, position: int, wait_s: int | None) -> None:
    play.do(seen.WaitTold(call_id=call_id, position=position, wait_s=wait_s))


def due_now(play: Play) -> list[CallId]:
    return [call.call_id for call, _ in due(play.floor, {MOTOR: RULES}, play.now)]


def test_callers_hear_their_own_place_and_time() -> None:
    play = busy()
    line_up(play, ONE, TWO, THREE)
    found = [tell(play, call_id) for call_id in (ONE, TWO, THREE)]
    assert [(each.position, each.wait_s) for each in found if each] == [
        (1, 120),
        (2, 180),
        (3, 300),
    ]


def test_a_callback_keeps_its_place_before_those_who_came_later() -> None:
    play = busy()
    line_up(play, ONE, TWO)
    play.do(
        seen.CallbackAsked(
            call_id=ONE, queue=MOTOR, number="13922222222", caller_number="13922222222"
        )
    )
    found = tell(play, TWO)
    assert found is not None
    assert found.position == 2


def test_a_caller_who_is_choosing_keeps_his_place_but_hears_nothing() -> None:
    play = busy()
    line_up(play, ONE, TWO)
    play.pass_s(20)
    play.do(seen.CallerChooses(call_id=ONE))
    found = tell(play, TWO)
    assert found is not None
    assert found.position == 2
    assert due_now(play) == [TWO]


def test_only_the_place_is_told_where_no_time_is_well_founded() -> None:
    play = busy()
    line_up(play, ONE)
    found = tell(play, ONE, hour=LastHour(answers=2, aht_s=180))
    assert found is not None
    assert (found.position, found.wait_s) == (1, None)


def test_an_agent_about_to_leave_or_on_a_break_is_not_counted() -> None:
    play = busy()
    line_up(play, ONE)
    play.do(seen.ChooseStatus(agent_id=B, status=AgentStatus.NOT_READY, reason="BREAK"))
    found = tell(play, ONE)
    assert found is not None
    assert (found.agents, found.wait_s) == (1.0, 180)


def test_whoever_is_next_hears_nothing_while_an_agent_ends_his_wrap_up() -> None:
    play = busy()
    line_up(play, ONE, TWO)
    play.leaves(CallId(f"{BUSY}0"))
    play.pass_s(WRAP_UP_S - 5)
    assert tell(play, ONE) is None
    behind = tell(play, TWO)
    assert behind is not None
    assert behind.position == 2


def test_whoever_an_agent_may_take_after_the_next_relaxation_hears_nothing() -> None:
    policy = QueuePolicy(
        name=MOTOR, needs={"motor": 3}, relaxation=(Relaxation(20.0, {"motor": 1}),)
    )
    rules = FloorRules(policies={MOTOR: policy}, fallback_queue=MOTOR)
    play = Play(agent(A, motor=1), rules=rules)
    play.ready(A)
    play.waits(ONE)
    play.pass_s(11)
    assert tell(play, ONE) is not None
    play.pass_s(2)
    assert tell(play, ONE) is None


def test_a_caller_of_a_rare_language_waits_for_those_who_speak_it() -> None:
    play = busy(A, B, play=Play(agent(A), agent(B), agent(AgentId("1003"))))
    play.ready(AgentId("1003"))
    speaker = play.floor.agents[B]
    play.floor.put_agent(speaker, languages=frozenset({"zh", "en"}))
    play.waits(CallId("1.8"))
    play.talks(CallId("1.8"), AgentId("1003"))
    line_up(play, ONE, TWO)
    play.pass_s(1)
    play.arrives(THREE, "13933333333")
    play.do(seen.QueueChosen(call_id=THREE, queue=MOTOR, language="en"))
    found = tell(play, THREE)
    assert found is not None
    # Before him: two, who need three agents a minute each; and nobody before the one he needs.
    assert (found.position, found.wait_s) == (3, 180)


def test_the_first_is_told_after_its_time_and_the_next_after_the_pause() -> None:
    play = busy()
    line_up(play, ONE)
    play.pass_s(9)
    assert due_now(play) == []
    play.pass_s(1)
    assert due_now(play) == [ONE]
    told(play, ONE, 1, 120)
    play.pass_s(59)
    assert due_now(play) == []
    play.pass_s(1)
    assert due_now(play) == [ONE]


def test_a_caller_to_whom_an_agent_is_called_is_told_nothing() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.pass_s(20)
    assert due_now(play) == []


def test_another_queue_begins_anew() -> None:
    play = busy()
    line_up(play, ONE)
    play.pass_s(10)
    told(play, ONE, 1, 60)
    play.pass_s(1)
    for queue in (ADVICE, MOTOR):
        play.do(seen.QueueChosen(call_id=ONE, queue=queue))
    play.do(seen.CallerWaits(call_id=ONE, channel=play.call(ONE).channel))
    play.pass_s(10)
    assert due_now(play) == [ONE]


def test_no_longer_time_is_told_because_the_mean_moved() -> None:
    play = busy()
    line_up(play, ONE)
    told(play, ONE, 1, 60)
    found = tell(play, ONE, agents_then=2.0)
    assert found is not None
    assert (found.position, found.wait_s) == (1, None)


@pytest.mark.parametrize(("position", "agents_then"), [(1, 3.0), (0, 2.0)])
def test_a_longer_time_is_news_when_agents_left_or_calls_went_before(
    position: int, agents_then: float
) -> None:
    play = busy()
    line_up(play, ONE, TWO) if position == 0 else line_up(play, TWO)
    told(play, TWO, 1, 60)
    found = tell(play, TWO, agents_then=agents_then)
    assert found is not None
    assert found.wait_s in (120, 180)


def test_a_shorter_time_is_always_told() -> None:
    play = busy()
    line_up(play, ONE)
    told(play, ONE, 1, 600)
    found = tell(play, ONE)
    assert found is not None
    assert found.wait_s == 120


def test_what_was_told_is_a_fact_and_stands_on_the_call() -> None:
    play = busy()
    line_up(play, ONE)
    step = play.do(seen.WaitTold(call_id=ONE, position=2, wait_s=None))
    assert kinds(step) == ["waitAnnounced"]
    record = play.call(ONE).told
    assert record is not None
    assert (record.queue, record.position, record.wait_s) == (MOTOR, 2, None)


def test_words_that_come_after_the_wait_are_no_fact() -> None:
    play = busy()
    assert kinds(play.do(seen.WaitTold(call_id=CallId("1.90"), position=2, wait_s=60))) == []
    assert kinds(play.do(seen.WaitTold(call_id=CallId("?"), position=2, wait_s=60))) == []


def test_somebody_who_waits_since_yesterday_is_no_trouble() -> None:
    play = busy()
    line_up(play, ONE)
    play.now += timedelta(days=1)
    assert due_now(play) == [ONE]
    assert tell(play, ONE) is not None


def test_whoever_leaves_a_message_has_left_his_queue_by_that_and_counts_once() -> None:
    play = busy()
    line_up(play, ONE)
    play.do(seen.CallerChooses(call_id=ONE))
    step = play.do(seen.MessageBegun(call_id=ONE))
    [left] = [event for event in step.changes.events if isinstance(event, QueueLeft)]
    assert left.outcome is Outcome.VOICEMAIL
    assert "queueLeft" not in kinds(play.leaves(ONE))


def test_whoever_leaves_no_word_is_back_at_his_place() -> None:
    play = busy()
    line_up(play, ONE, TWO)
    play.do(seen.CallerChooses(call_id=ONE))
    play.do(seen.MessageBegun(call_id=ONE))
    assert due_now(play) == []
    play.pass_s(5)
    play.do(seen.CallerWaits(call_id=ONE, channel=play.call(ONE).channel))
    found = tell(play, TWO)
    assert found is not None
    assert found.position == 2


def test_a_message_of_a_caller_who_waits_nowhere_changes_nothing() -> None:
    play = Play()
    play.arrives(ONE)
    assert kinds(play.do(seen.MessageBegun(call_id=ONE))) == []
