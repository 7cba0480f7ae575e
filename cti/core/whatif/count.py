"""What a run is counted by: the tallies that every figure of the house is made of. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cti.core.agent_state import Agent, AgentState, AgentStatus
from cti.core.call import CallPhase
from cti.core.events import Outcome, QueueLeft
from cti.core.ids import AgentId, QueueName
from cti.core.measures.facts import MeasureRules
from cti.core.measures.registry import figures
from cti.core.measures.tallies import Cell, Tally, together

_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """One run: queue → tallies, the tallies of agents' time, the longest wait of each queue and how
    many had to wait at all.

    ``unserved`` callers waited to the end, because nobody who could help them was there any more.
    """

    queues: Mapping[QueueName, Cell]
    people: Cell
    longest_s: Mapping[QueueName, float]
    waited: Mapping[QueueName, int]
    unserved: int = 0

    def value(self, figure: str, queue: QueueName | None = None) -> float | None:
        """A figure of ``measures.figures`` in its unit, or one of ``OWN``; of all queues together
        where none is named. None where there is nothing to divide by."""
        named = tuple(self.queues) if queue is None else (queue,)
        match figure:
            case "longest_wait":
                return max((self.longest_s[name] for name in named), default=0.0)
            case "unserved":
                return self.unserved
            case "waited_share":
                requests = self.value("requests", queue)
                return sum(self.waited[name] for name in named) / requests if requests else None
        cells = [self.queues[name] for name in named]
        return _FIGURES[figure].value(together([*cells, self.people])).shown


OWN = ("longest_wait", "waited_share", "unserved")
"""Figures that only a run has: seconds, share of all, count."""
_FIGURES = figures(MeasureRules())


class Counter:
    """Counts what ends, and who spends his time how, from ``since`` on."""

    def __init__(self, within_s: Mapping[QueueName, float], since: datetime) -> None:
        self._within_ms = {name: round(limit_s * 1000) for name, limit_s in within_s.items()}
        self._since = since
        self._queues: dict[QueueName, dict[str, list[int]]] = {name: {} for name in within_s}
        self._longest_s: dict[QueueName, float] = dict.fromkeys(within_s, 0.0)
        self._waited: dict[QueueName, int] = dict.fromkeys(within_s, 0)
        self._times: dict[str, timedelta] = {}
        self._now: dict[AgentId, tuple[str, datetime]] = {}

    def left(self, event: QueueLeft) -> None:
        """A visit to a queue is over; it counts where it began late enough."""
        if event.at - timedelta(seconds=event.waited_s) < self._since:
            return
        waited_ms = round(event.waited_s * 1000)
        tally = self._queues[event.queue].setdefault(event.outcome.value, [0, 0, 0])
        tally[0] += 1
        tally[1] += waited_ms
        self._waited[event.queue] += waited_ms > 0
        tally[2] += waited_ms <= self._within_ms[event.queue]
        if event.outcome is not Outcome.OVERFLOWED:
            self._longest_s[event.queue] = max(self._longest_s[event.queue], event.waited_s)

    def stands(self, agent: Agent, phase: CallPhase | None, now: datetime) -> None:
        """How the agent stands from now on; ``phase`` is that of his call."""
        kind = _kind(agent, phase)
        before, since = self._now.get(agent.agent_id, ("", now))
        if kind == before:
            return
        if before and now > self._since:
            spent = now - max(since, self._since)
            self._times[before] = self._times.get(before, timedelta()) + spent
        self._now[agent.agent_id] = (kind, now)

    def outcomes(self, unserved: int) -> Outcomes:
        """The run, when everybody has signed out."""
        return Outcomes(
            queues={
                name: {kind: Tally(*tally) for kind, tally in kinds.items()}
                for name, kinds in self._queues.items()
            },
            people={k: Tally(0, spent // _MILLISECOND, 0) for k, spent in self._times.items()},
            longest_s=dict(self._longest_s),
            waited=dict(self._waited),
            unserved=unserved,
        )


_BUSY = {
    AgentState.RESERVED: "time.reserved",
    AgentState.RINGING: "time.ringing",
    AgentState.HELD: "time.held",
    AgentState.CONSULTING: "time.consulting",
    AgentState.CONFERENCING: "time.conferencing",
    AgentState.WRAP_UP: "time.wrap_up",
}


def _kind(agent: Agent, phase: CallPhase | None) -> str:
    """The kind of time, as ``measures`` names it; empty for one who is not there."""
    if agent.state is AgentState.IDLE:
        if agent.status is AgentStatus.READY:
            return "time.ready"
        return "" if agent.status is AgentStatus.LOGGED_OUT else "time.not_ready."
    if agent.state is AgentState.TALKING:
        return "time.whisper" if phase is CallPhase.WHISPER else "time.talking"
    return _BUSY[agent.state]
