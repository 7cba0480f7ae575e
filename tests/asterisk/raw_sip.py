"""A caller who writes his own SIP: any header as it stands, no media."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

LIMIT_S = 10.0


class RawCaller(asyncio.DatagramProtocol):
    """One UDP socket; one call at a time."""

    def __init__(self, host: str, port: int) -> None:
        self.peer = (host, port)
        self._messages: asyncio.Queue[bytes] = asyncio.Queue()
        self._call = uuid.uuid4().hex
        self._to = ""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._here = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, _addr: object) -> None:
        self._messages.put_nowait(data)

    def send(self, data: bytes) -> None:
        self._transport.sendto(data, self.peer)

    async def invite(self, number: str, from_header: bytes, limit_s: float = LIMIT_S) -> int:
        """Call; the final answer's code, acknowledged. Raises TimeoutError."""
        self._to, self._from, self._number = "", from_header, number
        sdp = (
            f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {self._here} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
        )
        headers = (b"Content-Type: application/sdp",)
        self.send(self._request("INVITE", 1, headers, sdp.encode()))
        code = await self._final("INVITE", limit_s)
        self.send(self._request("ACK", 1, (), b""))
        return code

    async def bye(self) -> None:
        self.send(self._request("BYE", 2, (), b""))
        await self._final("BYE")

    async def _final(self, method: str, limit_s: float = LIMIT_S) -> int:
        async with asyncio.timeout(limit_s):
            while True:
                text = (await self._messages.get()).decode("utf-8", "replace")
                code = re.match(r"SIP/2.0 (\d{3})", text)
                if code and f" {method}\r\n" in text and int(code[1]) >= 200:
                    found = re.search(r"^To: (.*?)\r$", text, re.MULTILINE)
                    self._to = found[1] if found else ""
                    return int(code[1])

    def _request(self, method: str, cseq: int, more: tuple[bytes, ...], body: bytes) -> bytes:
        host, port = self.peer
        to = self._to or f"<sip:{self._number}@{host}:{port}>"
        lines = (
            f"{method} sip:{self._number}@{host}:{port} SIP/2.0".encode(),
            f"Via: SIP/2.0/UDP 127.0.0.1:{self._here};rport;branch=z9hG4bK{uuid.uuid4().hex}".encode(),
            b"Max-Forwards: 70",
            b"From: " + self._from + b";tag=raw",
            f"To: {to}".encode(),
            f"Call-ID: {self._call}".encode(),
            f"CSeq: {cseq} {method}".encode(),
            f"Contact: <sip:raw@127.0.0.1:{self._here}>".encode(),
            *more,
            f"Content-Length: {len(body)}".encode(),
        )
        return b"\r\n".join(lines) + b"\r\n\r\n" + body


@asynccontextmanager
async def raw_caller(host: str, port: int) -> AsyncIterator[RawCaller]:
    loop = asyncio.get_running_loop()
    transport, caller = await loop.create_datagram_endpoint(
        lambda: RawCaller(host, port), local_addr=("127.0.0.1", 0)
    )
    try:
        yield caller
    finally:
        transport.close()
