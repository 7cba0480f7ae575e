"""What work items, messages and text messages need from the world. The edges implement these."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from cti.core.events import Event
from cti.core.ids import CallId
from cti.core.sms import SmsClass
from cti.core.work import WorkKind, WorkResult, WorkState
from cti.services.ports import VoiceMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWork:
    """Something to be done. ``key`` is the cause's own id: the same cause makes one item.

    ``number`` is whom it is about, in clear; ``details`` are shown as they are.
    """

    kind: WorkKind
    key: str
    due_at: datetime
    queue: str = ""
    call_id: CallId | None = None
    number: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """An item as it stands. ``number`` in clear: it is masked at the edge."""

    item_id: int
    kind: str
    key: str
    state: str
    opened_at: datetime
    due_at: datetime
    queue: str
    call_id: str | None
    number: str
    details: Mapping[str, str]
    taken_by: str | None
    taken_at: datetime | None
    closed_by: str | None
    closed_at: datetime | None
    result: str | None
    remarks: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkQuery:
    """Which items: in one of ``states``, of ``kinds`` where some are named; most urgent first."""

    states: Sequence[WorkState] = (WorkState.OPEN, WorkState.TAKEN)
    kinds: Sequence[str] = ()
    limit: int = 100


class WorkBook(Protocol):
    """The list of what is to be done, in SQL. Every method raises HistoryDown."""

    async def open(self, new: NewWork, at: datetime) -> int | None:
        """The new item's id; None where there is one of the same cause already."""
        ...

    async def find(self, query: WorkQuery) -> Sequence[WorkItem]:
        """Items in order of their due time; closed ones with the newest first."""
        ...

    async def get(self, item_id: int) -> WorkItem | None:
        """One item."""
        ...

    async def take(self, item_id: int, who: str, at: datetime) -> bool:
        """``who`` sees to it. False where it is done, or somebody else has it."""
        ...

    async def close(self, item_id: int, who: str, result: WorkResult, remarks: str) -> bool:
        """It is done. False where it was done already, or somebody else has it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessage:
    """A voice message as it lies in its folder: ``file`` is relative to it."""

    message_id: str
    message: VoiceMessage
    file: str
    sha256: str


class MessageShelf(Protocol):
    """Files of voice messages. All methods raise OSError."""

    async def keep(self, message: VoiceMessage) -> None:
        """Durable when it returns, with all that is known of it; the recording itself is gone."""
        ...

    async def unfiled(self) -> Sequence[KeptMessage]:
        """Messages that are not in the database yet, oldest first."""
        ...

    async def filed(self, kept: KeptMessage) -> None:
        """The database has it."""
        ...

    def path(self, file: str) -> Path:
        """Where a file lies. Raises ValueError for a name that leads elsewhere."""
        ...


class MessageBook(Protocol):
    """Voice messages in SQL. Every method raises HistoryDown."""

    async def file(self, kept: KeptMessage, work: NewWork, at: datetime) -> None:
        """The message, its fact and its work item, all or none; a repeat changes nothing."""
        ...

    async def file_of(self, message_id: str) -> str | None:
        """The message's file, None for an unknown message."""
        ...


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


@dataclass(frozen=True, slots=True)
class PendingFact:
    """A fact that is in SQL and not yet in the journal; ``token`` makes a repeat the same one."""

    fact_id: int
    token: str
    event: Event


class PendingFacts(Protocol):
    """Facts written with the change they tell of, on their way to the journal. Raises HistoryDown."""

    async def pending(self, limit: int = 100) -> Sequence[PendingFact]:
        """Oldest first."""
        ...

    async def told(self, fact_ids: Sequence[int]) -> None:
        """The journal has them."""
        ...


DueRule = Callable[[str, datetime], datetime]
"""By when the people of a queue have to see to what came in at a moment."""
