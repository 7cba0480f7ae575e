"""The journal's writer looks for what another one left, also when there is always something fresh."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from cti.core.events import SystemNoted
from cti.core.ids import EventId
from cti.services.journal_writer import JournalWriter
from cti.services.ports import Recorded

LIMIT_S = 5.0


def noted(number: int) -> Recorded:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return Recorded(EventId(f"{number}-0"), SystemNoted(at=at, what="noted", detail=str(number)))


class Busy:
    """A journal in which something happens all the time, and a dead writer's event that shows late."""

    def __init__(self) -> None:
        self.reads = 0
        self.left = [noted(1)]
        self.saved = asyncio.Event()

    async def open(self) -> None:
        return None

    async def unfinished(self, limit: int = 500) -> Sequence[Recorded]:
        return self.left if self.reads else []

    async def fresh(self, limit: int = 500, block_s: float = 1.0) -> Sequence[Recorded]:
        self.reads += 1
        return [noted(100 + self.reads)]

    async def done(self, event_ids: Sequence[EventId]) -> None:
        if self.left and self.left[0].event_id in event_ids:
            self.left = []
            self.saved.set()

    async def save(self, recorded: Sequence[Recorded]) -> None:
        return None


async def test_a_dead_writers_events_are_written_although_fresh_ones_never_end() -> None:
    busy = Busy()
    writing = asyncio.create_task(JournalWriter(busy, busy, gather_s=0.0).run())
    try:
        async with asyncio.timeout(LIMIT_S):
            await busy.saved.wait()
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
