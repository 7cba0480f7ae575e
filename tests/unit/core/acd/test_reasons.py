"""Reasons for being not ready that are limited: by day, by number, by a supervisor's word."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cti.core.acd import signals as wished
from cti.core.acd.desk_steps import Declined
from cti.core.acd.reasons import ReasonBook, ReasonRule
from cti.core.agent_state import AgentState, AgentStatus
from tests.unit.core.acd.floors import ONE, RULES, START, WRAP_UP_S, A, B, Play, kinds

CENTRE = ZoneInfo("Asia/Shanghai")
BOOK = ReasonBook(
    rules={
        "BREAK": ReasonRule(max_s=900, times=2, quota_s=1800),
        "MEAL": ReasonRule(at_once=1, max_s=2700),
        "TRAIN": ReasonRule(approval=True),
    },
    zone=CENTRE,
    asked_s=300,
)
FLOOR = replace(RULES, reasons=BOOK)


@pytest.fixture
def play() -> Play:
    found = Play(rules=FLOOR)
    found.ready(A, B)
    return found


def not_ready(reason: str, agent_id: str = A) -> wished.ChooseStatus:
    status = AgentStatus.NOT_READY
    return wished.ChooseStatus(agent_id=agent_id, status=status, reason=reason)  # type: ignore[arg-type]


READY = wished.ChooseStatus(agent_id=A, status=AgentStatus.READY)


def declined(play: Play, wish: object) -> str:
    before = dict(play.floor.agents)
    with pytest.raises(Declined) as no:
        play.do(wish)  # type: ignore[arg-type]
    assert dict(play.floor.agents) == before
    return no.value.code


def rest(play: Play, seconds: float) -> None:
    play.do(not_ready("BREAK"))
    play.pass_s(seconds)
    play.do(READY)


def test_a_quota_of_times_is_used_up(play: Play) -> None:
    rest(play, 60)
    rest(play, 60)
    assert declined(play, not_ready("BREAK")) == "reason_used_up"
    assert play.agent(A).free


def test_a_quota_of_minutes_is_used_up(play: Play) -> None:
    rest(play, 1801)
    assert declined(play, not_ready("BREAK")) == "reason_used_up"


def test_a_quota_begins_anew_at_the_centres_midnight_not_at_that_of_utc(play: Play) -> None:
    play.now = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)  # 23:00 there
    rest(play, 60)
    rest(play, 60)
    play.now = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)
    assert declined(play, not_ready("BREAK")) == "reason_used_up"
    play.now = datetime(2026, 11, 22, 16, 1, tzinfo=UTC)
    play.do(not_ready("BREAK"))
    assert play.agent(A).reason == "BREAK"


def test_of_a_break_over_midnight_only_the_new_days_part_counts(play: Play) -> None:
    play.now = datetime(2026, 11, 22, 15, 50, tzinfo=UTC)
    play.do(not_ready("BREAK"))
    play.now = datetime(2026, 11, 22, 16, 5, tzinfo=UTC)
    assert BOOK.used(play.agent(A), play.now)["BREAK"].seconds == 300


def test_a_used_quota_is_in_the_record_that_is_saved(play: Play) -> None:
    rest(play, 100)
    use = play.agent(A).uses["BREAK"]
    assert (use.times, use.seconds) == (1, 100)


def test_signing_out_and_in_again_gives_no_new_quota(play: Play) -> None:
    rest(play, 60)
    rest(play, 60)
    play.do(wished.LogOff(agent_id=A))
    play.do(wished.LogOn(agent_id=A))
    assert declined(play, not_ready("BREAK")) == "reason_used_up"


def test_only_so_many_have_a_reason_at_one_time(play: Play) -> None:
    play.do(not_ready("MEAL", B))
    assert declined(play, not_ready("MEAL")) == "reason_full"
    play.do(wished.ChooseStatus(agent_id=B, status=AgentStatus.READY))
    play.do(not_ready("MEAL"))
    assert play.agent(A).reason == "MEAL"


def test_a_reason_pending_after_a_call_counts_as_taken(play: Play) -> None:
    play.waits(ONE)
    play.talks(ONE, A)
    play.do(not_ready("MEAL"))
    assert play.agent(A).pending_reason == "MEAL"
    assert declined(play, not_ready("MEAL", B)) == "reason_full"


def test_an_asked_reason_waits_for_a_supervisor_and_calls_go_on(play: Play) -> None:
    step = play.do(not_ready("TRAIN"))
    assert kinds(step) == ["reasonAsked"]
    assert (play.agent(A).asked, play.agent(A).free) == ("TRAIN", True)
    assert declined(play, not_ready("TRAIN")) == "asked_already"


def test_a_granted_reason_is_in_force_at_once(play: Play) -> None:
    play.do(not_ready("TRAIN"))
    step = play.do(wished.DecideReason(agent_id=A, granted=True, by="2001"))
    assert kinds(step) == ["reasonDecided", "agentNotReady"]
    assert (play.agent(A).reason, play.agent(A).asked) == ("TRAIN", None)


def test_a_reason_granted_in_a_call_is_in_force_after_it(play: Play) -> None:
    play.waits(ONE)
    play.talks(ONE, A)
    play.do(not_ready("TRAIN"))
    play.do(wished.DecideReason(agent_id=A, granted=True, by="2001"))
    assert (play.agent(A).state, play.agent(A).pending_reason) == (AgentState.TALKING, "TRAIN")
    play.dial_ends(ONE, "ANSWER")
    play.later(WRAP_UP_S)
    assert (play.agent(A).status, play.agent(A).reason) == (AgentStatus.NOT_READY, "TRAIN")


def test_a_refused_reason_changes_nothing(play: Play) -> None:
    play.do(not_ready("TRAIN"))
    play.do(wished.DecideReason(agent_id=A, granted=False, by="2001"))
    assert play.agent(A).free
    assert play.agent(A).asked is None


def test_what_nobody_decides_in_time_is_refused_by_the_timer(play: Play) -> None:
    play.do(not_ready("TRAIN"))
    assert play.floor.next_due() == START + timedelta(seconds=300)
    [decided] = play.later(300).changes.events
    assert (decided.TYPE, decided.granted, decided.by) == ("reasonDecided", False, "timer")  # type: ignore[attr-defined]
    late = wished.DecideReason(agent_id=A, granted=True, by="2001")
    assert declined(play, late) == "nothing_asked"


def test_what_was_asked_can_be_taken_back(play: Play) -> None:
    play.do(not_ready("TRAIN"))
    assert kinds(play.do(wished.CancelPending(agent_id=A))) == ["agentChoiceCancelled"]
    assert play.agent(A).asked is None
    assert declined(play, wished.CancelPending(agent_id=A)) == "nothing_pending"


def test_a_reason_that_lasts_too_long_is_told_once(play: Play) -> None:
    play.do(not_ready("MEAL"))
    assert kinds(play.later(2699)) == []
    [told] = play.later(1).changes.events
    assert (told.TYPE, told.reason, told.limit_s) == ("agentOverstayed", "MEAL", 2700)  # type: ignore[attr-defined]
    assert play.agent(A).overstayed
    assert kinds(play.later(3600)) == []
    play.do(READY)
    assert not play.agent(A).overstayed


def test_who_has_less_quota_left_than_the_reasons_length_is_told_of_sooner(play: Play) -> None:
    rest(play, 1500)
    play.do(not_ready("BREAK"))
    assert kinds(play.later(299)) == []
    assert kinds(play.later(1)) == ["agentOverstayed"]
