"""What the server says to desktops. Pure; docs/protocol/asyncapi.yaml describes every message.

Numbers are masked here and nowhere else. Two views exist: all that supervision may see, and what
every agent may see of other people's calls (no call variables, no remarks).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from cti.core.agent_state import Agent, AgentState
from cti.core.call import Call, Party
from cti.core.control_events import (
    AgentForced,
    CallIntercepted,
    CallPickedUp,
    CallReleased,
    MonitoringChanged,
    MonitoringEnded,
    MonitoringStarted,
    NoticeSent,
    SkillsChanged,
    TargetKind,
    WaitingCallChanged,
)
from cti.core.event_wire import to_wire
from cti.core.events import Event, SurveyAnswered
from cti.core.ids import AgentId, CallId, EventId
from cti.core.work import HIDDEN_FROM_AGENTS
from cti.core.work_events import WorkItemClosed, WorkItemOpened
from cti.services.place_names import place_label
from cti.services.ports import Recorded
from cti.web.masking import masked_number

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Json = dict[str, Any]

SUPERVISORS_ACTS = (
    AgentForced | SkillsChanged | CallIntercepted | CallPickedUp | CallReleased | WaitingCallChanged
)
"""Facts whose ``reason`` is a supervisor's word about somebody: no business of his colleagues."""
AFTER_CALL = "after_call/"
"""How the nodes of the tree after the call begin in events."""


class View(StrEnum):
    """Who looks."""

    AGENT = "agent"
    SUPERVISION = "supervision"


def encode(value: object) -> bytes:
    """JSON bytes; times as ISO 8601 with offset."""
    return orjson.dumps(value, default=_plain)


def _plain(value: object) -> object:
    match value:
        case Mapping():
            return dict(value)
        case frozenset():
            return sorted(value)
    raise TypeError(f"not JSON: {type(value).__name__}")


def text_frame(payload: bytes) -> bytes:
    """One unfragmented, unmasked WebSocket text frame (RFC 6455 §5.2), to be written as it is."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


@cache
def camel(name: str) -> str:
    """``wrap_up_until`` → ``wrapUpUntil``."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def wire(record: "DataclassInstance", names: Sequence[str] = ()) -> Json:
    """The named fields of a dataclass (or all of them) as camelCase JSON."""
    chosen = names or [field.name for field in fields(record)]
    return {camel(name): getattr(record, name) for name in chosen}


# fmt: off
_AGENT = (
    "agent_id", "name", "extension", "status", "reason", "pending", "pending_reason", "state",
    "since", "call_id", "rings_until", "wrap_up_until", "wrap_up_extended", "skills", "languages",
    "seat", "forced", "asked", "asked_until", "overstayed", "desk", "uses", "uses_on", "reason_since",
    "phone",
)
_CALL = (
    "call_id", "phase", "queue", "priority", "queued_at", "arrived_at", "agent_id",
    "answered_at", "language", "keys", "head", "attempt", "alert", "held_by", "muted",
    "recording", "recording_paused", "direction", "task",
)
# fmt: on
_PARTY = ("party_id", "role", "phase", "since", "agent_id", "queue")


def agent_record(agent: Agent, view: View = View.SUPERVISION) -> Json:
    """An agent as the board shows him. No agent sees that a supervisor listens, nor since when."""
    if view is View.AGENT and agent.supervises:
        listens = agent.state is AgentState.MONITORING
        agent = replace(agent, since=None, state=AgentState.IDLE if listens else agent.state)
    return wire(agent, _AGENT)


def call_record(call: Call) -> Json:
    """A live call as the board shows it."""
    return {
        **wire(call, _CALL),
        "callerNumber": masked_number(call.caller_number),
        "place": place_label(call.area),
        "parties": [_party(party) for party in call.parties],
    }


def _party(party: Party) -> Json:
    return {**wire(party, _PARTY), "number": masked_number(party.number)}


@dataclass(frozen=True, slots=True)
class Records:
    """Agents and live calls at one moment, by id."""

    agents: Mapping[AgentId, Agent]
    calls: Mapping[CallId, Call]

    @classmethod
    def of(cls, snapshot: tuple[Sequence[Agent], Sequence[Call]]) -> "Records":
        """Index what AgentDesk.snapshot returned."""
        agents, calls = snapshot
        return cls({a.agent_id: a for a in agents}, {c.call_id: c for c in calls})


