"""Another system that our webhooks tell."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import web

from tests.servers import free_port


@dataclass
class Receiver:
    """``got``: how often it took the fact of a call's end, by call."""

    url: str
    got: Counter[str] = field(default_factory=Counter)

    async def take(self, request: web.Request) -> web.Response:
        told = await request.json()
        self.got[str(told.get("data", told).get("callId"))] += 1
        return web.Response(status=204)


@contextlib.asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Listens as long as this."""
    port = free_port()
    there = Receiver(f"http://127.0.0.1:{port}/")
    app = web.Application()
    app.router.add_post("/", there.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield there
    finally:
        await runner.cleanup()
