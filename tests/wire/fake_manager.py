"""Asterisk's manager interface, played by the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LIMIT_S = 5.0
BANNER = b"Asterisk Call Manager/11.0.0\r\n"
BOOTED = b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"


class ManagerSession:
    """One connection of a client, seen from Asterisk's side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def raw(self) -> bytes:
        """The next action as it came."""
        async with asyncio.timeout(LIMIT_S):
            return await self.reader.readuntil(b"\r\n\r\n")

    async def action(self) -> dict[str, str]:
        """The next action's headers; pings are answered on the way."""
        lines = (await self.raw()).decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines if line)
        if headers["Action"] == "Ping":
            await self.reply(headers, "Success", "Ping: Pong\r\n")
            return await self.action()
        return headers

    async def pong(self) -> None:
        """Answer the Ping that comes next."""
        lines = (await self.raw()).decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines if line)
        assert headers["Action"] == "Ping", headers
        await self.reply(headers, "Success", "Ping: Pong\r\n")

    async def write(self, *pieces: bytes) -> None:
        """Write pieces, each in a segment of its own as far as that can be had."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            if len(pieces) > 1:
                await asyncio.sleep(0.01)

    async def reply(self, to: dict[str, str], response: str, more: str = "") -> None:
        """Answer an action."""
        head = f"Response: {response}\r\nActionID: {to['ActionID']}\r\n"
        await self.write((head + more + "\r\n").encode())

    async def let_in(self) -> dict[str, str]:
        """Greet, accept the login, say that Asterisk is booted."""
        await self.write(BANNER)
        login = await self.action()
        await self.reply(login, "Success", "Message: Authentication accepted\r\n")
        await self.write(BOOTED)
        return login

    def drop(self) -> None:
        """Cut the connection."""
        self.writer.transport.abort()


class FakeManager:
    """A listening manager; each client that connects is a session to be taken with ``session``."""

    def __init__(self) -> None:
        self._arrived: asyncio.Queue[ManagerSession] = asyncio.Queue()
        self._all: list[ManagerSession] = []
        self.port = 0

    async def session(self) -> ManagerSession:
        """The next client."""
        async with asyncio.timeout(LIMIT_S):
            return await self._arrived.get()

    async def listen(self, port: int = 0) -> asyncio.Server:
        server = await asyncio.start_server(self._accept, "127.0.0.1", port, limit=1 << 22)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = ManagerSession(reader, writer)
        self._all.append(session)
        self._arrived.put_nowait(session)

    def drop_all(self) -> None:
        for session in self._all:
            session.drop()


@asynccontextmanager
async def manager() -> AsyncIterator[FakeManager]:
    """A fake manager on a free port."""
    fake = FakeManager()
    server = await fake.listen()
    try:
        yield fake
    finally:
        server.close()
        fake.drop_all()
