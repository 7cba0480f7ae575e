"""The rules of one queue, and the order of its waiting calls. Pure.

Priority is counted in points: base of the queue + points of the caller (domain.md §3) + ageing.
Inside, points are whole billionths and times whole microseconds since 1970, so that two ways of
computing an order can never differ by a rounding.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from cti.core.acd.overflow import Overflow
from cti.core.acd.skills import Needs, Skills, abilities, agent_need, language_need, merged, relaxed
from cti.core.acd.wrap_up import WrapUpRule
from cti.core.agent_state import Agent
from cti.core.call import Call
from cti.core.ids import AgentId, CallId, QueueName

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = 1_000_000
POINT: Final = 1_000_000_000


class Strategy(StrEnum):
    """Which of the agents who meet all needs goes first; longest idle breaks every tie.

    Least talk since sign-in; round robin by who was offered a call longest ago; linear in the order of
    config/agents.yaml; by level the best one, and among equals by the queue's ``then``.
    """

    LONGEST_IDLE = "longest_idle"
    LEAST_TALK = "least_talk"
    ROUND_ROBIN = "round_robin"
    LINEAR = "linear"
    BY_LEVEL = "by_level"


@dataclass(frozen=True, slots=True)
class Relaxation:
    """From ``after_s`` seconds of waiting on the needs change (``skills.relaxed``)."""

    after_s: float
    needs: Needs


@dataclass(frozen=True, slots=True)
class Ageing:
    """Points gained for each second of waiting, up to ``cap``; exact to 0.001 points a second."""

    per_s: float = 0.1
    cap: int = 30


@dataclass(frozen=True, slots=True)
class ServiceTarget:
    """The share of calls to be answered within so many seconds, such as 0.9 in 15 s."""

    share: float = 0.8
    within_s: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePolicy:
    """One queue of config/queues.yaml.

    ``relaxation`` is in order of time; each step changes what the step before left. Of ``overflow`` the
    first step whose conditions hold takes a call away. ``sticky``: a caller who comes back waits for his
    agent first, and has the place he gave up.
    ``ceiling`` bounds a call's points, ageing included, but never below the queue's own priority.
    ``alert``: supervisors are told of each call at once. ``reconnects``: so often a caller whose talk broke
    off comes back to its head.
    """

    name: QueueName
    priority: int = 0
    needs: Needs = field(default_factory=dict)
    relaxation: tuple[Relaxation, ...] = ()
    overflow: tuple[Overflow, ...] = ()
    sticky: bool = True
    ageing: Ageing = Ageing()
    ceiling: int = 99
    strategy: Strategy = Strategy.LONGEST_IDLE
    then: Strategy = Strategy.LONGEST_IDLE
    ring_s: int = 15
    wrap_up: WrapUpRule = field(default_factory=WrapUpRule)
    target: ServiceTarget = ServiceTarget()
    alert: bool = False
    reconnects: int = 2

    def priority_with(self, points: int, priority: int | None = None) -> int:
        """The priority of a caller who brings ``points`` of his own (segment, flags).

        ``priority`` instead of the queue's own, where the menu says so. A queue that begins above the
        ceiling knows none, and takes no points away.
        """
        own = self.priority if priority is None else priority
        if self.priority > self.ceiling:
            return own + max(points, 0)
        return max(min(own + points, max(self.top, own)), 0)

    @property
    def top(self) -> int:
        """The most points a call of this queue can have."""
        return max(self.ceiling, self.priority)

    def needs_after(self, needs: Needs, steps: int) -> dict[str, int]:
        """The queue's and the call's needs together, after the first ``steps`` relaxations."""
        now = merged(self.needs, needs)
        for step in self.relaxation[:steps]:
            now = relaxed(now, step.needs)
        return now


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCall:
    """A call as the router sees it.

    ``priority`` is the whole priority before ageing (``QueuePolicy.priority_with``); ``needs`` come
    on top of the queue's own. ``head`` marks a missed offer: the call goes before all of its queue and
    priority. Agents in ``avoid`` get it only when nobody else can. Until ``wish_until`` it waits for the
    agent of its ``wish`` alone.
    """

    call_id: CallId
    queue: QueueName
    queued_at: datetime
    priority: int = 0
    needs: Needs = field(default_factory=dict)
    head: bool = False
    avoid: frozenset[AgentId] = frozenset()
    flags: tuple[str, ...] = ()
    wish: AgentId | None = None
    wish_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeAgent:
    """An agent who may be offered a call now; ``skills`` hold his languages too (``lang:zh``).

    One whose ``idle_since`` is unknown counts as longest idle, one who was never offered a call as
    offered longest ago. ``talked_s`` is his talk since he signed in, ``place`` his place in the roster.
    """

    agent_id: AgentId
    idle_since: datetime | None = None
    skills: Skills = field(default_factory=dict)
    talked_s: float = 0.0
    offered_at: datetime | None = None
    place: int = 0


def waiting(call: Call, avoid: frozenset[AgentId] = frozenset()) -> WaitingCall:
    """The call as the router sees it. Raises ValueError for a call that is in no queue."""
    wish = call.wish if call.wish and call.wish.agent_id not in avoid else None
    if call.queue is None or call.queued_at is None:
        raise ValueError(f"call {call.call_id} is in no queue")
    return WaitingCall(
        call_id=call.call_id,
        queue=call.queue,
        queued_at=call.place_at or call.queued_at,
        priority=call.priority,
        needs={**call.needs, language_need(call.language): 1},
        head=call.head,
        avoid=avoid,
        flags=call.flags,
        wish=wish.agent_id if wish else None,
        wish_until=wish.until if wish else None,
    )


def free_agent(agent: Agent) -> FreeAgent:
    """The agent as the router sees him."""
    return FreeAgent(
        agent_id=agent.agent_id,
        idle_since=agent.idle_since or agent.since,
        skills={**abilities(agent.skills, agent.languages), agent_need(agent.agent_id): 1},
        talked_s=agent.talked_s,
        offered_at=agent.offered_at,
        place=agent.place,
    )


def figure(agent: FreeAgent, strategy: Strategy) -> int:
    """What a strategy compares, the smallest first; 0 where only the idle time counts."""
    match strategy:
        case Strategy.LEAST_TALK:
            return round(agent.talked_s * _MICRO)
        case Strategy.ROUND_ROBIN:
            return micros(agent.offered_at) if agent.offered_at else 0
        case Strategy.LINEAR:
            return agent.place
        case _:
            return 0


def micros(at: datetime) -> int:
    """An aware datetime as whole microseconds since 1970."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * _MICRO + since.microseconds


