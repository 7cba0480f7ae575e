"""The modes of the whole centre: switched by supervisors, ended by themselves, the same on all nodes.

What is on stands in Redis, so that it survives a restart, and every node keeps a copy: it is read
again when the journal tells of a switch. Each node may end a mode whose time is over; the board lets
one of them write the fact.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from cti.core.centre_events import ModeSwitched
from cti.core.clock.hours import ModeRule
from cti.core.modes import (
    TIMER,
    ModeOn,
    ModeRefused,
    Wish,
    began,
    ended,
    in_force,
    next_end,
    overdue,
    switched_on,
)
from cti.services.feed import CutOff, Feed, Subscription
from cti.services.ports import Audit, Clock, HistoryDown, Refused, StoreDown

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 30.0
RETRY_S = 1.0


class ModeBoard(Protocol):
    """What is on, and the journal, changed by one atomic step. Every method raises StoreDown."""

    async def all(self) -> Sequence[ModeOn]:
        """Every mode that is on; one may be overdue."""
        ...

    async def put(self, one: ModeOn, fact: ModeSwitched) -> None:
        """Switch it on, or replace the one of the same name."""
        ...

    async def drop(self, one: ModeOn, fact: ModeSwitched) -> bool:
        """Switch it off. False, and no fact, when it is no longer as it was."""
        ...


class Modes:
    """``run`` must be running for ``in_force`` to be right."""

    def __init__(
        self, rules: Mapping[str, ModeRule], board: ModeBoard, audit: Audit, now: Clock
    ) -> None:
        self.rules = rules
        self._board, self._audit, self._now = board, audit, now
        self._on: Sequence[ModeOn] = ()
        self._news = asyncio.Event()

    def in_force(self) -> tuple[str, ...]:
        """The names of the modes that are on now."""
        return in_force(self._on, self._now())

    async def switched(self, limit_s: float) -> bool:
        """Wait until what is on changes; False when that did not happen in time."""
        try:
            async with asyncio.timeout(limit_s):
                return await self._news.wait()
        except TimeoutError:
            return False

    async def on(self) -> Sequence[ModeOn]:
        """What is on now, as the board has it. Raises StoreDown."""
        now = self._now()
        return [one for one in await self._board.all() if now < one.until]

    async def switch_on(self, wish: Wish) -> ModeOn:
        """Switch a mode on, or change how long it stays. Raises Refused, StoreDown."""
        try:
            one = switched_on(self.rules, wish, self._now())
        except ModeRefused as no:
            raise Refused(no.code, **no.values) from None
        await self._board.put(one, began(one))
        await self._note(wish.by, "mode.on", wish.mode, wish.reason)
        await self._read()
        return one

    async def switch_off(self, mode: str, by: str, reason: str) -> None:
        """Switch a mode off. Raises Refused when it is not on, StoreDown."""
        found = next((one for one in await self.on() if one.mode == mode), None)
        fact = ended(mode, by, reason, self._now())
        if found is None or not await self._board.drop(found, fact):
            raise Refused("mode_not_on", name=mode)
        await self._note(by, "mode.off", mode, reason)
        await self._read()

    async def run(self, feed: Feed) -> None:
        """Follow the journal for ever, and end what is overdue."""
        while True:
            with feed.subscribe() as news:
                try:
                    await self._follow(news)
                except CutOff:
                    log.warning("modes missed events", extra={"fact": "modes_missed_events"})
                except StoreDown as down:
                    log.warning("modes unknown: %s", down, extra={"fact": "modes_unknown"})
                    await asyncio.sleep(RETRY_S)

    async def _follow(self, news: Subscription) -> None:
        await self._read()
        while True:
            await self._end_overdue()
            try:
                async with asyncio.timeout(self._wait_s()):
                    batch = await news.next()
            except TimeoutError:
                await self._read()
                continue
            if any(isinstance(each.event, ModeSwitched) for each in batch):
                await self._read()

    def _wait_s(self) -> float:
        end = next_end(self._on)
        due_s = (end - self._now()).total_seconds() if end else LOOK_AGAIN_S
        return min(max(due_s, 0.0), LOOK_AGAIN_S)

    async def _end_overdue(self) -> None:
        for one in overdue(self._on, self._now()):
            # At the moment when it was to end, however late it is noticed.
            if await self._board.drop(one, ended(one.mode, TIMER, "", one.until)):
                await self._note(TIMER, "mode.off", one.mode, "")
            await self._read()

    async def _read(self) -> None:
        before, self._on = self._on, tuple(await self._board.all())
        if before != self._on:
            self._news.set()
            self._news = asyncio.Event()

    async def _note(self, by: str, action: str, mode: str, reason: str) -> None:
        """The journal has the fact already: a database that is away must not undo the switch."""
        at: datetime = self._now()
        log.info(action, extra={"fact": action, "mode": mode, "by": by})
        try:
            await self._audit.note(by, action, mode, reason=reason, at=at)
        except HistoryDown:
            log.error("audit line lost", extra={"fact": "audit_lost", "action": action})
