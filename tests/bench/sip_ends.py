"""Callers and agents' phones as one UDP socket each, without media: what arrives is stamped at once.

A library's phone would add its own polling to times of a few milliseconds.
"""

import asyncio
import socket
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_hex
from time import perf_counter
from typing import Any

from tests.bench.sip_wire import (
    Message,
    authorization,
    media_port,
    parsed,
    request,
    response,
    sdp,
    user_of,
)

HOST = "127.0.0.1"
NO_PORT = 9
"""Where nobody listens (RFC 863 discard): sound that is sent there is lost."""
RECEIVE_BYTES = 4 << 20
LIMIT_S = 10.0
SILENCE = b"\xd5" * 160
"""20 ms of A-law."""
SOUND = b"\x80\x08" + bytes(10) + SILENCE
"""One RTP packet (RFC 3550): Answer() waits for a caller's first sound."""


async def roomy_socket(reader: Callable[[], asyncio.DatagramProtocol], port: int = 0) -> Any:
    """A UDP transport of this machine in which nothing is lost when its reader comes late."""
    loop = asyncio.get_running_loop()
    opened, _ = await loop.create_datagram_endpoint(reader, local_addr=(HOST, port))
    room = (socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
    opened.get_extra_info("socket").setsockopt(*room)
    return opened


class End(asyncio.DatagramProtocol):
    """One socket that speaks SIP with one server. ``port``: its own; any free one for 0."""

    def __init__(self, server: int, port: int = 0) -> None:
        self.server = (HOST, server)
        self._port = port
        self.host = ""
        self._transport: Any = None

    async def open(self) -> None:
        """Take the port."""
        self._transport = await roomy_socket(lambda: self, self._port)
        self.host = "{}:{}".format(*self._transport.get_extra_info("sockname"))

    def close(self) -> None:
        self._transport.close()

    def send(self, packet: bytes) -> None:
        self._transport.sendto(packet, self.server)

    def datagram_received(self, data: bytes, _addr: Any) -> None:
        at = perf_counter()
        self.heard(parsed(data), at)

    def heard(self, message: Message, at: float) -> None:
        """A message came at ``at`` (perf_counter)."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Ring:
    """A phone began to ring: when, and who calls."""

    at: float
    caller: str


class Phones(End):
    """Agents' phones: they register, and ring until the caller gives up, or answer at once."""

    def __init__(self, server: int) -> None:
        super().__init__(server)
        self.answering = False
        self.rings: dict[str, asyncio.Queue[Ring]] = defaultdict(asyncio.Queue)
        self._ringing: dict[str, Message] = {}
        self._registered: dict[str, asyncio.Future[Message]] = {}

    async def register(self, extension: str, password: str) -> None:
        """Raises RuntimeError when the server will not."""
        uri = f"sip:{self.server[0]}:{self.server[1]}"
        me = f"<sip:{extension}@{self.server[0]}>"
        dialog = {"host": self.host, "from": f"{me};tag={token_hex(4)}", "to": me, "cseq": "1"}
        dialog["call-id"] = token_hex(8)
        answer = await self._asked(request("REGISTER", uri, dialog), dialog["call-id"])
        challenge = answer.header("www-authenticate")
        dialog |= {"authorization": authorization(challenge, extension, password, uri), "cseq": "2"}
        answer = await self._asked(request("REGISTER", uri, dialog), dialog["call-id"])
        if answer.status != 200:
            raise RuntimeError(f"{extension} cannot register: {answer.first}")

    async def _asked(self, packet: bytes, call_id: str) -> Message:
        self._registered[call_id] = asyncio.get_running_loop().create_future()
        self.send(packet)
        async with asyncio.timeout(LIMIT_S):
            return await self._registered[call_id]

    async def ring(self, extension: str) -> Ring:
        """The next ring of a phone."""
        async with asyncio.timeout(LIMIT_S):
            return await self.rings[extension].get()

    def heard(self, message: Message, at: float) -> None:
        if message.status:
            self._answered(message)
        elif message.method == "INVITE":
            self._invited(message, at)
        elif message.method == "CANCEL":
            self._cancelled(message)
        elif message.method != "ACK":
            self.send(response(message, "200 OK", "bench"))

    def _answered(self, message: Message) -> None:
        asked = self._registered.get(message.call_id)
        if asked and not asked.done():
            asked.set_result(message)

    def _invited(self, message: Message, at: float) -> None:
        if message.call_id not in self._ringing:
            self._ringing[message.call_id] = message
            ring = Ring(at, user_of(message.header("from")))
            self.rings[user_of(message.uri)].put_nowait(ring)
        self.send(response(message, "180 Ringing", "bench"))
        if self.answering:
            self.send(response(message, "200 OK", "bench", sdp(NO_PORT)))

    def _cancelled(self, message: Message) -> None:
        self.send(response(message, "200 OK", "bench"))
        invited = self._ringing.pop(message.call_id, None)
        if invited:
            self.send(response(invited, "487 Request Terminated", "bench"))


def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


@dataclass(slots=True)
class Leg:
    """One caller's call. ``over``: when the server ended it (perf_counter)."""

    number: str
    dialog: dict[str, str]
    begun: float = 0.0
    media: int = 0
    """The server's port for sound, once it has answered."""
    up: asyncio.Future[None] = field(default_factory=_future)
    over: asyncio.Future[float] = field(default_factory=_future)


class Callers(End):
    """Callers of any number; each is known by the number he calls from."""

    def __init__(self, server: int) -> None:
        super().__init__(server)
        self.legs: dict[str, Leg] = {}
        self._called = 0
        self._media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._media.bind((HOST, 0))

    def close(self) -> None:
        self._media.close()
        super().close()

    def dial(self, number: str, *, keys: bool = False) -> Leg:
        """Call; ``leg.up`` is done when it is answered. ``keys``: it will press some."""
        self._called += 1
        caller = f"139{self._called:08}"
        here = f"{self.server[0]}:{self.server[1]}"
        dialog = {
            "host": self.host,
            "from": f"<sip:{caller}@{self.host}>;tag={token_hex(4)}",
            "to": f"<sip:{number}@{here}>",
            "call-id": caller,
            "cseq": "1",
            "uri": f"sip:{number}@{here}",
        }
        leg = self.legs[caller] = Leg(number, dialog)
        offer = sdp(self._media.getsockname()[1], keys=keys)
        leg.begun = perf_counter()
        self.send(request("INVITE", dialog["uri"], dialog, offer))
        return leg

    def sound(self, leg: Leg, packet: bytes) -> None:
        """Send one RTP packet of an answered call."""
        self._media.sendto(packet, (HOST, leg.media))

    def hang_up(self, caller: str) -> None:
        """End the call of that number."""
        leg = self.legs.pop(caller)
        leg.dialog["cseq"] = "2"
        self.send(request("BYE", leg.dialog["uri"], leg.dialog))

    def heard(self, message: Message, at: float) -> None:
        leg = self.legs.get(message.call_id)
        if message.status == 200 and message.method == "INVITE" and leg:
            self._answered(leg, message)
        elif message.status >= 300 and message.method == "INVITE" and leg and not leg.up.done():
            leg.up.set_exception(RuntimeError(f"{leg.number}: {message.first}"))
        elif not message.status and message.method != "ACK":
            if self.legs.pop(message.call_id, None) and leg:
                leg.over.set_result(at)
            self.send(response(message, "200 OK"))

    def _answered(self, leg: Leg, message: Message) -> None:
        leg.dialog["to"] = message.header("to")
        self.send(request("ACK", leg.dialog["uri"], leg.dialog))
        if not leg.up.done():
            leg.media = media_port(message.body)
            self.sound(leg, SOUND)
            leg.up.set_result(None)
