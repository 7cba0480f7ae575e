"""Every queue's ways out, kept beside the router: who waits where, and when to look. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from cti.core.acd.centre import Centre
from cti.core.acd.estimate import expected_wait_s, queues_served, shares
from cti.core.acd.floor_rules import FloorRules
from cti.core.acd.overflow import Overflow
from cti.core.acd.overflow_line import Outlook, OverflowLine, Waiter
from cti.core.acd.queue import QueuePolicy
from cti.core.acd.skills import abilities, fits
from cti.core.agent_state import Agent
from cti.core.call import Call
from cti.core.ids import AgentId, CallId

_MOST_WAITING = 100_000


class Crew(Protocol):
    """Who is there to take calls."""

    rules: FloorRules
    centre: Centre
    agents: dict[AgentId, Agent]


class Overflowing:
    """One ``OverflowLine`` for each queue that has a way out."""

    def __init__(self, rules: FloorRules, centre: Centre) -> None:
        everywhere = rules.centre.overflow(centre)
        self._lines = {
            name: OverflowLine([s for s in steps if s.queue is None or s.queue in rules.policies])
            for name, policy in rules.policies.items()
            if (steps := (*everywhere, *policy.overflow))
        }
        self._line_of: dict[CallId, OverflowLine] = {}

    def add(self, call: Call) -> None:
        """The caller waits, and an order can reach him. A callback's ticket stays where it is."""
        if call.queue is None or call.queued_at is None or call.ticket is not None:
            return
        line = self._lines.get(call.queue)
        if line is None:
            return
        self._line_of[call.call_id] = line
        went_by = (*call.overflowed, call.queue)
        line.add(Waiter(call.call_id, call.queued_at, call.sent_out_at, call.head, went_by))

    def drop(self, call_id: CallId) -> None:
        """He waits no longer."""
        line = self._line_of.pop(call_id, None)
        if line is not None:
            line.drop(call_id)

    def next_look(self) -> datetime | None:
        """When somebody may have to leave."""
        moments = (line.next_look() for line in self._lines.values())
        return min(filter(None, moments), default=None)

    def leaving(self, crew: Crew, now: datetime) -> Iterator[tuple[CallId, Overflow]]:
        """Who leaves now, and how."""
        for name, line in self._lines.items():
            look = line.next_look()
            if look is not None and look <= now:
                found = list(line.leaving(now, _outlook(crew, crew.rules.policies[name])))
                for call_id, _ in found:
                    self._line_of.pop(call_id, None)
                yield from found


def _outlook(crew: Crew, policy: QueuePolicy) -> Outlook:
    return Outlook(
        most_within=lambda limit_s: _most_within(crew, policy, limit_s),
        nobody=lambda: not any(_serves(agent, policy) for agent in crew.agents.values()),
        closed=policy.name in crew.centre.closed,
    )


def _serves(agent: Agent, policy: QueuePolicy) -> bool:
    """At work, and able to take the queue's calls at least in the end."""
    if not agent.signed_in:
        return False
    skills = abilities(agent.skills, agent.languages)
    stages = (policy.needs_after({}, step) for step in range(len(policy.relaxation) + 1))
    return any(fits(skills, needs.items()) for needs in stages)


def _most_within(crew: Crew, policy: QueuePolicy, limit_s: float) -> int | None:
    """So many may wait that the last of them waits no longer than the limit; None: nobody can say."""
    hour = crew.centre.hours.get(policy.name)
    if hour is None:
        return None
    policies = crew.rules.policies
    served = queues_served(crew.agents.values(), policies)
    queues_of: Iterable[int] = shares(crew.agents, served, policy.needs)
    low, high = 0, _MOST_WAITING
    while low < high:
        middle = (low + high) // 2
        expected_s = expected_wait_s(middle, queues_of, hour)
        if expected_s is None:
            return None
        low, high = (middle + 1, high) if expected_s <= limit_s else (low, middle)
    return low
