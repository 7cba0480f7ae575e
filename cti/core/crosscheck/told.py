"""What the journal tells of the same calls. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

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
    match fact:
        case events.Queued() if not _waits(call, fact.queue):
            call.visits.append(ToldVisit(fact.queue, fact.at))
        case events.QueueLeft() if call.visits:
            call.visits[-1].outcome, call.visits[-1].waited_s = fact.outcome, fact.waited_s
        case events.Established() | events.Retrieved():
            call.running.setdefault(fact.agent_id, fact.at)
        case events.Held() | events.ConnectionCleared():
            call.pause(fact.agent_id, fact.at)
        case events.CallCleared():
            for agent in tuple(call.running):
                call.pause(agent, fact.at)
            call.gone_at = fact.at
        case _:
            _conference(call, fact)


def _conference(call: ToldCall, fact: CallEvent) -> None:
    """A colleague whom the agent brings in hears the customer until he leaves."""
    match fact:
        case control_events.ConsultationEnded(result="conferenced") if fact.party_agent_id:
            call.running.setdefault(AgentId(fact.party_agent_id), fact.at)
        case control_events.PartyLeft():
            call.pause(AgentId(fact.party_agent_id), fact.at)


def _waits(call: ToldCall, queue: str) -> bool:
    last = call.visits[-1] if call.visits else None
    return last is not None and last.queue == queue and not last.outcome
