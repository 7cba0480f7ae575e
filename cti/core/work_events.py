"""Facts of what remains to be done after a call: messages, work items, text messages, surveys' ends.

All are ours, without a counterpart in CSTA. None carries a number or a text. ``call_id`` is None
where no call was the cause.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cti.core.events import CallEvent, Event
from cti.core.ids import CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailLeft(CallEvent):
    """The caller left a spoken message of ``seconds`` for the people of queue ``box``."""

    TYPE: ClassVar[str] = "voicemailLeft"
    message_id: str
    box: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEvent(Event):
    """A fact of something that people have to do."""

    item_id: int
    kind: str
    call_id: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemOpened(WorkEvent):
    """There is something to be done by ``due_at``, by the people of ``queue`` where one is named."""

    TYPE: ClassVar[str] = "workItemOpened"
    due_at: datetime
    queue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemClosed(WorkEvent):
    """It is done, by ``actor`` (a sign-in), with this result."""

    TYPE: ClassVar[str] = "workItemClosed"
    actor: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsEvent(Event):
    """A fact of one text message."""

    sms_id: int
    template: str
    call_id: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsQueued(SmsEvent):
    """A text message of so many parts waits to be sent, not before ``not_before``."""

    TYPE: ClassVar[str] = "smsQueued"
    parts: int
    not_before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSent(SmsEvent):
    """The gateway took it over, at the ``attempt``-th try."""

    TYPE: ClassVar[str] = "smsSent"
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsDelivered(SmsEvent):
    """The phone has it."""

    TYPE: ClassVar[str] = "smsDelivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsFailed(SmsEvent):
    """It did not arrive and will not be tried again; ``reason`` is a code (docs/messages.md)."""

    TYPE: ClassVar[str] = "smsFailed"
    reason: str
