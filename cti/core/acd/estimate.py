"""What a waiting caller may be told: how many are before him, and how long it will take. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Final

from cti.core.acd.queue import QueuePolicy, WaitingCall, micros, terms
from cti.core.acd.skills import Needs, Skills, abilities, fits
from cti.core.agent_state import Agent, AgentStatus
from cti.core.ids import AgentId, CallId, QueueName

_LEAST_S: Final = 30.0
LONGEST_TOLD_S: Final = 15 * 60
"""A longer wait is told as this, and more."""
_FEWEST_ANSWERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LastHour:
    """The queue over the last hour: answered calls and their mean handling time in seconds."""

    answers: int
    aht_s: float


@dataclass(frozen=True, slots=True)
class Ahead:
    """Calls served before one: all of its queue, and those of them that need the same."""

    in_queue: int
    alike: int


def served_before(
    calls: Iterable[WaitingCall], policies: Mapping[QueueName, QueuePolicy], now: datetime
) -> dict[CallId, Ahead]:
    """How many calls of its own queue are served before each call, callbacks included."""
    now_us = micros(now)
    worked_out = {name: terms(policy) for name, policy in policies.items()}
    known = (call for call in calls if call.queue in worked_out)
    in_order = sorted(known, key=lambda call: worked_out[call.queue].rank(call, now_us))
    ahead: dict[CallId, Ahead] = {}
    seen = dict.fromkeys(worked_out, 0)
    alike: dict[tuple[QueueName, frozenset[tuple[str, int]]], int] = {}
    for call in in_order:
        key = (call.queue, frozenset(call.needs.items()))
        ahead[call.call_id] = Ahead(seen[call.queue], alike.get(key, 0))
        seen[call.queue] += 1
        alike[key] = alike.get(key, 0) + 1
    return ahead


def works(agent: Agent) -> bool:
    """Whether the agent takes calls, and means to go on doing so after the one he has."""
    return agent.status is AgentStatus.READY and agent.pending in (None, AgentStatus.READY)


def own_skills(agent: Agent) -> Skills:
    """What the agent can do by himself, languages included."""
    return abilities(agent.skills, agent.languages)


def queues_served(
    agents: Iterable[Agent],
    policies: Mapping[QueueName, QueuePolicy],
    able: Callable[[Agent], Skills] = own_skills,
) -> dict[AgentId, int]:
    """Each working agent → of how many queues he meets the needs; 1 for one who only helps out."""
    found: dict[AgentId, int] = {}
    for agent in agents:
        if works(agent):
            skills = able(agent)
            met = sum(fits(skills, policy.needs.items()) for policy in policies.values())
            found[agent.agent_id] = max(1, met)
    return found


def shares(
    agents: Mapping[AgentId, Agent],
    served: Mapping[AgentId, int],
    needs: Needs,
    able: Callable[[Agent], Skills] = own_skills,
) -> list[int]:
    """Of every working agent who meets the needs: how many queues he serves."""
    met = (agents[who] for who in served)
    return [served[agent.agent_id] for agent in met if fits(able(agent), needs.items())]


def expected_wait_s(ahead: int, queues_of: Iterable[int], hour: LastHour) -> int | None:
    """Seconds a caller with ``ahead`` calls before him will wait; None where no one should say.

    ``(ahead + 1) * AHT / sum(1/k)``: each working agent of the queue counts as one part of the
    ``k`` queues he serves (domain.md §4, Google's EWT); between 30 s and 15 min, rounded up to the
    minute. Silent with fewer than 3 answers in the hour, or with no agent.
    """
    agents = sum(1 / k for k in queues_of)
    if hour.answers < _FEWEST_ANSWERS or agents == 0:
        return None
    expected = (ahead + 1) * hour.aht_s / agents
    return ceil(min(max(expected, _LEAST_S), LONGEST_TOLD_S) / 60) * 60
