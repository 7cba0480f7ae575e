"""Facts of an agent: sign-in, status, wrap-up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from cti.core.endpoints import PhoneKind
from cti.core.event_kinds import AgentEvent
from cti.core.ids import CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLoggedOn(AgentEvent):
    """The agent signed in at an extension; ``seat`` is the name of another desk than his own, ``phone``
    which of the extension's two phones he answers at."""

    TYPE: ClassVar[str] = "agentLoggedOn"
    extension: str
    seat: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    phone: PhoneKind = PhoneKind.DESK


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
