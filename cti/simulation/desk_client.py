"""An agent's desktop without a browser: HTTP sign-in, the WebSocket's frames, its commands."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp

ANSWER_S = 10.0


class DeskRefused(Exception):
    """The server does not let this person in, or does not do what was asked; says its code."""


class DeskClient:
    """One signed-in desktop. ``frames`` yields what the server tells, until the socket ends."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._answers: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._refs = 0

    async def command(self, cmd: str, **more: Any) -> None:
        """Ask, and wait for the answer. Raises DeskRefused, TimeoutError, ConnectionError."""
        self._refs += 1
        ref = str(self._refs)
        answer = self._answers[ref] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send_json({"cmd": cmd, "ref": ref, **more})
            async with asyncio.timeout(ANSWER_S):
                told = await answer
        finally:
            del self._answers[ref]
        if not told.get("ok"):
            raise DeskRefused(str(told.get("code")))

    async def frames(self) -> AsyncIterator[Mapping[str, Any]]:
        """Everything but answers, beginning with the snapshot."""
        await self._socket.send_json({"cmd": "resume", "ref": "resume", "after": None})
        async for message in self._socket:
            frame = json.loads(message.data)
            answer = self._answers.get(frame.get("ref", ""))
            if answer is None:
                yield frame
            elif not answer.done():
                answer.set_result(frame)


@contextlib.asynccontextmanager
async def signed_in(url: str, login: str, password: str) -> AsyncIterator[DeskClient]:
    """Sign in and open the socket. Raises DeskRefused, aiohttp.ClientError."""
    headers = {"X-Requested-With": "cti", "Origin": url}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(url, headers=headers, cookie_jar=jar) as session:
        credentials = {"login": login, "password": password}
        async with session.post("/api/v1/session", json=credentials) as answer:
            if answer.status != 200:
                raise DeskRefused(f"sign-in of {login}: HTTP {answer.status}")
        async with session.ws_connect("/ws") as socket:
            yield DeskClient(socket)
