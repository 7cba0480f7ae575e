"""What the journal tells of the same calls. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cti.core import control_events, events
from cti.core.events import CallEvent, Event
from cti.core.ids import AgentId


@dataclass(slots=True)
class ToldVisit:
    """One visit to a queue."""

    queue: str
    queued_at: datetime
    outcome: str = ""
    waited_s: float = 0.0


@dataclass(slots=True)
class ToldCall:
    """One call; ``talks`` is agent → seconds in which he and the customer heard each other."""

    call_id: str
    arrived_at: datetime
    inbound: bool = True
    gone_at: datetime | None = None
    reconstructed: bool = False
    visits: list[ToldVisit] = field(default_factory=list)
    talks: dict[AgentId, float] = field(default_factory=lambda: defaultdict(float))
    running: dict[AgentId, datetime] = field(default_factory=dict)

    def pause(self, agent: AgentId, at: datetime) -> None:
        """The agent and the customer hear each other no more, for now."""
        if begin := self.running.pop(agent, None):
            self.talks[agent] += (at - begin).total_seconds()


def told_calls(story: Iterable[Event]) -> Mapping[str, ToldCall]:
    """Every call of the facts, which come in the journal's order."""
    found: dict[str, ToldCall] = {}
    for fact in story:
        if not isinstance(fact, CallEvent):
            continue
        call = found.get(fact.call_id) or _begun(found, fact)
        if call is not None:
            _tell(call, fact)
    return found


def _begun(found: dict[str, ToldCall], fact: CallEvent) -> ToldCall | None:
    inbound = isinstance(fact, events.Offered)
    if not inbound and not isinstance(fact, control_events.Originated):
        return None
    call = found[fact.call_id] = ToldCall(fact.call_id, fact.at, inbound)
    return call


def _tell(call: ToldCall, fact: CallEvent) -> None:
    call.reconstructed |= bool(getattr(fact, "reconstructed", False))
    if step := _STEPS.get(type(fact)):
        step(call, fact)


def _queued(call: ToldCall, fact: events.Queued) -> None:
    if not _waits(call, fact.queue):
        call.visits.append(ToldVisit(fact.queue, fact.at))


def _waits(call: ToldCall, queue: str) -> bool:
    last = call.visits[-1] if call.visits else None
    return last is not None and last.queue == queue and not last.outcome


def _left(call: ToldCall, fact: events.QueueLeft) -> None:
    if call.visits:
        call.visits[-1].outcome, call.visits[-1].waited_s = fact.outcome, fact.waited_s


def _joined(call: ToldCall, fact: events.Established | events.Retrieved) -> None:
    call.running.setdefault(fact.agent_id, fact.at)


def _parted(call: ToldCall, fact: events.Held | events.ConnectionCleared) -> None:
    call.pause(fact.agent_id, fact.at)


def _conferenced(call: ToldCall, fact: control_events.ConsultationEnded) -> None:
    """A colleague whom the agent brings in hears the customer until he leaves."""
    if fact.result == "conferenced" and fact.party_agent_id:
        call.running.setdefault(AgentId(fact.party_agent_id), fact.at)


def _party_left(call: ToldCall, fact: control_events.PartyLeft) -> None:
    call.pause(AgentId(fact.party_agent_id), fact.at)


def _cleared(call: ToldCall, fact: events.CallCleared) -> None:
    for agent in tuple(call.running):
        call.pause(agent, fact.at)
    call.gone_at = fact.at


_STEPS: Mapping[type[Event], Callable[[ToldCall, Any], None]] = {
    events.Queued: _queued,
    events.QueueLeft: _left,
    events.Established: _joined,
    events.Retrieved: _joined,
    events.Held: _parted,
    events.ConnectionCleared: _parted,
    events.CallCleared: _cleared,
    control_events.ConsultationEnded: _conferenced,
    control_events.PartyLeft: _party_left,
}
NEEDED = frozenset(
    {events.Offered.TYPE, control_events.Originated.TYPE, *(cls.TYPE for cls in _STEPS)}
)
"""Types of the facts that a call is told by."""
