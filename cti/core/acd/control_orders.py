"""What the floor asks of the legs of a call that is under way.

Where a leg *is*, and what its channel then does by itself, is a ``Place``; which dialplan that means is
known to ``cti/asterisk/call_control.py`` alone. Every leg that was once moved leads a dialplan of its
own, so that the server may die at any moment: whoever is left alone is then brought on by Asterisk
(docs/call-path.md, "Call control").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cti.core.acd.reach_orders import ReachOrder
from cti.core.ids import CallId, ChannelName


class Place(StrEnum):
    """Where a leg can be sent."""

    HOLD = "hold"
    """A caller: music until somebody joins him. When that talk ends he goes on to what follows a talk;
    when nobody is left who could join him, back to his queue."""
    ANSWER = "answer"
    """A caller who is offered: the same phone rings anew, and is asked to pick up by itself."""
    QUEUE = "queue"
    """A caller: the waiting loop."""
    BROKEN = "broken"
    """A caller: he hears that his talk broke off, then the waiting loop."""
    SILENCE = "silence"
    """An agent: he hears nobody until he is moved again."""
    RINGING = "ringing"
    """An agent: he hears the ring tone until the party that he consults joins him; then silence."""
    CALLER = "caller"
    """An agent or a party: joins the caller, whose channel is told as PEER. It ends with the talk."""
    PARTY = "party"
    """An agent: joins the party told as PEER; when that one leaves, silence."""
    MUSIC = "music"
    """A party: music until the agent joins it again."""
    MENU = "menu"
    """A caller: the tree of ``from_agent``, then back to the agent whose leg he was told; where that is
    gone, to his queue."""
    CONFERENCE = "conference"
    """Anybody: all of the call who are here hear each other. The last but the caller leaves: he goes
    on to what follows a talk."""


class Told(StrEnum):
    """What a leg is told before it moves; its own dialplan and recovery read it."""

    STATE = "state"
    """A caller: ``held`` or ``talking``. An agent: as ``AgentState``."""
    ROLE = "role"
    """``caller`` or ``agent``: a callback's call id is that of its agent's leg."""
    AGENT = "agent"
    """A caller: the id of the agent who has him now."""
    AGENT_LEG = "agent_leg"
    """A caller: the leg without which he shall not stay on hold; a party's counts as well."""
    PARTY_LEG = "party_leg"
    """A caller: the leg of the party being consulted."""
    PEER = "peer"
    """An agent or a party: whom to join."""
    CALLER = "caller"
    """A party: the caller, whom it gets when the agent leaves while both talk."""
    PARTY = "party"
    """An agent: the id of the one party that may join him; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegMove:
    """One leg, where it goes, and what it is told before."""

    channel: ChannelName
    place: Place
    told: Mapping[Told, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TellLeg:
    """Tell a leg something where it is."""

    channel: ChannelName
    told: Mapping[Told, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLegs:
    """Move these legs of one call, when all that they and others must know is told.

    The first two move together or not at all; the others go before them.
    """

    call_id: CallId
    moves: tuple[LegMove, ...]
    tells: tuple[TellLeg, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DialParty:
    """Ring somebody whom the agent asks. ``party_id`` becomes the unique id of his leg, so that Asterisk
    itself refuses a second dial of one party. When he answers, his leg joins ``peer``, the agent's.

    ``target`` is an extension (``inside``) or a number; ``shown_number`` what his phone shows.
    ``caller`` is whom he gets should the agent leave while they talk; empty for nobody.
    """

    call_id: CallId
    party_id: str
    target: str
    inside: bool
    peer: ChannelName
    caller: ChannelName
    ring_s: int
    shown_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteLeg:
    """Nothing that this leg says reaches anybody (``on``), or it does again."""

    channel: ChannelName
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayKeys:
    """Send keys (RFC 4733) to the far end of this leg."""

    channel: ChannelName
    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceRecording:
    """The recording of this leg goes on without sound (``on``), or with it again."""

    channel: ChannelName
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOut:
    """A waiting caller is connected with an outside number; where nobody answers he waits again."""

    call_id: CallId
    channel: ChannelName
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallFromMenu:
    """A caller in ``Place.MENU`` goes back to his agent at once. ``leg`` is the agent's: it waits once more
    where the two were joined in that very moment."""

    channel: ChannelName
    leg: ChannelName | None


ControlOrder = (
    SendOut
    | MoveLegs
    | TellLeg
    | DialParty
    | MuteLeg
    | PlayKeys
    | SilenceRecording
    | RecallFromMenu
    | ReachOrder
)
