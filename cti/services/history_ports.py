"""What history is asked: calls, found by anything that is known of them, and one call's story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from cti.core.ids import AgentId, CallId
from cti.services.ports import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """One call as history shows it; seconds, None where it did not come to that."""

    call_id: CallId
    caller_number: str
    dialed_number: str
    arrived_at: datetime
    language: str
    queue: str | None
    agent_id: str | None
    outcome: str | None
    keys: tuple[str, ...]
    waited_s: float | None
    talked_s: float | None
    cleared_by: str | None
    ended_at: datetime | None
    wrap_up_reason: str | None
    flags: tuple[str, ...] = ()
    tree_version: int = 0
    direction: str = "inbound"
    wrap_up_remarks: str | None = None
    solved: bool | None = None
    follow_up: bool | None = None
    handling: str | None = None
    caller_role: str | None = None
    emotion: str | None = None
    reference: str | None = None
    follow_up_due: date | None = None
    wrapped_up_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQuery:
    """What to look for among calls; None or empty fits everything.

    ``number`` is whole, in any way of writing it; ``digits`` are its last ones. ``reasons`` are those of the
    wrap-up, any of them. ``before``: arrival and id of the last call of the page before.
    """

    since: datetime
    until: datetime | None = None
    agent_id: AgentId | None = None
    queue: str | None = None
    outcome: str | None = None
    direction: str | None = None
    number: str | None = None
    digits: str | None = None
    call_id: str | None = None
    reasons: tuple[str, ...] = ()
    before: tuple[datetime, CallId] | None = None
    limit: int = 100


class History(Protocol):
    """What happened, from SQL."""

    async def story(self, call_id: CallId) -> Sequence[Recorded]:
        """All events of one call, oldest first."""
        ...

    async def calls(self, query: CallQuery) -> Sequence[CallRow]:
        """Calls, newest first."""
        ...
