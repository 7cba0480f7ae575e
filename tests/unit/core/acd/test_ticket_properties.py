"""Whatever comes, in whatever order: no ticket is lost, dialled twice, or served twice, and the line
is kept."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.core.acd import signals as seen
from cti.core.acd.desk_steps import Declined
from cti.core.acd.floor import OFFERED
from cti.core.acd.lines import Line
from cti.core.acd.orders import DialBack
from cti.core.acd.places import is_ticket_id, place_of, ticket_id
from cti.core.acd.reconcile import reconcile
from cti.core.acd.signals import Signal
from cti.core.agent_state import AgentState, AgentStatus
from cti.core.call import CallPhase
from cti.core.callback_events import CallbackClosed, CallbackDialed, CallbackRequested
from cti.core.events import AgentAllocated
from cti.core.ids import AgentId, CallId
from tests.unit.core.acd.floors import MOTOR, Play, agent, caller_channel, leg

AGENTS = tuple(AgentId(f"100{n}") for n in range(1, 3))
CALLS = tuple(CallId(f"1.{n}") for n in range(1, 6))
NUMBERS = {call_id: f"1399700000{n % 3}" for n, call_id in enumerate(CALLS)}
IN_DIAL = (*OFFERED, CallPhase.DIALLING, CallPhase.TALKING, CallPhase.HELD, CallPhase.AFTER)
BOUND = (AgentState.RESERVED, AgentState.RINGING, AgentState.TALKING, AgentState.HELD)

callers = st.sampled_from(CALLS)
both = st.sampled_from((*CALLS, *map(ticket_id, CALLS)))
agents = st.sampled_from(AGENTS)


def _arrives(call_id: CallId) -> Signal:
    return seen.CallerArrived(
        call_id=call_id,
        channel=caller_channel(call_id),
        caller_number=NUMBERS[call_id],
        dialed_number="95518",
    )


def _asks(call_id: CallId) -> Signal:
    number = NUMBERS[call_id]
    return seen.CallbackAsked(call_id=call_id, queue=MOTOR, number=number, caller_number=number)


signals: st.SearchStrategy[Signal] = st.one_of(
    callers.map(_arrives),
    callers.map(lambda c: seen.QueueChosen(call_id=c, queue=MOTOR)),
    callers.map(lambda c: seen.CallerWaits(call_id=c, channel=caller_channel(c))),
    callers.map(lambda c: seen.CallerChooses(call_id=c)),
    callers.map(_asks),
    callers.map(_asks),
    st.builds(seen.CustomerDialled, call_id=both, attempt=st.integers(1, 4)),
    st.builds(seen.PhoneAlerted, call_id=both, agent_channel=agents.map(leg)),
    st.builds(seen.PhoneAnswered, call_id=both, agent_channel=agents.map(leg)),
    st.builds(seen.TalkBegan, call_id=both, agent_channel=agents.map(leg)),
    st.builds(
        seen.DialEnded,
        call_id=both,
        attempt=st.integers(1, 4),
        status=st.sampled_from(("ANSWER", "BUSY", "NOANSWER")),
    ),
    st.builds(
        seen.ChannelGone,
        call_id=both,
        channel=st.one_of(agents.map(leg), callers.map(caller_channel)),
        cause=st.sampled_from((16, 17, 21)),
        asked=st.booleans(),
    ),
    st.builds(seen.RingFailed, call_id=both, attempt=st.integers(0, 4)),
    st.just(seen.TimeCame()),
    st.builds(seen.CancelCallback, call_id=both, by=st.just("2001"), reason=st.just("x")),
    st.builds(seen.LogOn, agent_id=agents),
    st.builds(
        seen.ChooseStatus,
        agent_id=agents,
        status=st.sampled_from((AgentStatus.READY, AgentStatus.NOT_READY)),
        reason=st.just("BREAK"),
    ),
)
sequences = st.lists(
    st.tuples(signals, st.sampled_from((0.0, 0.5, 20.0, 400.0))), min_size=20, max_size=120
)


def play_all(sequence: Sequence[tuple[Signal, float]]) -> Play:
    play = Play(*(agent(agent_id) for agent_id in AGENTS))
    play.ready(*AGENTS)
    for signal, pause_s in sequence:
        play.now += timedelta(seconds=pause_s)
        before = {a.agent_id for a in play.floor.agents.values() if not a.free}
        try:
            step = play.do(signal)
        except Declined:
            assert not play.floor.finish(play.now).changes
            continue
        check_bound(play)
        check_dials(play, [o for o in step.orders if isinstance(o, DialBack)], before)
        check_line(play)
    return play


def check_bound(play: Play) -> None:
    """Every ticket in dial has one agent of its own, who is bound to it."""
    floor = play.floor
    bound = [
        c.agent_id for c in floor.calls.values() if c.phase in (*OFFERED, "dialling", "talking")
    ]
    assert len(bound) == len(set(bound)), "two calls on one agent"
    for one in floor.agents.values():
        if one.state in BOUND:
            assert floor.calls[one.call_id or CallId("")].agent_id == one.agent_id


def check_dials(play: Play, dials: Sequence[DialBack], busy: set[AgentId]) -> None:
    """Never more dials than agents who were free, and one a ticket at a time."""
    assert len({dial.agent_id for dial in dials}) == len(dials)
    for dial in dials:
        assert play.call(dial.call_id).phase in IN_DIAL
        assert play.call(dial.call_id).agent_id == dial.agent_id
        assert dial.agent_id not in busy or play.agent(dial.agent_id).call_id == dial.call_id


def check_line(play: Play) -> None:
    """While somebody may be offered a call, nobody is free: tickets starve no one and are not starved."""
    free = [one for one in play.floor.agents.values() if one.free]
    offerable = list(play.floor.router.waiting())
    assert not (free and offerable)
    numbers = Counter(t.number for c in play.floor.calls.values() if (t := c.ticket))
    assert all(count == 1 for count in numbers.values()), "two tickets for one number"


@settings(max_examples=300, deadline=None)
@given(sequences)
def test_no_sequence_of_signals_breaks_the_line(sequence: Sequence[tuple[Signal, float]]) -> None:
    play_all(sequence)


@settings(max_examples=200, deadline=None)
@given(sequences)
def test_every_ticket_is_open_or_was_closed_once(
    sequence: Sequence[tuple[Signal, float]],
) -> None:
    play = play_all(sequence)
    events = [event for step in play.steps for event in step.changes.events]
    asked = Counter(e.call_id for e in events if isinstance(e, CallbackRequested))
    closed = Counter(e.call_id for e in events if isinstance(e, CallbackClosed))
    open_now = Counter(call_id for call_id in play.floor.calls if is_ticket_id(call_id))
    assert asked == closed + open_now


@settings(max_examples=200, deadline=None)
@given(sequences)
def test_whoever_is_offered_first_has_the_oldest_place(
    sequence: Sequence[tuple[Signal, float]],
) -> None:
    """One queue, one skill, equal points: only places decide, for tickets as for callers."""
    play = Play(*(agent(agent_id) for agent_id in AGENTS))
    play.ready(*AGENTS)
    for signal, pause_s in sequence:
        play.now += timedelta(seconds=pause_s)
        line = {call.call_id: call for call in play.floor.router.waiting()}
        try:
            step = play.do(signal)
        except Declined:
            continue
        for event in step.changes.events:
            if isinstance(event, AgentAllocated) and event.call_id in line:
                taken = line.pop(event.call_id)
                fitting = [c for c in line.values() if play.floor.router.holds(c.call_id)]
                for other in fitting:
                    assert (not taken.head, taken.queued_at) <= (not other.head, other.queued_at)


@settings(max_examples=100, deadline=None)
@given(sequences, st.lists(st.sampled_from(("ringing", "dialling", "talking", "told")), max_size=3))
def test_a_restart_at_any_moment_loses_no_ticket_and_dials_none_twice(
    sequence: Sequence[tuple[Signal, float]], states: Sequence[str]
) -> None:
    play = play_all(sequence)
    before = {call.call_id: call for call in play.floor.calls.values() if call.ticket}
    living = dict(zip(before, states, strict=False))
    lines = [_line(call_id, state) for call_id, state in living.items()]
    fresh = Play(*(agent(agent_id) for agent_id in AGENTS))
    fresh.now = play.now
    fresh.floor.load(play.floor.agents.values(), play.floor.calls.values())
    reconcile(fresh.floor, lines, fresh.now)
    step = fresh.floor.finish(fresh.now)
    dialled = {order.call_id for order in step.orders if isinstance(order, DialBack)}
    assert not dialled & set(living)
    closed = {e.call_id for e in step.changes.events if isinstance(e, CallbackClosed)}
    assert {c for c in fresh.floor.calls if is_ticket_id(c)} == set(before) - closed
    for call_id, call in before.items():
        if call_id not in closed:
            assert place_of(fresh.call(call_id)) == place_of(call)
    check_bound(fresh)


def _line(call_id: CallId, state: str) -> Line:
    return Line(
        channel=leg(AGENTS[0]),
        call_id=call_id,
        is_caller=True,
        state=state,
        bridge_id="",
        caller_number="",
        dialed_number="",
        age_s=0.0,
        variables={},
    )


class Dials(StrEnum):
    """How one offer of a ticket to an agent goes."""

    MISSED = "missed"
    WHISPER_HANGUP = "whisper"
    BUSY = "BUSY"
    NO_ANSWER = "NOANSWER"
    UNREACHABLE = "CHANUNAVAIL"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(Dials), st.sampled_from((0.0, 7.0, 290.0, 310.0, 2000.0))),
        min_size=1,
        max_size=12,
    )
)
def test_a_customer_is_dialled_at_0_5_and_30_minutes_and_no_more_nor_sooner(
    course: Sequence[tuple[Dials, float]],
) -> None:
    """An agent who misses the offer, or leaves before the customer is dialled, uses up no attempt."""
    play = Play(agent(AGENTS[0]))
    play.do(_asks(CALLS[0]))
    ticket = ticket_id(CALLS[0])
    for how, pause_s in course:
        play.ready(AGENTS[0])
        if ticket in play.floor.calls and play.call(ticket).phase is CallPhase.RESERVED:
            _dial(play, ticket, how)
        play.later(pause_s)
    dials = [e for s in play.steps for e in s.changes.events if isinstance(e, CallbackDialed)]
    planned = play.floor.rules.callback_at_s
    assert [dial.attempt for dial in dials] == list(range(1, len(dials) + 1))
    assert len(dials) <= len(planned)
    for dial, after_s in zip(dials, planned, strict=False):
        assert dial.at - dials[0].at >= timedelta(seconds=after_s)
    assert (ticket in play.floor.calls) == (len(dials) < len(planned))


def _dial(play: Play, ticket: CallId, how: Dials) -> None:
    """From the agent's phone ringing to the end of his leg."""
    agent_leg, attempt = leg(AGENTS[0]), play.call(ticket).attempt
    play.do(seen.PhoneAlerted(call_id=ticket, agent_channel=agent_leg))
    if how is not Dials.MISSED:
        play.do(seen.PhoneAnswered(call_id=ticket, agent_channel=agent_leg))
    if how not in (Dials.MISSED, Dials.WHISPER_HANGUP):
        play.do(seen.CustomerDialled(call_id=ticket, attempt=attempt))
        play.do(seen.DialEnded(call_id=ticket, attempt=attempt, status=how))
    play.do(seen.ChannelGone(call_id=ticket, channel=agent_leg, cause=16))
