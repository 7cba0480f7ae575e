"""Callers whom recovery takes back from the native queues, while they are on their way. Pure.

They come one after another, in the order in which Asterisk moves them. Whoever waits with us already would be
offered before those who stand ahead of him, so nobody is offered until all are here, or the time is over.
"""

from datetime import datetime, timedelta

from cti.core.acd.alarms import Alarms
from cti.core.ids import CallId

LONGEST_S = 2.0
"""Some hundred callers need so long; one who cannot come (an agent has him) holds nobody longer."""
_ALARM = "coming back"


class ComingBack:
    """Who is awaited. ``alarms`` wakes the floor when the time is over."""

    __slots__ = ("_alarms", "_awaited", "_until")

    def __init__(self, alarms: Alarms) -> None:
        self._alarms = alarms
        self._awaited: set[CallId] = set()
        self._until: datetime | None = None

    def expect(self, call_id: CallId, now: datetime) -> None:
        """He is on his way from now on."""
        self._awaited.add(call_id)
        self._until = now + timedelta(seconds=LONGEST_S)
        self._alarms.set(_ALARM, self._until)

    def came(self, call_id: CallId) -> None:
        """He is here, or will not come."""
        self._awaited.discard(call_id)
        if not self._awaited and self._until is not None:
            self._until = None
            self._alarms.set(_ALARM, None)

    def awaited(self, now: datetime) -> bool:
        """Whether somebody is still on his way."""
        return self._until is not None and now < self._until
