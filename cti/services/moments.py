"""When a signal happened, for the facts that it makes.

Whoever sees a thing on the line knows better when it was than we, who may come to it late: under load a
talk would begin, in our books, seconds after both heard each other.
"""

from datetime import datetime, timedelta

from cti.services.ports import Clock

LATE_AT_MOST = timedelta(seconds=5)
"""What is said to be older was told by another clock than ours."""


class Moments:
    """Moments in the order of signals: none is before an earlier one, none is to come."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._latest: datetime | None = None

    def at(self, seen_at: datetime | None = None) -> datetime:
        """The moment of the next signal. ``seen_at``: what its witness says; None: now."""
        now = self._now()
        if seen_at is None or not now - LATE_AT_MOST <= seen_at <= now:
            seen_at = now
        self._latest = max(seen_at, self._latest or seen_at)
        return self._latest
