"""What work items and voice messages need from the world. The edges implement these."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cti.core.events import Event
from cti.core.ids import CallId
from cti.core.work import WorkKind, WorkResult, WorkState
from cti.services.errand_ports import VoiceMessage


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

    async def caller_of(self, call_id: CallId) -> str | None:
        """Whose number a call is, in clear; None while history has not heard of the call."""
        ...

    async def of_cause(self, kind: WorkKind, key: str) -> WorkItem | None:
        """The item that a cause made."""
        ...

    async def revise(self, item_id: int, new: NewWork) -> bool:
        """Its due time and details as they are now. False where it is done."""
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
