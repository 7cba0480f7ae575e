"""Which waiting callers are told their place and time now, and what exactly. Pure.

Silence is better than a wrong word: nobody is told who is about to be offered, no time is told that is
not well founded, and no longer one than before unless more calls or fewer agents made it so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from heapq import nsmallest
from typing import Final

from cti.core.acd.estimate import (
    Ahead,
    LastHour,
    expected_wait_s,
    queues_served,
    shares,
    works,
)
from cti.core.acd.floor import Floor
from cti.core.acd.queue import WaitingCall, waiting
from cti.core.acd.skills import Needs, Skills, fits
from cti.core.agent_state import Agent
from cti.core.call import Call, CallPhase, Told
from cti.core.ids import AgentId, CallId, QueueName

SOON_S: Final = 8.0
"""An announcement takes about so long; who is offered a call within it, is told nothing."""
NO_ANSWERS: Final = LastHour(answers=0, aht_s=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceRules:
    """What the callers of a queue are told, ``first_after_s`` after they came into it, and how often."""

    position: bool = True
    wait: bool = True
    first_after_s: float = 10.0
    every_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What one caller is to hear. ``position`` counts from 1, the next to be served.

    ``with_position`` is false where only the time may be told; ``agents`` is the sum of 1/k behind it.
    """

    call: Call
    queue: QueueName
    position: int
    with_position: bool
    wait_s: int | None
    agents: float


class Waiters:
    """Everybody in line at one moment, and ``ahead`` of each those who are served before him."""

    def __init__(self, floor: Floor, ahead: Mapping[CallId, Ahead], now: datetime) -> None:
        self._floor, self._ahead, self._now = floor, ahead, now
        self._shares: dict[frozenset[tuple[str, int]], list[int]] = {}

    def announcement(
        self, call: Call, rules: AnnounceRules, hour: LastHour, agents_then: float | None
    ) -> Announcement | None:
        """What the caller is told now; None for nothing. ``agents_then``: those of the last time."""
        ahead = self._ahead.get(call.call_id)
        if ahead is None or self._soon(call, ahead):
            return None
        agents = sum(1 / k for k in self._agents(call, call_needs(call)))
        fresh = Announcement(
            call=call,
            queue=self._floor.policy(call.queue).name,
            position=ahead.in_queue + 1,
            with_position=rules.position,
            wait_s=self._wait_s(call, ahead, hour) if rules.wait else None,
            agents=agents,
        )
        said = fresh if _may_be_told(fresh, agents_then) else replace(fresh, wait_s=None)
        return said if said.with_position or said.wait_s is not None else None

    @cached_property
    def _served(self) -> Mapping[AgentId, int]:
        floor = self._floor
        return queues_served(floor.agents.values(), floor.rules.policies, self._able)

    def _able(self, agent: Agent) -> Skills:
        return self._floor.able(agent).skills

    def _needs(self, call: Call, own: Needs, at: datetime) -> Needs:
        """The queue's needs and his own, as far as they are relaxed for this call at a time."""
        policy = self._floor.policy(call.queue)
        waited_s = (at - waiting(call).queued_at).total_seconds()
        steps = sum(step.after_s <= waited_s for step in policy.relaxation)
        return policy.needs_after(own, steps)

    def _agents(self, call: Call, own: Needs) -> list[int]:
        """Of each agent who may take such a call now: how many queues he serves."""
        needs = self._needs(call, own, self._now)
        key = frozenset(needs.items())
        if key not in self._shares:
            self._shares[key] = shares(self._floor.agents, self._served, needs, self._able)
        return self._shares[key]

    def _wait_s(self, call: Call, ahead: Ahead, hour: LastHour) -> int | None:
        """The slower of two lines: the whole queue before all its agents, and those who need the same
        before the agents who meet it. A caller of a rare language waits in the second one."""
        whole = expected_wait_s(ahead.in_queue, self._agents(call, {}), hour)
        own = expected_wait_s(ahead.alike, self._agents(call, call_needs(call)), hour)
        return None if whole is None or own is None else max(whole, own)

    def _soon(self, call: Call, ahead: Ahead) -> bool:
        """Enough agents for all before him and himself are free by the end of the announcement."""
        end = self._now + timedelta(seconds=SOON_S)
        needs = self._needs(call, call_needs(call), end)
        free = sum(fits(skills, needs.items()) for skills in self._free_soon)
        return free > ahead.in_queue

    @cached_property
    def _free_soon(self) -> Sequence[Skills]:
        """Of everybody who is free at the end of the announcement: what he can do."""
        end = self._now + timedelta(seconds=SOON_S)
        agents = self._floor.agents.values()
        return [self._able(each) for each in agents if each.free or _wrapped_up_by(each, end)]


def _wrapped_up_by(agent: Agent, end: datetime) -> bool:
    return works(agent) and agent.wrap_up_until is not None and agent.wrap_up_until <= end


def _may_be_told(fresh: Announcement, agents_then: float | None) -> bool:
    """A longer time than he was told is news only where more calls or fewer agents made it."""
    before = told_here(fresh.call)
    if before is None or before.wait_s is None or fresh.wait_s is None:
        return True
    fewer = agents_then is not None and fresh.agents < agents_then
    return fresh.wait_s <= before.wait_s or fresh.position > before.position or fewer


def call_needs(call: Call) -> Needs:
    """What the caller himself needs on top of his queue."""
    return waiting(call).needs


def in_line(floor: Floor) -> Iterator[WaitingCall]:
    """Callers who wait or just choose, and callbacks whose time has come."""
    yield from floor.router.waiting()
    for call in floor.calls.values():
        waits = call.phase is CallPhase.WAITING and call.queued_at is not None
        if waits and not floor.router.holds(call.call_id):
            yield waiting(call)


def due(
    floor: Floor, rules: Mapping[QueueName, AnnounceRules], now: datetime
) -> Iterator[tuple[Call, AnnounceRules]]:
    """Callers in the waiting loop whose next announcement should be heard by now."""
    for call in floor.calls.values():
        if call.phase is not CallPhase.WAITING or call.queue is None:
            continue
        rule = rules.get(call.queue)
        if rule and _due_at(call, rule) <= now and floor.router.holds(call.call_id):
            yield call, rule


def _due_at(call: Call, rules: AnnounceRules) -> datetime:
    before = told_here(call)
    if before is not None:
        return before.at + timedelta(seconds=rules.every_s)
    return (call.queued_at or call.arrived_at) + timedelta(seconds=rules.first_after_s)


def told_here(call: Call) -> Told | None:
    """What the caller was told last since he came into this queue."""
    told = call.told
    fresh = told is not None and told.queue == call.queue
    return told if fresh and told and told.at >= (call.queued_at or told.at) else None


def longest_due(
    calls: Iterable[tuple[Call, AnnounceRules]], most: int
) -> list[tuple[Call, AnnounceRules]]:
    """At most so many, those due longest first."""
    return nsmallest(most, calls, key=lambda each: _due_at(*each))
