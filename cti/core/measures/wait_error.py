"""How true the announced waiting times were: what was said against what it took. Pure.

Only callers who were answered tell it; of those who hung up nobody knows how long it would have been.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, median

from cti.core.control_events import WaitAnnounced
from cti.core.events import Event, Outcome, QueueLeft
from cti.core.ids import CallId, QueueName

NEAR_S = 60.0
"""An announced time that far from the truth, or nearer, counts as right: times are told in minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitError:
    """One announced time: ``error_s`` is announced less real, below 0 when it took longer."""

    call_id: CallId
    queue: QueueName
    told_at: datetime
    answered_at: datetime
    wait_s: int
    real_s: float

    @property
    def error_s(self) -> float:
        return self.wait_s - self.real_s


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitErrorFigures:
    """Over ``count`` announced times: seconds, and the share (0-1) within ``NEAR_S``."""

    count: int
    mean_s: float
    median_s: float
    mean_absolute_s: float
    near_share: float


class WaitErrors:
    """Takes events in the order of their times, and gives each announced time once it is known how
    long it really took."""

    def __init__(self) -> None:
        self._told: dict[CallId, list[WaitAnnounced]] = {}

    def take(self, event: Event) -> Sequence[WaitError]:
        """What the event settles: all announcements of a visit to the queue that was answered."""
        match event:
            case WaitAnnounced(wait_s=int()):
                self._told.setdefault(event.call_id, []).append(event)
            case QueueLeft(outcome=Outcome.ANSWERED):
                told = self._told.pop(event.call_id, ())
                return [_error(each, event.at) for each in told if each.wait_s is not None]
            case QueueLeft():
                self._told.pop(event.call_id, None)
        return ()


def wait_errors(events: Iterable[Event]) -> tuple[WaitError, ...]:
    """Every announced time of callers who were answered, from events in the order of their times."""
    errors = WaitErrors()
    return tuple(found for event in events for found in errors.take(event))


def wait_error_figures(errors: Sequence[WaitError]) -> WaitErrorFigures | None:
    """The reported figures; None where no time was announced to anybody who was answered."""
    if not errors:
        return None
    off_s = [each.error_s for each in errors]
    return WaitErrorFigures(
        count=len(off_s),
        mean_s=fmean(off_s),
        median_s=median(off_s),
        mean_absolute_s=fmean(map(abs, off_s)),
        near_share=sum(abs(each) <= NEAR_S for each in off_s) / len(off_s),
    )


def _error(told: WaitAnnounced, answered_at: datetime) -> WaitError:
    return WaitError(
        call_id=told.call_id,
        queue=told.queue,
        told_at=told.at,
        answered_at=answered_at,
        wait_s=told.wait_s or 0,
        real_s=(answered_at - told.at).total_seconds(),
    )
