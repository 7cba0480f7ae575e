"""Chooses which free agent takes which waiting call. Pure, deterministic, in memory.

Event-driven: the owner tells what changed (``put_…``, ``drop_…``), asks ``choose`` until it answers
None, and asks again at the latest at ``next_step_at``. The cost of a decision does not grow with calls
times agents: calls stand sorted by what they need, and each agent is entered under all needs he meets.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from typing import Final

from cti.core.acd.bucket import Bucket, Place, Seat
from cti.core.acd.queue import (
    POINT,
    FreeAgent,
    QueuePolicy,
    Strategy,
    Terms,
    WaitingCall,
    from_micros,
    micros,
    terms,
)
from cti.core.acd.skills import Skills, fits
from cti.core.acd.why import Explanation, Offer, Why, exclusions
from cti.core.ids import AgentId, CallId, QueueName

_MOST_NEEDS: Final = 2048
_Due = tuple[int, int, CallId]


class UnknownQueue(LookupError):
    """No policy has this name; the router stays as it was."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A call and where it stands. ``turn`` tells its present place from the ones before."""

    call: WaitingCall
    terms: Terms
    queued_us: int
    turn: int
    step: int
    rate: int
    place: Place
    bucket: Bucket


@dataclass(frozen=True, slots=True)
class _Known:
    """An agent's skills and every bucket they fit, kept between his calls."""

    skills: Skills
    buckets: list[Bucket]


