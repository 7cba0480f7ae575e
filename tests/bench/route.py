"""Cost of one routing decision: the router against a simple scan."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median, quantiles
from time import perf_counter
from typing import Protocol

from cti.core.acd.queue import FreeAgent, QueuePolicy, WaitingCall
from cti.core.acd.router import Router
from cti.core.ids import AgentId, CallId, QueueName
from tests.bench.line import (
    Line,
    Row,
    interleaved,
    less_is_better,
    middle,
    more_is_better,
)

START = datetime(2026, 3, 21, 8, 0, tzinfo=UTC)
QUEUE = QueueName("motor")
POLICY = QueuePolicy(name=QUEUE, needs={"lang:zh": 1})
SKILLS = 25
LEVELS = (3, 6)
SIZES = ((10, 4000), (1000, 1000), (10_000, 400))
GOALS = {10: 1.0, 10_000: 250.0}
FLAT = 0.2
"""The least ratio of the smallest house's cost to the largest's: a millionfold product costs five times."""
SCAN = "simple scan"
FIGURES = ("p50", "p99", "rate")
Decided = tuple[str, str] | None
ScannedCall = tuple[tuple[tuple[str, int], ...], int, int, bool, frozenset[AgentId], float]


class Scan:
    """The simple way: whatever came new is held against all that is there, one after the other.

    The same rules as the router's, times and needs worked out beforehand; it gives no reasons.
    """

    def __init__(self, policy: QueuePolicy) -> None:
        self.policy = policy
        self.calls: dict[str, ScannedCall] = {}
        self.agents: dict[str, tuple[Mapping[str, int], float]] = {}

    def put_call(self, call: WaitingCall) -> None:
        room = min(self.policy.ageing.cap, self.policy.top - call.priority)
        queued_s = call.queued_at.timestamp()
        needs = tuple(self.policy.needs_after(call.needs, 0).items())
        self.calls[call.call_id] = (needs, call.priority, room, call.head, call.avoid, queued_s)

    def put_agent(self, agent: FreeAgent) -> None:
        since = agent.idle_since or START
        self.agents[agent.agent_id] = (agent.skills, since.timestamp())

    def drop_call(self, call_id: CallId) -> None:
        del self.calls[call_id]

    def drop_agent(self, agent_id: AgentId) -> None:
        del self.agents[agent_id]

    def joined(self, call: WaitingCall, now: datetime) -> Decided:
        self.put_call(call)
        return self._for_call(call.call_id)

    def freed(self, agent: FreeAgent, now: datetime) -> Decided:
        self.put_agent(agent)
        return self._for_agent(agent.agent_id, now)

    def _for_agent(self, agent_id: str, now: datetime) -> Decided:
        skills, _ = self.agents[agent_id]
        now_s, rate, best = now.timestamp(), self.policy.ageing.per_s, None
        for call_id, (needs, priority, room, head, _, queued_s) in self.calls.items():
            for skill, level in needs:
                if skills.get(skill, 0) < level:
                    break
            else:
                gained = room if head else min(room, (now_s - queued_s) * rate)
                key = (-priority - gained, not head, queued_s, call_id)
                if best is None or key < best:
                    best = key
        if best is None:
            return None
        del self.calls[best[3]], self.agents[agent_id]
        return best[3], agent_id

    def _for_call(self, call_id: str) -> Decided:
        needs, _, _, _, avoid, _ = self.calls[call_id]
        best = None
        for agent_id, (skills, since_s) in self.agents.items():
            for skill, level in needs:
                if skills.get(skill, 0) < level:
                    break
            else:
                key = (agent_id in avoid, since_s, agent_id)
                if best is None or key < best:
                    best = key
        if best is None:
            return None
        del self.calls[call_id], self.agents[best[2]]
        return call_id, best[2]


class Day:
    """Half of the skills have callers waiting and nobody free, the other half free agents and no caller.

    So every decision looks at a full house on one side, and both ways see the same sequence.
    """

    def __init__(self, size: int) -> None:
        self.random = random.Random(size)
        self.size = size
        self.now = START + timedelta(seconds=size * 0.1)
        self.busy = [self._agent(f"b{i}", range(12), None) for i in range(50)]
        self.idle = [self._agent(f"i{i:05}", range(13, SKILLS), i * 0.01) for i in range(size)]
        self.calls = [self.call(f"w{i:05}", range(12), i * 0.01) for i in range(size)]

    def call(self, name: str, skills: range, joined_s: float) -> WaitingCall:
        need = {f"s{self.random.choice(skills)}": self.random.choice(LEVELS)}
        return WaitingCall(
            call_id=CallId(name),
            queue=QUEUE,
            queued_at=START + timedelta(seconds=joined_s),
            priority=self.random.randrange(0, 80, 20),
            needs=need,
        )

    def _agent(self, name: str, skills: range, idle_s: float | None) -> FreeAgent:
        chosen = {f"s{k}": self.random.randint(1, 10) for k in self.random.sample(skills, 4)}
        chosen["lang:zh"] = 1
        since = self.now if idle_s is None else START + timedelta(seconds=idle_s)
        return FreeAgent(agent_id=AgentId(name), idle_since=since, skills=chosen)

    def joined_s(self) -> float:
        return (self.now - START).total_seconds()


class Side(Protocol):
    """What both ways of deciding can do."""

    def put_call(self, call: WaitingCall) -> None: ...
    def put_agent(self, agent: FreeAgent) -> None: ...
    def drop_call(self, call_id: CallId) -> None: ...
    def drop_agent(self, agent_id: AgentId) -> None: ...
    def joined(self, call: WaitingCall, now: datetime) -> Decided: ...
    def freed(self, agent: FreeAgent, now: datetime) -> Decided: ...


class Ours(Router):
    """The router, told of the newcomer and asked."""

    def joined(self, call: WaitingCall, now: datetime) -> Decided:
        self.put_call(call)
        offer = self.choose(now)
        return (offer.call_id, offer.agent_id) if offer else None

    def freed(self, agent: FreeAgent, now: datetime) -> Decided:
        self.put_agent(agent)
        offer = self.choose(now)
        return (offer.call_id, offer.agent_id) if offer else None


def measured(side: Side, size: int, decisions: int) -> tuple[list[float], list[Decided]]:
    """Seconds of each decision of the second half, and all decisions."""
    day = Day(size)
    known = {agent.agent_id: agent for agent in day.idle}
    for call in day.calls:
        side.put_call(call)
    for agent in day.idle:
        side.put_agent(agent)
    took_s, decided = [], []
    for turn in range(decisions):
        day.now += timedelta(seconds=0.05)
        spent_s, one = _agent_turn(side, day) if turn % 2 else _call_turn(side, day, known)
        took_s.append(spent_s)
        decided.append(one)
    return took_s[decisions // 2 :], decided


def _agent_turn(side: Side, day: Day) -> tuple[float, Decided]:
    """An agent of the waiting half becomes free; a new call takes the place of his."""
    agent = day.random.choice(day.busy)
    begun = perf_counter()
    decided = side.freed(agent, day.now)
    spent_s = perf_counter() - begun
    if decided:
        side.put_call(day.call(f"x{decided[0]}", range(12), day.joined_s()))
    else:
        side.drop_agent(agent.agent_id)
    return spent_s, decided


def _call_turn(side: Side, day: Day, known: Mapping[AgentId, FreeAgent]) -> tuple[float, Decided]:
    """A call of the free half joins; its agent comes back at once."""
    call = day.call(f"y{day.joined_s()}", range(13, SKILLS), day.joined_s())
    begun = perf_counter()
    decided = side.joined(call, day.now)
    spent_s = perf_counter() - begun
    if decided:
        side.put_agent(known[AgentId(decided[1])])
    else:
        side.drop_call(call.call_id)
    return spent_s, decided


def run() -> Sequence[Row]:
    """Rows for each size, and how the router's cost grows."""
    rows, ours = [], {}
    for size, decisions in SIZES:
        found = interleaved(
            {
                "ours": partial(_ours, size, decisions),
                "scan": partial(_scan, size, decisions),
            }
        )
        if found["ours"][0][1] != found["scan"][0][1]:
            raise RuntimeError(f"router and scan decide differently at {size} x {size}")
        costs = {name: [spread(took) for took, _ in runs] for name, runs in found.items()}
        ours[size] = costs["ours"]
        rows += size_rows(f"decision, {size:,} waiting x {size:,} free", costs, GOALS.get(size))
    return [*rows, *growth_rows("decision", ours)]


