"""Carries the floor's orders out, one after another, apart from the loop that decides."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from cti.core.acd.orders import DialBack, DropLeg, MirrorMember, Order, RingAgent, TakeBack
from cti.core.acd.reach_orders import DialOut
from cti.services.ports import CallerLeft, Telephony, TelephonyDown

log = logging.getLogger(__name__)

ORDER_LIMIT_S = 5.0


class OrderRunner:
    """``ring_failed`` hears of an offer whose caller was gone; ``doubt`` of an order whose outcome is
    unknown."""

    def __init__(
        self,
        telephony: Telephony,
        ring_failed: Callable[[RingAgent | DialBack | DialOut], None],
        doubt: Callable[[str], None],
    ) -> None:
        self._telephony = telephony
        self._ring_failed, self._doubt = ring_failed, doubt
        self._orders: asyncio.Queue[Order] = asyncio.Queue()
        self._under_way: asyncio.Task[None] | None = None

    def put(self, orders: Iterable[Order]) -> None:
        """Carry these out after those that wait already."""
        for order in orders:
            self._orders.put_nowait(order)

    def drop(self) -> None:
        """Forget those that wait."""
        while not self._orders.empty():
            self._orders.get_nowait()

    async def halt(self) -> None:
        """Forget those that wait, and await no answer to the one under way: it was written, and Asterisk
        serves a connection in order, so that what is asked now is answered after it."""
        self.drop()
        if self._under_way is not None:
            self._under_way.cancel()
            await asyncio.wait({self._under_way})

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            order = await self._orders.get()
            self._under_way = asyncio.create_task(self._carry_out(order), name="order")
            try:
                await asyncio.wait({self._under_way})
            finally:
                self._under_way.cancel()

    async def _carry_out(self, order: Order) -> None:
        try:
            async with asyncio.timeout(ORDER_LIMIT_S):
                await self._do(order)
        except CallerLeft as gone:
            if isinstance(order, RingAgent | DialBack | DialOut):
                self._ring_failed(order)
            else:
                kind = type(order).__name__
                log.info("refused: %s", gone, extra={"fact": "order_refused", "order": kind})
        except (TelephonyDown, TimeoutError) as trouble:
            self._doubt(f"order not carried out: {trouble!r}")
        except Exception as wrong:
            log.exception("an order failed", extra={"fact": "order_failed"})
            self._doubt(repr(wrong))

    async def _do(self, order: Order) -> None:
        match order:
            case RingAgent():
                await self._telephony.ring(order)
            case DialBack():
                await self._telephony.dial_back(order)
            case DropLeg():
                await self._telephony.drop(order)
            case TakeBack():
                await self._telephony.take_back(order)
            case MirrorMember():
                await self._telephony.mirror(order)
            case _:
                await self._telephony.control(order)
