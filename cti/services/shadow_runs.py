"""Walks each finished visit again with the shadow version, beside the calls and never in their way."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from cti.core.events import Event
from cti.core.ids import CallId
from cti.core.ivr.shadow import Parted, Visit, compare
from cti.core.version_events import ShadowDiffered
from cti.services.menus import Edition, LiveMenus
from cti.services.ports import Clock, StoreDown
from cti.services.version_ports import VersionStore
from cti.services.visit_log import VisitLog

log = logging.getLogger(__name__)

MOST_WAITING = 200
"""More visits than this are passed over (and counted): a shadow must never grow into a load."""


@dataclass(frozen=True, slots=True)
class _Job:
    call_id: CallId
    live: Edition
    shadow: Edition
    visit: Visit


class ShadowRuns:
    """``visited`` takes a visit at its end; ``run`` compares, one visit at a time, in a thread."""

    def __init__(
        self,
        menus: LiveMenus,
        store: VersionStore,
        record: Callable[[Event], Awaitable[None]],
        now: Clock,
    ) -> None:
        self._menus, self._store, self._record, self._now = menus, store, record, now
        self._waiting: asyncio.Queue[_Job] = asyncio.Queue(MOST_WAITING)
        self._skipped = 0

    def visited(self, call_id: CallId, log_of_visit: VisitLog) -> None:
        """A visit is over. Never waits."""
        live = log_of_visit.edition
        shadow = self._menus.shadow(live.tree.name)
        if shadow is None or shadow.version == live.version:
            return
        try:
            self._waiting.put_nowait(_Job(call_id, live, shadow, log_of_visit.visit()))
        except asyncio.QueueFull:
            self._skipped += 1

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            job = await self._waiting.get()
            with contextlib.suppress(StoreDown):
                await self._compare(job)

    async def _compare(self, job: _Job) -> None:
        try:
            parted = await asyncio.to_thread(compare, job.live.tree, job.shadow.tree, job.visit)
        except Exception:  # whatever a shadow does, it harms no call
            log.exception("shadow failed", extra={"fact": "shadow_failed", "call_id": job.call_id})
            return await self._store.count_shadow(job.shadow.version, "failed")
        if parted:
            await self._record(self._fact(job, parted))
        await self._store.count_shadow(job.shadow.version, "differed" if parted else "same")
        while self._skipped:
            self._skipped -= 1
            await self._store.count_shadow(job.shadow.version, "skipped")

    def _fact(self, job: _Job, parted: Parted) -> ShadowDiffered:
        return ShadowDiffered(
            at=self._now(),
            call_id=job.call_id,
            version=job.shadow.version,
            node=parted.node,
            was=parted.was,
            would=parted.would,
        )