class Router:
    """Waiting calls, free agents, and the best pair of them.

    Time never runs back: a ``now`` before the latest one counts as that one.
    """

    def __init__(self, policies: Mapping[QueueName, QueuePolicy]) -> None:
        self._terms = {name: terms(policy) for name, policy in policies.items()}
        self._calls: dict[CallId, _Waiting] = {}
        self._free: dict[AgentId, tuple[FreeAgent, list[tuple[Bucket, Seat]]]] = {}
        self._known: dict[AgentId, _Known] = {}
        self._buckets: dict[tuple[frozenset[tuple[str, int]], Strategy], Bucket] = {}
        self._bucket_of: dict[tuple[QueueName, frozenset[tuple[str, int]], int], Bucket] = {}
        self._ready: set[Bucket] = set()
        self._relaxing: list[_Due] = []
        self._ripening: list[_Due] = []
        self._now_us = 0
        self._turn = 0

    def put_call(self, call: WaitingCall) -> None:
        """The call waits; one of the same id is replaced. Raises UnknownQueue."""
        if call.queue not in self._terms:
            raise UnknownQueue(call.queue)
        self.drop_call(call.call_id)
        self._stand(call, self._terms[call.queue], micros(call.queued_at))

    def drop_call(self, call_id: CallId) -> None:
        """The call waits no longer; an unknown one is no error."""
        waiting = self._calls.pop(call_id, None)
        if waiting:
            waiting.bucket.drop_call(waiting.rate, waiting.place)
            if not waiting.bucket.lines:
                self._ready.discard(waiting.bucket)

    def put_agent(self, agent: FreeAgent) -> None:
        """The agent is free; one of the same id is replaced."""
        self.drop_agent(agent.agent_id)
        idle_us = _idle_us(agent)
        seats = []
        for bucket in self._buckets_for(agent):
            seats.append((bucket, bucket.add_agent(agent, idle_us)))
            if bucket.lines:
                self._ready.add(bucket)
        self._free[agent.agent_id] = (agent, seats)

    def drop_agent(self, agent_id: AgentId) -> None:
        """The agent is free no longer; an unknown one is no error."""
        _, seats = self._free.pop(agent_id, (None, ()))
        for bucket, seat in seats:
            bucket.drop_agent(seat)
            if not bucket.agents:
                self._ready.discard(bucket)

    def choose(self, now: datetime) -> Offer | None:
        """The best pair, *taken out* of the router; None when no waiting call has a free agent.

        The call first: most points with ageing, then missed offers, then the oldest. For it the agent
        by its queue's strategy. A pair that cannot be reserved comes back by ``put_call``, ``put_agent``.
        """
        self._advance(now)
        if not self._ready:
            return None
        now_us = self._now_us
        score, _, _, call_id = min([bucket.first(now_us) for bucket in self._ready])
        waiting = self._calls[call_id]
        agent_id = waiting.bucket.best_for(waiting.call)
        agent = self._free[agent_id][0]
        why = Why(waiting.call, agent, now, -score, waiting.step, len(waiting.bucket.agents))
        self.drop_call(call_id)
        self.drop_agent(agent_id)
        return Offer(call_id, agent_id, why)

    def next_step_at(self) -> datetime | None:
        """When the needs of some waiting call soften next. Ageing alone never makes a new pair."""
        due = self._relaxing
        while due and not self._stands(due[0]):
            heappop(due)
        return from_micros(due[0][0]) if due else None

    def waiting(self) -> Iterable[WaitingCall]:
        """All waiting calls, in no order."""
        return (waiting.call for waiting in self._calls.values())

    def free(self) -> Iterable[FreeAgent]:
        """All free agents, in no order."""
        return (agent for agent, _ in self._free.values())

    def explain(self, call_id: CallId, now: datetime) -> Explanation:
        """How a waiting call stands, by a walk over all calls and agents. Raises KeyError."""
        self._advance(now)
        own = self._calls[call_id]
        call, waited_us = own.call, self._now_us - own.queued_us
        needs = dict(own.bucket.needs)
        return Explanation(
            call_id=call_id,
            queue=call.queue,
            waited_s=waited_us / 1_000_000,
            points=own.terms.score(call, waited_us) / POINT,
            step=own.step,
            needs=needs,
            ahead=sum(self._rank(other) < self._rank(own) for other in self._calls.values()),
            candidates=tuple(own.bucket.order(call)),
            excluded=exclusions(self.free(), needs, call.avoid),
        )

    def _rank(self, waiting: _Waiting) -> tuple[int, bool, int, CallId]:
        return waiting.terms.rank(waiting.call, self._now_us)

    def _advance(self, now: datetime) -> None:
        now_us = self._now_us = max(self._now_us, micros(now))
        for heap in (self._ripening, self._relaxing):
            while heap and heap[0][0] <= now_us:
                due = heappop(heap)
                if self._stands(due):
                    self._move(due[2])

    def _stands(self, due: _Due) -> bool:
        waiting = self._calls.get(due[2])
        return waiting is not None and waiting.turn == due[1]

    def _move(self, call_id: CallId) -> None:
        waiting = self._calls[call_id]
        self.drop_call(call_id)
        self._stand(waiting.call, waiting.terms, waiting.queued_us)

    def _stand(self, call: WaitingCall, terms: Terms, queued_us: int) -> None:
        """Enter the call where it belongs at this time, and note when that will change."""
        self._turn += 1
        waited_us = self._now_us - queued_us
        step, cap = terms.steps(waited_us), terms.cap(call.priority)
        rate = 0 if call.head or not cap or terms.rate * waited_us >= cap else terms.rate
        key = rate * queued_us - call.priority * POINT - (0 if rate else cap)
        place = (key, not call.head, queued_us, call.call_id)
        bucket = self._bucket(call, step)
        self._calls[call.call_id] = _Waiting(
            call, terms, queued_us, self._turn, step, rate, place, bucket
        )
        bucket.add_call(rate, place)
        if bucket.agents:
            self._ready.add(bucket)
        if rate:
            # Rounded up: the first microsecond at which the cap is reached.
            heappush(self._ripening, (queued_us - -cap // rate, self._turn, call.call_id))
        if step < len(terms.steps_us):
            at_us = queued_us + terms.steps_us[step]
            heappush(self._relaxing, (at_us, self._turn, call.call_id))

    def _bucket(self, call: WaitingCall, step: int) -> Bucket:
        key = (call.queue, frozenset(call.needs.items()), step)
        found = self._bucket_of.get(key)
        if found is None:
            if len(self._bucket_of) >= _MOST_NEEDS:
                self._forget()
            policy = self._terms[call.queue].policy
            needs = frozenset(policy.needs_after(call.needs, step).items())
            found = self._bucket_of[key] = self._open(needs, policy.strategy)
        return found

    def _open(self, needs: frozenset[tuple[str, int]], strategy: Strategy) -> Bucket:
        """The bucket of these needs; a new one is filled with the free agents who meet them."""
        bucket = self._buckets.get((needs, strategy))
        if bucket:
            return bucket
        bucket = self._buckets[needs, strategy] = Bucket(needs, strategy)
        for known in self._known.values():
            if fits(known.skills, needs):
                known.buckets.append(bucket)
        for agent, seats in self._free.values():
            if fits(agent.skills, needs):
                seats.append((bucket, bucket.add_agent(agent, _idle_us(agent))))
        return bucket

    def _forget(self) -> None:
        """Drop every set of needs that no call has now; they come back when asked for."""
        self._bucket_of.clear()
        self._known.clear()
        self._ready = {bucket for bucket in self._ready if bucket.lines}
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if bucket.lines}
        for agent, seats in self._free.values():
            seats[:] = [seat for seat in seats if seat[0].lines]
            self._known[agent.agent_id] = _Known(agent.skills, [bucket for bucket, _ in seats])

    def _buckets_for(self, agent: FreeAgent) -> list[Bucket]:
        known = self._known.get(agent.agent_id)
        if known and (known.skills is agent.skills or known.skills == agent.skills):
            return known.buckets
        buckets = [b for b in self._buckets.values() if fits(agent.skills, b.needs)]
        self._known[agent.agent_id] = _Known(agent.skills, buckets)
        return buckets


def _idle_us(agent: FreeAgent) -> int:
    return micros(agent.idle_since) if agent.idle_since else 0
