"""Facts of callbacks and of supervisors' alerts, all of them ours: CSTA has no counterpart."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from cti.core.events import CallEvent
from cti.core.ids import AgentId, CallId, QueueName


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRequested(CallEvent):
    """A caller wants to be called on ``number`` and keeps the place he has since ``place_at``.

    ``call_id`` is the ticket's own; ``origin`` the call in which he asked; ``area`` that call's.
    """

    TYPE: ClassVar[str] = "callbackRequested"
    origin: CallId
    queue: QueueName
    number: str
    caller_number: str
    language: str
    place_at: datetime
    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackDialed(CallEvent):
    """The customer's phone is called; the agent is on the line."""

    TYPE: ClassVar[str] = "callbackDialed"
    agent_id: AgentId
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackConnected(CallEvent):
    """The customer answered, ``waited_s`` seconds after he asked for it."""

    TYPE: ClassVar[str] = "callbackConnected"
    agent_id: AgentId
    attempt: int
    waited_s: float


class NotReached(StrEnum):
    """Why a dial of the customer came to nothing; unknown: it ended while we were away."""

    BUSY = "busy"
    NO_ANSWER = "noAnswer"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackFailed(CallEvent):
    """The customer was not reached; tried again from ``next_at`` on, or never."""

    TYPE: ClassVar[str] = "callbackFailed"
    agent_id: AgentId | None
    cause: NotReached
    attempt: int
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackClosed(CallEvent):
    """The ticket is over. ``result``: served, failed, rangIn, replaced, cancelled.

    What was known of the customer is told once more, for whoever sees to those not reached.
    """

    TYPE: ClassVar[str] = "callbackClosed"
    result: str
    queue: QueueName
    number: str
    language: str
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorAlerted(CallEvent):
    """A call joined a queue that supervisors are to be told of at once."""

    TYPE: ClassVar[str] = "supervisorAlerted"
    queue: QueueName


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAcknowledged(CallEvent):
    """A supervisor has seen the alert; ``by`` is his sign-in."""

    TYPE: ClassVar[str] = "alertAcknowledged"
    by: str
