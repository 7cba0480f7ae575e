"""Callers of a FastAGI server, answering as Asterisk does. Arguments: port, calls at once, seconds.

Written on bare epoll, so that it costs less than any server it measures. Prints one JSON object.
"""

import json
import select
import socket
import sys
from time import perf_counter

ENVIRONMENT = (
    b"agi_network: yes\nagi_network_script: ivr\nagi_request: agi://127.0.0.1/ivr\n"
    b"agi_channel: PJSIP/trunk-00000001\nagi_language: zh\nagi_type: PJSIP\n"
    b"agi_uniqueid: 1795333693.17\nagi_version: 22.10.1\nagi_callerid: 13800000000\n"
    b"agi_calleridname: unknown\nagi_callingpres: 0\nagi_callingani2: 0\nagi_callington: 0\n"
    b"agi_callingtns: 0\nagi_dnid: 95518\nagi_rdnis: unknown\nagi_context: inbound\n"
    b"agi_extension: 95518\nagi_priority: 1\nagi_enhanced: 0.0\nagi_accountcode: \n"
    b"agi_threadid: 140041\n\n"
)
REPLIES = {
    b"GET V": b"200 result=1 (13800000000)\n",
    b"GET D": b"200 result=1 (timeout)\n",
    b"STREA": b"200 result=0 endpos=160\n",
    b"VERBO": b"200 result=1\n",
    b"ANSWE": b"200 result=0\n",
    b"SET V": b"200 result=1\n",
}
UNKNOWN = b"510 Invalid or unknown command\n"


class Caller:
    """One connection."""

    __slots__ = ("asked_at", "rest", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.rest = b""
        self.asked_at = perf_counter()
        self.socket.send(ENVIRONMENT)

    def answer(self, heard: bytes) -> int:
        """Reply to each whole command in what was heard; how many there were."""
        *lines, self.rest = (self.rest + heard).split(b"\n")
        for line in lines:
            self.socket.send(REPLIES.get(line[:5], UNKNOWN))
        return len(lines)


class Crowd:
    """So many callers at once; who is served is replaced."""

    def __init__(self, port: int, calls: int) -> None:
        self._port = port
        self._poll = select.epoll()
        self._callers: dict[int, Caller] = {}
        self.commands = self.visits = 0
        self.waits_s: list[float] = []
        for _ in range(calls):
            self._call()

    def _call(self) -> None:
        caller = Caller(self._port)
        self._callers[caller.socket.fileno()] = caller
        self._poll.register(caller.socket.fileno(), select.EPOLLIN)

    def _hear(self, number: int) -> None:
        caller = self._callers[number]
        try:
            heard = caller.socket.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            heard = b""
        if not heard:
            self._poll.unregister(number)
            self._callers.pop(number).socket.close()
            self.visits += 1
            self._call()
            return
        self.waits_s.append(perf_counter() - caller.asked_at)
        self.commands += caller.answer(heard)
        caller.asked_at = perf_counter()

    def call_for(self, seconds: float) -> dict[str, float]:
        """Keep calling; what was seen."""
        begun = perf_counter()
        while (spent := perf_counter() - begun) < seconds:
            for number, _ in self._poll.poll(0.2):
                self._hear(number)
        waits = sorted(self.waits_s)
        return {
            "commands": self.commands,
            "visits": self.visits,
            "commands_s": self.commands / spent,
            "p99_ms": waits[int(len(waits) * 0.99)] * 1000,
        }


if __name__ == "__main__":
    print(json.dumps(Crowd(int(sys.argv[1]), int(sys.argv[2])).call_for(float(sys.argv[3]))))
