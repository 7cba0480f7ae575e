"""How soon 1,000 desktops hear of an event that comes alone, and what each of them costs the server."""

from collections.abc import Mapping, Sequence
from functools import partial
from statistics import median, quantiles
from time import monotonic, perf_counter, sleep

from tests.bench.line import Line, Row, interleaved, less_is_better, middle, program
from tests.bench.server import Server
from tests.bench.ws_fanout import LIMIT_S, PEER, Desktops

DESKTOPS = 1000
EVENTS = 20
EVERY_S = 0.1
P99_LIMIT_MS = 1000.0
KINDS = ("ours", "websockets")


class Watched(Desktops):
    """Desktops of which each frame's coming is stamped."""

    def heard_after(self, begun: float, wanted: int) -> list[float]:
        """Seconds from ``begun`` to each of so many frames. Raises RuntimeError when some do not come."""
        found: list[float] = []
        until = monotonic() + LIMIT_S
        while len(found) < wanted and monotonic() < until:
            for number, _ in self._poll.poll(0.3):
                frames = self._read(number)
                found += [perf_counter() - begun] * frames
        if len(found) != wanted:
            raise RuntimeError(f"{len(found)} of {wanted} frames came")
        return found


def told(kind: str) -> Mapping[str, float]:
    """One event after the other to all desktops: ms, µs of processor, and kB for each desktop."""
    with Server(program("ws_server", kind)) as server:
        before_kb = server.resident_kb()
        desktops = Watched(server.port, DESKTOPS)
        try:
            desktops.heard_after(perf_counter(), DESKTOPS)
            grown_kb = server.resident_kb() - before_kb
            took_s, before_s = list[float](), server.cpu_s()
            for _ in range(EVENTS):
                sleep(EVERY_S)  # a pause between events, not a wait for one
                begun = perf_counter()
                server.tell("1")
                took_s += desktops.heard_after(begun, DESKTOPS)
            cpu_s = server.cpu_s() - before_s
        finally:
            desktops.close()
    return {
        "p50": median(took_s) * 1e3,
        "p99": quantiles(took_s, n=100, method="inclusive")[-1] * 1e3,
        "cpu_us": cpu_s / EVENTS / DESKTOPS * 1e6,
        "kb": grown_kb / DESKTOPS,
    }


def run() -> Sequence[Row]:
    found = interleaved({kind: partial(told, kind) for kind in KINDS})
    ours, theirs = ({key: middle(found[kind], key) for key in found[kind][0]} for kind in KINDS)
    name = f"event to a desktop, {DESKTOPS:,} connected"
    return [
        less_is_better(f"{name}, p50", "ms", ours["p50"], (PEER, theirs["p50"])),
        less_is_better(f"{name}, p99", "ms", ours["p99"], (PEER, theirs["p99"])),
        less_is_better(f"{name}, p99", "ms", ours["p99"], ("the limit", P99_LIMIT_MS), 1.0),
        less_is_better(
            "CPU of an event, a desktop", "µs", ours["cpu_us"], (PEER, theirs["cpu_us"])
        ),
        less_is_better("memory of a desktop", "kB", ours["kb"], (PEER, theirs["kb"])),
    ]


LINE = Line(
    "Event to desktop",
    f"{DESKTOPS:,} desktops in one client process, all signed in and resumed, hear one event after the "
    f"other, {1 / EVERY_S:.0f} a second, {EVENTS} a round. Timed is from the order to the server's process "
    "until the client has read each desktop's frame, so its own reading of a thousand sockets is in it. Ours "
    "is the whole way of `WebSocket fan-out`, as is the peer. CPU is that of the server's process for "
    "each desktop and event; memory what it grows by from none to all desktops.",
    run,
)
