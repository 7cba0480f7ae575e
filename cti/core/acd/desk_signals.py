"""What agents wish for at their desktops, what supervisors make of agents, and what desks tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cti.core.agent_state import AgentStatus
from cti.core.endpoints import PhoneKind
from cti.core.ids import AgentId, CallId
from cti.core.wrap_ups import CallerRole, Emotion, Handling


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOn:
    """The agent signs in; at another extension than his own where one is named. ``phone`` None: at the
    phone on the desk, or as he is signed in."""

    agent_id: AgentId
    extension: str = ""
    seat: str = ""
    phone: PhoneKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOff:
    """The agent signs out."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseStatus:
    """The agent chooses ready, or not ready with a reason."""

    agent_id: AgentId
    status: AgentStatus
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPending:
    """The agent takes back what he chose for after the call, or what he asked for."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """The agent ends his side of the call."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveWrapUp:
    """The agent writes down the call. ``his``: history shows that he talked in it, however long ago; ``by``:
    the supervisor who corrects his record, empty for himself."""

    agent_id: AgentId
    call_id: CallId
    reason: str
    remarks: str = ""
    solved: bool = True
    follow_up: bool = False
    handling: Handling = Handling.NONE
    caller_role: CallerRole = CallerRole.NONE
    emotion: Emotion = Emotion.NONE
    reference: str = ""
    follow_up_due: date | None = None
    his: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendWrapUp:
    """The agent needs more time after the call."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class EndWrapUp:
    """The agent needs no more time after the call."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceStatus:
    """A supervisor (``by``, his sign-in) sets an agent's status, for a reason in his words."""

    agent_id: AgentId
    status: AgentStatus
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSkills:
    """A supervisor changes what an agent is asked to do, until he signs out.

    ``languages`` None: as they were. Names and levels are known to be right.
    """

    agent_id: AgentId
    skills: Mapping[str, int]
    languages: frozenset[str] | None
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideReason:
    """A supervisor grants the reason that an agent asked for, or refuses it."""

    agent_id: AgentId
    granted: bool
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSeen:
    """A desktop of the agent is connected."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskGone:
    """No desktop of the agent has been connected for as long as one may be away."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSeen:
    """A phone of ours can be called, or not any more; ``extension`` as Asterisk calls it (``8001w``)."""

    extension: str
    reachable: bool


OwnWish = (
    LogOn | LogOff | ChooseStatus | CancelPending | HangUp | SaveWrapUp | ExtendWrapUp | EndWrapUp
)
SupervisorsWish = ForceStatus | ChangeSkills | DecideReason
DeskNews = DeskSeen | DeskGone
