"""A browser without a screen: its requests, and its desktop's socket."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp

from tests.web.parts import World
from tests.web.samples import LIMIT_S, PASSWORD


class Browser:
    """One person's browser, with its own cookies."""

    def __init__(self, world: World, http: aiohttp.ClientSession) -> None:
        self.world = world
        self.http = http
        self.headers = {"Origin": world.origin, "X-Requested-With": "cti"}

    async def request(
        self, method: str, path: str, **options: Any
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Status, JSON (or text) and headers."""
        headers = {**self.headers, **options.pop("headers", {})}
        url = self.world.origin + path
        async with self.http.request(method, url, headers=headers, **options) as answer:
            plain = answer.content_type != "application/json"
            body = await (answer.text() if plain else answer.json())
            return answer.status, body, answer.headers

    async def sign_in(self, login: str, password: str = PASSWORD) -> tuple[int, Any]:
        status, body, _ = await self.request(
            "POST", "/api/v1/session", json={"login": login, "password": password}
        )
        return status, body

    async def socket(self, query: str = "", **options: Any) -> aiohttp.ClientWebSocketResponse:
        headers = {**self.headers, **options.pop("headers", {})}
        url = f"{self.world.origin}/ws{query}"
        ws: aiohttp.ClientWebSocketResponse = await self.http.ws_connect(
            url, headers=headers, max_msg_size=0, **options
        )
        return ws


class Desk:
    """A desktop's socket as its script uses it."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self._refs = 0

    @property
    def transport(self) -> asyncio.Transport:
        """The connection below the socket, to be disturbed."""
        connection = self.ws._response.connection
        assert connection is not None
        assert connection.transport is not None
        return connection.transport

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        found = await self.ws.receive_json(timeout=LIMIT_S)
        assert isinstance(found, dict)
        return found

    async def ask(self, cmd: str, **fields: Any) -> None:
        self._refs += 1
        await self.ws.send_json({"cmd": cmd, "ref": f"r{self._refs}", **fields})

    async def answer(self, cmd: str, **fields: Any) -> dict[str, Any]:
        """Ask, and give back what is answered (other messages before it are lost)."""
        await self.ask(cmd, **fields)
        while (found := await self.hear()).get("ref") != fields.get("ref", f"r{self._refs}"):
            pass
        return found

    async def resume(self, after: str | None = None) -> dict[str, Any]:
        await self.ask("resume", after=after)
        return await self.hear()

    async def close_code(self) -> int | None:
        """How the server closes the socket, whatever it says before."""
        async with asyncio.timeout(LIMIT_S):
            while not (await self.ws.receive()).type.name.startswith(("CLOS", "ERR")):
                pass
        return self.ws.close_code
