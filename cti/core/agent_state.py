"""An agent as he stands now, and the one table of what may happen next.

Two dimensions, as in FreeSWITCH's mod_callcenter: the *status* is what the person chose, the
*state* is what the system is doing with him. "Not ready pressed during a call" then needs no state
of its own: the choice stays pending until the call is over (CSTA's pendingAgentState, ECMA-269).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from cti.core.endpoints import PhoneKind, endpoint_of
from cti.core.ids import AgentId, CallId, QueueName
from cti.core.watching import Watching


class AgentStatus(StrEnum):
    """What the person chose."""

    LOGGED_OUT = "logged_out"
    READY = "ready"
    NOT_READY = "not_ready"


class AgentState(StrEnum):
    """What the system is doing with the person."""

    IDLE = "idle"
    RESERVED = "reserved"
    RINGING = "ringing"
    DIALLING = "dialling"
    TALKING = "talking"
    HELD = "held"
    CONSULTING = "consulting"
    CONFERENCING = "conferencing"
    MONITORING = "monitoring"
    WRAP_UP = "wrap_up"


class Happened(StrEnum):
    """What moves an agent from one state to another."""

    ALLOCATED = "allocated"
    ALERTED = "alerted"
    DIALLED = "dialled"
    ANSWERED = "answered"
    OFFER_ENDED = "offer_ended"
    HELD_CALLER = "held_caller"
    RETRIEVED_CALLER = "retrieved_caller"
    CONSULTED = "consulted"
    CONFERENCED = "conferenced"
    LEFT_BY_PARTY = "left_by_party"
    MONITORED = "monitored"
    HUNG_UP = "hung_up"
    WRAPPED_UP = "wrapped_up"


class IllegalTransition(Exception):
    """The table has no such step; the record stays as it was."""


_S, _H = AgentState, Happened
_IN_CALL = {_H.HUNG_UP: _S.WRAP_UP}
TRANSITIONS: Mapping[AgentState, Mapping[Happened, AgentState]] = {
    _S.IDLE: {_H.ALLOCATED: _S.RESERVED, _H.MONITORED: _S.MONITORING},
    _S.MONITORING: {_H.OFFER_ENDED: _S.IDLE},
    _S.RESERVED: {
        _H.ALERTED: _S.RINGING,
        # A phone that answers by itself may send no 180 Ringing at all.
        _H.ANSWERED: _S.TALKING,
        _H.DIALLED: _S.DIALLING,
        _H.OFFER_ENDED: _S.IDLE,
    },
    _S.RINGING: {
        _H.ANSWERED: _S.TALKING,
        _H.DIALLED: _S.DIALLING,  # a call of his own: first his phone rings, then the other's
        _H.OFFER_ENDED: _S.IDLE,
    },
    _S.DIALLING: {_H.ANSWERED: _S.TALKING, _H.OFFER_ENDED: _S.IDLE},
    _S.TALKING: {
        **_IN_CALL,
        _H.OFFER_ENDED: _S.IDLE,  # hung up during the whisper: the caller never heard the agent
        _H.HELD_CALLER: _S.HELD,
        _H.CONSULTED: _S.CONSULTING,
        _H.CONFERENCED: _S.CONFERENCING,
    },
    _S.HELD: {
        **_IN_CALL,
        _H.RETRIEVED_CALLER: _S.TALKING,
        _H.CONSULTED: _S.CONSULTING,
        _H.CONFERENCED: _S.CONFERENCING,
    },
    _S.CONSULTING: {
        **_IN_CALL,
        _H.RETRIEVED_CALLER: _S.TALKING,
        _H.CONFERENCED: _S.CONFERENCING,
        _H.LEFT_BY_PARTY: _S.HELD,
    },
    _S.CONFERENCING: {**_IN_CALL, _H.RETRIEVED_CALLER: _S.TALKING},
    _S.WRAP_UP: {_H.WRAPPED_UP: _S.IDLE},
}


def after(state: AgentState, happened: Happened) -> AgentState:
    """The next state. Raises IllegalTransition where the table has none."""
    try:
        return TRANSITIONS[state][happened]
    except KeyError:
        raise IllegalTransition(f"{happened} while {state}") from None


class Presence(StrEnum):
    """Whether a desktop of the agent is connected; UNSEEN until the first one of his shift is."""

    UNSEEN = "unseen"
    HERE = "here"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the roster says of an agent; his again when he signs out."""

    extension: str
    skills: Mapping[str, int]
    languages: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonUse:
    """How often a reason was in force on a day, and for how long, as far as it is over."""

    times: int = 0
    seconds: float = 0.0


