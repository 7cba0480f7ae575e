"""A short menu on the real Asterisk: as plain dialplan, and by FastAGI from ours and its peers."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from statistics import median

import uvloop

from tests.bench.bench_site import Bench, running_bench
from tests.bench.line import ROUNDS, Line, Row, less_is_better, program
from tests.bench.server import Server, cpu_s

CALLS = 24
EVERY_S = 0.05
LIMIT_S = 10.0
NATIVE = "955200"
SERVERS = {"955201": "ours", "955202": "panoramisk", "955203": "pyst2"}
PEERS = {"panoramisk": "panoramisk", "pyst2": "pyst2, a thread a call"}
ADDED_GOAL = 1 / 0.65
CPU_GOALS = {"native": 0.75, "panoramisk": 1.3, "pyst2": 1.3}
_STEPS = (
    "Answer()",
    "Set(A=1)",
    "Set(B=hello)",
    "Set(C=sales)",
    "Set(N=${CALLERID(num)})",
    "Playback(welcome)",
    "Read(D,menu,1,,1,0.001)",
    'Set(X=${IF($["${D}" = "1"]?vip:plain)})',
    "Set(RESULT=${X})",
    "Verbose(1,done)",
    "Set(NEXT=queue)",
    "Set(AGI_OK=1)",
    "Hangup()",
)


def extensions(ports: Mapping[str, int]) -> str:
    """The plain menu, and one number for each server (by its kind)."""
    ways: list[tuple[str, Sequence[str]]] = [(NATIVE, _STEPS)]
    ways += [
        (number, (f"AGI(agi://127.0.0.1:{ports[kind]}/ivr)", "Hangup()"))
        for number, kind in SERVERS.items()
    ]
    return "".join(
        f"exten => {number},1,{steps[0]}\n" + "".join(f" same => n,{step}\n" for step in steps[1:])
        for number, steps in ways
    )


class Visits:
    """Calls of one kind; what they took."""

    def __init__(self, bench: Bench, number: str, server: Server | None) -> None:
        self._bench, self._number, self._server = bench, number, server
        self.took_s: list[float] = []
        self.cpu_s: list[float] = []

    async def round(self) -> None:
        """Some calls at a steady rate, each to its end."""
        before_s = self._cpu_s()
        legs = []
        for _ in range(CALLS):
            legs.append(self._bench.callers.dial(self._number))
            await asyncio.sleep(EVERY_S)
        async with asyncio.timeout(LIMIT_S):
            self.took_s += [await leg.over - leg.begun for leg in legs]
        self.cpu_s.append((self._cpu_s() - before_s) / CALLS)

    def _cpu_s(self) -> float:
        """Asterisk's and the server's together."""
        served_s = self._server.cpu_s() if self._server else 0.0
        return cpu_s(self._bench.site.pid("asterisk")) + served_s


async def measured(servers: Mapping[str, Server]) -> Mapping[str, Visits]:
    """All visits of all rounds, by kind."""
    ways = extensions({kind: server.port for kind, server in servers.items()})
    visits: dict[str, Visits] = {}
    async with running_bench(ways, ("welcome", "menu")) as bench:
        for number, kind in {NATIVE: "native", **SERVERS}.items():
            visits[kind] = Visits(bench, number, servers.get(kind))
        for _ in range(ROUNDS):
            for each in visits.values():
                await each.round()
    return visits


def run() -> Sequence[Row]:
    with ExitStack() as started:
        commands = {kind: program("agi_server", kind) for kind in SERVERS.values()}
        servers = {
            kind: started.enter_context(Server(command)) for kind, command in commands.items()
        }
        visits = uvloop.run(measured(servers))
    return [*(added(visits, kind) for kind in PEERS), *(cost(visits, kind) for kind in CPU_GOALS)]


def added(visits: Mapping[str, Visits], kind: str) -> Row:
    """What a server makes a call longer than plain dialplan."""
    plain_s = median(visits["native"].took_s)
    ours, theirs = ((median(visits[one].took_s) - plain_s) * 1e3 for one in ("ours", kind))
    name = "time added to plain dialplan, 12 steps"
    return less_is_better(name, "ms", max(ours, 0.01), (PEERS[kind], theirs), ADDED_GOAL)


def cost(visits: Mapping[str, Visits], kind: str) -> Row:
    """Processor time of a call, Asterisk and server together."""
    ours, theirs = (median(visits[one].cpu_s) * 1e3 for one in ("ours", kind))
    peer = (PEERS.get(kind, "plain dialplan"), theirs)
    return less_is_better("CPU of a call, Asterisk and server", "ms", ours, peer, CPU_GOALS[kind])


LINE = Line(
    "Menu calls",
    f"{CALLS} real SIP calls at {1 / EVERY_S:.0f} a second for each kind, {ROUNDS} rounds in turn, from "
    "INVITE to BYE: answer, set variables, two sounds of 20 ms, one key not pressed, note, hang up. Once "
    "as plain dialplan, else as the same 12 commands over FastAGI. Time added is the median over all "
    "calls less that of plain dialplan; CPU is user and system time of Asterisk and the server, per call. "
    "Asterisk's own part of an AGI command cannot be taken away by any server.",
    run,
)
