"""The one owner of the floor: signals in, facts written down, orders carried out.

A signal is handled to its end before the next one is looked at: the pure step, the commit to the
live state (all or nothing), then the orders, in order, by a task of their own. The heartbeat that
keeps callers with us is sent from the same loop, so a loop that hangs lets them go.

Whenever the truth may have been missed (start, AMI or Redis away, a commit refused), the dispatcher
is not *live*: it refuses wishes, sends no heartbeat, and begins again from Redis and Asterisk.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cti.core.acd.desk_steps import Declined
from cti.core.acd.floor import Floor, FloorRules, Step
from cti.core.acd.lost_queues import rehouse
from cti.core.acd.native import all_mirrored
from cti.core.acd.orders import DialBack, RingAgent
from cti.core.acd.reach_orders import DialOut
from cti.core.acd.reconcile import reconcile
from cti.core.acd.signals import IvrNoted, RingFailed, Signal, TimeCame
from cti.core.acd.step import take
from cti.core.acd.unheard import unheard
from cti.core.agent_state import Agent
from cti.core.events import SystemNoted
from cti.services.fact_log import log_facts
from cti.services.gap import Gap
from cti.services.inbox import Item
from cti.services.moments import Moments
from cti.services.order_runner import OrderRunner
from cti.services.ports import (
    Conflict,
    LiveState,
    Refused,
    StoreDown,
    Telephony,
    TelephonyDown,
)
from cti.services.roster import enrol

log = logging.getLogger(__name__)

INBOX_LIMIT = 10_000
ASK_LIMIT_S = 8.0
RETRY_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatcherRules:
    """``lease_s`` must outlast a few beats, and be shorter than callers' patience with silence."""

    node: str
    floor: FloorRules
    beat_every_s: float = 1.0
    lease_s: float = 5.0
    gap: Gap | None = None
    """Tells what happened while we were not live."""
    wall: Callable[[], datetime] | None = None
    """The clock that Asterisk compares the heartbeat with; None: the dispatcher's own."""


