"""Asterisk's end of a FastAGI session, played by the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LIMIT_S = 5.0
ENVIRONMENT = (
    b"agi_network: yes\nagi_network_script: ivr\nagi_request: agi://127.0.0.1/ivr\n"
    b"agi_channel: PJSIP/trunk-00000001\nagi_language: zh\nagi_uniqueid: 1795333693.17\n"
    b"agi_callerid: 02112345678\nagi_calleridname: unknown\nagi_accountcode: \n\n"
)


class FakeAsterisk:
    """One AGI session seen from Asterisk's side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def command(self) -> str:
        """The next command line, without its line feed; "" when the server closed."""
        async with asyncio.timeout(LIMIT_S):
            return (await self._reader.readline()).decode().rstrip("\n")

    async def reply(self, *pieces: bytes | str) -> None:
        """Write pieces, each in a TCP segment of its own as far as that can be had."""
        for piece in pieces:
            self._writer.write(piece.encode() if isinstance(piece, str) else piece)
            await self._writer.drain()
            if len(pieces) > 1:
                await asyncio.sleep(0.01)

    async def expect(self, line: str, *pieces: bytes | str) -> None:
        """Receive exactly this command, then reply."""
        assert await self.command() == line
        await self.reply(*pieces)

    async def closed_by_server(self) -> bool:
        """Whether the server closes; what it had still sent is read away."""
        async with asyncio.timeout(LIMIT_S):
            try:
                while await self._reader.read(4096):
                    pass
            except ConnectionError:
                pass
        return True

    async def leave(self) -> None:
        """Close Asterisk's end."""
        self._writer.close()
        try:
            async with asyncio.timeout(LIMIT_S):
                await self._writer.wait_closed()
        except ConnectionError:
            pass


@asynccontextmanager
async def calling(port: int, environment: bytes = ENVIRONMENT) -> AsyncIterator[FakeAsterisk]:
    """Connect to a FastAGI server as Asterisk does, and send the environment."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asterisk = FakeAsterisk(reader, writer)
    await asterisk.reply(environment)
    try:
        yield asterisk
    finally:
        await asterisk.leave()
