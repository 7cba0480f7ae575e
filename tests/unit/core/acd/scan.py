"""The router's rules written as plainly as they can be: every call against every agent, each time.

Points are exact fractions and nothing is kept sorted, so this shares no arithmetic with the router.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from cti.core.acd.queue import FreeAgent, QueuePolicy, Strategy, WaitingCall
from cti.core.ids import AgentId, CallId, QueueName

_START = datetime(1970, 1, 1, tzinfo=UTC)
Policies = Mapping[QueueName, QueuePolicy]


def seconds(span: timedelta) -> Fraction:
    return Fraction(span // timedelta(microseconds=1), 1_000_000)


def points(policy: QueuePolicy, call: WaitingCall, now: datetime) -> Fraction:
    ceiling = max(policy.ceiling, policy.priority)
    room = max(0, min(policy.ageing.cap, ceiling - call.priority))
    rate = Fraction(round(policy.ageing.per_s * 1000), 1000)
    if rate == 0 or room == 0:
        return Fraction(call.priority)
    gained = rate * seconds(now - call.queued_at)
    return call.priority + (Fraction(room) if call.head else min(Fraction(room), gained))


def needs(policy: QueuePolicy, call: WaitingCall, now: datetime) -> dict[str, int]:
    wanted = dict(policy.needs)
    for skill, level in call.needs.items():
        wanted[skill] = max(level, wanted.get(skill, 0))
    for step in policy.relaxation:
        if seconds(now - call.queued_at) >= Fraction(round(step.after_s * 1e6), 1_000_000):
            wanted = _after(wanted, step.needs)
    return wanted


def _after(wanted: dict[str, int], changes: Mapping[str, int]) -> dict[str, int]:
    fresh = dict(wanted)
    for name, level in changes.items():
        star = name.endswith("*")
        for skill in [s for s in wanted if s.startswith(name[:-1])] if star else [name]:
            fresh[skill] = min(level, fresh[skill]) if skill in fresh else level
    return {skill: level for skill, level in fresh.items() if level}


def able(agent: FreeAgent, wanted: Mapping[str, int]) -> bool:
    return all(agent.skills.get(skill, 0) >= level for skill, level in wanted.items())


def in_order(policies: Policies, calls: Iterable[WaitingCall], now: datetime) -> list[WaitingCall]:
    def key(call: WaitingCall) -> tuple[Fraction, bool, datetime, CallId]:
        return (
            -points(policies[call.queue], call, now),
            not call.head,
            call.queued_at,
            call.call_id,
        )

    return sorted(calls, key=key)


def best_agent(
    policy: QueuePolicy, call: WaitingCall, agents: Iterable[FreeAgent], now: datetime
) -> AgentId | None:
    wanted = needs(policy, call, now)
    candidates = [agent for agent in agents if able(agent, wanted)]
    wished = [agent for agent in candidates if agent.agent_id not in call.avoid] or candidates

    def key(agent: FreeAgent) -> tuple[int, Fraction, datetime, AgentId]:
        level = sum(agent.skills.get(skill, 0) for skill in wanted)
        by_level = policy.strategy is Strategy.BY_LEVEL
        first = compared(policy.then if by_level else policy.strategy, agent)
        return (-level if by_level else 0, first, agent.idle_since or _START, agent.agent_id)

    return min(wished, key=key).agent_id if wished else None


def compared(strategy: Strategy, agent: FreeAgent) -> Fraction:
    offered_s = seconds(agent.offered_at - _START) if agent.offered_at else Fraction(0)
    figures = {
        Strategy.LEAST_TALK: Fraction(agent.talked_s),
        Strategy.ROUND_ROBIN: offered_s,
        Strategy.LINEAR: Fraction(agent.place),
    }
    return figures.get(strategy, Fraction(0))


def choose(
    policies: Policies, calls: Iterable[WaitingCall], agents: Iterable[FreeAgent], now: datetime
) -> tuple[CallId, AgentId] | None:
    free = list(agents)
    for call in in_order(policies, calls, now):
        agent_id = best_agent(policies[call.queue], call, free, now)
        if agent_id is not None:
            return call.call_id, agent_id
    return None
