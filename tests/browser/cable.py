"""The cable between a browser and the server: TCP handed on as it is, which a test may pull."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

PIECE = 65_536


@dataclass
class Cable:
    """Each connection is known by the path of its first request; a WebSocket has one of its own."""

    to_port: int
    port: int = 0
    refused: tuple[str, ...] = ()
    ends: dict[asyncio.StreamWriter, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def pull(self, *paths: str) -> None:
        """Whatever is connected to these paths is cut off, and gets no further until ``plug``."""
        self.refused = paths
        for writer, path in list(self.ends.items()):
            if path in paths:
                writer.transport.abort()

    def plug(self) -> None:
        self.refused = ()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first = await reader.readline()
            path = first.decode("latin-1").split(" ")[1].partition("?")[0] if b" " in first else ""
            if path not in self.refused:
                self.ends[writer] = path
                await self._hand_on(first, reader, writer)
        except OSError:
            pass
        finally:
            self.ends.pop(writer, None)
            writer.transport.abort()

    async def _hand_on(
        self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
        far_writer.write(first)
        ways = [
            asyncio.ensure_future(_copied(reader, far_writer)),
            asyncio.ensure_future(_copied(far_reader, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            far_writer.transport.abort()


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(PIECE):
        writer.write(piece)
        await writer.drain()


@contextlib.asynccontextmanager
async def cable_to(port: int) -> AsyncIterator[Cable]:
    """A cable to a server on this machine."""
    cable = Cable(port)
    server = await asyncio.start_server(cable.take, "127.0.0.1", 0)
    cable.port = int(server.sockets[0].getsockname()[1])
    try:
        yield cable
    finally:
        server.close()
        cable.pull(*set(cable.ends.values()))
        await server.wait_closed()
