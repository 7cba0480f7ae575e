"""Follows the journal and writes it into SQL: nothing missing, nothing twice, whatever fails."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from cti.core.ids import EventId
from cti.services.ports import HistoryDown, Recorded, StoreDown

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
GATHER_S = 0.2
"""A pause after each write: what is recorded meanwhile becomes one transaction, not one each."""
ROUNDS = 50
"""So many reads of fresh events at most before a dead writer's are looked for, however busy it is."""

_log = logging.getLogger(__name__)


class EventStore(Protocol):
    """Where history is kept."""

    async def save(self, recorded: Sequence[Recorded]) -> None:
        """Write the events, all or none; those already there are left alone.

        Raises HistoryDown when to try again is worth while, ValueError or another error when not.
        """
        ...


class JournalGroup(Protocol):
    """The journal as work to be done: what was read stays pending until it is done."""

    async def open(self) -> None:
        """Make the group where there is none. Every method raises StoreDown."""
        ...

    async def unfinished(self, limit: int = 500) -> Sequence[Recorded]:
        """Events read before but never done: our own, then a dead writer's; empty when none."""
        ...

    async def fresh(self, limit: int = 500, block_s: float = 1.0) -> Sequence[Recorded]:
        """Events nobody has read; waits up to ``block_s`` for the first."""
        ...

    async def done(self, event_ids: Sequence[EventId]) -> None:
        """These need not be read again."""
        ...


class JournalWriter:
    """One follower of the journal. Several may run at once: each event goes to one of them."""

    def __init__(
        self,
        group: JournalGroup,
        store: EventStore,
        *,
        first_pause_s: float = FIRST_PAUSE_S,
        gather_s: float = GATHER_S,
    ) -> None:
        self._group = group
        self._store = store
        self._first_pause_s = first_pause_s
        self._gather_s = gather_s
        self._failures = 0

    async def run(self) -> None:
        """Work until cancelled. An outage of either side is logged once, and waited out."""
        while True:
            try:
                await self._group.open()
                await self._follow()
            except (StoreDown, HistoryDown) as down:
                await self._wait_out(down)

    async def _follow(self) -> None:
        while True:
            # Also in between: another writer may have died with events in its hands.
            while left := await self._group.unfinished():
                await self._write(left)
            for _ in range(ROUNDS):
                if not (new := await self._group.fresh()):
                    break
                await self._write(new)
                await asyncio.sleep(self._gather_s)
            self._back()

    async def _write(self, recorded: Sequence[Recorded]) -> None:
        await self._save(recorded)
        self._back()
        await self._group.done([one.event_id for one in recorded])

    async def _save(self, recorded: Sequence[Recorded]) -> None:
        try:
            await self._store.save(recorded)
        except HistoryDown:
            raise
        except Exception as wrong:
            await self._save_singly(recorded, wrong)

    async def _save_singly(self, recorded: Sequence[Recorded], wrong: Exception) -> None:
        """One event that SQL refuses must not hold up the rest; it is named and left out."""
        if len(recorded) == 1:
            refused = {"fact": "history_refused", "event_id": recorded[0].event_id}
            _log.error("history refused event: %s", type(wrong).__name__, extra=refused)
            return
        for one in recorded:
            await self._save([one])

    async def _wait_out(self, down: ConnectionError) -> None:
        if self._failures == 0:
            _log.error("history is not being written: %s", down, extra={"fact": "history_down"})
        pause_s = min(LONGEST_PAUSE_S, self._first_pause_s * 2**self._failures)
        self._failures = min(self._failures + 1, 16)
        await asyncio.sleep(pause_s)

    def _back(self) -> None:
        if self._failures:
            _log.warning("history is being written again", extra={"fact": "history_back"})
        self._failures = 0