def _hide_name(_value: object) -> str:
    return ""


_ALWAYS: Mapping[str, Callable[[Any], object]] = {
    "callerNumber": masked_number,
    "number": masked_number,
    "callerName": _hide_name,
}
_FROM_AGENTS: Mapping[str, Callable[[Any], object]] = {
    **_ALWAYS,
    "variables": lambda _variables: {},
    "remarks": _hide_name,
    "reference": _hide_name,
    "flags": lambda _flags: [],
    "digits": lambda digits: "*" * len(digits),
}
_MASKS = {View.SUPERVISION: _ALWAYS, View.AGENT: _FROM_AGENTS}


def event_wire(recorded: Recorded, view: View) -> Json:
    """An event with its id, masked for the view."""
    found = {"id": recorded.event_id, **to_wire(recorded.event)}
    for name, mask in _MASKS[view].items():
        if name in found:
            found[name] = mask(found[name])
    if view is View.AGENT and isinstance(recorded.event, SUPERVISORS_ACTS):
        found["reason"] = ""
    if found.get("targetKind") == TargetKind.NUMBER and "target" in found:
        found["target"] = masked_number(found["target"])
    return found


def event_message(recorded: Recorded, records: Records, view: View) -> bytes:
    """An event and, as they stand now, the agent and the call (null when over) that it changed."""
    found = event_wire(recorded, view)
    if agent := records.agents.get(found.get("agentId", "")):
        found["agent"] = agent_record(agent, view)
    if party := records.agents.get(found.get("partyAgentId", "")):
        found["partyAgent"] = agent_record(party, view)
    if call_id := found.get("callId"):
        call = records.calls.get(call_id)
        found["call"] = call_record(call) if call else None
    return encode(found)


def is_hidden(event: Event, view: View) -> bool:
    """What would tell an agent how a caller rated him (the walk through the survey and its ends), that
    somebody listens, and notices that are not for every agent."""
    if view is not View.AGENT:
        return False
    if isinstance(event, MonitoringStarted | MonitoringChanged | MonitoringEnded):
        return True
    if isinstance(event, NoticeSent):
        return bool(event.queues)
    if isinstance(event, WorkItemOpened | WorkItemClosed):
        return event.kind in HIDDEN_FROM_AGENTS
    at_node = str(getattr(event, "node", ""))
    return isinstance(event, SurveyAnswered) or at_node.startswith(AFTER_CALL)


def event_frames(batch: Iterable[Recorded], records: Records, view: View) -> bytes:
    """The events of a batch that this view may see, as frames one behind the other."""
    shown = (one for one in batch if not is_hidden(one.event, view))
    return b"".join(text_frame(event_message(one, records, view)) for one in shown)


@dataclass(frozen=True, slots=True)
class Extra:
    """What a snapshot has for this one desktop: the call on its screen, notices of the last hour, and
    what its supervisor listens to."""

    view: View = View.AGENT
    pop: Json | None = None
    notices: Sequence[Json] = ()
    monitoring: Json | None = None


def snapshot_message(
    event_id: EventId, at: datetime, records: Records, me: Agent | None, extra: Extra
) -> bytes:
    """All that a fresh desktop needs; events after ``event_id`` follow."""
    return encode(
        {
            "type": "snapshot",
            "id": event_id,
            "at": at,
            "me": agent_record(me) if me else None,
            "monitoring": extra.monitoring,
            "agents": [agent_record(agent, extra.view) for agent in records.agents.values()],
            "calls": [call_record(call) for call in records.calls.values()],
            "pop": extra.pop,
            "notices": extra.notices,
        }
    )


def resumed_message(event_id: EventId) -> bytes:
    """Everything missed up to ``event_id`` was sent."""
    return encode({"type": "resumed", "id": event_id})


REPLACED = encode({"type": "replaced"})


def done(ref: str) -> bytes:
    """A command was carried out."""
    return encode({"ref": ref, "ok": True})


def not_done(ref: str | None, code: str, message: str) -> bytes:
    """A command was not carried out, and why; ``ref`` is null where it could not be read."""
    return encode({"ref": ref, "ok": False, "code": code, "message": message})