class Dispatcher:
    """Feeds the floor and does what it says. ``run`` must be running."""

    def __init__(
        self,
        rules: DispatcherRules,
        roster: Sequence[Agent],
        state: LiveState,
        telephony: Telephony,
        now: Callable[[], datetime],
    ) -> None:
        self._rules, self._roster = rules, roster
        self._state, self._telephony, self._now = state, telephony, now
        self._gap, self._moments = rules.gap, Moments(now)
        self.floor = Floor(rules.floor)
        self._inbox: asyncio.Queue[Item] = asyncio.Queue(INBOX_LIMIT)
        self._orders = OrderRunner(telephony, self._ring_failed, self.doubt)
        self._live = asyncio.Event()
        self._doubt = self._trouble = ""
        self._next_beat = 0.0

    @property
    def live(self) -> bool:
        """True while what the floor holds is known to be true."""
        return self._live.is_set()

    async def wait_live(self) -> None:
        """Return once the floor is right."""
        await self._live.wait()

    def doubt(self, why: str) -> None:
        """Something may have been missed: stop, and set the floor right again."""
        if not self._doubt:
            self._doubt = why
        self._live.clear()
        self._orders.drop()

    def _ring_failed(self, order: RingAgent | DialBack | DialOut) -> None:
        self.tell(RingFailed(call_id=order.call_id, attempt=order.attempt))

    def tell(self, signal: Signal, seen_at: datetime | None = None) -> None:
        """Something was seen on the line. Never waits; the order of calls is kept."""
        try:
            self._inbox.put_nowait(Item(signal, seen_at=seen_at))
        except asyncio.QueueFull:
            log.error("inbox is full, the floor will be set right", extra={"fact": "inbox_full"})
            self.doubt("inbox full")

    async def ask(self, signal: Signal) -> None:
        """A wish, or a fact that must be written down before going on.

        Raises Refused when it cannot be met, ``not_ready`` while the floor is being set right.
        """
        if not self.live:
            raise Refused("not_ready")
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ASK_LIMIT_S):
                await self._inbox.put(Item(signal, answer))
                await answer
        except TimeoutError:
            raise Refused("not_ready") from None

    async def run(self) -> None:
        """Until cancelled. Gives the lease back and lets callers go on an orderly stop."""
        carrying = asyncio.create_task(self._orders.run(), name="orders")
        try:
            while True:
                await (self._serve() if self.live else self._set_right())
        finally:
            self._live.clear()
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)
            self._refuse_all()
            await self._give_lease_back()

    async def _give_lease_back(self) -> None:
        with contextlib.suppress(StoreDown):
            await self._state.drop_lease(self._rules.node)

    # Setting the floor right.

    async def _set_right(self) -> None:
        why, self._doubt = self._doubt or "start", ""
        try:
            await self._recover(why)
        except Exception as trouble:
            foreseen = isinstance(trouble, StoreDown | TelephonyDown | Conflict)
            if not foreseen:
                await self._give_lease_back()  # another node may have more luck
            if repr(trouble) != self._trouble:  # it is tried often; a change is news
                told = {"fact": "not_live", "why": why}
                log.warning("not live: %s", trouble, extra=told, exc_info=not foreseen)
            self._trouble = repr(trouble)
            self._doubt = self._doubt or why
            self._refuse_all()
            await asyncio.sleep(RETRY_S)

    async def _recover(self, why: str) -> None:
        # What was decided before is not done beside what is decided now, nor by one who leads no more.
        await self._orders.halt()
        if not await self._state.take_lease(self._rules.node, self._rules.lease_s):
            raise StoreDown("another node holds the dispatcher's lease")
        agents, calls = await self._state.load()
        lines = await self._telephony.lines()
        self._forget_old_news()
        now = self._moments.at()
        past = await self._gap.calls(now) if self._gap else {}
        self.floor = Floor(self._rules.floor, self.floor.centre)
        self.floor.load(agents, calls)
        rehouse(self.floor, now)
        enrol(self.floor, self._roster, now)
        reconcile(self.floor, lines, now, past)
        self.floor.note(SystemNoted(at=now, what="recovered", detail=why))
        step = self.floor.finish(now)
        await self._state.commit(step.changes)
        log_facts(step.changes.events)
        self._orders.put((*step.orders, *all_mirrored(self.floor)))
        if not self._doubt:
            self._trouble = ""
            self._live.set()
        await self._beat()
        log.info(
            "live: %d calls, %d agents",
            len(self.floor.calls),
            len(self.floor.agents),
            extra={"fact": "live", "why": why, "lines": len(lines)},
        )

    def _forget_old_news(self) -> None:
        """What was seen, or doubted, before the snapshot is in it; facts of the menu are news still."""
        self._doubt = ""
        kept = [
            item for item in self._emptied() if item.answer or isinstance(item.signal, IvrNoted)
        ]
        for item in kept:
            self._inbox.put_nowait(item)

    def _emptied(self) -> list[Item]:
        items = []
        while not self._inbox.empty():
            items.append(self._inbox.get_nowait())
        return items

    def _refuse_all(self) -> None:
        for item in self._emptied():
            self._answer(item, Refused("not_ready"))

    # Being live.

    async def _serve(self) -> None:
        item = await self._next_item()
        if self.live and item is not None and not item.given_up:
            await self._handle(item)
        elif item is not None and item.answer and not item.answer.done():
            item.answer.set_exception(Refused("not_ready"))
        if self.live and asyncio.get_running_loop().time() >= self._next_beat:
            await self._keep()

    async def _next_item(self) -> Item | None:
        """The next signal, TimeCame when the floor asked for it, or None to beat again."""
        if not self._inbox.empty():
            return self._inbox.get_nowait()
        due = self.floor.next_due()
        due_s = (due - self._now()).total_seconds() if due else self._rules.beat_every_s
        if due_s <= 0:
            return Item(TimeCame())
        beat_s = self._next_beat - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(0.0, min(due_s, beat_s))):
                return await self._inbox.get()
        except TimeoutError:
            return None

    async def _handle(self, item: Item) -> None:
        now = self._moments.at(item.seen_at)
        if isinstance(item.signal, TimeCame) and unheard(self.floor, now):
            # Recovery gives up what Asterisk does not show to have become a talk.
            return self.doubt("nothing was heard of an offer")
        try:
            step = take(self.floor, item.signal, now)
            await self._write_down(step)
        except Declined as no:
            self._answer(item, Refused(no.code, **no.values))
        except (StoreDown, Conflict) as trouble:
            log.error("not written: %s", trouble, extra={"fact": "commit_failed"})
            self.doubt(str(trouble))
            self._answer(item, Refused("not_ready"))
        except Exception as wrong:
            log.exception("a signal broke the floor", extra={"fact": "step_failed"})
            self.doubt(repr(wrong))
            self._answer(item, Refused("fault"))
        else:
            self._answer(item, None)
        return None

    async def _write_down(self, step: Step) -> None:
        if step.changes:
            await self._state.commit(step.changes)
        self._orders.put(step.orders)
        # Later, so that no order waits for a line of log.
        asyncio.get_running_loop().call_soon(log_facts, step.changes.events)

    @staticmethod
    def _answer(item: Item, wrong: Exception | None) -> None:
        if item.answer is None or item.answer.done():
            return
        if wrong is None:
            item.answer.set_result(None)
        else:
            item.answer.set_exception(wrong)

    async def _keep(self) -> None:
        try:
            if not await self._state.take_lease(self._rules.node, self._rules.lease_s):
                self.doubt("lease lost")
                return
            await self._beat()
        except (StoreDown, TelephonyDown) as trouble:
            self.doubt(str(trouble))

    async def _beat(self) -> None:
        self._next_beat = asyncio.get_running_loop().time() + self._rules.beat_every_s
        now = (self._rules.wall or self._now)()
        await self._telephony.beat(int(now.timestamp()))
        if self._gap and self.live:
            await self._gap.mark.mark_live(now)
