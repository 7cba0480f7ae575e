"""What comes in to the floor about routing itself."""

from dataclasses import dataclass

from cti.core.acd.centre import Centre
from cti.core.ids import CallId, QueueName


@dataclass(frozen=True, slots=True)
class CentreIs:
    """Modes, closed queues and last hours are these from now on."""

    centre: Centre


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWaitingCall:
    """A supervisor moves a waiting call to another queue, or gives it another priority; ``by`` is his
    sign-in."""

    call_id: CallId
    by: str
    reason: str
    queue: QueueName | None = None
    priority: int | None = None