def from_micros(at_us: int) -> datetime:
    """The inverse of ``micros``."""
    return datetime.fromtimestamp(at_us // _MICRO, UTC).replace(microsecond=at_us % _MICRO)


@dataclass(frozen=True, slots=True)
class Terms:
    """A policy worked out for the router: whole numbers only.

    ``rate`` is billionths of a point for each microsecond; ``steps_us`` the relaxations' waiting
    times.
    """

    policy: QueuePolicy
    rate: int
    steps_us: tuple[int, ...]

    def cap(self, priority: int) -> int:
        """The most a call of this priority can gain by waiting, in billionths of a point."""
        if self.rate == 0:
            return 0
        return max(0, min(self.policy.ageing.cap, self.policy.top - priority)) * POINT

    def score(self, call: WaitingCall, waited_us: int) -> int:
        """The call's points in billionths.

        A call whose offer was missed counts as fully aged, so that none of its class is before it.
        """
        cap = self.cap(call.priority)
        gained = cap if call.head or cap == 0 else min(cap, self.rate * waited_us)
        return call.priority * POINT + gained

    def steps(self, waited_us: int) -> int:
        """How many relaxations are in force after so long."""
        return bisect_right(self.steps_us, waited_us)

    def rank(self, call: WaitingCall, now_us: int) -> tuple[int, bool, int, CallId]:
        """Sorts calls as they are to be served: points, missed offers first, oldest, call id."""
        queued_us = micros(call.queued_at)
        score = self.score(call, now_us - queued_us)
        return (-score, not call.head, queued_us, call.call_id)


def terms(policy: QueuePolicy) -> Terms:
    """The policy worked out; a queue whose ageing has no cap to reach does not age."""
    rate = round(policy.ageing.per_s * 1000) if policy.ageing.cap > 0 else 0
    return Terms(policy, rate, tuple(round(step.after_s * _MICRO) for step in policy.relaxation))
