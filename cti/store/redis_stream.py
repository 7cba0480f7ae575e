"""The journal in Redis, as followers read it and as the writer of history works it off."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from cti.core.event_wire import UnknownEvent, from_wire
from cti.core.events import Event
from cti.core.ids import EventId
from cti.services.ports import Recorded, StoreDown
from cti.store.event_ids import place
from cti.store.redis_keys import EVENT_FIELD, JOURNAL_GROUP, Keys
from cti.store.redis_link import LIMIT_S, answered

KEPT = 200_000
"""About how many events stay in the stream once they are in SQL."""
START = EventId("0-0")
AFTER_YOU_S = 0.001
"""Redis wakes followers at the moment it answers the commit: who waits for that answer goes first,
so that a phone rings before history and screens are told."""

DECODED = 4096
"""Each event is read by several followers, one soon after the other."""

Entry = tuple[bytes, dict[bytes, bytes] | None]
"""Fields are None for an entry that was trimmed while it was pending."""
_log = logging.getLogger(__name__)


def _recorded(entries: Iterable[Entry]) -> list[Recorded]:
    found = []
    for raw_id, fields in entries:
        event_id = EventId(raw_id.decode())
        try:
            event = _event((fields or {})[EVENT_FIELD])
        except (UnknownEvent, KeyError, ValueError) as wrong:
            _log.error("journal entry passed over: %s %r", event_id, wrong)
            continue
        found.append(Recorded(event_id, event))
    return found


@lru_cache(maxsize=DECODED)
def _event(written: bytes) -> Event:
    """Raises UnknownEvent, ValueError."""
    return from_wire(orjson.loads(written))


def _entries(reply: Any) -> list[Entry]:
    """The entries of the one stream in an XREAD or XREADGROUP reply (RESP2 or RESP3 shape)."""
    if not reply:
        return []
    if isinstance(reply, dict):
        (pages,) = reply.values()
        return [entry for page in pages for entry in page]
    ((_, entries),) = reply
    return list(entries)


def _block_ms(block_s: float) -> int | None:
    # XREAD takes 0 as "for ever".
    return max(1, round(block_s * 1000)) if block_s > 0 else None


class RedisStream:
    """``EventStream`` on a Redis client made by ``open_redis``."""

    def __init__(self, client: Redis, prefix: str = "cti") -> None:
        self._client = client
        self._journal = Keys(prefix).journal

    async def read_after(
        self, last: EventId, *, limit: int = 500, block_s: float = 0.0
    ) -> Sequence[Recorded]:
        """Events after ``last``, oldest first; waits up to ``block_s`` for the first one.

        An entry that is no event of this version is logged and passed over. Raises StoreDown.
        """
        after: bytes | str = last
        while True:
            command = self._client.xread(
                {self._journal: after}, count=limit, block=_block_ms(block_s)
            )
            entries = _entries(await answered(command, LIMIT_S + block_s))
            if block_s > 0 and entries:
                await asyncio.sleep(AFTER_YOU_S)
            if not entries or (found := _recorded(entries)):
                return found if entries else []
            after = entries[-1][0]

    async def last_id(self) -> EventId:
        """The newest event's id (``0-0`` for an empty journal). Raises StoreDown."""
        newest = await answered(self._client.xrevrange(self._journal, count=1))
        return EventId(newest[0][0].decode()) if newest else START

    async def holds(self, event_id: EventId) -> bool:
        """True while everything after ``event_id`` is still in the stream.

        False also for an id that this stream never gave out: its Redis lost the journal.
        Raises ValueError for text that is no id, StoreDown.
        """
        asked = place(event_id)
        oldest = await answered(self._client.xrange(self._journal, count=1))
        if not oldest or event_id == START:
            return event_id == START and await self._never_trimmed()
        newest = place(await self.last_id())
        return place(oldest[0][0].decode()) <= asked <= newest

    async def _never_trimmed(self) -> bool:
        try:
            facts = await answered(self._client.xinfo_stream(self._journal))
        except StoreDown as wrong:
            if isinstance(wrong.__cause__, ResponseError):
                return True  # there is no stream yet
            raise
        return bool(facts["entries-added"] == facts["length"])


class RedisGroup:
    """``JournalGroup`` of the journal writer, or of another follower: what was read stays pending
    until it is done. Only the writer trims the stream."""

    GROUP = JOURNAL_GROUP

    def __init__(
        self,
        client: Redis,
        consumer: str,
        prefix: str = "cti",
        *,
        dead_after_s: float = 30.0,
        kept: int = KEPT,
    ) -> None:
        self._client = client
        self._consumer = consumer
        self._journal = Keys(prefix).journal
        self._dead_after_ms = round(dead_after_s * 1000)
        self._kept = kept
        self._caught_up = False

    async def open(self) -> None:
        """Make the group, at the journal's start, where there is none. Raises StoreDown."""
        await answered(self._make())

    async def _make(self) -> None:
        try:
            await self._client.xgroup_create(self._journal, self.GROUP, id="0", mkstream=True)
        except ResponseError as wrong:
            if not str(wrong).startswith("BUSYGROUP"):
                raise

    async def unfinished(self, limit: int = 500) -> Sequence[Recorded]:
        """Events read before but never done: our own first, then a dead consumer's."""
        while entries := await self._pending(limit):
            if found := await self._usable(entries):
                return found
        return []

    async def _pending(self, limit: int) -> list[Entry]:
        if own := await self._read("0", limit, None):
            return own
        claimed = await answered(
            self._client.xautoclaim(
                self._journal, self.GROUP, self._consumer, self._dead_after_ms, count=limit
            )
        )
        return list(claimed[1])

    async def fresh(self, limit: int = 500, block_s: float = 1.0) -> Sequence[Recorded]:
        """Events nobody has read, now pending for us; waits up to ``block_s`` for the first."""
        entries = await self._read(">", limit, block_s)
        if entries:
            await asyncio.sleep(AFTER_YOU_S)
        self._caught_up = len(entries) < limit
        return await self._usable(entries)

    async def _read(self, start: str, limit: int, block_s: float | None) -> list[Entry]:
        command = self._client.xreadgroup(
            self.GROUP,
            self._consumer,
            {self._journal: start},
            count=limit,
            block=_block_ms(block_s or 0.0),
        )
        return _entries(await answered(command, LIMIT_S + (block_s or 0.0)))

    async def _usable(self, entries: Sequence[Entry]) -> list[Recorded]:
        found = _recorded(entries)
        good = {one.event_id for one in found}
        bad = [raw_id for raw_id, _ in entries if raw_id.decode() not in good]
        if bad:
            await answered(self._client.xack(self._journal, self.GROUP, *bad))
        return found

    async def done(self, event_ids: Sequence[EventId]) -> None:
        """These are in SQL. Trims the stream, but never what is still unread."""
        await answered(self._client.xack(self._journal, self.GROUP, *event_ids))
        if self._caught_up and self.GROUP == JOURNAL_GROUP:
            await answered(self._client.xtrim(self._journal, maxlen=self._kept, approximate=True))


class WorkGroup(RedisGroup):
    """Those who make work of what the journal tells."""

    GROUP = "work"


class HookGroup(RedisGroup):
    """Those who tell other systems."""

    GROUP = "webhooks"


class MeasureGroup(RedisGroup):
    """Those who keep what figures are summed from."""

    GROUP = "measures"
