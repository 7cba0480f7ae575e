"""How many waited at once: from the waits themselves, each with its begin and end. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cti.core.measures.intervals import Scale


class Wait(NamedTuple):
    """One caller's wait in ms since 1970; an open one has no end."""

    since_ms: int
    until_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLength:
    """Of one interval: ``waited_ms`` of all callers together, of ``length_ms``; ``most`` at any moment."""

    waited_ms: int
    length_ms: int
    most: int

    @property
    def mean(self) -> float:
        """How many waited on average: time waited ÷ time passed."""
        return self.waited_ms / self.length_ms if self.length_ms else 0.0


def queue_lengths(waits: Iterable[Wait], used: Scale, now_ms: int) -> Sequence[QueueLength]:
    """The intervals in order; the one that runs is measured until now, one to come is empty."""
    end_ms = min(max(now_ms, used.begin_ms), used.end_ms)
    cut = (
        (max(since, used.begin_ms), min(end_ms if until is None else until, end_ms))
        for since, until in waits
    )
    changes = sorted(
        step for since, until in cut if since < until for step in ((since, 1), (until, -1))
    )
    return _swept(changes, used, end_ms)


def _swept(changes: Sequence[tuple[int, int]], used: Scale, end_ms: int) -> Sequence[QueueLength]:
    """Walks through all changes once; who leaves at the moment somebody comes was never beside him."""
    found: list[QueueLength] = []
    waiting, left = 0, deque(changes)
    for begin, upto in zip(used.bounds_ms, used.bounds_ms[1:], strict=False):
        until = min(upto, max(end_ms, begin))
        while left and left[0] <= (begin, -1):
            waiting += left.popleft()[1]
        at, most, waited_ms = begin, waiting, 0
        while left and left[0][0] < upto:
            moment, step = left.popleft()
            waited_ms += waiting * (moment - at)
            at, waiting = moment, waiting + step
            most = max(most, waiting)
        waited_ms += waiting * (until - at)
        found.append(QueueLength(waited_ms=waited_ms, length_ms=until - begin, most=most))
    return found
