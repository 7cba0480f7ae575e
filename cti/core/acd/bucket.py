"""Waiting calls with the same needs, and the free agents who meet them: the router's index. Pure.

Calls that gain points at the same rate never change places among themselves, so each rate has one
sorted list, keyed by ``rate * queued_us - priority``: that is ``-score`` shifted by ``rate * now``,
the same for all of them. Calls that gain nothing more (fully aged, or missed) stand in the list of
rate 0.
"""

from bisect import bisect_left, insort

from cti.core.acd.queue import FreeAgent, Strategy, WaitingCall
from cti.core.acd.skills import level_in
from cti.core.ids import AgentId, CallId

Place = tuple[int, bool, int, CallId]
"""Key at its rate, not missed, queued_us, call id: the smallest is served first."""
Seat = tuple[int, int, AgentId]
"""Minus level (0 where levels do not count), idle since, agent id: the smallest is first."""


class Bucket:
    """One set of needs under one strategy."""

    __slots__ = ("agents", "by_level", "lines", "needs")

    def __init__(self, needs: frozenset[tuple[str, int]], strategy: Strategy) -> None:
        self.needs = needs
        self.by_level = strategy is Strategy.BY_LEVEL
        self.lines: dict[int, list[Place]] = {}
        self.agents: list[Seat] = []

    def add_call(self, rate: int, place: Place) -> None:
        """Let the call wait here."""
        line = self.lines.get(rate)
        if line is None:
            self.lines[rate] = [place]
        else:
            insort(line, place)

    def drop_call(self, rate: int, place: Place) -> None:
        """Take the call out; it must be here."""
        line = self.lines[rate]
        del line[bisect_left(line, place)]
        if not line:
            del self.lines[rate]

    def first(self, now_us: int) -> Place:
        """The call to be served first, its key turned into ``-score`` at ``now_us``.

        Some call must be here.
        """
        if len(self.lines) == 1:
            ((rate, line),) = self.lines.items()
            key, late, queued_us, call_id = line[0]
            return (key - rate * now_us, late, queued_us, call_id)
        return min((line[0][0] - rate * now_us, *line[0][1:]) for rate, line in self.lines.items())

    def add_agent(self, agent: FreeAgent, idle_us: int) -> Seat:
        """Let the agent be offered calls from here; his place is needed to take him out."""
        level = level_in(agent.skills, self.needs) if self.by_level else 0
        seat = (-level, idle_us, agent.agent_id)
        insort(self.agents, seat)
        return seat

    def drop_agent(self, seat: Seat) -> None:
        """Take the agent out; he must be here."""
        del self.agents[bisect_left(self.agents, seat)]

    def order(self, call: WaitingCall) -> list[AgentId]:
        """All who may take the call, best first; those it avoids come last."""
        return sorted((seat[2] for seat in self.agents), key=lambda who: who in call.avoid)

    def best_for(self, call: WaitingCall) -> AgentId:
        """The head of ``order``. Some agent must be here."""
        if call.avoid:
            for seat in self.agents:
                if seat[2] not in call.avoid:
                    return seat[2]
        return self.agents[0][2]
