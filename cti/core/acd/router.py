"""Chooses which free agent takes which waiting call. Pure, deterministic, in memory.

Event-driven: the owner tells what changed (``put_…``, ``drop_…``), asks ``choose`` until it answers
None, and asks again at the latest at ``next_step_at``. The cost of a decision does not grow with calls
times agents: calls stand sorted by what they need, and each agent is entered under all needs he meets.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from heapq import heappop, heappush
from typing import Final, NamedTuple

from cti.core.acd.bucket import Bucket, NeedsKey, Place, Ranking, ranking
from cti.core.acd.queue import (
    POINT,
    FreeAgent,
    QueuePolicy,
    Terms,
    WaitingCall,
    from_micros,
    micros,
    terms,
)
from cti.core.acd.skills import Skills, agent_need, fits
from cti.core.acd.why import Explanation, Offer, Why, exclusions
from cti.core.ids import AgentId, CallId, QueueName

_MOST_NEEDS: Final = 2048
_Due = tuple[int, int, CallId]
_BucketKey = tuple[QueueName, frozenset[tuple[str, int]], int, AgentId | None]


class UnknownQueue(LookupError):
    """No policy has this name; the router stays as it was."""


class _Waiting(NamedTuple):
    """A call and where it stands."""

    call: WaitingCall
    terms: Terms
    queued_us: int
    step: int
    rate: int
    bucket: Bucket
    wish: AgentId | None


class _Known(NamedTuple):
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
        self._placed: dict[CallId, int] = {}
        self._free: dict[AgentId, tuple[FreeAgent, list[Bucket]]] = {}
        self._seated: dict[AgentId, int] = {}
        self._known: dict[AgentId, _Known] = {}
        self._buckets: dict[NeedsKey, Bucket] = {}
        self._bucket_of: dict[_BucketKey, Bucket] = {}
        self._ready: set[Bucket] = set()
        self._wished: dict[AgentId, set[CallId]] = {}
        self._relaxing: list[_Due] = []
        self._ripening: list[_Due] = []
        self._timed = (self._ripening, self._relaxing)
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
            del self._placed[call_id]
            if waiting.wish:
                self._wished[waiting.wish].discard(call_id)
            bucket = waiting.bucket
            bucket.forget_call(waiting.rate)
            if not bucket.waiting:
                self._ready.discard(bucket)

    def put_agent(self, agent: FreeAgent) -> None:
        """The agent is free; one of the same id is replaced."""
        self.drop_agent(agent.agent_id)
        buckets = self._buckets_for(agent)
        turn = self._turn = self._turn + 1
        self._free[agent.agent_id] = (agent, buckets)
        self._seated[agent.agent_id] = turn
        seat = (0, 0, _idle_us(agent), agent.agent_id, turn)
        for bucket in buckets:
            bucket.agents.push(seat if bucket.by_idle else bucket.seat(agent, seat))
            if bucket.waiting:
                self._ready.add(bucket)

    def drop_agent(self, agent_id: AgentId) -> None:
        """The agent is free no longer; an unknown one is no error."""
        free = self._free.pop(agent_id, None)
        if free:
            del self._seated[agent_id]
            for bucket in free[1]:
                bucket.agents.forget_one()
                if not bucket.agents.count:
                    self._ready.discard(bucket)

    def unwish(self, agent_id: AgentId) -> None:
        """The agent will not come: nobody waits for him alone any longer."""
        for call_id in tuple(self._wished.pop(agent_id, ())):
            waiting = self._calls[call_id]
            self._wished.setdefault(agent_id, set()).add(call_id)
            self.put_call(replace(waiting.call, wish=None))
        self._wished.pop(agent_id, None)

    def choose(self, now: datetime) -> Offer | None:
        """The best pair, *taken out* of the router; None when no waiting call has a free agent.

        The call first: most points with ageing, then missed offers, then the oldest. For it the agent
        by its queue's strategy. A pair that cannot be reserved comes back by ``put_call``, ``put_agent``.
        """
        self._advance(now)
        now_us = self._now_us
        place: Place | None = None
        for bucket in self._ready:
            place = bucket.first(now_us, place)
        if place is None:
            return None
        call_id = place[3]
        waiting = self._calls[call_id]
        agent_id = waiting.bucket.best_for(waiting.call)
        agent = self._free[agent_id][0]
        candidates = waiting.bucket.agents.count
        why = Why(waiting.call, agent, now, -place[0], waiting.step, candidates, waiting.wish)
        self.drop_call(call_id)
        self.drop_agent(agent_id)
        return Offer(call_id, agent_id, why)

    def next_step_at(self) -> datetime | None:
        """When the needs of some waiting call soften next. Ageing alone never makes a new pair."""
        due = self._relaxing
        while due and self._placed.get(due[0][2]) != due[0][1]:
            heappop(due)
        return from_micros(due[0][0]) if due else None

    def holds(self, call_id: CallId) -> bool:
        """Whether the call may be offered now."""
        return call_id in self._calls

    def waiting(self) -> Iterable[WaitingCall]:
        """All waiting calls, in no order."""
        return (waiting.call for waiting in self._calls.values())

    def free(self) -> Iterable[FreeAgent]:
        """All free agents, in no order."""
        return (agent for agent, _ in self._free.values())

    def free_agent(self, agent_id: AgentId) -> FreeAgent | None:
        """The agent while he is free."""
        free = self._free.get(agent_id)
        return free[0] if free else None

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
            wish=own.wish,
            needs=needs,
            ahead=sum(self._rank(other) < self._rank(own) for other in self._calls.values()),
            candidates=tuple(own.bucket.order(call)),
            excluded=exclusions(self.free(), needs, call.avoid),
        )

    def _rank(self, waiting: _Waiting) -> tuple[int, bool, int, CallId]:
        return waiting.terms.rank(waiting.call, self._now_us)

    def _advance(self, now: datetime) -> None:
        now_us = micros(now)
        if now_us < self._now_us:
            now_us = self._now_us
        self._now_us = now_us
        for heap in self._timed:
            while heap and heap[0][0] <= now_us:
                due = heappop(heap)
                if self._placed.get(due[2]) == due[1]:
                    self._move(due[2])

    def _move(self, call_id: CallId) -> None:
        waiting = self._calls[call_id]
        self.drop_call(call_id)
        self._stand(waiting.call, waiting.terms, waiting.queued_us)

    def _stand(self, call: WaitingCall, terms: Terms, queued_us: int) -> None:
        """Enter the call where it belongs at this time, and note when that will change."""
        turn = self._turn = self._turn + 1
        waited_us = self._now_us - queued_us
        step, cap = terms.steps(waited_us), terms.cap(call.priority)
        rate = 0 if call.head or not cap or terms.rate * waited_us >= cap else terms.rate
        key = rate * queued_us - call.priority * POINT - (0 if rate else cap)
        wish_us = micros(call.wish_until) if call.wish and call.wish_until else 0
        wish = call.wish if self._now_us < wish_us else None
        bucket = self._bucket(call, step, wish)
        self._calls[call.call_id] = _Waiting(call, terms, queued_us, step, rate, bucket, wish)
        self._placed[call.call_id] = turn
        bucket.add_call(rate, (key, not call.head, queued_us, call.call_id, turn))
        if bucket.agents.count:
            self._ready.add(bucket)
        if rate:
            # Rounded up: the first microsecond at which the cap is reached.
            heappush(self._ripening, (queued_us - -cap // rate, turn, call.call_id))
        if wish:
            self._wished.setdefault(wish, set()).add(call.call_id)
            heappush(self._relaxing, (wish_us, turn, call.call_id))
        if step < len(terms.steps_us):
            heappush(self._relaxing, (queued_us + terms.steps_us[step], turn, call.call_id))

    def _bucket(self, call: WaitingCall, step: int, wish: AgentId | None) -> Bucket:
        key = (call.queue, frozenset(call.needs.items()), step, wish)
        found = self._bucket_of.get(key)
        if found is None:
            if len(self._bucket_of) >= _MOST_NEEDS:
                self._forget()
            policy = self._terms[call.queue].policy
            needs = frozenset(policy.needs_after(call.needs, step).items())
            if wish:
                needs |= {(agent_need(wish), 1)}
            found = self._bucket_of[key] = self._open(needs, ranking(policy), wish)
        return found

    def _open(
        self, needs: frozenset[tuple[str, int]], order: Ranking, wish: AgentId | None
    ) -> Bucket:
        """The bucket of these needs; a new one is filled with the free agents who meet them. With a
        wish nobody else can."""
        key = (needs, order)
        bucket = self._buckets.get(key)
        if bucket:
            return bucket
        bucket = self._buckets[key] = Bucket(key, self._placed, self._seated)
        for agent_id in (wish,) if wish else self._known:
            known = self._known.get(agent_id)
            if known and fits(known.skills, needs):
                known.buckets.append(bucket)
                self._seat(agent_id, bucket)
        return bucket

    def _seat(self, agent_id: AgentId, bucket: Bucket) -> None:
        """Enter the agent there if he is free."""
        free = self._free.get(agent_id)
        if free:
            agent = free[0]
            seat = (0, 0, _idle_us(agent), agent_id, self._seated[agent_id])
            bucket.agents.push(bucket.seat(agent, seat))

    def _forget(self) -> None:
        """Drop every set of needs that no call has now; they come back when asked for."""
        self._bucket_of.clear()
        self._known.clear()
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if bucket.waiting}
        for agent, buckets in self._free.values():
            buckets[:] = [bucket for bucket in buckets if bucket.waiting]
            self._known[agent.agent_id] = _Known(agent.skills, buckets)

    def _buckets_for(self, agent: FreeAgent) -> list[Bucket]:
        known = self._known.get(agent.agent_id)
        if known and (known.skills is agent.skills or known.skills == agent.skills):
            return known.buckets
        buckets = [b for b in self._buckets.values() if fits(agent.skills, b.needs)]
        self._known[agent.agent_id] = _Known(agent.skills, buckets)
        return buckets


def _idle_us(agent: FreeAgent) -> int:
    return micros(agent.idle_since) if agent.idle_since else 0
