"""Every fact the system writes down: past tense, frozen, written once.

The words on the wire are CSTA's (ECMA-269) in camelCase, as Chinese CTI middleware uses them; those
marked *ours* have no CSTA counterpart. ``call_id`` is the caller channel's id at arrival.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from cti.core.ids import AgentId, CallId, ChannelName, QueueName


class Outcome(StrEnum):
    """How a queued contact ended: exactly one each (docs/glossary.md)."""

    ANSWERED = "answered"
    SHORT_ABANDONED = "short_abandoned"
    ABANDONED = "abandoned"
    CALLBACK_TAKEN = "callback_taken"
    OVERFLOWED = "overflowed"
    VOICEMAIL = "voicemail"
    FORCED_OUT = "forced_out"
    SYSTEM_FAIL = "system_fail"


class OfferEnd(StrEnum):
    """Why an agent did not get the call that was offered to him."""

    NO_ANSWER = "noAnswer"
    REFUSED = "refused"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    WHISPER_HANGUP = "whisperHangup"
    WITHDRAWN = "withdrawn"
    CALLER_GONE = "callerGone"


class ClearedBy(StrEnum):
    """Who ended the call."""

    CALLER = "caller"
    AGENT = "agent"
    SYSTEM = "system"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact and when it happened (aware UTC)."""

    TYPE: ClassVar[str] = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    """A fact of one call."""

    call_id: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(CallEvent):
    """A caller reached the IVR; ``flags`` are his classes, ``tree_version`` is the published version he
    walks, or 0."""

    TYPE: ClassVar[str] = "offered"
    caller_number: str
    dialed_number: str
    channel: ChannelName
    caller_name: str = ""
    language: str = "zh"
    flags: tuple[str, ...] = ()
    tree_version: int = 0
    reconstructed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEntered(CallEvent):
    """The caller's walk through the tree came to a node (ours)."""

    TYPE: ClassVar[str] = "nodeEntered"
    node: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitsDialed(CallEvent):
    """The caller chose by key; ``digits`` is empty where the node is marked sensitive."""

    TYPE: ClassVar[str] = "digitsDialed"
    node: str
    digits: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoMatchHeard(CallEvent):
    """The caller pressed what the node does not know (ours; VoiceXML's nomatch)."""

    TYPE: ClassVar[str] = "noMatch"
    node: str
    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoInputHeard(CallEvent):
    """The caller pressed nothing (ours; VoiceXML's noinput)."""

    TYPE: ClassVar[str] = "noInput"
    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupEnded(CallEvent):
    """A look-up for the caller ended: found, missing or failed, after ``took_s`` (ours)."""

    TYPE: ClassVar[str] = "lookupEnded"
    source: str
    result: str
    took_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChecked(CallEvent):
    """The caller was asked to prove who he is: ok, wrong or locked; ``level`` is what he reached
    (ours)."""

    TYPE: ClassVar[str] = "identityChecked"
    result: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered(CallEvent):
    """The caller answered a survey: question → answer (ours). ``queue`` and ``agent_id`` are those of
    the talk before it, empty without one."""

    TYPE: ClassVar[str] = "surveyAnswered"
    survey: str
    answers: Mapping[str, str]
    queue: str = ""
    agent_id: str = ""


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
    """The agent left the call after ``talked_s`` seconds."""

    TYPE: ClassVar[str] = "connectionCleared"
    agent_id: AgentId
    talked_s: float
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
    """The agent's record of the call (ours). ``reason`` is a code of config/wrap_up.yaml."""

    TYPE: ClassVar[str] = "wrapUpSaved"
    agent_id: AgentId
    reason: str
    remarks: str = ""
    solved: bool = True
    follow_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEvent(Event):
    """A fact of one agent."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLoggedOn(AgentEvent):
    """The agent signed in at an extension; ``seat`` is the name of another desk than his own."""

    TYPE: ClassVar[str] = "agentLoggedOn"
    extension: str
    seat: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLoggedOff(AgentEvent):
    """The agent signed out."""

    TYPE: ClassVar[str] = "agentLoggedOff"
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReady(AgentEvent):
    """The agent may be offered calls."""

    TYPE: ClassVar[str] = "agentReady"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentNotReady(AgentEvent):
    """The agent may not be offered calls; ``reason`` is a code of config/reasons.yaml."""

    TYPE: ClassVar[str] = "agentNotReady"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChoicePending(AgentEvent):
    """A status chosen during a call waits for its end (ours)."""

    TYPE: ClassVar[str] = "agentChoicePending"
    status: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChoiceCancelled(AgentEvent):
    """The agent took back what he chose for after the call, or asked for (ours)."""

    TYPE: ClassVar[str] = "agentChoiceCancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOverstayed(AgentEvent):
    """A reason, or ACW for wrap-up, lasts longer than its ``limit_s``: supervisors are to know (ours)."""

    TYPE: ClassVar[str] = "agentOverstayed"
    reason: str
    limit_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWorkingAfterCall(AgentEvent):
    """Wrap-up began or was extended; it ends by itself at ``until``."""

    TYPE: ClassVar[str] = "agentWorkingAfterCall"
    call_id: CallId
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpEnded(AgentEvent):
    """Wrap-up is over, by the agent or by its timer (ours)."""

    TYPE: ClassVar[str] = "wrapUpEnded"
    call_id: CallId
    by: str


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
