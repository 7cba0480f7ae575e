"""Looks again and again whether Asterisk shows what the floor holds: an event may never have come."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from cti.core.acd.floor import Floor
from cti.core.acd.lines import Line
from cti.core.acd.second_look import Difference, differences, held
from cti.core.acd.signals import PhoneSeen, Signal
from cti.services.people_ports import Phones
from cti.services.ports import Clock, TelephonyDown

log = logging.getLogger(__name__)


class Live(Protocol):
    """The dispatcher, as far as it is looked at."""

    @property
    def live(self) -> bool: ...

    @property
    def floor(self) -> Floor: ...

    def doubt(self, why: str) -> None:
        """Something was missed."""
        ...

    def tell(self, signal: Signal) -> None:
        """Something was seen."""
        ...


class Seen(Protocol):
    """Asterisk's own list."""

    async def lines(self) -> Sequence[Line]:
        """Every channel of a call of ours. Raises TelephonyDown."""
        ...


class SecondLook:
    """``run`` is its task. What two looks in a row see alike is doubted, once."""

    def __init__(
        self, live: Live, asterisk: Seen, phones: Phones, now: Clock, every_s: float
    ) -> None:
        self._live, self._asterisk, self._phones = live, asterisk, phones
        self._now, self._every_s = now, every_s
        self._before: frozenset[Difference] = frozenset()
        self._doubted: frozenset[tuple[str, str, str]] = frozenset()

    async def run(self) -> None:
        """Until cancelled. A look that fails is told, and harms nothing else."""
        while True:
            await asyncio.sleep(self._every_s)
            try:
                await self.look()
            except TelephonyDown as trouble:
                # A list that did not come whole says nothing for or against the one before.
                log.info("no look: %s", trouble, extra={"fact": "no_look"})
            except Exception:
                log.exception("no second look", extra={"fact": "look_failed"})
                self._before = frozenset()

    async def look(self) -> None:
        """Compare once; in a thread, for calls wait for nothing. Raises TelephonyDown."""
        if not self._live.live:
            self._before = frozenset()
            return
        floor = self._live.floor
        lines = await self._asterisk.lines()
        now_held = held(floor)
        found = await asyncio.to_thread(differences, now_held, lines, self._now())
        lasting, self._before = found & self._before, found
        if self._live.live and self._live.floor is floor:
            self._judge(found, lasting)
            await self._ask_after_phones(floor)

    def _judge(self, found: frozenset[Difference], lasting: frozenset[Difference]) -> None:
        told = {_words(each): each for each in lasting}
        # What recovery did not cure it will not cure a second time: said once, then left alone.
        self._doubted &= {_words(each) for each in found}
        news = sorted(told.keys() - self._doubted)
        for about, ours, shown in news:
            log.warning(
                "asterisk shows something else",
                extra={"fact": "differs", "about": about, "held": ours, "shown": shown},
            )
        if news:
            self._doubted |= set(news)
            self._before = frozenset()
            self._live.doubt("asterisk shows something else")

    async def _ask_after_phones(self, floor: Floor) -> None:
        """A phone that came back unseen would keep its agent away for ever."""
        away = [a for a in floor.agents.values() if a.signed_in and a.phone_away]
        for agent in away:
            if await self._phones.registered(agent.endpoint):
                self._live.tell(PhoneSeen(extension=agent.endpoint, reachable=True))


def _words(difference: Difference) -> tuple[str, str, str]:
    return difference.about, difference.held, difference.shown
