"""One call as it stands now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cti.core.acd.sticky import Known, Wish
from cti.core.ids import AgentId, CallId, ChannelName, QueueName


class CallPhase(StrEnum):
    """Where the caller is."""

    IVR = "ivr"
    WAITING = "waiting"
    CALLBACK = "callback"
    RESERVED = "reserved"
    RINGING = "ringing"
    WHISPER = "whisper"
    DIALLING = "dialling"
    TALKING = "talking"
    HELD = "held"
    MENU = "menu"
    """His agent, who waits for him, sent him there."""
    AFTER = "after"
    TRANSFERRED = "transferred"
    SURVIVING = "surviving"
    ENDED = "ended"


class Direction(StrEnum):
    """Who began the call."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What makes a call a callback: nobody is on the line, ``number`` will be dialled.

    ``origin`` is the call in which it was asked for. ``dials`` counts the customer's phone being
    rung, ``first_dial_at`` when that was first; no agent is sought before ``due_at``. ``failed`` is
    the DIALSTATUS of a dial whose agent still hears about it. While the customer is on the line himself
    (``stand_in``), that call has the place.
    """

    origin: CallId
    number: str
    asked_at: datetime
    due_at: datetime
    dials: int = 0
    first_dial_at: datetime | None = None
    failed: str = ""
    stand_in: CallId | None = None


class PartyRole(StrEnum):
    """What somebody beside caller and agent does on a call."""

    CONSULTED = "consulted"
    CONFERENCE = "conference"
    SUPERVISOR = "supervisor"


class PartyPhase(StrEnum):
    """How far a party's leg has come."""

    WAITING = "waiting"
    DIALLING = "dialling"
    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody on the call beside the caller and the agent whose call it is.

    ``party_id`` is the unique id of his leg, chosen by us before he is dialled. He is one of our agents,
    or an outside ``number``; both empty while a queue seeks an agent for ``queue``.
    """

    party_id: str
    role: PartyRole
    phase: PartyPhase
    since: datetime
    agent_id: AgentId | None = None
    number: str = ""
    queue: QueueName | None = None
    channel: ChannelName | None = None
    failed: bool = False
    """Asterisk gave up ringing; why comes a moment later, if at all."""


class HeldBy(StrEnum):
    """Who put the caller on hold: the agent's own phone, or we on the agent's word."""

    NOBODY = ""
    PHONE = "phone"
    DESK = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a waiting caller was told last: his place (1 is next) in which queue, and for how long;
    ``wait_s`` None where no time was told."""

    at: datetime
    queue: QueueName
    position: int
    wait_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenTalk:
    """A talk that broke off because the agent's phone was lost."""

    agent_id: AgentId | None
    at: datetime


# Every signal changes one: without slots its fields are copied as one (``amended``).
@dataclass(frozen=True, kw_only=True)
class Call:
    """A caller and all that routing and the screen-pop must know.

    ``needs`` maps a skill to the least level that serves the call (``{"motor": 2}``);
    ``keys`` are the menu keys in the order pressed, never a sensitive digit; ``choices`` the node, or
    reserved word, that each of them led to, empty for a call of before they were kept;
    ``head`` puts a call whose offer was missed before all of its queue.
    ``place_at`` is since when he has his place, where that is not ``queued_at``; a call with a
    ``ticket`` is a callback. ``alert``: '', ``open``, or the sign-in that acknowledged it.
    ``version`` counts its saved states, for compare-and-set.
    """

    call_id: CallId
    channel: ChannelName
    caller_number: str
    dialed_number: str
    arrived_at: datetime
    caller_name: str = ""
    area: str = ""
    """Where his number was issued; empty where that is not known."""
    language: str = "zh"
    tree_version: int = 0
    """The published version of the dialplan that the call walks to its end; 0 for none."""
    phase: CallPhase = CallPhase.IVR
    queue: QueueName | None = None
    priority: int = 0
    needs: Mapping[str, int] = field(default_factory=dict)
    queued_at: datetime | None = None
    visit_open: bool = False
    """The journal has him in his queue: ``queued`` is written, its ``queueLeft`` is not."""
    place_at: datetime | None = None
    head: bool = False
    attempt: int = 0
    agent_id: AgentId | None = None
    agent_channel: ChannelName | None = None
    phase_at: datetime | None = None
    answered_at: datetime | None = None
    keys: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    ticket: Ticket | None = None
    alert: str = ""
    direction: Direction = Direction.INBOUND
    """An outbound call's ``caller_number`` is who was dialled, its ``channel`` the agent's leg."""
    failed: str = ""
    """The DIALSTATUS of an outbound dial whose agent still hears about it."""
    flags: tuple[str, ...] = ()
    """Classes of the caller (``CallerClass``)."""
    points: int = 0
    """What he brings to a queue, on top of the queue's priority."""
    known: Known | None = None
    wish: Wish | None = None
    overflowed: tuple[QueueName, ...] = ()
    """The queues that he left by overflow since the menu chose one."""
    sent_out_at: datetime | None = None
    """When he was last sent to an outside number by overflow."""
    told: Told | None = None
    broken: tuple[BrokenTalk, ...] = ()
    """The talks of this call that broke off."""
    reconnecting: bool = False
    """He waits because one did, and is not counted a second time."""
    parties: tuple[Party, ...] = ()
    parties_asked: int = 0
    """How many there have been: the next one's id counts on."""
    held_by: HeldBy = HeldBy.NOBODY
    customer_channel: ChannelName | None = None
    """The customer's leg of a callback or an outbound call, which begin by the agent's leg."""
    customer_leads: bool = False
    """Such a call whose customer's leg leads it by now: it goes on like any caller's."""
    muted: bool = False
    task: str = ""
    """What his agent sent the caller to the menu for, while he is there."""
    recording: str = ""
    """The recording of the customer that is being made; ``recording_paused`` by whom it is silenced,
    ``recording_silent`` whether Asterisk was told so."""
    recording_paused: str = ""
    recording_silent: bool = False
    version: int = 0

    @property
    def agent_leads(self) -> bool:
        """The agent's leg bears the call's id and leads the Dial in which both talk."""
        dialled = self.ticket is not None or self.direction is Direction.OUTBOUND
        return dialled and not self.customer_leads

    def party(self, party_id: str) -> Party | None:
        """The party of this id, while it is on the call."""
        return next((one for one in self.parties if one.party_id == party_id), None)

    def waited_s(self, now: datetime) -> float:
        """Seconds from joining the queue to ``now``; 0 for a call that never queued, and where a clock that
        was put back says that it is still to come."""
        return max(0.0, (now - self.queued_at).total_seconds()) if self.queued_at else 0.0
