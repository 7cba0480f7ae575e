"""An insurer's core system for tests: a server on loopback that answers as it is told to."""

import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from cti.core.circuit import CircuitRules
from cti.insurer.http_lookups import HttpLookups, InsurerSystem
from cti.services.ports import Lookups

TOKEN = "a-token"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@contextlib.asynccontextmanager
async def insurer(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Every request is answered by ``answer``; yields the server's address."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return await answer(request)

    app = web.Application(client_max_size=1_000_000)
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"{'https' if tls else 'http'}://{host}:{port}"
    finally:
        await runner.cleanup()


def serving(lookups: Lookups) -> Answer:
    """The protocol of docs/protocol/insurer-api.yaml over ``lookups``."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": "token"}, status=401)
        source = request.path.rpartition("/")[2]
        arguments = (await request.json())["arguments"]
        values = await lookups.fetch(source, arguments)
        if values is None:
            return web.json_response({"found": False})
        return web.json_response({"found": True, "values": dict(values)})

    return answer


@contextlib.asynccontextmanager
async def asking(url: str, **changes: object) -> AsyncIterator[HttpLookups]:
    """Look-ups at ``url``; a short deadline, and a circuit that stays closed, unless told."""
    system = InsurerSystem(
        **{  # type: ignore[arg-type]
            "url": url,
            "token": TOKEN,
            "deadline_s": 0.5,
            "rules": CircuitRules(failures=1000),
            **changes,
        }
    )
    lookups = HttpLookups(system, lambda: 0.0)
    try:
        yield lookups
    finally:
        await lookups.close()