# Every signal changes one: without slots its fields are copied as one (``amended``).
@dataclass(frozen=True, kw_only=True)
class Agent:
    """One agent: who he is, what he can do, how he stands.

    ``phone`` is which of the two phones of his extension he answers at.
    ``skills`` maps a skill to a level 1 (trainee) to 5 (coach); ``languages`` are tags (``zh``).
    ``pending`` is a status chosen during a call, in force when the call and its wrap-up are over;
    ``forced`` when a supervisor chose it. ``asked`` is a reason that waits for a supervisor's word.
    ``reason_since`` is since when his reason holds, ``uses`` what he used of each reason on ``uses_on``
    (a date of the centre's own time zone); ``overstayed``: he was told, or supervisors were.
    ``rings_until`` is when his phone stops ringing for the call he was given last, if he lets it ring.
    ``recent_calls`` are those he may still write a record of, newest first; ``recorded`` is the last
    call he wrote one of. ``idle_since``, ``talked_s`` since he signed in, ``offered_at`` (his last offer)
    and ``place`` in the roster are what strategies compare. ``missed`` counts offers in a row; at
    ``rest_until`` one who missed them is ready again; ``version`` counts saved states.
    """

    agent_id: AgentId
    name: str
    extension: str
    skills: Mapping[str, int] = field(default_factory=dict)
    languages: frozenset[str] = frozenset({"zh"})
    status: AgentStatus = AgentStatus.LOGGED_OUT
    reason: str | None = None
    pending: AgentStatus | None = None
    pending_reason: str | None = None
    forced: bool = False
    state: AgentState = AgentState.IDLE
    since: datetime | None = None
    idle_since: datetime | None = None
    call_id: CallId | None = None
    rings_until: datetime | None = None
    wrap_up_until: datetime | None = None
    wrap_up_extended: bool = False
    wrap_up_queue: QueueName | None = None
    recent_calls: tuple[CallId, ...] = ()
    recorded: CallId | None = None
    seat: str = ""
    listed: Listed | None = None
    skills_given: bool = False
    desk: Presence = Presence.UNSEEN
    phone_away: bool = False
    asked: str | None = None
    asked_until: datetime | None = None
    reason_since: datetime | None = None
    uses: Mapping[str, ReasonUse] = field(default_factory=dict)
    uses_on: date | None = None
    overstayed: bool = False
    missed: int = 0
    rest_until: datetime | None = None
    place: int = 0
    talked_s: float = 0.0
    offered_at: datetime | None = None
    supervises: bool = False
    """Takes calls only by his own hand (``people`` with an extension)."""
    watching: Watching | None = None
    phone: PhoneKind = PhoneKind.DESK
    version: int = 0

    @property
    def endpoint(self) -> str:
        """His phone as Asterisk calls it."""
        return endpoint_of(self.extension, self.phone)

    @property
    def free(self) -> bool:
        """May be offered a call now."""
        return self.status is AgentStatus.READY and self.state is AgentState.IDLE

    @property
    def signed_in(self) -> bool:
        """Is at work, whatever he does."""
        return self.status is not AgentStatus.LOGGED_OUT

    @property
    def code_given(self) -> bool:
        """Has written the record of the call that he wraps up."""
        return self.call_id is None or self.recorded == self.call_id
