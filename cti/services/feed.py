"""The journal for everybody in this process: one reader, a bounded queue for each follower."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cti.core.ids import EventId
from cti.services.ports import EventStream, Recorded, StoreDown

log = logging.getLogger(__name__)

START = EventId("0-0")
GATHER_S = 0.02
"""A pause after each batch: what comes meanwhile goes to everybody together. Nobody sees so short a wait,
and a busy hour costs far fewer writes to desktops."""
_PAUSES_S = (0.1, 0.5, 1.0, 2.0)


def place(event_id: EventId) -> tuple[int, int]:
    """What orders two event ids. Raises ValueError for anything but ``milliseconds-sequence``."""
    milliseconds, _, sequence = event_id.partition("-")
    return int(milliseconds), int(sequence)


class CutOff(Exception):
    """This follower missed events: it was too slow, or the journal was trimmed under it."""


class Subscription:
    """One follower's queue. ``position`` is the last event taken: ``next`` goes on after it."""

    def __init__(self, position: EventId, limit: int) -> None:
        self.position = position
        self._limit = limit
        self._waiting: deque[Recorded] = deque()
        self._news = asyncio.Event()
        self._cut = False

    async def next(self) -> Sequence[Recorded]:
        """All events that came, oldest first; waits for one. Raises CutOff after a gap."""
        await self._news.wait()
        if self._cut:
            raise CutOff
        self._news.clear()
        batch = tuple(self._waiting)
        self._waiting.clear()
        self.position = batch[-1].event_id
        return batch

    def give(self, batch: Sequence[Recorded]) -> None:
        """Queue the batch, or cut the follower off for good when it does not fit."""
        if len(self._waiting) + len(batch) > self._limit:
            self.cut()
        if not self._cut:
            self._waiting.extend(batch)
            self._news.set()

    def cut(self) -> None:
        """Let ``next`` raise CutOff from now on."""
        self._cut = True
        self._waiting.clear()
        self._news.set()

    def begin(self, position: EventId) -> None:
        """Move a follower that has seen nothing yet to where the feed begins."""
        if not self._waiting:
            self.position = position


class Feed:
    """Follows the journal from its end and gives each event to every follower, in order, once."""

    def __init__(
        self,
        stream: EventStream,
        *,
        queue_limit: int = 2000,
        block_s: float = 5.0,
        gather_s: float = GATHER_S,
    ) -> None:
        self._stream = stream
        self._gather_s = gather_s
        self._queue_limit = queue_limit
        self._block_s = block_s
        self._followers: set[Subscription] = set()
        self.position: EventId | None = None
        self.events = 0

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """A follower's queue, from the feed's position on."""
        subscription = Subscription(self.position or START, self._queue_limit)
        self._followers.add(subscription)
        try:
            yield subscription
        finally:
            self._followers.discard(subscription)

    async def run(self) -> None:
        """Follow for ever. While the store is down, ask again with growing pauses."""
        failures = 0
        while True:
            try:
                await self._step(back=failures > 0)
                failures = 0
            except (StoreDown, TimeoutError) as why:
                if not failures:
                    log.warning(
                        "feed lost the journal", extra={"fact": "feed_down", "why": repr(why)}
                    )
                await asyncio.sleep(_PAUSES_S[min(failures, len(_PAUSES_S) - 1)])
                failures += 1

    async def missed(
        self, after: EventId, upto: EventId, *, limit: int = 500
    ) -> Sequence[Recorded] | None:
        """Events after ``after`` up to and with ``upto``, at most ``limit``.

        None when they are too many, no longer all there, or cannot be read now.
        """
        if after == upto:
            return ()
        if place(after) > place(upto):
            return None
        try:
            async with asyncio.timeout(2.0):
                found = await self._stream.read_after(after, limit=limit + 1)
                whole = await self._stream.holds(after)  # asked last: trimming may come between
        except (StoreDown, TimeoutError):
            return None
        wanted = [one for one in found if place(one.event_id) <= place(upto)]
        return wanted if whole and len(wanted) <= limit else None

    async def _step(self, *, back: bool) -> None:
        async with asyncio.timeout(self._block_s + 5.0):
            position = await self._place_to_go_on(back=back)
            batch = await self._stream.read_after(position, block_s=self._block_s)
        if batch:
            self._give(batch)
            await asyncio.sleep(self._gather_s)

    async def _place_to_go_on(self, *, back: bool) -> EventId:
        if self.position is None:
            return self._begin(await self._stream.last_id())
        if back and not await self._stream.holds(self.position):
            return self._jump(await self._stream.last_id())
        return self.position

    def _begin(self, position: EventId) -> EventId:
        self.position = position
        for follower in self._followers:
            follower.begin(position)
        return position

    def _jump(self, position: EventId) -> EventId:
        log.error("journal was trimmed while away", extra={"fact": "feed_gap", "to": position})
        self.position = position
        for follower in self._followers:
            follower.cut()
        return position

    def _give(self, batch: Sequence[Recorded]) -> None:
        self.position = batch[-1].event_id
        self.events += len(batch)
        for follower in self._followers:
            follower.give(batch)
