"""What agents do on a call: each agent's talk with the customer, his hold and his wrap-up.

A colleague who is asked has a talk of his own from the moment in which the customer hears him, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cti.core import control_events as control
from cti.core import events
from cti.core.events import Event
from cti.core.measures.contact import Contact, Talk
from cti.core.measures.facts import whole_ms


def _established(contact: Contact, event: events.Established, at_ms: int) -> None:
    if contact.open_talk(event.agent_id) is not None:
        return  # he was in the conference of which he has the call now
    contact.talks.append(
        Talk(
            agent_id=event.agent_id,
            queue=contact.visits[-1].queue if contact.visits else "",
            since_ms=at_ms,
            reconstructed=event.reconstructed,
        )
    )


def _joined(contact: Contact, event: control.ConsultationEnded, at_ms: int) -> None:
    """A colleague hears the caller from now on, and is heard: a talk of his own."""
    if event.party_agent_id and contact.open_talk(event.party_agent_id) is None:
        queue = talking(contact, event.agent_id)["queue"]
        talk = Talk(agent_id=event.party_agent_id, queue=queue, since_ms=at_ms)
        contact.talks.append(talk)


def _party_left(contact: Contact, event: control.PartyLeft, at_ms: int) -> None:
    if talk := contact.open_talk(event.party_agent_id):
        talk.end(at_ms)


def _held(contact: Contact, event: Any, at_ms: int) -> None:
    if talk := contact.open_talk(event.agent_id):
        talk.hold(at_ms)


def _retrieved(contact: Contact, event: Any, at_ms: int) -> None:
    if talk := contact.open_talk(event.agent_id):
        talk.retrieve(at_ms)


def _connection_cleared(contact: Contact, event: events.ConnectionCleared, at_ms: int) -> None:
    talk = contact.open_talk(event.agent_id)
    if talk is None and any(each.agent_id == event.agent_id for each in contact.talks):
        return  # told twice
    if talk is None:
        since_ms = at_ms - whole_ms(event.talked_s)
        queue = contact.visits[-1].queue if contact.visits else ""
        talk = Talk(agent_id=event.agent_id, queue=queue, since_ms=since_ms, reconstructed=True)
        contact.talks.append(talk)
    talk.end(at_ms)
    talk.reconstructed = talk.reconstructed or event.reconstructed
    if event.why:
        contact.note("talk.broken", at_ms, agent_id=event.agent_id, queue=talk.queue)


def _wrapping_up(contact: Contact, event: events.AgentWorkingAfterCall, at_ms: int) -> None:
    if (talk := contact.last_talk(event.agent_id)) and talk.wrap_since_ms is None:
        talk.wrap_since_ms = at_ms


def _wrap_up_ended(contact: Contact, event: events.WrapUpEnded, at_ms: int) -> None:
    talk = contact.last_talk(event.agent_id)
    if talk and talk.wrap_since_ms is not None and talk.wrap_until_ms is None:
        talk.wrap_until_ms = at_ms


def _wrapped(contact: Contact, event: events.WrapUpSaved, at_ms: int) -> None:
    first_ms = contact.wraps.get(event.agent_id, (at_ms, True, ""))[0]
    contact.wraps[event.agent_id] = (first_ms, event.solved, event.reason)


def talking(contact: Contact, agent_id: str) -> dict[str, str]:
    """Whom and which queue a fact about an agent's talk counts for: fields of ``Fact``."""
    talk = contact.last_talk(agent_id) if agent_id else None
    return {"agent_id": agent_id, "queue": talk.queue if talk else ""}


def _consulted(contact: Contact, event: control.ConsultationStarted, at_ms: int) -> None:
    contact.note("consultation", at_ms, **talking(contact, event.agent_id))
    _held(contact, event, at_ms)


def _conferenced(contact: Contact, event: control.Conferenced, at_ms: int) -> None:
    contact.note("conference", at_ms, **talking(contact, event.agent_id))
    _retrieved(contact, event, at_ms)


def _consultation_ended(contact: Contact, event: control.ConsultationEnded, at_ms: int) -> None:
    if event.result == "conferenced":
        _retrieved(contact, event, at_ms)
        _joined(contact, event, at_ms)


def _alternated(contact: Contact, event: control.Alternated, at_ms: int) -> None:
    (_retrieved if event.talking_to == "caller" else _held)(contact, event, at_ms)


TALK_STEPS: Mapping[type[Event], Callable[[Contact, Any, int], None]] = {
    events.Established: _established,
    events.Held: _held,
    events.Retrieved: _retrieved,
    events.ConnectionCleared: _connection_cleared,
    events.AgentWorkingAfterCall: _wrapping_up,
    events.WrapUpEnded: _wrap_up_ended,
    events.WrapUpSaved: _wrapped,
    control.ConsultationStarted: _consulted,
    control.ConsultationEnded: _consultation_ended,
    control.Alternated: _alternated,
    control.Conferenced: _conferenced,
    control.PartyLeft: _party_left,
}
