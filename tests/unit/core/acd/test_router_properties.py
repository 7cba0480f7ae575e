"""Random floors: the router against the plain scan, and what must hold whatever happens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.core.acd import router as router_module
from cti.core.acd.queue import (
    Ageing,
    FreeAgent,
    QueuePolicy,
    Relaxation,
    Strategy,
    WaitingCall,
)
from cti.core.acd.router import Router
from cti.core.ids import AgentId, CallId, QueueName
from tests.unit.core.acd import scan

START = datetime(2026, 3, 21, 1, 0, tzinfo=UTC)
SKILLS = ("motor", "consult", "calm", "lang:zh", "lang:en")
NAMES = (QueueName("major"), QueueName("motor"), QueueName("consult"))

needs = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 3), max_size=2)
changes = st.dictionaries(
    st.sampled_from((*SKILLS, "lang:*", "c*")), st.integers(0, 3), min_size=1, max_size=2
)


@st.composite
def policy(draw: st.DrawFn, name: QueueName) -> QueuePolicy:
    after = sorted(draw(st.lists(st.integers(0, 60), max_size=3)))
    return QueuePolicy(
        name=name,
        priority=draw(st.sampled_from((0, 20, 90, 100))),
        needs=draw(needs),
        relaxation=tuple(Relaxation(s, draw(changes)) for s in after),
        ageing=Ageing(draw(st.sampled_from((0.0, 0.1, 0.333, 1.0, 5.0))), draw(st.integers(0, 30))),
        strategy=draw(st.sampled_from(Strategy)),
        then=draw(st.sampled_from([s for s in Strategy if s is not Strategy.BY_LEVEL])),
    )


@st.composite
def waiting_call(draw: st.DrawFn) -> WaitingCall:
    return WaitingCall(
        call_id=CallId(f"c{draw(st.integers(0, 11))}"),
        queue=draw(st.sampled_from(NAMES)),
        queued_at=START + timedelta(milliseconds=250 * draw(st.integers(0, 240))),
        priority=draw(st.sampled_from((0, 5, 20, 60, 97, 100))),
        needs=draw(needs),
        head=draw(st.booleans()),
        avoid=frozenset(AgentId(f"a{i}") for i in draw(st.sets(st.integers(0, 7), max_size=2))),
    )


@st.composite
def free_agent(draw: st.DrawFn) -> FreeAgent:
    since = draw(st.none() | st.integers(0, 60))
    return FreeAgent(
        agent_id=AgentId(f"a{draw(st.integers(0, 7))}"),
        idle_since=None if since is None else START + timedelta(seconds=since),
        skills=draw(st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 5), min_size=2)),
        talked_s=draw(st.integers(0, 40)) * 0.25,
        offered_at=draw(st.none() | st.integers(0, 9).map(lambda s: START + timedelta(seconds=s))),
        place=draw(st.integers(0, 3)),
    )


class Floor:
    """A router, and beside it the plain lists it must agree with."""

    def __init__(self, policies: list[QueuePolicy]) -> None:
        self.policies = {p.name: p for p in policies}
        self.router = Router(self.policies)
        self.calls: dict[CallId, WaitingCall] = {}
        self.agents: dict[AgentId, FreeAgent] = {}
        self.now = START

    def put_call(self, call: WaitingCall) -> None:
        self.calls[call.call_id] = call
        self.router.put_call(call)

    def put_agent(self, agent: FreeAgent) -> None:
        self.agents[agent.agent_id] = agent
        self.router.put_agent(agent)

    def drop_call(self, call: WaitingCall) -> None:
        self.calls.pop(call.call_id, None)
        self.router.drop_call(call.call_id)

    def drop_agent(self, agent: FreeAgent) -> None:
        self.agents.pop(agent.agent_id, None)
        self.router.drop_agent(agent.agent_id)

    def wait(self, milliseconds: int) -> None:
        self.now += timedelta(milliseconds=milliseconds)

    def settle(self) -> None:
        while self.choose(None):
            pass

    def choose(self, _: None) -> bool:
        expected = scan.choose(self.policies, self.calls.values(), self.agents.values(), self.now)
        offer = self.router.choose(self.now)
        assert (offer and (offer.call_id, offer.agent_id)) == expected
        if offer:
            call = self.calls.pop(offer.call_id)
            del self.agents[offer.agent_id]
            assert offer.why.points == pytest.approx(
                float(scan.points(self.policies[call.queue], call, self.now))
            )
        return offer is not None


def act(name: str, values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[str, object]]:
    return st.tuples(st.just(name), values)


some_acts = st.one_of(
    act("put_call", waiting_call()),
    act("put_call", waiting_call()),
    act("put_agent", free_agent()),
    act("put_agent", free_agent()),
    act("drop_call", waiting_call()),
    act("drop_agent", free_agent()),
    act("wait", st.sampled_from((0, 1, 250, 5000, 20000, 45000))),
    act("choose", st.none()),
)
acts = st.tuples(
    st.lists(act("put_call", waiting_call()), min_size=4, max_size=8),
    st.lists(act("put_agent", free_agent()), min_size=0, max_size=6),
    st.lists(some_acts, min_size=5, max_size=30),
).map(lambda parts: [one for part in parts for one in part])
floors = st.tuples(*(policy(name) for name in NAMES)).map(lambda three: Floor(list(three)))


def run(floor: Floor, done: list[tuple[str, object]]) -> None:
    for name, value in done:
        getattr(floor, name)(value)


@settings(max_examples=150, deadline=None)
@given(floors, acts)
def test_the_router_decides_as_the_plain_scan_does(
    floor: Floor, done: list[tuple[str, object]]
) -> None:
    run(floor, done)
    floor.settle()


@settings(max_examples=50, deadline=None)
@given(floors, acts)
def test_forgetting_unused_needs_changes_no_decision(
    floor: Floor, done: list[tuple[str, object]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(router_module, "_MOST_NEEDS", 2)
        run(floor, done)
        floor.settle()


@settings(max_examples=50, deadline=None)
@given(floors, acts)
def test_no_call_and_no_agent_is_lost_or_offered_twice(
    floor: Floor, done: list[tuple[str, object]]
) -> None:
    run(floor, done)
    calls, agents = set(floor.calls), set(floor.agents)
    offers = []
    while (offer := floor.router.choose(floor.now)) is not None:
        offers.append(offer)
    assert len({offer.agent_id for offer in offers}) == len(offers)
    assert {call.call_id for call in floor.router.waiting()} == calls - {o.call_id for o in offers}
    assert {a.agent_id for a in floor.router.free()} == agents - {o.agent_id for o in offers}


@settings(max_examples=150, deadline=None)
@given(floors, acts)
def test_between_now_and_the_next_step_time_alone_makes_no_pair(
    floor: Floor, done: list[tuple[str, object]]
) -> None:
    run(floor, done)
    while floor.router.choose(floor.now) is not None:
        pass
    step_at = floor.router.next_step_at()
    until = step_at - timedelta(microseconds=1) if step_at else floor.now + timedelta(days=1)
    assert step_at is None or step_at > floor.now
    assert floor.router.choose(until) is None


@settings(max_examples=150, deadline=None)
@given(floors, acts)
def test_an_explanation_agrees_with_the_plain_scan(
    floor: Floor, done: list[tuple[str, object]]
) -> None:
    run(floor, done)
    order = scan.in_order(floor.policies, floor.calls.values(), floor.now)
    for place, call in enumerate(order):
        told = floor.router.explain(call.call_id, floor.now)
        policy = floor.policies[call.queue]
        best = scan.best_agent(policy, call, floor.agents.values(), floor.now)
        assert told.ahead == place
        assert told.needs == scan.needs(policy, call, floor.now)
        assert (told.candidates[0] if told.candidates else None) == best
        listed = set(told.candidates) | {gap.agent_id for gap in told.excluded}
        assert listed == set(floor.agents)


@settings(max_examples=50, deadline=None)
@given(floors, acts)
def test_the_order_of_events_at_one_moment_does_not_change_who_gets_whom(
    floor: Floor, done: list[tuple[str, object]]
) -> None:
    run(floor, done)
    other = Router(floor.policies)
    for agent in reversed(floor.agents.values()):
        other.put_agent(agent)
    for call in reversed(floor.calls.values()):
        other.put_call(replace(call))
    pairs = []
    for router in (floor.router, other):
        found = []
        while (offer := router.choose(floor.now)) is not None:
            found.append((offer.call_id, offer.agent_id))
        pairs.append(found)
    assert pairs[0] == pairs[1]