def spread(took_s: Sequence[float]) -> Mapping[str, float]:
    """Median and 99th of a hundred in µs, and how many a second."""
    worst = quantiles(took_s, n=100, method="inclusive")[-1]
    rate = len(took_s) / sum(took_s)
    return {"p50": median(took_s) * 1e6, "p99": worst * 1e6, "rate": rate}


def size_rows(
    name: str, costs: Mapping[str, Sequence[Mapping[str, float]]], goal: float | None
) -> list[Row]:
    """Ours and the scan at one size."""
    ours, scan = ({key: middle(costs[side], key) for key in FIGURES} for side in ("ours", "scan"))
    row = partial(less_is_better, unit="µs")
    return [
        more_is_better(name, "decisions/s", ours["rate"], (SCAN, scan["rate"])),
        row(f"{name}, p50", ours=ours["p50"], peer=(SCAN, scan["p50"]), goal=goal),
        row(f"{name}, p99", ours=ours["p99"], peer=(SCAN, scan["p99"])),
    ]


def growth_rows(name: str, ours: Mapping[int, Sequence[Mapping[str, float]]]) -> list[Row]:
    """A larger house against the smallest: 1 would be flat."""
    small = ours[10]
    return [
        less_is_better(
            f"{name}, {size:,} x {size:,} against 10 x 10, {key}",
            "µs",
            middle(ours[size], key),
            ("ours at 10 x 10", middle(small, key)),
            FLAT if key == "p50" and size == 10_000 else None,
        )
        for size in (1000, 10_000)
        for key in ("p50", "p99")
    ]


def _ours(size: int, decisions: int) -> tuple[list[float], list[Decided]]:
    return measured(Ours({QUEUE: POLICY}), size, decisions)


def _scan(size: int, decisions: int) -> tuple[list[float], list[Decided]]:
    return measured(Scan(POLICY), size, decisions)


LINE = Line(
    "Routing decision",
    "An agent becomes free, or a call joins, while so many calls wait and so many agents are free. "
    "48 sets of needs (a skill with a level, and a language), 4 skills an agent, ageing with cap; the "
    "skills the callers want and those of the free agents do not overlap, so each decision faces a full "
    "house on one side. Timed is putting the newcomer in and choosing. The peer holds the newcomer "
    "against all others in one loop over plain tuples, by the same rules, without relaxation steps and "
    "without reasons. Both must decide the same, or the line fails. The first half of the decisions "
    "warms up: needs that nobody had before are held against all agents once.",
    run,
)
