"""What ends the work after a call: the agent, the timer, a saved record, or the limit."""

from dataclasses import replace

import pytest

from cti.core.acd import signals as wished
from cti.core.acd.desk_steps import Declined
from cti.core.acd.wrap_up import WrapUpRule
from cti.core.agent_state import AgentState, AgentStatus
from tests.unit.core.acd.floors import MOTOR, ONE, RULES, A, Play, kinds

SAVE = wished.SaveWrapUp(agent_id=A, call_id=ONE, reason="report")
READY = wished.ChooseStatus(agent_id=A, status=AgentStatus.READY)


def wrapping(rule: WrapUpRule) -> Play:
    policy = replace(RULES.policies[MOTOR], wrap_up=rule)
    play = Play(rules=replace(RULES, policies={**RULES.policies, MOTOR: policy}))
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    play.dial_ends(ONE, "ANSWER")
    assert play.agent(A).state is AgentState.WRAP_UP
    return play


CODED = WrapUpRule(s=45, extend_s=30, max_s=180, codes_required=True)


def declined(play: Play, wish: object) -> str:
    with pytest.raises(Declined) as no:
        play.do(wish)  # type: ignore[arg-type]
    return no.value.code


def test_the_timer_alone_makes_nobody_ready_whose_code_is_missing() -> None:
    play = wrapping(CODED)
    assert kinds(play.later(45)) == ["agentWorkingAfterCall"]
    assert play.agent(A).state is AgentState.WRAP_UP


def test_at_the_limit_he_is_not_ready_and_supervisors_are_told() -> None:
    play = wrapping(CODED)
    play.later(45)
    step = play.later(135)
    assert kinds(step) == ["agentOverstayed", "wrapUpEnded", "agentNotReady"]
    assert (play.agent(A).status, play.agent(A).reason) == (AgentStatus.NOT_READY, "ACW")


@pytest.mark.parametrize(
    "wish", [READY, wished.EndWrapUp(agent_id=A), wished.LogOff(agent_id=A)], ids=repr
)
def test_nothing_ends_it_before_the_record_is_saved(wish: object) -> None:
    play = wrapping(CODED)
    assert declined(play, wish) == "code_missing"
    assert play.agent(A).state is AgentState.WRAP_UP


def test_the_saved_record_ends_it() -> None:
    play = wrapping(CODED)
    assert kinds(play.do(SAVE)) == ["wrapUpSaved", "wrapUpEnded"]
    assert play.agent(A).free


def test_a_record_saved_in_the_talk_lets_the_timer_end_it() -> None:
    policy = replace(RULES.policies[MOTOR], wrap_up=CODED)
    play = Play(rules=replace(RULES, policies={**RULES.policies, MOTOR: policy}))
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    play.do(SAVE)
    play.dial_ends(ONE, "ANSWER")
    assert kinds(play.later(45)) == ["wrapUpEnded"]
    assert play.agent(A).free


def test_it_can_be_extended_once_by_its_own_length_and_never_beyond_the_limit() -> None:
    play = wrapping(WrapUpRule(s=45, extend_s=600, max_s=180))
    play.do(wished.ExtendWrapUp(agent_id=A))
    assert declined(play, wished.ExtendWrapUp(agent_id=A)) == "extended_already"
    play.later(179)
    assert play.agent(A).state is AgentState.WRAP_UP
    play.later(1)
    assert play.agent(A).free


def test_it_ends_early_when_the_agent_says_so() -> None:
    play = wrapping(WrapUpRule())
    play.do(wished.EndWrapUp(agent_id=A))
    assert play.agent(A).free
    assert declined(play, wished.EndWrapUp(agent_id=A)) == "not_in_wrap_up"


def test_where_ready_is_said_by_hand_the_timer_says_nothing() -> None:
    play = wrapping(WrapUpRule(s=45, max_s=180, auto_ready=False))
    play.later(45)
    assert play.agent(A).state is AgentState.WRAP_UP
    play.do(READY)
    assert play.agent(A).free


def test_a_pending_reason_is_in_force_at_the_limit() -> None:
    play = wrapping(CODED)
    not_ready = wished.ChooseStatus(agent_id=A, status=AgentStatus.NOT_READY, reason="MEAL")
    play.do(not_ready)
    play.later(45)
    play.later(135)
    assert play.agent(A).reason == "MEAL"
