"""Watches a canary and takes it back when it does its callers harm.

The counts come from the journal alone, read again from the canary's start after every restart, so
that none are lost. Every server watches; compare-and-set lets one of them act.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from cti.core.ids import EventId
from cti.core.ivr.versions import SYSTEM, Canary, InForce, NotPossible
from cti.core.measures.canary import CanaryRules, CanaryWatch, Counts
from cti.core.version_events import CanaryStarted
from cti.services.ports import Clock, EventStream, HistoryDown, StoreDown
from cti.services.version_desk import VersionDesk
from cti.services.version_ports import OutrunBy

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
PAUSE_S = 2.0
BEFORE_START = timedelta(minutes=2)
"""Clocks differ: the journal is read from so long before a canary's start, until it begins there."""


class CanaryGuard:
    """``run`` until cancelled."""

    def __init__(
        self,
        stream: EventStream,
        desk: VersionDesk,
        in_force: Callable[[], InForce],
        rules: CanaryRules,
        now: Clock,
    ) -> None:
        self._stream, self._desk, self._in_force = stream, desk, in_force
        self._rules, self._now = rules, now
        self._watch: CanaryWatch | None = None

    def counts(self) -> tuple[Counts, Counts] | None:
        """The canary's visits and the current version's; None without a canary."""
        watch = self._watch
        return (watch.counts(watch.canary), watch.counts(watch.current)) if watch else None

    async def run(self) -> None:
        """Watch one canary after the other, for ever."""
        while True:
            if canary := self._in_force().canary:
                try:
                    await self._guard(canary)
                except (StoreDown, HistoryDown, TimeoutError) as down:
                    log.warning("canary not watched: %s", down, extra={"fact": "canary_unwatched"})
                    await asyncio.sleep(PAUSE_S)
                except Exception:
                    log.exception("canary not watched", extra={"fact": "canary_unwatched"})
                    await asyncio.sleep(PAUSE_S)
            self._watch = None
            await asyncio.sleep(LOOK_EVERY_S)

    async def _guard(self, canary: Canary) -> None:
        self._watch = watch = CanaryWatch(
            canary=canary.number,
            current=self._in_force().current,
            window_s=self._rules.window_s,
        )
        begin = canary.since - BEFORE_START
        last, begun = EventId(f"{max(0, int(begin.timestamp() * 1000))}-0"), False
        while self._in_force().canary == canary:
            for one in await self._stream.read_after(last, block_s=LOOK_EVERY_S):
                last = one.event_id
                begun = begun or _starts(canary, one.event)
                if begun:
                    watch.see(one.event)
            await self._judge(watch)

    async def _judge(self, watch: CanaryWatch) -> None:
        harm = watch.harm(self._now(), self._rules)
        before = self._in_force()
        if harm is None or before.canary is None or before.canary.number != watch.canary:
            return
        log.error("canary taken back: %s", harm.words(), extra={"fact": "canary_rolled_back"})
        try:
            await self._desk.roll_back(before, SYSTEM, harm.words())
        except (OutrunBy, NotPossible):
            await asyncio.sleep(LOOK_EVERY_S)  # somebody was first; the menus will follow


def _starts(canary: Canary, event: object) -> bool:
    return (
        isinstance(event, CanaryStarted)
        and event.version == canary.number
        and event.at == canary.since
    )
