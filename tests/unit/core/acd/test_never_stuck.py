"""Random order, repeats, losses and clocks that jump: nobody gets stuck, and every visit is counted once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.core.acd import signals as seen
from cti.core.acd.centre import Centre, CentreRules, CountAs, ModeRouting
from cti.core.acd.declined import Declined
from cti.core.acd.floor import OFFERED
from cti.core.acd.missed import MissedRule, MissedRules
from cti.core.acd.orders import RingAgent
from cti.core.acd.overflow import Overflow
from cti.core.acd.queue import Relaxation
from cti.core.acd.routing_signals import CentreIs, ChangeWaitingCall
from cti.core.acd.signals import Signal
from cti.core.acd.skills import fits
from cti.core.acd.sticky import KeptPlace, Known
from cti.core.agent_state import AgentState, AgentStatus
from cti.core.call import CallPhase
from cti.core.events import OfferEnd, Queued, QueueLeft
from cti.core.ids import AgentId, CallId, QueueName
from tests.unit.core.acd.floors import ADVICE, MOTOR, RULES, START, Play, agent, caller_channel, leg

AGENTS = tuple(AgentId(f"100{n}") for n in range(1, 4))
CALLS = tuple(CallId(f"1.{n}") for n in range(1, 6))
STATUSES = ("NOANSWER", "BUSY", "CHANUNAVAIL", "WHISPERHUP", "CANCEL", "ANSWER", "?")
DUTY = "13900000000"
_MOTOR, _ADVICE = RULES.policies[MOTOR], RULES.policies[ADVICE]
HOUSE = replace(
    RULES,
    policies={
        MOTOR: replace(
            _MOTOR,
            needs={"motor": 2},
            relaxation=(Relaxation(20, {"motor": 1}), Relaxation(45, {"lang:*": 0})),
            overflow=(
                Overflow(queue=ADVICE, longer_than=2),
                Overflow(queue=ADVICE, after_s=60),
                Overflow(number=DUTY, nobody_signed_in=True, after_s=5),
            ),
        ),
        ADVICE: replace(
            _ADVICE,
            overflow=(Overflow(queue=MOTOR, after_s=90), Overflow(number=DUTY, closed=True)),
        ),
    },
    missed=MissedRules(
        causes={
            OfferEnd.NO_ANSWER: MissedRule(not_ready_after=None),
            OfferEnd.BUSY: MissedRule(not_ready_after=2, rest_s=10),
        }
    ),
    centre=CentreRules(
        modes={
            "peak": ModeRouting(count_as=(CountAs({"advice": 1}, {"motor": 2}),)),
            "evacuation": ModeRouting(overflow=(Overflow(number=DUTY),)),
        }
    ),
)

calls, agents = st.sampled_from(CALLS), st.sampled_from(AGENTS)
queues = st.sampled_from((MOTOR, ADVICE))
knowns = st.none() | st.builds(
    Known,
    last_agent=st.none() | agents,
    place=st.none()
    | st.builds(KeptPlace, queue=queues, since=st.just(START - timedelta(minutes=3))),
)
centres = st.builds(
    Centre,
    modes=st.sampled_from(((), ("peak",), ("evacuation",), ("evacuation", "peak"))),
    closed=st.sampled_from((frozenset(), frozenset({ADVICE}), frozenset({MOTOR, ADVICE}))),
)


@st.composite
def arrivals(draw: st.DrawFn) -> list[Signal]:
    """A caller who arrives, chooses and waits; any of the three may be lost, and all may be repeated."""
    call_id = draw(calls)
    channel = caller_channel(call_id)
    full: list[Signal] = [
        seen.CallerArrived(
            call_id=call_id,
            channel=channel,
            caller_number="1",
            dialed_number="2",
            known=draw(knowns),
        ),
        seen.QueueChosen(
            call_id=call_id, queue=draw(queues), variables={"owner": draw(st.just("") | agents)}
        ),
        seen.CallerWaits(call_id=call_id, channel=channel),
    ]
    return [one for one in full if draw(st.integers(0, 9))]


single: st.SearchStrategy[Signal] = st.one_of(
    st.builds(seen.PhoneAlerted, call_id=calls, agent_channel=agents.map(leg)),
    st.builds(seen.PhoneAnswered, call_id=calls, agent_channel=agents.map(leg)),
    st.builds(seen.TalkBegan, call_id=calls, agent_channel=agents.map(leg)),
    st.builds(
        seen.DialEnded,
        call_id=calls,
        attempt=st.integers(0, 4),
        status=st.sampled_from(STATUSES),
        cause=st.sampled_from((0, 16, 17, 21)),
    ),
    calls.map(lambda c: seen.CallerWaits(call_id=c, channel=caller_channel(c), attempt=9)),
    st.builds(seen.CallerChooses, call_id=calls),
    st.builds(seen.RingFailed, call_id=calls),
    calls.map(lambda c: seen.ChannelGone(call_id=c, channel=caller_channel(c))),
    st.builds(seen.LogOff, agent_id=agents),
    st.builds(
        seen.ChooseStatus,
        agent_id=agents,
        status=st.sampled_from((AgentStatus.READY, AgentStatus.NOT_READY)),
        reason=st.just("BREAK"),
    ),
    agents.map(lambda a: seen.LogOn(agent_id=a)),
    st.just(seen.TimeCame()),
    centres.map(CentreIs),
    st.builds(
        ChangeWaitingCall,
        call_id=calls,
        by=st.just("2001"),
        reason=st.just("x"),
        queue=st.none() | queues | st.just(QueueName("gone")),
        priority=st.none() | st.integers(-1, 101),
    ),
)
stories = st.lists(
    st.tuples(
        st.one_of(arrivals(), single.map(lambda one: [one])),
        st.sampled_from((0.0, 0.0, 0.4, 6.0, 25.0, -30.0)),
        st.booleans(),
    ),
    max_size=60,
)
Story = Sequence[tuple[list[Signal], float, bool]]


def told(play: Play, signal: Signal) -> None:
    """Timers run first, so that a wish which is declined changes nothing."""
    play.do(seen.TimeCame())
    try:
        play.do(signal)
    except Declined:
        assert not play.floor.finish(play.now).changes


def played(story: Story) -> Play:
    """Every signal, some of them twice, with a clock that may jump back."""
    play = Play(
        agent(AGENTS[0], motor=3),
        agent(AGENTS[1], motor=1, advice=2),
        agent(AGENTS[2]),
        rules=HOUSE,
    )
    play.ready(*AGENTS[:2])
    for signals, pause_s, twice in story:
        play.pass_s(pause_s)
        for signal in signals * (1 + twice):
            told(play, signal)
            check_bonds(play)
    return play


def check_bonds(play: Play) -> None:
    """No agent has two calls, and no offer is made to one who has one."""
    bound = Counter(c.agent_id for c in play.floor.calls.values() if c.agent_id)
    assert all(count == 1 for count in bound.values()), bound
    rung = Counter(
        order.agent_id for order in play.steps[-1].orders if isinstance(order, RingAgent)
    )
    assert all(count == 1 for count in rung.values()), "two offers at one agent"


def loop_again(play: Play) -> None:
    """Callers whose offers ended are back in the waiting loop."""
    for call in tuple(play.floor.calls.values()):
        if call.phase is CallPhase.WAITING and not play.floor.router.holds(call.call_id):
            channel, attempt = caller_channel(call.call_id), call.attempt
            told(play, seen.CallerWaits(call_id=call.call_id, channel=channel, attempt=attempt))


def ring_in_vain(play: Play) -> None:
    """Nobody answers what rings now."""
    for order in play.steps[-1].orders:
        if isinstance(order, RingAgent):
            play.pass_s(15)
            ended = {"call_id": order.call_id, "attempt": order.attempt, "status": "CANCEL"}
            told(play, seen.DialEnded(**ended))  # type: ignore[arg-type]


def grow_quiet(play: Play, most: int = 400) -> None:
    """Nobody says anything more, and all timers run."""
    loop_again(play)
    horizon = play.now + timedelta(hours=2)
    for _ in range(most):
        due = play.floor.next_due()
        if due is None or due > horizon:
            return
        play.now = max(play.now, due)
        play.do(seen.TimeCame())
        ring_in_vain(play)
        loop_again(play)


@settings(max_examples=250, deadline=None)
@given(stories)
def test_no_call_has_two_agents_and_no_agent_two_offers(story: Story) -> None:
    played(story)


@settings(max_examples=150, deadline=None)
@given(stories)
def test_when_all_is_quiet_nobody_is_stuck(story: Story) -> None:
    play = played(story)
    grow_quiet(play)
    floor = play.floor
    for one in floor.agents.values():
        if one.state in (AgentState.RESERVED, AgentState.RINGING):
            call = floor.calls[one.call_id or CallId("")]
            assert call.agent_id == one.agent_id
            assert call.phase in OFFERED
            assert floor.gives_up_at(call) > play.now - timedelta(hours=2)
    for waiting in floor.router.waiting():
        needs = floor.router.explain(waiting.call_id, play.now).needs
        able = [
            a for a in floor.agents.values() if a.free and fits(floor.able(a).skills, needs.items())
        ]
        assert able == [], "a free agent who fits, and a call that waits"


@settings(max_examples=150, deadline=None)
@given(stories)
def test_every_visit_to_a_queue_ends_in_exactly_one_way(story: Story) -> None:
    play = played(story)
    for call_id in tuple(play.floor.calls):
        play.leaves(call_id)
    open_visits: Counter[str] = Counter()
    for event in (event for step in play.steps for event in step.changes.events):
        if isinstance(event, Queued):
            open_visits[event.call_id] += 1
            assert open_visits[event.call_id] == 1, "two visits at once"
        elif isinstance(event, QueueLeft):
            open_visits[event.call_id] -= 1
            assert open_visits[event.call_id] == 0, "left twice"
    assert all(count == 0 for count in open_visits.values())
