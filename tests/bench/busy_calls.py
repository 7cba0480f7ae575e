"""Calls through a queue to agents as fast as the machine bears: our server, and app_queue beside it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from time import perf_counter

import uvloop

from tests.asterisk.site import Desktop, desktop
from tests.bench.bench_site import OURS, WRAP_UP_S, Bench, running_bench
from tests.bench.line import ROUNDS, Line, Row, less_is_better, middle, more_is_better
from tests.bench.server import cpu_s

NATIVE = "955210"
AGENTS = 40
"""Of each side."""
CALLERS = 50
"""At once: some always wait."""
TALK_S = 0.5
SPAN_S = 10.0
"""A round, without the calls with which it begins and ends."""
EVERY_S = 0.02
OUR_CREW = [str(8300 + number) for number in range(AGENTS)]
NATIVE_CREW = [str(8400 + number) for number in range(AGENTS)]
PROGRAMS = ("asterisk", "server", "redis")
WAYS = f"exten => {NATIVE},1,Answer()\n same => n,Queue({NATIVE})\n same => n,Hangup()\n"
QUEUES = f"\n[{NATIVE}](survive)\nwrapuptime = {WRAP_UP_S}\n" + "".join(
    f"member => PJSIP/{extension}\n" for extension in NATIVE_CREW
)


class Crowd:
    """Callers of one number and the phones that serve it: who has talked hangs up, and another one calls."""

    def __init__(self, bench: Bench, number: str, crew: Mapping[str, Desktop | None]) -> None:
        self._bench, self._number, self._crew = bench, number, crew
        self.answered = 0

    async def round(self) -> Mapping[str, float]:
        """Calls answered a second, and seconds of each program for one."""
        phones = [asyncio.create_task(self._phone(*one)) for one in self._crew.items()]
        try:
            for _ in range(CALLERS):
                self._bench.callers.dial(self._number)
                await asyncio.sleep(EVERY_S)
            await asyncio.sleep(TALK_S + WRAP_UP_S)
            before, counted, begun = self._cpu_s(), self.answered, perf_counter()
            await asyncio.sleep(SPAN_S)
            after, calls = self._cpu_s(), max(self.answered - counted, 1)
            spent_s = perf_counter() - begun
        finally:
            for phone in phones:
                phone.cancel()
            await asyncio.gather(*phones, return_exceptions=True)
            await self._clear()
        costs = {name: (after[name] - before[name]) / calls for name in PROGRAMS}
        return {"calls_s": calls / spent_s, **costs, "all": sum(costs.values())}

    async def _phone(self, extension: str, desk: Desktop | None) -> None:
        rings = self._bench.phones.rings[extension]
        while True:
            ring = await rings.get()
            if desk is not None:
                await desk.until(type="established")
                desk.frames.clear()
            await asyncio.sleep(TALK_S)
            if ring.caller in self._bench.callers.legs:
                self.answered += 1
                self._bench.callers.hang_up(ring.caller)
                self._bench.callers.dial(self._number)

    async def _clear(self) -> None:
        for caller in [*self._bench.callers.legs]:
            self._bench.callers.hang_up(caller)
            await asyncio.sleep(EVERY_S / 2)
        await asyncio.sleep(TALK_S + WRAP_UP_S)

    def _cpu_s(self) -> Mapping[str, float]:
        return {name: cpu_s(self._bench.site.pid(name)) for name in PROGRAMS}


@asynccontextmanager
async def at_work(bench: Bench) -> AsyncIterator[Mapping[str, Desktop]]:
    """Our agents sit at their desktops, ready."""
    desks = {}
    async with AsyncExitStack() as stack:
        for agent in OUR_CREW:
            desk = desks[agent] = await stack.enter_async_context(desktop(bench.site, agent))
            for command, fields in (("logOn", {}), ("setAgentState", {"status": "ready"})):
                answer = await desk.command(command, **fields)
                if not answer["ok"]:
                    raise RuntimeError(f"{agent} was refused: {answer}")
        yield desks


async def measured() -> Mapping[str, Sequence[Mapping[str, float]]]:
    """The rounds of both sides in turn; the first round is thrown away."""
    crew = [*OUR_CREW, *NATIVE_CREW]
    async with running_bench(WAYS, crew=crew, queues=QUEUES) as bench, at_work(bench) as desks:
        bench.phones.answering = True
        sides = {
            "ours": Crowd(bench, OURS, desks),
            "native": Crowd(bench, NATIVE, dict.fromkeys(NATIVE_CREW)),
        }
        found: dict[str, list[Mapping[str, float]]] = {side: [] for side in sides}
        for _ in range(1 + ROUNDS):
            for side, crowd in sides.items():
                found[side].append(await crowd.round())
    return {side: rounds[1:] for side, rounds in found.items()}


def run() -> Sequence[Row]:
    found = uvloop.run(measured())
    ours, theirs = (
        {key: middle(found[side], key) for key in ("calls_s", "all", *PROGRAMS)}
        for side in ("ours", "native")
    )
    name = f"calls through queue to agent, {AGENTS} agents"
    asterisk = ("Asterisk, the same call", ours["asterisk"] * 1e3)
    return [
        more_is_better(name, "calls/s", ours["calls_s"], ("app_queue", theirs["calls_s"])),
        less_is_better(
            "CPU of a call, all programs",
            "ms",
            ours["all"] * 1e3,
            ("app_queue", theirs["all"] * 1e3),
        ),
        less_is_better("CPU of a call, our server", "ms", ours["server"] * 1e3, asterisk),
        less_is_better("CPU of a call, Redis", "ms", ours["redis"] * 1e3, asterisk),
    ]


LINE = Line(
    "Busy calls",
    f"{CALLERS} callers at once, each new one as soon as one ends, and {AGENTS} agents' phones (one UDP "
    f"socket, without sound) that answer at once: {ROUNDS} rounds of {SPAN_S:.0f} s of each side in turn. "
    f"A caller hangs up {TALK_S} s after the talk began (ours: after the whisper, when the desktop says so; "
    f"app_queue has none: after the INVITE); wrap-up is {WRAP_UP_S} s on both sides, so that so many agents "
    f"bear {AGENTS / (TALK_S + WRAP_UP_S):.0f} calls/s at most: a rate near that is the agents' limit, not "
    "Asterisk's. Counted are whole talks only. "
    "Ours is all of it: menu by FastAGI, queue, router, whisper, every fact in Redis, history in "
    f"SQLite, recording by the sample's rules, and {AGENTS} desktops that hear everything. app_queue writes "
    "nothing down and tells nobody. Callers, phones, desktops, Asterisk, Redis and server share the "
    "processors.",
    run,
)
