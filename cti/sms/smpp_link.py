"""aiosmpplib as we need it: sockets closed, an unbind at the end, no memory and no brake of its own."""

import asyncio
import contextlib

from aiosmpplib import ESME, SubmitSm
from aiosmpplib.correlator import SimpleCorrelator
from aiosmpplib.protocol import DeliverSm
from aiosmpplib.throttle import AbstractThrottleHandler

STOP_S = 3.0


class NeverThrottle(AbstractThrottleHandler):  # type: ignore[misc]
    """We slow down ourselves, message by message."""

    async def throttled(self) -> None:
        return None

    async def not_throttled(self) -> None:
        return None

    async def allow_request(self) -> bool:
        return True

    async def throttle_delay(self) -> float:
        return 0.0


class Answers(SimpleCorrelator):  # type: ignore[misc]
    """Receipts are told by their id to the outbox, which keeps them in SQL."""

    async def put_delivery(self, smsc_message_id: str, submit_sm: SubmitSm) -> None:
        return None

    async def get_delivery(self, receipt: DeliverSm) -> SubmitSm | None:
        return None


class Link(ESME):  # type: ignore[misc]
    """The library's client, which leaves its sockets open: each is closed before the next one."""

    _opened: asyncio.StreamWriter | None = None

    async def connect(self) -> None:
        self.close()
        try:
            await super().connect()
        finally:
            self._opened = self._writer

    def close(self) -> None:
        """Close what is open."""
        if self._opened is not None:
            self._opened.close()


async def unbind(link: Link, working: "asyncio.Task[None]") -> None:
    """In good order while the network answers; cancelled, the library would not even say unbind."""
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(STOP_S):
            await link.stop()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    link.close()
