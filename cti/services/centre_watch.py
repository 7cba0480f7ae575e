"""Tells the floor what holds outside it: modes in force, queues whose hours are over, the last hour."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cti.core.acd.centre import Centre
from cti.core.acd.estimate import LastHour
from cti.core.acd.routing_signals import CentreIs
from cti.core.clock.hours import Calendar
from cti.core.ids import QueueName
from cti.services.dispatcher import Dispatcher
from cti.services.modes import Modes
from cti.services.ports import Clock

EVERY_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Where it is read: ``queue_hours`` are names of the calendar's hours, None for always."""

    modes: Modes
    calendar: Callable[[], Calendar]
    hours: Callable[[], Mapping[QueueName, LastHour]]
    queue_hours: Mapping[QueueName, str | None]

    def centre(self, now: datetime) -> Centre:
        """As it is now; hours that the calendar does not know are never over."""
        modes, calendar = self.modes.in_force(), self.calendar()
        closed = (
            queue
            for queue, name in self.queue_hours.items()
            if name and name in calendar.hours and not calendar.is_open(name, now, modes)
        )
        return Centre(modes=modes, closed=frozenset(closed), hours=self.hours())


class CentreWatch:
    """Looks when a mode is switched, at every whole minute, and every ``EVERY_S`` seconds."""

    def __init__(self, outside: Outside, dispatcher: Dispatcher, now: Clock) -> None:
        self._outside, self._dispatcher, self._now = outside, dispatcher, now

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._dispatcher.wait_live()
            now = self._now()
            self._dispatcher.tell(CentreIs(self._outside.centre(now)))
            to_minute_s = 60.0 - now.second - now.microsecond / 1e6
            await self._outside.modes.switched(min(EVERY_S, to_minute_s))
