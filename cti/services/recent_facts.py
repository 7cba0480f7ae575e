"""Keeps the last hour's figures: the journal's past hour once, then every event of the feed."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from datetime import timedelta

from cti.core.acd.estimate import LastHour
from cti.core.acd.recent import HOUR, Recent
from cti.core.ids import EventId, QueueName
from cti.core.measures.wait_error import WaitErrorFigures
from cti.services.feed import CutOff, Feed, Subscription, place
from cti.services.ports import Clock, EventStream, StoreDown

log = logging.getLogger(__name__)

LONGEST_CALL = timedelta(hours=1)
"""Facts of calls that began so long before the hour are read too: their talks may end in it."""
PAGE, MOST_PAGES = 500, 500
PAUSE_S = 0.5
"""While the store is away."""


class RecentFacts:
    """``run`` must be running; until it has read the past hour, nothing is known."""

    def __init__(self, feed: Feed, stream: EventStream, now: Clock) -> None:
        self._feed, self._stream, self._now = feed, stream, now
        self._recent = Recent()

    def hours(self) -> Mapping[QueueName, LastHour]:
        """Each queue's answers and handling time in the last hour."""
        return self._recent.hours(self._now())

    def wait_errors(self) -> Mapping[QueueName, WaitErrorFigures]:
        """How true the told waiting times of each queue were in the last hour."""
        return self._recent.wait_errors(self._now())

    async def run(self) -> None:
        """Until cancelled; begins anew where facts were missed."""
        while True:
            with self._feed.subscribe() as following, contextlib.suppress(CutOff, StoreDown):
                await self._follow(following)
            log.warning("the last hour is read again", extra={"fact": "recent_again"})
            await asyncio.sleep(PAUSE_S)

    async def _follow(self, following: Subscription) -> None:
        """Past and present overlap; each event counts once. Raises CutOff."""
        fresh = Recent()
        upto = await self._read_past(fresh)
        self._recent = fresh
        while True:
            for recorded in await following.next():
                if place(recorded.event_id) > place(upto):
                    fresh.take(recorded.event)

    async def _read_past(self, fresh: Recent) -> EventId:
        """The journal from before the hour to its end; the last event read."""
        begin = self._now() - HOUR - LONGEST_CALL
        upto = EventId(f"{max(0, int(begin.timestamp() * 1000))}-0")
        for _ in range(MOST_PAGES):
            page = await self._stream.read_after(upto, limit=PAGE)
            for recorded in page:
                fresh.take(recorded.event)
            if not page:
                break
            upto = page[-1].event_id
        return upto
