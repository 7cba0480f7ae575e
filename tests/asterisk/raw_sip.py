"""A caller who writes his own SIP: any header as it stands; no sound but keys, as fast as he likes."""

import asyncio
import re
import struct
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

LIMIT_S = 10.0
FRAME_S, FRAME = 0.02, 160
QUIET = bytes([0xD5]) * FRAME
ALAW, EVENT, MARKER, END = 8, 101, 0x80, 0x80
VOLUME = 10
KEYS = "0123456789*#"
"""In the order of RFC 4733, section 3.2."""


class RawCaller(asyncio.DatagramProtocol):
    """One UDP socket; one call at a time."""

    def __init__(self, host: str, port: int) -> None:
        self.peer = (host, port)
        self._messages: asyncio.Queue[bytes] = asyncio.Queue()
        self._call = uuid.uuid4().hex
        self._to = ""
        self._media: tuple[str, int] = ("", 0)
        self._sequence = self._clock = 0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._here = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, _addr: object) -> None:
        if data[0] >> 6 != 2:  # else RTP
            self._messages.put_nowait(data)

    def send(self, data: bytes) -> None:
        self._transport.sendto(data, self.peer)

    async def invite(self, number: str, from_header: bytes, limit_s: float = LIMIT_S) -> int:
        """Call; the final answer's code, acknowledged. Raises TimeoutError."""
        self._to, self._from, self._number = "", from_header, number
        sdp = (
            f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {self._here} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
            f"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
        )
        headers = (b"Content-Type: application/sdp",)
        self.send(self._request("INVITE", 1, headers, sdp.encode()))
        code = await self._final("INVITE", limit_s)
        self.send(self._request("ACK", 1, (), b""))
        return code

    async def speak(self, frames: int) -> None:
        """Send silence, 20 ms a frame."""
        for _ in range(frames):
            self._rtp(ALAW, self._clock, QUIET)
            self._clock += FRAME
            await asyncio.sleep(FRAME_S)

    async def press(self, keys: str, each_s: float) -> None:
        """Key after key, RFC 4733: its begin, and its end three times, half of ``each_s`` later."""
        for key in keys:
            event, length = KEYS.index(key), max(round(each_s * 4000), 40)
            self._rtp(EVENT | MARKER, self._clock, struct.pack("!BBH", event, VOLUME, 40))
            await asyncio.sleep(each_s / 2)
            for _ in range(3):
                end = struct.pack("!BBH", event, END | VOLUME, length)
                self._rtp(EVENT, self._clock, end)
            self._clock += length * 2
            await asyncio.sleep(each_s / 2)

    def _rtp(self, kind: int, clock: int, content: bytes) -> None:
        self._sequence += 1
        header = struct.pack("!BBHII", 0x80, kind, self._sequence & 0xFFFF, clock, 95518)
        self._transport.sendto(header + content, self._media)

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
                    self._media = _media(text) or self._media
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


def _media(text: str) -> tuple[str, int] | None:
    host = re.search(r"^c=IN IP4 (\S+)", text, re.MULTILINE)
    port = re.search(r"^m=audio (\d+)", text, re.MULTILINE)
    return (host[1], int(port[1])) if host and port else None


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
