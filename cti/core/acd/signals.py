"""What comes in to the floor: things seen on the line, and orders given by people."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cti.core.acd.control_wishes import ControlWish
from cti.core.acd.desk_signals import (
    CancelPending,
    ChangeSkills,
    ChooseStatus,
    DecideReason,
    DeskGone,
    DeskNews,
    DeskSeen,
    EndWrapUp,
    ExtendWrapUp,
    ForceStatus,
    HangUp,
    LogOff,
    LogOn,
    OwnWish,
    PhoneSeen,
    SaveWrapUp,
    SupervisorsWish,
)
from cti.core.acd.party_signals import PartySignal
from cti.core.acd.reach_signals import ReachSignal, ReachWish
from cti.core.acd.record_signals import PauseRecording, RecordingBegan, RecordingOver
from cti.core.acd.routing_signals import CentreIs, ChangeWaitingCall
from cti.core.acd.sticky import Known
from cti.core.events import CallEvent
from cti.core.ids import CallId, ChannelName, QueueName

__all__ = [
    "CancelPending",
    "ChangeSkills",
    "ChooseStatus",
    "DecideReason",
    "DeskGone",
    "DeskSeen",
    "EndWrapUp",
    "ExtendWrapUp",
    "ForceStatus",
    "HangUp",
    "LogOff",
    "LogOn",
    "PhoneSeen",
    "SaveWrapUp",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerArrived:
    """A new caller is on the line."""

    call_id: CallId
    channel: ChannelName
    caller_number: str
    dialed_number: str
    caller_name: str = ""
    language: str = "zh"
    flags: tuple[str, ...] = ()
    points: int = 0
    tree_version: int = 0
    known: Known | None = None
    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IvrNoted:
    """The caller's walk through the menu produced facts for the journal, in this order."""

    call_id: CallId
    events: tuple[CallEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChosen:
    """The menu sends the caller to a queue; he waits as soon as his channel says so."""

    call_id: CallId
    queue: QueueName
    priority: int | None = None
    needs: Mapping[str, int] = field(default_factory=dict)
    language: str = "zh"
    keys: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    """What each of ``keys`` led to: a node, or a reserved word."""
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerWaits:
    """The caller's channel is in the waiting loop: from now on an offer can reach it.

    ``attempt`` is the last offer that reached the channel; an older one than the call's makes the
    signal old news.
    """

    call_id: CallId
    channel: ChannelName
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerChooses:
    """A waiting caller pressed the key that lets him choose: no offer may interrupt him now."""

    call_id: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitTold:
    """A waiting caller begins to hear his place (1 is next), and how long it will take if known."""

    call_id: CallId
    position: int
    wait_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBegun:
    """The caller hears the tone after which he may leave a message."""

    call_id: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAsked:
    """A caller wants to be called on ``number``; where ``call_id`` waits, its place is taken over."""

    call_id: CallId
    queue: QueueName
    number: str
    caller_number: str
    dialed_number: str = ""
    language: str = "zh"
    priority: int | None = None
    needs: Mapping[str, int] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDialled:
    """The agent of a callback is on the line and the customer's phone is called."""

    call_id: CallId
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneAlerted:
    """The agent's phone rings."""

    call_id: CallId
    agent_channel: ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneAnswered:
    """The agent picked up and hears the whisper."""

    call_id: CallId
    agent_channel: ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkBegan:
    """Caller and agent hear each other."""

    call_id: CallId
    agent_channel: ChannelName
    customer_channel: ChannelName | None = None
    """Where the agent's leg leads the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialEnded:
    """Asterisk's Dial is over. ``status`` is DIALSTATUS, or WHISPERHUP; ``cause`` is Q.850's."""

    call_id: CallId
    attempt: int
    status: str
    cause: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldChanged:
    """The agent's phone put the caller on hold, or took him back."""

    call_id: CallId
    agent_channel: ChannelName
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerSurvives:
    """The native fallback took the caller over; ``queue`` is the menu's choice where there was one."""

    call_id: CallId
    channel: ChannelName
    why: str = ""
    queue: QueueName | None = None
    caller_number: str = ""
    dialed_number: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    """What the compiled menu left on his channel (``native.CHANNEL_VARIABLES``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerAfter:
    """The agent has left and the caller goes on to what follows a talk."""

    call_id: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelGone:
    """A leg is gone; the call is over when it was the caller's. ``cause`` is Q.850's.

    ``asked``: its far end said good-bye, but Asterisk may keep the leg for a moment.
    """

    call_id: CallId
    channel: ChannelName
    cause: int = 0
    asked: bool = False
    party_id: str = ""
    """Where the leg was dialled as a party's."""
    state: str = ""
    """Its ``ACD_STATE`` at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingFailed:
    """The caller was gone before the offer could reach Asterisk, or the agent's phone is not there.

    ``attempt``: of which offer this is said; 0 for the one under way.
    """

    call_id: CallId
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCallback:
    """Somebody takes a ticket back; ``by`` is his sign-in."""

    call_id: CallId
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeAlert:
    """A supervisor has seen an alert; ``by`` is his sign-in."""

    call_id: CallId
    by: str


@dataclass(frozen=True, slots=True)
class TimeCame:
    """A moment that the floor asked for is here."""


LineSignal = (
    CallerArrived
    | IvrNoted
    | QueueChosen
    | CallerWaits
    | CallerChooses
    | WaitTold
    | MessageBegun
    | CallbackAsked
    | CustomerDialled
    | PhoneAlerted
    | PhoneAnswered
    | TalkBegan
    | DialEnded
    | HoldChanged
    | CallerSurvives
    | CallerAfter
    | ChannelGone
    | PartySignal
    | RingFailed
    | RecordingBegan
    | RecordingOver
    | PhoneSeen
    | TimeCame
    | ReachSignal
)
DeskSignal = (
    OwnWish
    | PauseRecording
    | ControlWish
    | SupervisorsWish
    | CancelCallback
    | AcknowledgeAlert
    | ChangeWaitingCall
    | ReachWish
)
Signal = LineSignal | DeskSignal | DeskNews | CentreIs
