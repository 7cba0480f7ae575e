"""At which node of the menu each live call is: what its walk came to last."""

import asyncio
import contextlib
import logging
from collections.abc import Collection
from datetime import timedelta

from cti.core.events import CallCleared, Event, NodeEntered, Queued
from cti.core.ids import CallId, EventId
from cti.services.feed import CutOff, Feed, Subscription, place
from cti.services.ports import Clock, EventStream, StoreDown

log = logging.getLogger(__name__)

BACK = timedelta(hours=1)
"""How far back the journal is read at the start: calls that entered their node before are not counted."""
PAGE, MOST_PAGES = 500, 400
PAUSE_S = 0.5
MOST = 20_000


class LiveNodes:
    """``run`` must be running."""

    def __init__(self, feed: Feed, stream: EventStream, now: Clock) -> None:
        self._feed, self._stream, self._now = feed, stream, now
        self._nodes: dict[CallId, str] = {}
        self._queued: dict[CallId, str] = {}

    def of(self, call_id: CallId) -> frozenset[str]:
        """The call's node, and the one that sent it to its queue, where it walks another tree meanwhile."""
        return frozenset({self._nodes.get(call_id, ""), self._queued.get(call_id, "")} - {""})

    async def run(self) -> None:
        """Until cancelled; begins anew where facts were missed."""
        while True:
            with self._feed.subscribe() as following, contextlib.suppress(CutOff, StoreDown):
                await self._follow(following)
            log.warning("nodes of calls are read again", extra={"fact": "live_nodes_again"})
            await asyncio.sleep(PAUSE_S)

    async def _follow(self, following: Subscription) -> None:
        upto = await self._read_past()
        while True:
            for recorded in await following.next():
                if place(recorded.event_id) > place(upto):
                    self.take(recorded.event)

    async def _read_past(self) -> EventId:
        upto = EventId(f"{max(0, int((self._now() - BACK).timestamp() * 1000))}-0")
        for _ in range(MOST_PAGES):
            page = await self._stream.read_after(upto, limit=PAGE)
            for recorded in page:
                self.take(recorded.event)
            if not page:
                break
            upto = page[-1].event_id
        return upto

    def take(self, event: Event) -> None:
        """One fact."""
        match event:
            case NodeEntered(call_id=call_id, node=node):
                self._nodes.pop(call_id, None)
                self._nodes[call_id] = node
                self._forget(list(self._nodes)[: max(0, len(self._nodes) - MOST)])
            case Queued(call_id=call_id) if call_id in self._nodes:
                self._queued[call_id] = self._nodes[call_id]
            case CallCleared(call_id=call_id):
                self._forget([call_id])

    def _forget(self, calls: Collection[CallId]) -> None:
        for call_id in calls:
            self._nodes.pop(call_id, None)
            self._queued.pop(call_id, None)
