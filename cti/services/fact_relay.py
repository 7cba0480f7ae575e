"""Brings facts that were written with a change in SQL into the journal: none lost, none twice."""

import asyncio
import logging

from cti.core.changes import Changes
from cti.services.fact_log import log_facts
from cti.services.ports import HistoryDown, LiveState, StoreDown
from cti.services.work_ports import PendingFacts

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
"""Commands such as ``cti work close`` write from another process, and poke nobody."""


class FactRelay:
    """``run`` must be running; ``poke`` when a fact was written."""

    def __init__(self, facts: PendingFacts, state: LiveState) -> None:
        self._facts, self._state = facts, state
        self._wake = asyncio.Event()
        self._down = False

    def poke(self) -> None:
        """There is something new."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled. An outage of either side is waited out."""
        while True:
            self._wake.clear()
            try:
                while await self._relay():
                    pass
                self._down = False
            except (StoreDown, HistoryDown) as down:
                if not self._down:
                    log.warning("facts wait: %s", down, extra={"fact": "facts_wait"})
                self._down = True
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _relay(self) -> bool:
        """One batch; False when there was none."""
        found = await self._facts.pending()
        for each in found:
            await self._state.commit(Changes(events=(each.event,), commit_id=each.token))
            log_facts([each.event])
        if found:
            await self._facts.told([each.fact_id for each in found])
        return bool(found)
