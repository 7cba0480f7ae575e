"""Watches on the live floor that the rules of callbacks hold, and cries out when one does not."""

import asyncio
import logging
from collections.abc import Mapping

from cti.core.acd.floor import Floor
from cti.core.acd.invariants import LineSeen, broken, line_of
from cti.services.announcer import LiveFloor
from cti.services.ports import Clock

log = logging.getLogger(__name__)

LOOK_S = 1.0


class CallbackWatch:
    """``run`` is its task; ``broken`` what it saw last, 0 everywhere being well."""

    def __init__(self, live: LiveFloor, now: Clock) -> None:
        self._live, self._now = live, now
        self._floor: Floor | None = None
        self._before: LineSeen | None = None
        self.broken: Mapping[str, int] = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                if self._live.live:
                    self.look()
            except Exception:  # what only watches ends nobody's calls
                log.exception("callbacks' rules not looked at", extra={"fact": "look_failed"})
            await asyncio.sleep(LOOK_S)

    def look(self) -> None:
        """Check every rule once; a floor that was set right anew begins without a past."""
        floor, line = self._live.floor, line_of(self._live.floor, self._now())
        before = self._before if floor is self._floor and self._before else line
        found = broken(floor, before, line)
        self._floor, self._before = floor, line
        for rule, count in found.items():
            if count and not self.broken.get(rule):
                log.error(
                    "a rule of callbacks is broken: %s",
                    rule,
                    extra={"fact": "callback_rule_broken", "rule": rule, "count": count},
                )
        self.broken = found
