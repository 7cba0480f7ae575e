"""A small SMSC (SMPP 3.4) for the tests: it binds, takes messages, and sends receipts and replies."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

BIND, BIND_RESP = 0x9, 0x80000009
SUBMIT, SUBMIT_RESP = 0x4, 0x80000004
DELIVER, DELIVER_RESP = 0x5, 0x80000005
UNBIND, UNBIND_RESP = 0x6, 0x80000006
ENQUIRE, ENQUIRE_RESP = 0x15, 0x80000015
OK, THROTTLED, BAD_DESTINATION = 0x0, 0x58, 0x0B
UDHI, IS_RECEIPT = 0x40, 0x04


@dataclass(frozen=True, slots=True)
class Submitted:
    """One submit_sm as it came."""

    message_id: str
    sender: str
    to: str
    esm_class: int
    data_coding: int
    registered: int
    content: bytes

    @property
    def part(self) -> tuple[int, int]:
        """Total and index of its user data header; (1, 1) without one."""
        return (self.content[4], self.content[5]) if self.esm_class & UDHI else (1, 1)

    @property
    def text(self) -> str:
        content = self.content[6:] if self.esm_class & UDHI else self.content
        return content.decode("utf-16-be" if self.data_coding == 8 else "ascii")


def _c_string(content: bytes, at: int) -> tuple[str, int]:
    end = content.index(b"\x00", at)
    return content[at:end].decode("ascii"), end + 1


def read_submit(body: bytes, message_id: str) -> Submitted:
    """SMPP 3.4 §4.4.1."""
    _, at = _c_string(body, 0)
    sender, at = _c_string(body, at + 2)
    to, at = _c_string(body, at + 2)
    esm_class = body[at]
    _, at = _c_string(body, at + 3)
    _, at = _c_string(body, at)
    registered, data_coding, length = body[at], body[at + 2], body[at + 4]
    content = body[at + 5 : at + 5 + length]
    return Submitted(message_id, sender, to, esm_class, data_coding, registered, content)


@dataclass
class Smsc:
    """What a test may ask for: what came, and how the next messages are answered."""

    port: int = 0
    password: bytes = b"secret"
    answers: list[int] = field(default_factory=list)
    """Statuses of the next submits; OK when there are none."""
    mute: bool = False
    submitted: list[Submitted] = field(default_factory=list)
    commands: list[int] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _writer: asyncio.StreamWriter | None = None
    _count: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                size, command, _, sequence = struct.unpack("!4I", await reader.readexactly(16))
                body = await reader.readexactly(size - 16)
                self.commands.append(command)
                await self._take(command, sequence, body, writer)
                async with self.news:
                    self.news.notify_all()
        writer.close()

    async def _take(
        self, command: int, sequence: int, body: bytes, writer: asyncio.StreamWriter
    ) -> None:
        if command == BIND:
            right = self.password in body
            self._send(writer, BIND_RESP, OK if right else 0x0E, sequence, b"smsc\x00")
            self._writer = writer if right else None
        elif command == SUBMIT:
            self._submit(sequence, body, writer)
        elif command == ENQUIRE:
            self._send(writer, ENQUIRE_RESP, OK, sequence, b"")
        elif command == UNBIND:
            self._send(writer, UNBIND_RESP, OK, sequence, b"")

    def _submit(self, sequence: int, body: bytes, writer: asyncio.StreamWriter) -> None:
        status = self.answers.pop(0) if self.answers else OK
        message_id = f"m{len(self.submitted) + 1}"
        if status == OK:
            self.submitted.append(read_submit(body, message_id))
        if not self.mute:
            self._send(writer, SUBMIT_RESP, status, sequence, message_id.encode() + b"\x00")

    @staticmethod
    def _send(
        writer: asyncio.StreamWriter, command: int, status: int, sequence: int, body: bytes
    ) -> None:
        writer.write(struct.pack("!4I", 16 + len(body), command, status, sequence) + body)

    def receipt(self, message_id: str, stat: str = "DELIVRD", err: str = "000") -> None:
        """Say what became of a message (SMPP 3.4, appendix B)."""
        text = (
            f"id:{message_id} sub:001 dlvrd:001 submit date:2611221000 done date:2611221001 "
            f"stat:{stat} err:{err} text:"
        )
        self._deliver("8613997000001", IS_RECEIPT, 0, text.encode("ascii"))

    def reply(self, number: str, text: str) -> None:
        """Somebody answers."""
        self._deliver(number, 0, 8, text.encode("utf-16-be"))

    def _deliver(self, number: str, esm_class: int, data_coding: int, content: bytes) -> None:
        assert self._writer is not None
        self._count += 1
        body = b"\x00" + b"\x01\x01" + number.encode() + b"\x00" + b"\x01\x01" + b"95518\x00"
        body += bytes((esm_class, 0, 0)) + b"\x00\x00"
        body += bytes((0, 0, data_coding, 0, len(content))) + content
        self._send(self._writer, DELIVER, OK, self._count, body)

    def drop(self) -> None:
        """Lose the connection."""
        assert self._writer is not None
        self._writer.transport.abort()

    async def until_commands(self, command: int, count: int, limit_s: float = 5.0) -> None:
        """Wait until so many of a command came."""
        async with asyncio.timeout(limit_s), self.news:
            await self.news.wait_for(lambda: self.commands.count(command) >= count)


@contextlib.asynccontextmanager
async def running_smsc() -> AsyncIterator[Smsc]:
    """On a free port of loopback."""
    smsc = Smsc()
    server = await asyncio.start_server(smsc.serve, "127.0.0.1", 0)
    smsc.port = int(server.sockets[0].getsockname()[1])
    try:
        yield smsc
    finally:
        server.close()
        if smsc._writer is not None:
            smsc._writer.close()
