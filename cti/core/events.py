"""Every fact the system writes down: past tense, frozen, written once.

The words on the wire are CSTA's (ECMA-269) in camelCase, as Chinese CTI middleware uses them; those
marked *ours* have no CSTA counterpart. ``call_id`` is the caller channel's id at arrival. Facts of the
menu and of agents have modules of their own, and are had from here too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import ClassVar

from cti.core.agent_events import (
    AgentChoiceCancelled,
    AgentChoicePending,
    AgentLoggedOff,
    AgentLoggedOn,
    AgentNotReady,
    AgentOverstayed,
    AgentReady,
    AgentWorkingAfterCall,
    WrapUpEnded,
)
from cti.core.event_kinds import (
    AgentEvent,
    CallEvent,
    ClearedBy,
    Event,
    OfferEnd,
    Outcome,
)
from cti.core.ids import AgentId, ChannelName, QueueName
from cti.core.menu_events import (
    DigitsDialed,
    IdentityChecked,
    LookupEnded,
    NodeEntered,
    NoInputHeard,
    NoMatchHeard,
    Offered,
    SurveyAnswered,
)
from cti.core.wrap_ups import CallerRole, Emotion, Handling

__all__ = [
    "AgentAllocated",
    "AgentAnswered",
    "AgentChoiceCancelled",
    "AgentChoicePending",
    "AgentEvent",
    "AgentLoggedOff",
    "AgentLoggedOn",
    "AgentNotReady",
    "AgentOverstayed",
    "AgentReady",
    "AgentWorkingAfterCall",
    "CallCleared",
    "CallEvent",
    "CallRecovered",
    "CallSurvived",
    "ClearedBy",
    "ConnectionCleared",
    "Delivered",
    "DigitsDialed",
    "Diverted",
    "Established",
    "Event",
    "Held",
    "IdentityChecked",
    "LookupEnded",
    "NoInputHeard",
    "NoMatchHeard",
    "NodeEntered",
    "OfferEnd",
    "Offered",
    "Outcome",
    "QueueLeft",
    "Queued",
    "Retrieved",
    "SurveyAnswered",
    "SystemNoted",
    "Transferred",
    "WrapUpEnded",
    "WrapUpSaved",
    "retold",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued(CallEvent):
    """The call joined a queue, or came back to its head after a missed offer (``why``)."""

    TYPE: ClassVar[str] = "queued"
    queue: QueueName
    priority: int
    needs: Mapping[str, int]
    language: str
    keys: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    why: str = "ivr"
    flags: tuple[str, ...] = ()
    place_at: datetime | None = None
    """Since when the caller has his place, where that is before ``at``."""
    reconstructed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAllocated(CallEvent):
    """One agent was reserved for the call (ours); ``why`` tells the router's reasons.

    ``candidates`` could have had it, best first; ``excluded``: agent → rule and detail
    (``acd/decision.py``); while the call waited for ``wish`` alone, nobody else could.
    """

    TYPE: ClassVar[str] = "agentAllocated"
    agent_id: AgentId
    queue: QueueName
    attempt: int
    waited_s: float
    why: str = ""
    points: float = 0.0
    step: int = 0
    wish: str = ""
    candidates: tuple[str, ...] = ()
    excluded: Mapping[str, str] = field(default_factory=dict)
    unlisted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(CallEvent):
    """The agent's phone rings: the moment of the screen-pop."""

    TYPE: ClassVar[str] = "delivered"
    agent_id: AgentId
    queue: QueueName
    attempt: int
    agent_channel: ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAnswered(CallEvent):
    """The agent picked up and hears the whisper; the caller still hears music (ours)."""

    TYPE: ClassVar[str] = "agentAnswered"
    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Established(CallEvent):
    """Caller and agent hear each other."""

    TYPE: ClassVar[str] = "established"
    agent_id: AgentId
    agent_channel: ChannelName
    waited_s: float
    reconstructed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Diverted(CallEvent):
    """An offer ended without a talk."""

    TYPE: ClassVar[str] = "diverted"
    agent_id: AgentId
    cause: OfferEnd
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLeft(CallEvent):
    """The call is no longer waiting, and why (ours). One for each visit to a queue."""

    TYPE: ClassVar[str] = "queueLeft"
    queue: QueueName
    outcome: Outcome
    waited_s: float
    reconstructed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(CallEvent):
    """The agent put the caller on hold."""

    TYPE: ClassVar[str] = "held"
    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved(CallEvent):
    """The held caller is back with the agent."""

    TYPE: ClassVar[str] = "retrieved"
    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred(CallEvent):
    """The caller was sent on: by the menu to a number outside the queues, or by an agent (``by``).

    ``how`` is menu, overflow, blind or attended; ``target_kind`` one of ``control_events.TargetKind``.
    """

    TYPE: ClassVar[str] = "transferred"
    target: str
    by: str = ""
    how: str = "menu"
    target_kind: str = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionCleared(CallEvent):
    """The agent left the call after ``talked_s`` seconds.

    ``why`` is ``lost`` where his phone was, and the talk broke off; ``cause`` is Q.850's then.
    """

    TYPE: ClassVar[str] = "connectionCleared"
    agent_id: AgentId
    talked_s: float
    why: str = ""
    cause: int = 0
    reconstructed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCleared(CallEvent):
    """The caller's line is gone. ``reconstructed`` where it ended while we were away."""

    TYPE: ClassVar[str] = "callCleared"
    cleared_by: ClearedBy
    cause: str = ""
    reconstructed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSurvived(CallEvent):
    """The native menu and queue took the caller over (ours)."""

    TYPE: ClassVar[str] = "callSurvived"
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecovered(CallEvent):
    """After a restart or an outage the call was found in Asterisk in this phase (ours)."""

    TYPE: ClassVar[str] = "callRecovered"
    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpSaved(CallEvent):
    """The agent's record of the call (ours). ``reason`` is a code of config/wrap_up.yaml, ``reference`` the
    number of a policy, report or case; ``by`` the supervisor who corrected it, empty for the agent."""

    TYPE: ClassVar[str] = "wrapUpSaved"
    agent_id: AgentId
    reason: str
    remarks: str = ""
    solved: bool = True
    follow_up: bool = False
    handling: Handling = Handling.NONE
    caller_role: CallerRole = CallerRole.NONE
    emotion: Emotion = Emotion.NONE
    reference: str = ""
    follow_up_due: date | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemNoted(Event):
    """The service started, lost or found one of the parts it stands on (ours).

    ``what`` is one of serviceStarted, asteriskLost, asteriskBack, storeLost, storeBack, recovered.
    """

    TYPE: ClassVar[str] = "systemNoted"
    what: str
    detail: str = ""


def retold(event: Event) -> Event:
    """The fact as one that was found out afterwards, where its type can say so."""
    match event:
        case Offered() | Queued() | Established() | QueueLeft():
            return replace(event, reconstructed=True)
        case ConnectionCleared() | CallCleared():
            return replace(event, reconstructed=True)
    return event
