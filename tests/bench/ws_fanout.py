"""One event to every desktop: our feed, hub and socket against the broadcast of ``websockets``."""

import json
import os
import select
import socket
from collections.abc import Sequence
from functools import partial
from time import monotonic, perf_counter

from tests.bench.line import Line, Row, interleaved, less_is_better, middle, more_is_better, program
from tests.bench.server import Server

DESKTOPS = 500
EVENTS, TIMES = 50, 8
LIMIT_S = 20.0
RESUME = json.dumps({"cmd": "resume", "ref": "1", "after": None}).encode()
PEER = "websockets broadcast()"


def masked(payload: bytes) -> bytes:
    """One client's text frame below 126 bytes (RFC 6455 §5.3)."""
    mask = os.urandom(4)
    hidden = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return bytes((0x81, 0x80 | len(payload))) + mask + hidden


class Desktops:
    """Many desktops in one process, which only count the frames that come."""

    def __init__(self, port: int, count: int) -> None:
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._rest: dict[int, bytes] = {}
        for _ in range(count):
            self._open(port)

    def _open(self, port: int) -> None:
        opened = socket.create_connection(("127.0.0.1", port))
        host = f"127.0.0.1:{port}"
        opened.sendall(
            f"GET /ws HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: cti_session=bench\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += opened.recv(4096)
        if not heard.startswith(b"HTTP/1.1 101"):
            raise RuntimeError(f"no WebSocket: {heard[:60]!r}")
        opened.sendall(masked(RESUME))
        opened.setblocking(False)
        self._sockets[opened.fileno()] = opened
        self._rest[opened.fileno()] = heard.partition(b"\r\n\r\n")[2]
        self._poll.register(opened.fileno(), select.EPOLLIN)

    def count(self, wanted: int) -> int:
        """Read until so many frames came, or the limit is over; how many came."""
        seen, until = 0, monotonic() + LIMIT_S
        while seen < wanted and monotonic() < until:
            for number, _ in self._poll.poll(0.3):
                seen += self._read(number)
        return seen

    def _read(self, number: int) -> int:
        heard = self._rest[number] + self._sockets[number].recv(1 << 18)
        begin = frames = 0
        while len(heard) - begin >= 4:
            size, head = heard[begin + 1], 2
            if size == 126:
                size, head = heard[begin + 2] << 8 | heard[begin + 3], 4
            if len(heard) - begin < head + size:
                break
            begin += head + size
            frames += 1
        self._rest[number] = heard[begin:]
        return frames

    def close(self) -> None:
        for opened in self._sockets.values():
            opened.close()


def told(kind: str) -> dict[str, float]:
    """All desktops resume, then hear all events; ``{rate, cpu_us}``. Raises RuntimeError on a lost frame."""
    with Server(program("ws_server", kind)) as server:
        desktops = Desktops(server.port, DESKTOPS)
        try:
            _heard(desktops, DESKTOPS)
            begun, before_s = perf_counter(), server.cpu_s()
            for _ in range(TIMES):
                server.tell(str(EVENTS))
                _heard(desktops, DESKTOPS * EVENTS)
            spent_s = perf_counter() - begun
            cpu_s = server.cpu_s() - before_s
        finally:
            desktops.close()
    frames = DESKTOPS * EVENTS * TIMES
    return {"rate": frames / spent_s, "cpu_us": cpu_s / frames * 1e6}


def _heard(desktops: Desktops, wanted: int) -> None:
    if (seen := desktops.count(wanted)) != wanted:
        raise RuntimeError(f"{seen} of {wanted} frames came")


def run() -> Sequence[Row]:
    kinds = ("ours", "together", "websockets")
    found = interleaved({kind: partial(told, kind) for kind in kinds})
    ours, theirs = found["ours"], found["websockets"]
    name = f"events to {DESKTOPS} desktops"
    rates = middle(ours, "rate"), (PEER, middle(theirs, "rate"))
    costs = middle(ours, "cpu_us"), (PEER, middle(theirs, "cpu_us"))
    return [
        more_is_better(name, "deliveries/s", *rates, 1.25),
        less_is_better(f"CPU per delivery, {DESKTOPS} desktops", "µs", *costs),
        less_is_better(
            f"CPU per delivery, {EVENTS} events together",
            "µs",
            middle(found["together"], "cpu_us"),
            ("ours, one by one", costs[0]),
        ),
    ]


LINE = Line(
    "WebSocket fan-out",
    f"{DESKTOPS} desktops in one counting client process hear {EVENTS} queued events as fast as the "
    f"server sends them, {TIMES} times. Ours is the real path: event into the feed, hub, masking, encoding "
    "once per view, one frame written to every signed-in desktop that resumed; on uvloop. The peer is "
    "handed the event and encodes the same JSON once, then calls broadcast() of the websockets library "
    "without compression: no feed, no session, no resume. Every frame must arrive, or the line fails. CPU "
    "is that of the server process. Together: what is in the journal at the same moment goes to a desktop in "
    "one write, as in a busy hour.",
    run,
)
