"""What text messages need from the world. The edges implement these."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cti.core.ids import CallId
from cti.core.sms import SmsClass


class SmsState(StrEnum):
    """How far a text message is. ``sending``: given to the gateway, whose answer is not yet known."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSms:
    """A composed message: ``number`` as E.164, ``next_at`` its earliest moment."""

    template: str
    sms_class: SmsClass
    number: str
    text: str
    parts: int
    call_id: CallId | None
    queued_at: datetime
    next_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingSms:
    """A message for the gateway; ``attempt`` counts from 1."""

    sms_id: int
    template: str
    number: str
    text: str
    attempt: int
    expires_at: datetime
    call_id: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the network says of a message, or of a part of one: delivered, failed or expired."""

    gateway_id: str
    state: SmsState
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundSms:
    """A text message from somebody; ``gateway_id`` tells a repeat."""

    gateway_id: str
    number: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """A number that wants no marketing."""

    number: str
    at: datetime
    how: str


class SmsBook(Protocol):
    """The outbox in SQL. Every method raises HistoryDown."""

    async def add(self, new: NewSms) -> int:
        """Durable when it returns; the message's id."""
        ...

    async def claim(self, now: datetime, limit: int) -> Sequence[OutgoingSms]:
        """Messages whose time has come, now ``sending``: no other node gets them."""
        ...

    async def sent(self, sms: OutgoingSms, gateway_ids: Sequence[str], at: datetime) -> None:
        """The gateway took it over, as so many parts."""
        ...

    async def again(self, sms: OutgoingSms, next_at: datetime) -> None:
        """It was surely not sent: back to the queue."""
        ...

    async def failed(self, sms: OutgoingSms, state: SmsState, reason: str, at: datetime) -> None:
        """It will not be sent; its work item is opened with the same transaction."""
        ...

    async def unanswered(self, before: datetime) -> Sequence[OutgoingSms]:
        """Messages ``sending`` since before: whoever had them in hand is dead."""
        ...

    async def receive(self, receipt: Receipt, at: datetime) -> None:
        """Note what became of a part, and of its message; a repeat changes nothing."""
        ...

    async def hear(self, inbound: InboundSms, at: datetime) -> bool:
        """Keep a reply. False for a repeat."""
        ...

    async def opt_out(self, number: str, how: str, at: datetime) -> None:
        """No more marketing to this number."""
        ...

    async def opt_in(self, number: str) -> bool:
        """Marketing may go there again. False where it was not opted out."""
        ...

    async def opted_out(self, number: str) -> bool:
        """Whether this number wants no marketing."""
        ...

    async def opt_outs(self) -> Sequence[OptOut]:
        """All of them, newest first."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next message may go out."""
        ...


class GatewayBusy(ConnectionError):
    """The message was surely not taken over; to be tried again later."""


class GatewayRefused(Exception):
    """The gateway will never take this message; the text is the reason's code."""


class GatewayDoubt(ConnectionError):
    """Whether the gateway took the message over is unknown."""


class SmsNews(Protocol):
    """Who hears what comes from the gateway."""

    async def receive(self, receipt: Receipt) -> None:
        """Safe when it returns."""
        ...

    async def hear(self, inbound: InboundSms) -> None:
        """Safe when it returns."""
        ...


class SmsGateway(Protocol):
    """Where text messages leave us."""

    repeat_is_safe: bool
    """True where the gateway knows a repeat by our id and sends it once."""

    async def send(self, sms: OutgoingSms) -> Sequence[str]:
        """The gateway's ids of the message's parts.

        Raises GatewayBusy, GatewayRefused, GatewayDoubt.
        """
        ...

    async def run(self, news: SmsNews) -> None:
        """Keep the connection, and pass on what comes; until cancelled."""
        ...
