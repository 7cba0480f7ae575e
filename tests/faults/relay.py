"""A TCP relay between two parts, which a test may cut or let go silent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from enum import StrEnum

BLOCK = 65536


class Way(StrEnum):
    """What becomes of the bytes."""

    OPEN = "open"
    CUT = "cut"
    SILENT = "silent"


class Relay:
    """Passes bytes on to ``host:port`` while it is open."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._open = asyncio.Event()
        self._open.set()
        self._cut = False
        self.way = Way.OPEN
        self._tasks: set[asyncio.Task[None]] = set()

    def lead_to(self, host: str, port: int) -> None:
        """Pass on to somebody else from now on; connections there are end."""
        self._to = (host, port)
        for task in self._tasks:
            task.cancel()

    def put(self, way: Way) -> None:
        """Open; cut (connections are closed, new ones too); or silent (kept, nothing passes)."""
        self.way = way
        self._cut = way is Way.CUT
        if way is Way.OPEN:
            self._open.set()
        elif way is Way.SILENT:
            self._open.clear()
        if way is not Way.SILENT:
            # What went silent stays broken: its peers have given it up.
            for task in self._tasks:
                task.cancel()

    @contextlib.asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator["Relay"]:
        """Accept connections as long as this."""
        server = await asyncio.start_server(self._accept, host, port)
        try:
            yield self
        finally:
            self.put(Way.CUT)
            server.close()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if not self._cut:
                await self._pass(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._to)
        ways = [
            asyncio.create_task(self._copy(reader, far_writer)),
            asyncio.create_task(self._back(far_reader, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            far_writer.close()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The way from the far part to whoever connected."""
        await self._copy(reader, writer)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while block := await reader.read(BLOCK):
            await self._open.wait()
            writer.write(block)
            await writer.drain()
