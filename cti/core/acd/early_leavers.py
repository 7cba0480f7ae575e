"""Callers whose channel was gone before anybody announced them. Pure."""

from datetime import datetime, timedelta

from cti.core.ids import CallId

GONE_KEPT = timedelta(seconds=60)


class EarlyLeavers:
    """Remembered for a minute: the menu's news may come after Asterisk's."""

    def __init__(self) -> None:
        self._gone: dict[CallId, datetime] = {}

    def remember(self, call_id: CallId, now: datetime) -> None:
        """A channel of a call nobody has announced is gone: he may be announced yet."""
        self._gone[call_id] = now
        while now - next(iter(self._gone.values())) > GONE_KEPT:
            del self._gone[next(iter(self._gone))]

    def left(self, call_id: CallId) -> bool:
        """True when the caller who is announced now has hung up before it."""
        return self._gone.pop(call_id, None) is not None
