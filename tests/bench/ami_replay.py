"""Events of a recorded AMI stream, read as fast as they come: our client against bare panoramisk."""

import lzma
import re
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.line import (
    Line,
    Row,
    ask,
    interleaved,
    less_is_better,
    middle,
    more_is_better,
    program,
)

RECORDED = Path(__file__).with_name("data") / "ami.raw.xz"
TIMES = 2
WANTED = frozenset(
    {
        "Newchannel",
        "Newstate",
        "Hangup",
        "BridgeEnter",
        "BridgeLeave",
        "DialEnd",
        "QueueCallerJoin",
        "QueueCallerLeave",
        "QueueCallerAbandon",
        "AgentCalled",
        "AgentConnect",
        "AgentComplete",
        "QueueMemberStatus",
        "UserEvent",
        "OriginateResponse",
    }
)
LAST = "ReplayEnd"


class Replay:
    """An AMI server that lets anybody in, then sends the recording some times over at full speed."""

    def __init__(self) -> None:
        recorded = lzma.decompress(RECORDED.read_bytes())
        begin = recorded.index(b"\r\n\r\nEvent: SuccessfulAuth") + 4
        self._stream = recorded[begin : recorded.rindex(b"\r\n\r\n") + 4]
        names = re.findall(rb"(?:^|\r\n)Event: (\w+)\r\n", self._stream)
        self.events = len(names) * TIMES
        self.wanted = sum(name.decode() in WANTED for name in names) * TIMES
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            with client, suppress(OSError):
                self._play(client)

    def _play(self, client: socket.socket) -> None:
        client.sendall(b"Asterisk Call Manager/11.0.0\r\n")
        asked = b""
        while b"\r\n\r\n" not in asked:
            if not (more := client.recv(4096)):
                return
            asked += more
        action = re.search(rb"(?i)ActionID: (\S+)", asked)
        answered = b"ActionID: " + action[1] + b"\r\n" if action else b""
        client.sendall(
            b"Response: Success\r\n" + answered + b"Message: Authentication accepted\r\n\r\n"
            b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"
        )
        for _ in range(TIMES):
            client.sendall(self._stream)
        client.sendall(f"Event: {LAST}\r\nPrivilege: system,all\r\n\r\n".encode())
        client.settimeout(20)
        while client.recv(4096):
            pass


def read(port: int, kind: str) -> dict[str, Any]:
    """One client reads it all; ``{wanted, s, cpu_s}``."""
    return ask(program("ami_client", kind, str(port)), limit_s=60)


def run() -> Sequence[Row]:
    replay = Replay()
    try:
        found = interleaved(
            {kind: partial(read, replay.port, kind) for kind in ("ours", "panoramisk")}
        )
    finally:
        replay.close()
    for kind, results in found.items():
        lost = replay.wanted - int(min(result["wanted"] for result in results))
        if lost:
            raise RuntimeError(f"{kind}: {lost} of {replay.wanted} wanted events lost")
    rates = {kind: replay.events / middle(results, "s") for kind, results in found.items()}
    cpu = {kind: middle(results, "cpu_s") / replay.events * 1e6 for kind, results in found.items()}
    return [
        more_is_better(
            "AMI events read", "events/s", rates["ours"], ("panoramisk", rates["panoramisk"]), 6.0
        ),
        less_is_better("CPU per AMI event", "µs", cpu["ours"], ("panoramisk", cpu["panoramisk"])),
    ]


LINE = Line(
    "AMI events",
    "A server replays what Asterisk 22 sent during 300 calls (11 MB, all classes) twice over, at full "
    "speed, to one client process at a time. Both clients count the same 15 event names and keep the "
    "last one of each channel; ours delivers them through its queue, panoramisk through a callback for "
    "every event. Ours runs on uvloop. Every wanted event must be counted, or the line fails. CPU is "
    "user and system time of the client process.",
    run,
)
