"""Who was bound to which call, by the books: read in one way for stories on paper and for real faults."""

from collections.abc import Iterable

from cti.core.events import AgentAllocated, ConnectionCleared, Diverted, Established, Event


def offered_twice(events: Iterable[Event]) -> list[Event]:
    """Offers to an agent who had one, or a talk, at that time; ``events`` as they were written down."""
    at_work: dict[str, str] = {}
    found: list[Event] = []
    for event in events:
        match event:
            case AgentAllocated() | Established():
                if at_work.get(event.agent_id, event.call_id) != event.call_id:
                    found.append(event)
                at_work[event.agent_id] = event.call_id
            case Diverted() | ConnectionCleared():
                at_work.pop(event.agent_id, None)
    return found
