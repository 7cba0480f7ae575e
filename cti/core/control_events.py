"""Facts of call control: what agents and supervisors did with a call that is under way.

A *party* is somebody on the call beside the caller and the agent whose call it is. Names are CSTA's
(ECMA-269) where it has one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from cti.core.events import AgentEvent, CallEvent, Event
from cti.core.ids import AgentId, QueueName


class TargetKind(StrEnum):
    """Where a consultation or a transfer goes."""

    AGENT = "agent"
    QUEUE = "queue"
    NUMBER = "number"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Originated(CallEvent):
    """The agent dials out; ``shown_number`` is what the called person sees."""

    TYPE: ClassVar[str] = "originated"
    agent_id: AgentId
    number: str
    shown_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DialFailed(CallEvent):
    """The called person was not reached; ``cause`` is a DIALSTATUS."""

    TYPE: ClassVar[str] = "failed"
    agent_id: AgentId
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationStarted(CallEvent):
    """The agent asks somebody while the caller waits on hold (ours)."""

    TYPE: ClassVar[str] = "consultationStarted"
    agent_id: AgentId
    party_id: str
    target_kind: TargetKind
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationDelivered(CallEvent):
    """The consulted party's phone rings; ``party_agent_id`` is empty for an outside number (ours)."""

    TYPE: ClassVar[str] = "consultationDelivered"
    agent_id: AgentId
    party_id: str
    party_agent_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationAnswered(CallEvent):
    """Agent and consulted party hear each other (ours)."""

    TYPE: ClassVar[str] = "consultationAnswered"
    agent_id: AgentId
    party_id: str
    party_agent_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationEnded(CallEvent):
    """It is over: completed (a transfer), cancelled, conferenced, failed, left (ours)."""

    TYPE: ClassVar[str] = "consultationEnded"
    agent_id: AgentId
    party_id: str
    result: str
    cause: str = ""
    party_agent_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternated(CallEvent):
    """The agent changed between caller and consulted party; ``talking_to``: caller or party (ours)."""

    TYPE: ClassVar[str] = "alternated"
    agent_id: AgentId
    party_id: str
    talking_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conferenced(CallEvent):
    """Caller, agent and these parties hear each other."""

    TYPE: ClassVar[str] = "conferenced"
    agent_id: AgentId
    parties: tuple[str, ...]


class Left(StrEnum):
    """Why a party is no longer on a call: its own phone ended it, the talk ended for everybody, or its leg
    was not found after an outage."""

    HUNG_UP = "hungUp"
    CALL_OVER = "callOver"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyLeft(CallEvent):
    """A party left the call; ``party_agent_id`` is empty for an outside number, and ``why`` is `hungUp`,
    `callOver` or `lost` (ours)."""

    TYPE: ClassVar[str] = "partyLeft"
    party_id: str
    party_agent_id: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteChanged(CallEvent):
    """The agent's microphone was closed to the caller, or opened again (ours)."""

    TYPE: ClassVar[str] = "muteChanged"
    agent_id: AgentId
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitsSent(CallEvent):
    """The agent sent so many keys to the other end; never which (ours)."""

    TYPE: ClassVar[str] = "digitsSent"
    agent_id: AgentId
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SentToMenu(CallEvent):
    """The agent sent his caller to the menu for ``task`` and waits for him; comes with ``held`` (ours)."""

    TYPE: ClassVar[str] = "sentToMenu"
    agent_id: AgentId
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackFromMenu(CallEvent):
    """That is over; ``result``: returned, recalled (by the agent), timeOut, failed, or agentLeft; all but
    the last come with ``retrieved`` (ours)."""

    TYPE: ClassVar[str] = "backFromMenu"
    agent_id: AgentId
    task: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringStarted(CallEvent):
    """A supervisor (``by``, his sign-in) listens, whispers or barges (``mode``) at an agent (ours)."""

    TYPE: ClassVar[str] = "monitoringStarted"
    agent_id: AgentId
    by: str
    mode: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringChanged(CallEvent):
    """Who listens goes on in another mode (ours)."""

    TYPE: ClassVar[str] = "monitoringChanged"
    agent_id: AgentId
    by: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringEnded(CallEvent):
    """He listens no more (ours)."""

    TYPE: ClassVar[str] = "monitoringEnded"
    agent_id: AgentId
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallIntercepted(CallEvent):
    """A supervisor took the call from its agent; ``to`` is who has it now (ours)."""

    TYPE: ClassVar[str] = "callIntercepted"
    agent_id: AgentId
    to: AgentId
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPickedUp(CallEvent):
    """A call that waited, or rang elsewhere, was taken by hand: ``to`` answers it (ours)."""

    TYPE: ClassVar[str] = "callPickedUp"
    to: AgentId
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReleased(CallEvent):
    """A supervisor ended the talk between caller and agent (ours)."""

    TYPE: ClassVar[str] = "callReleased"
    agent_id: AgentId
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCallChanged(CallEvent):
    """A supervisor moved a waiting call to another queue, or gave it another priority (ours)."""

    TYPE: ClassVar[str] = "waitingCallChanged"
    queue: QueueName
    priority: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitAnnounced(CallEvent):
    """The caller was told his place (1: next) and how long it may take; ``wait_s`` None: his place only
    (ours)."""

    TYPE: ClassVar[str] = "waitAnnounced"
    queue: QueueName
    position: int
    wait_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(CallEvent):
    """The talk is being recorded; the customer is recorded until he goes on, whoever talks (ours)."""

    TYPE: ClassVar[str] = "recordStarted"
    recording_id: str
    agent_id: AgentId
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPaused(CallEvent):
    """Secrets are spoken, and not recorded (ours)."""

    TYPE: ClassVar[str] = "recordPaused"
    recording_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingResumed(CallEvent):
    """It goes on (ours)."""

    TYPE: ClassVar[str] = "recordResumed"
    recording_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStopped(CallEvent):
    """The recording is over (ours)."""

    TYPE: ClassVar[str] = "recordStopped"
    recording_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentForced(AgentEvent):
    """A supervisor set the agent's status: ready, not_ready or logged_out (ours)."""

    TYPE: ClassVar[str] = "agentForced"
    by: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillsChanged(AgentEvent):
    """The agent's skills and languages are these from now on, until he signs out (ours)."""

    TYPE: ClassVar[str] = "skillsChanged"
    skills: Mapping[str, int]
    languages: tuple[str, ...]
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonAsked(AgentEvent):
    """The agent asks a supervisor for a reason that needs approval (ours)."""

    TYPE: ClassVar[str] = "reasonAsked"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonDecided(AgentEvent):
    """A supervisor granted or refused it (ours)."""

    TYPE: ClassVar[str] = "reasonDecided"
    reason: str
    granted: bool
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLost(AgentEvent):
    """No desktop of the agent is connected any more (ours)."""

    TYPE: ClassVar[str] = "deskLost"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskBack(AgentEvent):
    """A desktop of the agent is connected again (ours)."""

    TYPE: ClassVar[str] = "deskBack"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChanged(AgentEvent):
    """The agent's phone can be called again, or can no longer (ours)."""

    TYPE: ClassVar[str] = "phoneChanged"
    reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent(Event):
    """A supervisor's words to everybody, or to the agents of some queues (ours)."""

    TYPE: ClassVar[str] = "noticeSent"
    by: str
    text: str
    queues: tuple[str, ...] = ()
