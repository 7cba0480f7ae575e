"""Waiting calls with the same needs, and the free agents who meet them: the router's index. Pure.

Calls that gain points at the same rate never change places among themselves, so each rate has one
heap, keyed by ``rate * queued_us - priority``: that is ``-score`` shifted by ``rate * now``, the same
for all of them. Calls that gain nothing more (fully aged, or missed) stand in the heap of rate 0.
"""

from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import Any, Generic, TypeVar

from cti.core.acd.queue import FreeAgent, QueuePolicy, Strategy, WaitingCall, figure, micros
from cti.core.acd.skills import level_in
from cti.core.ids import AgentId, CallId

Place = tuple[int, bool, int, CallId, int]
"""Key at its rate, not missed, queued_us, call id, turn: the smallest is served first."""
Seat = tuple[int, int, int, AgentId, int]
"""Minus level (0 where levels do not count), the strategy's figure, idle since, agent id, turn: the
smallest is first."""
Ranking = tuple[bool, Strategy]
"""Whether levels count first, and what decides among equals."""
NeedsKey = tuple[frozenset[tuple[str, int]], Ranking]
Entry = TypeVar("Entry", Place, Seat)

_SLACK = 64


class Pile(Generic[Entry]):
    """A heap from which entries are taken by forgetting them: an entry ends in an id and a turn, and
    stands only while ``turns`` names this turn for this id. ``count`` are those that stand."""

    __slots__ = ("_heap", "_turns", "count")

    def __init__(self, turns: Mapping[Any, int]) -> None:
        self._turns = turns
        self._heap: list[Entry] = []
        self.count = 0

    def push(self, entry: Entry) -> None:
        """Add an entry that stands."""
        self.count += 1
        heappush(self._heap, entry)

    def forget_one(self) -> None:
        """One entry no longer stands (``turns`` says so already)."""
        self.count -= 1
        if len(self._heap) > 2 * self.count + _SLACK:
            self._heap = list(self)
            heapify(self._heap)

    def top(self) -> Entry:
        """The smallest entry. One must stand."""
        heap, turns = self._heap, self._turns
        while turns.get(heap[0][-2]) != heap[0][-1]:
            heappop(heap)
        return heap[0]

    def __iter__(self) -> Iterator[Entry]:
        turns = self._turns
        return (entry for entry in self._heap if turns.get(entry[-2]) == entry[-1])


def ranking(policy: QueuePolicy) -> Ranking:
    """How a queue puts its agents in order."""
    by_level = policy.strategy is Strategy.BY_LEVEL
    return (by_level, policy.then if by_level else policy.strategy)


class Bucket:
    """One set of needs under one ranking. ``placed`` and ``seated`` are the router's turns."""

    __slots__ = ("_by_level", "_placed", "_then", "agents", "by_idle", "lines", "needs", "waiting")

    def __init__(
        self,
        key: NeedsKey,
        placed: Mapping[CallId, int],
        seated: Mapping[AgentId, int],
    ) -> None:
        self.needs, (self._by_level, self._then) = key
        self.by_idle = not self._by_level and self._then is Strategy.LONGEST_IDLE
        self._placed = placed
        self.lines: dict[int, Pile[Place]] = {}
        self.waiting = 0
        self.agents: Pile[Seat] = Pile(seated)

    def add_call(self, rate: int, place: Place) -> None:
        """Let the call wait here."""
        self.waiting += 1
        line = self.lines.get(rate)
        if line is None:
            line = self.lines[rate] = Pile(self._placed)
        line.push(place)

    def forget_call(self, rate: int) -> None:
        """One call of this rate waits here no longer."""
        self.waiting -= 1
        self.lines[rate].forget_one()

    def first(self, now_us: int, best: Place | None) -> Place | None:
        """The call to be served first, its key turned into ``-score`` at ``now_us``; or ``best``,
        such a place in another bucket, where that comes before it."""
        for rate, line in self.lines.items():
            if line.count:
                top = line.top()
                key = top[0] - rate * now_us
                if best is None or key < best[0] or (key == best[0] and top[1:] < best[1:]):
                    best = (key, *top[1:]) if rate else top
        return best

    def seat(self, agent: FreeAgent, seat: Seat) -> Seat:
        """The agent's seat here, made from his seat where only the idle time counts."""
        level = level_in(agent.skills, self.needs) if self._by_level else 0
        return (-level, figure(agent, self._then), *seat[2:])

    def seat_of(self, agent: FreeAgent) -> Seat:
        """The agent's seat, made anew."""
        idle_us = micros(agent.idle_since) if agent.idle_since else 0
        return self.seat(agent, (0, 0, idle_us, agent.agent_id, 0))

    def order(self, call: WaitingCall) -> list[AgentId]:
        """All who may take the call, best first; those it avoids come last."""
        seats = sorted(self.agents)
        return sorted((seat[3] for seat in seats), key=lambda who: who in call.avoid)

    def best_for(self, call: WaitingCall) -> AgentId:
        """The head of ``order``. Some agent must be here."""
        best = self.agents.top()[3]
        return self.order(call)[0] if best in call.avoid else best
