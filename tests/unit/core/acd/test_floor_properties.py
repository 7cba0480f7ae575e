"""Whatever comes, in whatever order: the floor stays true, and no call is lost or told twice."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.core.acd import signals as seen
from cti.core.acd.desk_steps import Declined
from cti.core.acd.floor import OFFERED, Step
from cti.core.acd.signals import Signal
from cti.core.agent_state import AgentState, AgentStatus
from cti.core.call import CallPhase
from cti.core.events import CallCleared, Queued, QueueLeft
from cti.core.ids import AgentId, CallId
from tests.unit.core.acd.floors import ADVICE, MOTOR, Play, agent, caller_channel, leg

AGENTS = tuple(AgentId(f"100{n}") for n in range(1, 4))
CALLS = tuple(CallId(f"1.{n}") for n in range(1, 5))
STATUSES = ("ANSWER", "NOANSWER", "BUSY", "CHANUNAVAIL", "CONGESTION", "WHISPERHUP", "CANCEL", "?")
BUSY_STATES = (AgentState.RESERVED, AgentState.RINGING, AgentState.TALKING, AgentState.HELD)

call_ids = st.sampled_from(CALLS)
agent_ids = st.sampled_from(AGENTS)
legs = agent_ids.map(leg)
channels = st.one_of(legs, call_ids.map(caller_channel))


def _of_call(kind: type, **more: st.SearchStrategy[object]) -> st.SearchStrategy[Signal]:
    return st.builds(kind, call_id=call_ids, **more)


signals: st.SearchStrategy[Signal] = st.one_of(
    call_ids.map(
        lambda c: seen.CallerArrived(
            call_id=c, channel=caller_channel(c), caller_number="1", dialed_number="2"
        )
    ),
    _of_call(seen.QueueChosen, queue=st.sampled_from((MOTOR, ADVICE))),
    call_ids.map(lambda c: seen.CallerWaits(call_id=c, channel=caller_channel(c))),
    _of_call(seen.PhoneAlerted, agent_channel=legs),
    _of_call(seen.PhoneAnswered, agent_channel=legs),
    _of_call(seen.TalkBegan, agent_channel=legs),
    _of_call(
        seen.DialEnded,
        attempt=st.integers(0, 3),
        status=st.sampled_from(STATUSES),
        cause=st.sampled_from((0, 16, 17, 19, 21)),
    ),
    _of_call(seen.HoldChanged, agent_channel=channels, held=st.booleans()),
    call_ids.map(lambda c: seen.CallerSurvives(call_id=c, channel=caller_channel(c))),
    _of_call(seen.CallerAfter),
    _of_call(seen.ChannelGone, channel=channels),
    _of_call(seen.RingFailed),
    st.just(seen.TimeCame()),
    st.builds(seen.LogOn, agent_id=agent_ids),
    st.builds(seen.LogOff, agent_id=agent_ids),
    st.builds(
        seen.ChooseStatus,
        agent_id=agent_ids,
        status=st.sampled_from(AgentStatus),
        reason=st.sampled_from((None, "BREAK")),
    ),
    st.builds(seen.HangUp, agent_id=agent_ids),
    st.builds(seen.SaveWrapUp, agent_id=agent_ids, call_id=call_ids, reason=st.just("x")),
    st.builds(seen.ExtendWrapUp, agent_id=agent_ids),
)
sequences = st.lists(st.tuples(signals, st.sampled_from((0.0, 0.5, 20.0, 50.0))), max_size=80)


def play_all(sequence: Sequence[tuple[Signal, float]]) -> Play:
    play = Play(agent(AGENTS[0], motor=3), agent(AGENTS[1], motor=1, advice=1), agent(AGENTS[2]))
    play.ready(*AGENTS[:2])
    for signal, pause_s in sequence:
        play.now += timedelta(seconds=pause_s)
        try:
            play.do(signal)
        except Declined:
            assert not play.floor.finish(play.now).changes
        check(play)
    return play


def check(play: Play) -> None:
    """What must hold between any two signals."""
    floor = play.floor
    bound = [call.agent_id for call in floor.calls.values() if call.phase in (*OFFERED, "talking")]
    assert len(bound) == len(set(bound)), "two calls on one agent"
    for one in floor.agents.values():
        if one.state in BUSY_STATES:
            call = floor.calls[one.call_id or CallId("")]
            assert call.agent_id == one.agent_id
        if one.state is AgentState.IDLE:
            assert one.call_id is None
    assert all(call.phase is not CallPhase.ENDED for call in floor.calls.values())


@settings(max_examples=300, deadline=None)
@given(sequences)
def test_no_sequence_of_signals_breaks_the_floor(sequence: Sequence[tuple[Signal, float]]) -> None:
    play_all(sequence)


@settings(max_examples=150, deadline=None)
@given(sequences)
def test_every_saved_version_is_one_more_than_the_last(
    sequence: Sequence[tuple[Signal, float]],
) -> None:
    versions: dict[str, int] = {}
    for step in play_all(sequence).steps:
        for known in step.changes.agents:
            assert known.version == versions.get(known.agent_id, 0) + 1
            versions[known.agent_id] = known.version
        for call in step.changes.calls:
            assert call.version == versions.get(call.call_id, 0) + 1
            ended = call.phase is CallPhase.ENDED
            versions[call.call_id] = 0 if ended else call.version


@settings(max_examples=150, deadline=None)
@given(sequences)
def test_every_queued_call_ends_in_exactly_one_outcome(
    sequence: Sequence[tuple[Signal, float]],
) -> None:
    play = play_all(sequence)
    for call_id in list(play.floor.calls):
        play.leaves(call_id)
    assert play.floor.calls == {}
    for visit in visits(play.steps):
        queued = any(isinstance(event, Queued) for event in visit)
        left = [event for event in visit if isinstance(event, QueueLeft)]
        assert len(left) == (1 if queued else 0)


def visits(steps: Sequence[Step]) -> list[list[object]]:
    """The events of each visit of a caller, split where his line was cleared."""
    found: list[list[object]] = []
    open_visits: dict[CallId, list[object]] = {}
    for event in (event for step in steps for event in step.changes.events):
        call_id = getattr(event, "call_id", None)
        if call_id is None:
            continue
        open_visits.setdefault(call_id, []).append(event)
        if isinstance(event, CallCleared):
            found.append(open_visits.pop(call_id))
    return found
