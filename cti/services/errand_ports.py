"""What a menu sends callers' wishes to: virtual places, messages, text messages. In our words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cti.core.ids import CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRequest:
    """A caller gives up waiting on the line but not his place.

    ``number`` is where he wants to be called, ``caller_number`` where he called from. ``call_id`` is
    the call that asks; where it waits already, the ticket takes over its place.
    """

    call_id: CallId
    queue: str
    number: str
    caller_number: str
    language: str
    asked_at: datetime
    priority: int | None = None
    needs: Mapping[str, int] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)


class Callbacks(Protocol):
    """Virtual places in queues."""

    async def place(self, request: CallbackRequest) -> None:
        """Safe when it returns. Raises Refused (a number that cannot be called, one too many)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceMessage:
    """What a caller left for the people of queue ``box``; ``file`` is an absolute path of a wav."""

    call_id: CallId
    box: str
    caller_number: str
    language: str
    file: str
    seconds: float
    left_at: datetime


class Mailbox(Protocol):
    """Messages as work items."""

    async def keep(self, message: VoiceMessage) -> None:
        """Safe when it returns."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsRequest:
    """A text message to be sent: a template of config/sms.yaml and its values."""

    template: str
    to: str
    values: Mapping[str, str]
    asked_at: datetime
    language: str = "zh"
    call_id: CallId | None = None


class SmsOutbox(Protocol):
    """Text messages on their way out."""

    async def put(self, request: SmsRequest) -> None:
        """Safe when it returns. Raises Refused (unknown template, opted out, no such number)."""
        ...
