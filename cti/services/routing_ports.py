"""What is asked of routing about calls that wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cti.core.ids import AgentId, CallId, QueueName


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a call that waits stands now. ``ahead`` calls, of any queue, go before it; ``candidates`` could
    have it, best first; ``excluded``: agent → rule and detail (``core/acd/decision.py``)."""

    queue: QueueName
    waited_s: float
    points: float
    step: int
    wish: AgentId | None
    needs: Mapping[str, int]
    ahead: int
    candidates: tuple[AgentId, ...]
    excluded: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a supervisor (``by``, his sign-in) wants of a waiting call; None: as it was."""

    call_id: CallId
    by: str
    reason: str
    queue: QueueName | None = None
    priority: int | None = None


class Routing(Protocol):
    """Waiting calls, looked at and changed."""

    async def change(self, wish: Change) -> None:
        """Move the call or change its priority; audited. Raises Refused, with nothing changed."""
        ...

    def standing(self, call_id: CallId, now: datetime) -> Standing | None:
        """None for a call that does not wait."""
        ...
