"""The queues' last hour from the facts: how long calls were handled, and how true told times were. Pure."""

from collections import defaultdict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import fmean
from typing import Final, NamedTuple

from cti.core.acd.estimate import LastHour
from cti.core.callback_events import CallbackClosed
from cti.core.events import (
    AgentAllocated,
    CallCleared,
    ConnectionCleared,
    Event,
    Queued,
    WrapUpEnded,
)
from cti.core.ids import AgentId, CallId, QueueName
from cti.core.measures.wait_error import (
    WaitError,
    WaitErrorFigures,
    WaitErrors,
    wait_error_figures,
)

HOUR: Final = timedelta(hours=1)
_FORGOTTEN: Final = timedelta(hours=12)
"""A wrap-up whose end was never told is not waited for any longer."""


class _Talk(NamedTuple):
    queue: QueueName
    ended_at: datetime
    talked_s: float


class Recent:
    """Feed it events in the order of their times (``take``), and ask.

    A call's handling is its talk with one agent (hold included) and his wrap-up; it counts in the hour
    in which the wrap-up ended.
    """

    def __init__(self) -> None:
        self._queue_of: dict[CallId, QueueName] = {}
        self._wrapping: dict[tuple[CallId, AgentId], _Talk] = {}
        self._handled: dict[QueueName, deque[tuple[datetime, float]]] = defaultdict(deque)
        self._waits = WaitErrors()
        self._errors: deque[WaitError] = deque()

    def take(self, event: Event) -> None:
        """One more fact."""
        self._errors.extend(self._waits.take(event))
        match event:
            case Queued() | AgentAllocated():
                self._queue_of[event.call_id] = event.queue
            case ConnectionCleared() if event.call_id in self._queue_of:
                talk = _Talk(self._queue_of[event.call_id], event.at, event.talked_s)
                self._wrapping[event.call_id, event.agent_id] = talk
            case WrapUpEnded():
                self._count(event)
            case CallCleared() | CallbackClosed():
                self._queue_of.pop(event.call_id, None)

    def _count(self, event: WrapUpEnded) -> None:
        talk = self._wrapping.pop((event.call_id, event.agent_id), None)
        if talk is not None:
            handled_s = talk.talked_s + (event.at - talk.ended_at).total_seconds()
            self._handled[talk.queue].append((event.at, handled_s))

    def hours(self, now: datetime) -> Mapping[QueueName, LastHour]:
        """Each queue's last hour; a queue without an answer is left out."""
        self._forget(now)
        return {
            queue: LastHour(answers=len(found), aht_s=fmean(handled_s for _, handled_s in found))
            for queue, found in self._handled.items()
            if found
        }

    def wait_errors(self, now: datetime) -> Mapping[QueueName, WaitErrorFigures]:
        """Of each queue: how true the times were that were told to callers answered in the last hour."""
        self._forget(now)
        by_queue: dict[QueueName, list[WaitError]] = defaultdict(list)
        for error in self._errors:
            by_queue[error.queue].append(error)
        found = {queue: wait_error_figures(errors) for queue, errors in by_queue.items()}
        return {queue: figures for queue, figures in found.items() if figures}

    def _forget(self, now: datetime) -> None:
        for found in self._handled.values():
            while found and found[0][0] < now - HOUR:
                found.popleft()
        while self._errors and self._errors[0].answered_at < now - HOUR:
            self._errors.popleft()
        old = [key for key, talk in self._wrapping.items() if talk.ended_at < now - _FORGOTTEN]
        for key in old:
            del self._wrapping[key]
