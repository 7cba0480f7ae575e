"""Keeps queue_log, file and table, from the journal: every line once, also after a crash."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from cti.core.ids import EventId
from cti.core.queue_log import QueueLogLine, QueueLogWords
from cti.services.ports import EventStream, HistoryDown, Recorded, StoreDown

log = logging.getLogger(__name__)

WAIT_S = 1.0
GATHER_S = 0.2
"""A pause after each write: what is recorded meanwhile becomes one transaction, not one each."""
PAUSE_S = 2.0
LARGEST_BATCH = 500
BEGIN = EventId("0-0")

NumberedLine = tuple[EventId, int, QueueLogLine]
"""A line, the fact that it was made of, and which of that fact's lines it is."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How far the file goes: the last fact in it, and what is under way (``QueueLogWords.state``)."""

    last: EventId = BEGIN
    state: Mapping[str, Any] | None = field(default=None)


class QueueLogFile(Protocol):
    """The file that other tools read. Each method raises OSError."""

    def load(self) -> Kept:
        """Where to go on; lines that were not confirmed are taken off the file."""
        ...

    def append(self, lines: Sequence[QueueLogLine], kept: Kept) -> None:
        """Write the lines, and then confirm them."""
        ...


class QueueLogTable(Protocol):
    """The same in SQL."""

    async def add(self, lines: Sequence[NumberedLine]) -> None:
        """Lines that are there already are left alone. Raises HistoryDown."""
        ...


class QueueLogKeeper:
    """``run`` must be running. Each node keeps a file of its own; the table is shared."""

    def __init__(
        self,
        stream: EventStream,
        file: QueueLogFile,
        table: QueueLogTable,
        words: Callable[[Mapping[str, Any] | None], QueueLogWords],
    ) -> None:
        self._stream, self._file, self._table, self._words = stream, file, table, words
        self._trouble = ""

    async def run(self) -> None:
        """Until cancelled. Trouble is logged once, and waited out."""
        while True:
            try:
                await self._follow()
            except (StoreDown, HistoryDown, OSError) as trouble:
                if str(trouble) != self._trouble:
                    log.error("queue_log waits: %s", trouble, extra={"fact": "queue_log_waits"})
                self._trouble = str(trouble)
                await asyncio.sleep(PAUSE_S)

    async def _follow(self) -> None:
        kept = await asyncio.to_thread(self._file.load)
        if not await self._stream.holds(kept.last):
            log.error("queue_log has a gap", extra={"fact": "queue_log_gap", "from": kept.last})
        words, last = self._words(kept.state), kept.last
        while True:
            batch = await self._stream.read_after(last, limit=LARGEST_BATCH, block_s=WAIT_S)
            if batch:
                last = batch[-1].event_id
                await self._write(words, batch)
                await asyncio.sleep(GATHER_S)
            self._trouble = ""

    async def _write(self, words: QueueLogWords, batch: Sequence[Recorded]) -> None:
        numbered = [
            (one.event_id, number, line)
            for one in batch
            for number, line in enumerate(words.take(one.event))
        ]
        kept = Kept(batch[-1].event_id, words.state())
        if numbered:
            await self._table.add(numbered)
        lines = [line for _, _, line in numbered]
        await asyncio.to_thread(self._file.append, lines, kept)
