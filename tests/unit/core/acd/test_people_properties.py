"""Whatever agents, supervisors, desks and phones do, in whatever order: nobody is stuck."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.core.acd import signals as wished
from cti.core.acd.desk_steps import Declined
from cti.core.acd.reasons import ReasonBook, ReasonRule
from cti.core.acd.signals import Signal
from cti.core.acd.wrap_up import WrapUpRule
from cti.core.agent_state import AgentState, AgentStatus
from tests.unit.core.acd.floors import MOTOR, RULES, Play, agent
from tests.unit.core.acd.test_floor_properties import AGENTS, CALLS, agent_ids, check, signals

REASONS = ("BREAK", "MEAL", "TRAIN")
BOOK = ReasonBook(
    rules={
        "BREAK": ReasonRule(max_s=60, times=2, quota_s=90),
        "MEAL": ReasonRule(at_once=1),
        "TRAIN": ReasonRule(approval=True, times=3),
    },
    asked_s=40,
)
CODED = replace(RULES.policies[MOTOR], wrap_up=WrapUpRule(s=45, max_s=100, codes_required=True))
HARD = replace(
    RULES, reasons=BOOK, policies={**RULES.policies, MOTOR: CODED}, phone_back_ready=True
)

people: st.SearchStrategy[Signal] = st.one_of(
    st.builds(
        wished.LogOn, agent_id=agent_ids, extension=st.sampled_from(("", "8001", "8002", "8011"))
    ),
    st.builds(
        wished.ChooseStatus,
        agent_id=agent_ids,
        status=st.just(AgentStatus.NOT_READY),
        reason=st.sampled_from(REASONS),
    ),
    st.builds(wished.CancelPending, agent_id=agent_ids),
    st.builds(wished.EndWrapUp, agent_id=agent_ids),
    st.builds(
        wished.ForceStatus,
        agent_id=agent_ids,
        status=st.sampled_from(AgentStatus),
        by=st.just("2001"),
        reason=st.just("why"),
    ),
    st.builds(
        wished.ChangeSkills,
        agent_id=agent_ids,
        skills=st.sampled_from(({}, {"motor": 5}, {"advice": 1})),
        languages=st.sampled_from((None, frozenset({"zh"}), frozenset[str]())),
        by=st.just("2001"),
        reason=st.just("why"),
    ),
    st.builds(wished.DecideReason, agent_id=agent_ids, granted=st.booleans(), by=st.just("2001")),
    st.builds(wished.DeskSeen, agent_id=agent_ids),
    st.builds(wished.DeskGone, agent_id=agent_ids),
    st.builds(
        wished.PhoneSeen, extension=st.sampled_from(("8001", "8011")), reachable=st.booleans()
    ),
)
SKILLS = {
    AGENTS[0]: {"motor": 3},
    AGENTS[1]: {"motor": 1, "advice": 1},
    AGENTS[2]: {"motor": 3},
}
sequences = st.lists(
    st.tuples(st.one_of(signals, people), st.sampled_from((0.0, 0.5, 20.0, 50.0))), max_size=80
)


def play_all(sequence: Sequence[tuple[Signal, float]]) -> Play:
    play = Play(*(agent(each, **skills) for each, skills in SKILLS.items()), rules=HARD)
    play.ready(*AGENTS[:2])
    for signal, pause_s in sequence:
        play.now += timedelta(seconds=pause_s)
        before = dict(play.floor.agents)
        try:
            play.do(signal)
        except Declined as no:
            assert no.code
            assert dict(play.floor.agents) == before
            assert not play.floor.finish(play.now).changes
        check(play)
        seated = [each.extension for each in play.floor.agents.values() if each.signed_in]
        assert len(seated) == len(set(seated)), "two agents at one phone"
    return play


@settings(max_examples=400, deadline=None)
@given(sequences)
def test_no_wish_breaks_the_floor_and_a_declined_one_changes_nothing(
    sequence: Sequence[tuple[Signal, float]],
) -> None:
    play_all(sequence)


@settings(max_examples=200, deadline=None)
@given(sequences)
def test_when_all_callers_are_gone_everybody_can_go_home(
    sequence: Sequence[tuple[Signal, float]],
) -> None:
    play = play_all(sequence)
    for call_id in CALLS:
        if call_id in play.floor.calls:
            play.leaves(call_id)
    for _ in range(20):
        due = play.floor.next_due()
        play.now = max(due or play.now, play.now) + timedelta(seconds=1)
        play.do(wished.TimeCame())
    for agent_id in AGENTS:
        one = play.agent(agent_id)
        assert one.state is AgentState.IDLE
        assert not one.forced
        if one.signed_in:
            play.do(wished.LogOff(agent_id=agent_id))
        assert play.agent(agent_id).extension == agent(agent_id).extension
        assert play.agent(agent_id).skills == SKILLS[agent_id]
