"""Time that goes on, whatever is done to the machine's clock."""

from collections.abc import Callable
from datetime import datetime, timedelta

SLOWEST = 0.9
"""Seconds that pass here in a second while the machine's clock is behind."""


class SteadyClock:
    """The machine's clock (``wall``), except that it never goes back.

    A jump forward is followed at once. After a jump back time goes on a tenth slower (by ``ticks``, seconds
    of a monotonic clock) until the machine's clock has caught up: every timer still ends, no fact comes
    before its cause, and no time span is below nothing.
    """

    def __init__(self, wall: Callable[[], datetime], ticks: Callable[[], float]) -> None:
        self._wall, self._ticks = wall, ticks
        self._now, self._tick = wall(), ticks()

    def __call__(self) -> datetime:
        tick = self._ticks()
        passed = timedelta(seconds=(tick - self._tick) * SLOWEST)
        self._now, self._tick = max(self._wall(), self._now + passed), tick
        return self._now
