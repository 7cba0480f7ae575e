"""Whatever Asterisk shows after an outage, of whatever floor: recovery ends, and nobody is in between."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.core.acd.declined import Declined
from cti.core.acd.floor import Floor
from cti.core.acd.lines import Line
from cti.core.acd.parties import is_on
from cti.core.acd.past import PastCall
from cti.core.acd.reconcile import reconcile
from cti.core.acd.second_look import differences, held
from cti.core.acd.signals import Signal
from cti.core.agent_state import AgentState
from cti.core.ids import CallId, ChannelName
from tests.unit.core.acd.controls import Talk
from tests.unit.core.acd.floors import START, A, Play, caller_channel, kinds, leg
from tests.unit.core.acd.test_call_control_properties import MOVES
from tests.unit.core.acd.test_never_stuck import AGENTS, CALLS, Story, played, stories
from tests.unit.core.acd.test_reconcile import caller
from tests.unit.core.acd.test_ticket_properties import play_all as play_callbacks
from tests.unit.core.acd.test_ticket_properties import sequences as callbacks

STATES = (
    *(
        "",
        "ivr",
        "waiting",
        "choosing",
        "ringing",
        "whisper",
        "talking",
        "held",
        "menu",
        "consulting",
    ),
    *("dialling", "told", "after", "transferred", "survive", "watching", "nonsense"),
)
AT_REST = (AgentState.IDLE, AgentState.WRAP_UP, AgentState.MONITORING)
ids = st.sampled_from(
    (*CALLS, CallId("1.9"), CallId("callback-1.1"), CallId("out-1"), CallId("watch-1"))
)
people = st.sampled_from(("", "nobody", *AGENTS))
words = st.sampled_from(
    ("", "0", "1", "2", "999999999999", "x", "motor", "advice", "NOANSWER", "gone")
)
VARIABLES = (
    "ACD_TRY",
    "ACD_WHY",
    "HANGUPCAUSE",
    "ACD_QUEUE",
    "ACD_PRIORITY",
    "ACD_JOINED",
    "ACD_BACK",
)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A channel of a call of ours, or of one that we do not know: a caller's leg, an agent's, a party's."""
    call_id, state, who = draw(ids), draw(st.sampled_from(STATES)), draw(people)
    is_caller = draw(st.booleans())
    told = {name: draw(words) for name in VARIABLES if draw(st.booleans())}
    return Line(
        channel=caller_channel(call_id) if is_caller else ChannelName(leg(AGENTS[0])),
        call_id=call_id,
        is_caller=is_caller,
        state=state,
        bridge_id=draw(st.sampled_from(("", "b1"))),
        caller_number="13997000001",
        dialed_number="95518",
        age_s=draw(st.sampled_from((0.0, 30.0, 1e6))),
        variables={"ACD_CALL": call_id, "ACD_STATE": state, "ACD_AGENT": who, **told},
        party_id="" if is_caller else draw(st.sampled_from(("", f"{call_id}-p1"))),
    )


moments = st.none() | st.sampled_from((START, START.replace(hour=7), START.replace(hour=20)))
pasts = st.dictionaries(
    ids,
    st.builds(
        PastCall,
        call_id=ids,
        queued_at=moments,
        answered_at=moments,
        talked_until=moments,
        gone_at=moments,
        member=people,
    ),
    max_size=3,
)


def whole(floor: Floor) -> None:
    """Every agent at work is on a call that knows him."""
    for agent in floor.agents.values():
        if agent.state not in AT_REST:
            call = floor.calls[agent.call_id or CallId("")]
            assert is_on(call, agent.agent_id), agent


def recovered(play: Play, shown: Sequence[Line], past: dict[CallId, PastCall]) -> None:
    differences(held(play.floor), shown, play.now)
    floor = Floor(play.floor.rules, play.floor.centre)
    floor.load(play.floor.agents.values(), play.floor.calls.values())
    reconcile(floor, shown, play.now, past)
    floor.finish(play.now)
    whole(floor)


@settings(max_examples=200, deadline=None)
@given(stories, st.lists(lines(), max_size=6), pasts)
def test_any_line_of_callers_can_be_set_right(
    story: Story, shown: list[Line], past: dict[CallId, PastCall]
) -> None:
    recovered(played(story), shown, past)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(sorted(MOVES)), max_size=10), st.lists(lines(), max_size=5))
def test_any_talk_with_others_in_it_can_be_set_right(names: list[str], shown: list[Line]) -> None:
    talk = Talk()
    for name in names:
        try:
            MOVES[name](talk)
        except Declined:
            continue
    recovered(talk, shown, {})


@settings(max_examples=200, deadline=None)
@given(callbacks, st.lists(lines(), max_size=6), pasts)
def test_any_line_with_callbacks_can_be_set_right(
    sequence: Sequence[tuple[Signal, float]], shown: list[Line], past: dict[CallId, PastCall]
) -> None:
    recovered(play_callbacks(sequence), shown, past)


def test_a_talk_that_is_gone_ends_although_its_agent_is_at_work_on_a_call_we_do_not_know() -> None:
    talk = Talk()
    own = caller(CallId("out-1"), "dialling", ACD_AGENT=A, ACD_NUMBER="13900000001")
    recovered(talk, [replace(own, channel=leg(A))], {})
    reconcile(talk.floor, [replace(own, channel=leg(A))], talk.now)
    step = talk.floor.finish(talk.now)
    assert {"connectionCleared", "callCleared", "originated"} <= set(kinds(step))
    assert (talk.agent(A).state, talk.agent(A).call_id) == (AgentState.DIALLING, "out-1")
