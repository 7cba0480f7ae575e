"""What a screen-pop is made of beside the strip, and where each part comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cti.core.call import Call
from cti.core.ids import CallId
from cti.services.knowledge import ShownArticle

CONTACTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An earlier call of the same people, with the record that its agent made; seconds, None where it did
    not come to that. ``reason`` and ``handling`` are codes, empty where none was chosen."""

    call_id: CallId
    at: datetime
    direction: str
    queue: str | None
    agent_id: str | None
    outcome: str | None
    talked_s: float | None
    reason: str | None
    remarks: str
    solved: bool | None
    handling: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """What is not done yet for the caller. ``topic`` is the case's own words, empty where there are none;
    ``taken_by`` who sees to it."""

    kind: str
    case_id: str
    topic: str
    state: str
    opened_at: datetime
    due_at: datetime
    taken_by: str | None = None


class Contacts(Protocol):
    """Earlier calls, from history."""

    async def last_of(self, number: str, but: CallId, limit: int) -> Sequence[Contact]:
        """Calls of the number and of the other numbers of its customers, newest first, without the call
        ``but``. Raises HistoryDown."""
        ...


class Cases(Protocol):
    """What is open."""

    async def open_of(self, number: str) -> Sequence[OpenCase]:
        """Of the number and its customers, in no order. Raises HistoryDown."""
        ...


class Articles(Protocol):
    """The knowledge of the house; it lies in memory, so nobody waits for it."""

    def for_call(self, call: Call, language: str) -> Sequence[ShownArticle]:
        """What fits the call, best fit first."""
        ...
