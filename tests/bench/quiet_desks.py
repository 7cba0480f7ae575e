"""Agents' desktops that only listen: what comes is thrown away, so that many cost the machine little."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.asterisk.site import Site
from tests.bench.ws_fanout import RESUME, masked

ALIVE_EVERY_S = 5.0
PONG = bytes((0x8A, 0x80)) + bytes(4)
"""An unasked-for pong (RFC 6455 §5.5.3): the server sees that somebody is there."""
AT_ONCE = 4
"""Sign-ins: each costs the server some 50 ms of hashing."""
LIMIT_S = 10.0


class QuietDesk(asyncio.Protocol):
    """One browser's socket, signed in and following."""

    def __init__(self, host: str, cookie: str) -> None:
        loop = asyncio.get_running_loop()
        self._host, self._cookie, self._loop = host, cookie, loop
        self._begun = b""
        self.follows: asyncio.Future[None] = loop.create_future()
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(
            f"GET /ws HTTP/1.1\r\nHost: {self._host}\r\nOrigin: http://{self._host}\r\n"
            f"Cookie: cti_session={self._cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        if self.follows.done():
            return
        before, self._begun = self._begun, self._begun + data
        if b"\r\n\r\n" not in before and b"\r\n\r\n" in self._begun:
            self._transport.write(masked(RESUME))
            self._stay()
        if b'"snapshot"' in self._begun:
            self.follows.set_result(None)
            self._begun = b""

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.follows.done():
            self.follows.set_exception(RuntimeError(f"no WebSocket: {self._begun[:60]!r}"))

    def _stay(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(PONG)
            self._loop.call_later(ALIVE_EVERY_S, self._stay)

    def close(self) -> None:
        self._transport.close()


@asynccontextmanager
async def at_work(site: Site, crew: Sequence[str]) -> AsyncIterator[None]:
    """The agents sit at their desktops, ready; at the end they close them."""
    desks: list[QuietDesk] = []
    turns = asyncio.Semaphore(AT_ONCE)

    async def begin(agent: str) -> None:
        async with turns, asyncio.timeout(LIMIT_S * AT_ONCE):
            desks.append(await _ready(site, agent))

    try:
        await asyncio.gather(*map(begin, crew))
        yield
    finally:
        for desk in desks:
            desk.close()


async def _ready(site: Site, agent: str) -> QuietDesk:
    headers = {"X-Requested-With": "cti", "Origin": site.url}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(site.url, headers=headers, cookie_jar=jar) as session:
        credentials = {"login": agent, "password": site.passwords[agent]}
        await _posted(session, "/api/v1/session", credentials)
        cookie = next(each.value for each in jar if each.key == "cti_session")
        desk = await _connected(site, cookie)
        for cmd, more in (("logOn", {}), ("setAgentState", {"status": "ready"})):
            await _posted(session, "/api/v1/commands", {"cmd": cmd, "ref": cmd, **more})
    return desk


async def _connected(site: Site, cookie: str) -> QuietDesk:
    http, loop = site.configuration.settings.http, asyncio.get_running_loop()
    host = f"{http.host}:{http.port}"
    _, desk = await loop.create_connection(lambda: QuietDesk(host, cookie), http.host, http.port)
    async with asyncio.timeout(LIMIT_S):
        await desk.follows
    return desk


async def _posted(session: aiohttp.ClientSession, path: str, body: dict[str, Any]) -> None:
    async with session.post(path, json=body) as answer:
        if answer.status != 200:
            raise RuntimeError(f"{path} {body.get('cmd', '')}: {await answer.text()}")
