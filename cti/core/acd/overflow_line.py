"""Who waits in a queue, against the queue's ways out: what is due, and who leaves. Pure.

Conditions that no clock foretells (length, expected wait, nobody at work, closed) are looked at when a call
joins, when one of its times comes, and every ``RECHECK_S`` for as long as anybody waits for them. The cost
of a look is that of those who leave.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count, islice

from cti.core.acd.overflow import Overflow
from cti.core.ids import CallId, QueueName

RECHECK_S = 5.0
NUMBER_REST_S = 60.0
"""So long after an outside number was not reached the caller is not sent out again."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """One caller of the line: since when he is in this queue, when he was last sent outside, and the
    queues that he came from by overflow: he does not go back there."""

    call_id: CallId
    queued_at: datetime
    sent_out_at: datetime | None = None
    head: bool = False
    came_from: tuple[QueueName, ...] = ()

    def due_at(self, step: Overflow) -> datetime:
        """When this way out is open to him, as far as the clock decides."""
        due = self.queued_at + timedelta(seconds=step.after_s)
        if step.number and self.sent_out_at:
            due = max(due, self.sent_out_at + timedelta(seconds=NUMBER_REST_S))
        return due


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the line asks about its queue: the most callers who may wait before an expected wait is too
    long (None: it cannot be told), whether nobody is signed in, whether it is closed."""

    most_within: Callable[[float], int | None]
    nobody: Callable[[], bool]
    closed: bool


class OverflowLine:
    """The callers of one queue. ``steps`` in the order in which they are tried."""

    def __init__(self, steps: Sequence[Overflow]) -> None:
        self.steps = tuple(steps)
        self._waiters: dict[CallId, Waiter] = {}
        self._open: tuple[dict[CallId, None], ...] = tuple({} for _ in self.steps)
        self._due: list[tuple[datetime, int, CallId, int]] = []
        self._turn = count()
        self._looked_at: datetime | None = None

    def add(self, waiter: Waiter) -> None:
        """He waits, or waits again."""
        self.drop(waiter.call_id)
        self._waiters[waiter.call_id] = waiter
        for number, step in enumerate(self.steps):
            if step.queue is None or step.queue not in waiter.came_from:
                entry = (waiter.due_at(step), next(self._turn), waiter.call_id, number)
                heappush(self._due, entry)

    def drop(self, call_id: CallId) -> None:
        """He waits no longer."""
        if self._waiters.pop(call_id, None):
            for opened in self._open:
                opened.pop(call_id, None)

    def next_look(self) -> datetime | None:
        """When somebody may have to leave; None while nobody can."""
        due, waiters = self._due, self._waiters
        while due and due[0][2] not in waiters:
            heappop(due)
        moments = [due[0][0]] if due else []
        if self._looked_at and self._watched():
            moments.append(self._looked_at + timedelta(seconds=RECHECK_S))
        return min(moments, default=None)

    def _watched(self) -> bool:
        both = zip(self.steps, self._open, strict=True)
        return any(opened and not step.timed_only for step, opened in both)

    def leaving(self, now: datetime, outlook: Outlook) -> Iterator[tuple[CallId, Overflow]]:
        """Who leaves now, and how; each is dropped from the line as he is named."""
        self._open_ways(now)
        self._looked_at = now
        for step, opened in zip(self.steps, self._open, strict=True):
            if not opened or not self._holds(step, outlook):
                continue
            for call_id in self._chosen(step, opened, outlook):
                self.drop(call_id)
                yield call_id, step

    def _open_ways(self, now: datetime) -> None:
        due = self._due
        while due and due[0][0] <= now:
            at, _, call_id, number = heappop(due)
            waiter = self._waiters.get(call_id)
            if waiter is not None and waiter.due_at(self.steps[number]) <= at:
                self._open[number][call_id] = None

    def _holds(self, step: Overflow, outlook: Outlook) -> bool:
        if step.closed and not outlook.closed:
            return False
        return not step.nobody_signed_in or outlook.nobody()

    def _most(self, step: Overflow, outlook: Outlook) -> int | None:
        """How many may stay; None where all of them leave."""
        limits = [] if step.longer_than is None else [step.longer_than]
        if step.wait_over_s is not None:
            within = outlook.most_within(step.wait_over_s)
            limits.append(len(self._waiters) if within is None else within)
        return max(limits, default=None)

    def _chosen(self, step: Overflow, opened: dict[CallId, None], outlook: Outlook) -> list[CallId]:
        most = self._most(step, outlook)
        if most is None:
            return list(opened)
        # Who was promised the next agent does not lose him to the length of the queue behind him.
        newest = (one for one in reversed(opened) if not self._waiters[one].head)
        return list(islice(newest, max(0, len(self._waiters) - most)))
