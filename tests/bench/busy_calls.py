"""More and more calls a second through a queue to agents, until one is late: our server, and app_queue."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter

import uvloop

from tests.bench.bench_site import OURS, WRAP_UP_S, Bench, running_bench
from tests.bench.line import ROUNDS, Line, Row, less_is_better, more_is_better
from tests.bench.quiet_desks import at_work
from tests.bench.server import cpu_s

NATIVE = "955210"
PEER = "app_queue"
AGENTS = 100
"""They and their phones serve both sides, which have their rounds in turn."""
TALK_S = 0.5
RATES = (10, 20, 30, 40, 50, 60, 75, 90, 105, 120)
"""Calls a second, one step after the other."""
MOST = {"ours": 60, PEER: RATES[-1]}
"""Ours cannot have more: so many agents, talks and wrap-ups bear 62 calls/s."""
COMMON = 20
"""The rate at which costs are compared: both bear it, whatever else the machine does."""
WANTED = 50
SPAN_S = 6.0
LATE_S = 2.0
"""A step is clean when every call is talked through, and 95 of 100 ring within so long of their INVITE."""
LEFT_S = 4.0
"""What still waits so long after a step is given up."""
LOOK_S = 0.1
SETTLE_S = 1.5
CREW = [str(8300 + number) for number in range(AGENTS)]
PROGRAMS = ("asterisk", "server", "redis")
WHISPER = "whisper_motor"
WAYS = f"exten => {NATIVE},1,Answer()\n same => n,Queue({NATIVE})\n same => n,Hangup()\n"
QUEUES = f"\n[{NATIVE}](survive)\n" + "".join(f"member => PJSIP/{phone}\n" for phone in CREW)


@dataclass(frozen=True, slots=True)
class Step:
    """One rate. ``waited_s``: from the caller's INVITE to the phone's; ``cpu_s`` of each program a call."""

    rate: int
    offered: int
    done: int
    waited_s: Sequence[float]
    cpu_s: Mapping[str, float]

    @property
    def late_s(self) -> float:
        """What 95 of 100 calls waited at most."""
        if len(self.waited_s) < 2:
            return float("inf")
        return quantiles(self.waited_s, n=20, method="inclusive")[-1]

    @property
    def clean(self) -> bool:
        return self.done == self.offered and self.late_s <= LATE_S


class Traffic:
    """Callers of one number: who has talked hangs up."""

    def __init__(self, bench: Bench, number: str) -> None:
        self._bench, self._number = bench, number
        self._done = 0
        self._waited_s: list[float] = []

    async def step(self, rate: int) -> Step:
        """So many calls a second for a while, each to its end."""
        self._done, self._waited_s = 0, []
        phones = [asyncio.create_task(self._phone(extension)) for extension in CREW]
        before = self._cpu_s()
        try:
            offered = await self._offer(rate)
            await self._all_over()
        finally:
            for phone in phones:
                phone.cancel()
            await asyncio.gather(*phones, return_exceptions=True)
        after = self._cpu_s()
        costs = {name: (after[name] - before[name]) / max(self._done, 1) for name in PROGRAMS}
        await asyncio.sleep(SETTLE_S)
        return Step(rate, offered, self._done, self._waited_s, costs)

    async def _offer(self, rate: int) -> int:
        calls, begun = round(rate * SPAN_S), perf_counter()
        for number in range(calls):
            self._bench.callers.dial(self._number)
            await asyncio.sleep(max(0.0, begun + (number + 1) / rate - perf_counter()))
        return calls

    async def _phone(self, extension: str) -> None:
        rings, legs = self._bench.phones.rings[extension], self._bench.callers.legs
        while True:
            ring = await rings.get()
            if leg := legs.get(ring.caller):
                self._waited_s.append(ring.at - leg.begun)
            await asyncio.sleep(TALK_S)
            if ring.caller in legs:
                self._done += 1
                self._bench.callers.hang_up(ring.caller)

    async def _all_over(self) -> None:
        """Wait for the last talks; who is left then hangs up."""
        legs = self._bench.callers.legs
        for _ in range(round(LEFT_S / LOOK_S)):
            if not legs:
                return
            await asyncio.sleep(LOOK_S)
        for caller in [*legs]:
            if caller in legs:  # a phone may have been quicker
                self._bench.callers.hang_up(caller)
            await asyncio.sleep(0.01)

    def _cpu_s(self) -> Mapping[str, float]:
        return {name: cpu_s(self._bench.site.pid(name)) for name in PROGRAMS}


async def climbed(traffic: Traffic, side: str) -> Sequence[Step]:
    """Step after step up to the first that is not clean."""
    steps: list[Step] = []
    for rate in RATES:
        if rate > MOST[side] or (steps and not steps[-1].clean):
            break
        steps.append(await traffic.step(rate))
    return steps


async def measured() -> Mapping[str, Sequence[Sequence[Step]]]:
    """The climbs of both sides in turn. Raises RuntimeError when calls of ours were no whole talks."""
    found: dict[str, list[Sequence[Step]]] = {"ours": [], PEER: []}
    async with (
        running_bench(WAYS, crew=CREW, queues=QUEUES, short=(WHISPER,)) as bench,
        at_work(bench.site, CREW),
    ):
        bench.phones.answering = True
        sides = {"ours": Traffic(bench, OURS), PEER: Traffic(bench, NATIVE)}
        for traffic in sides.values():
            await traffic.step(RATES[0])  # warms up
        for _ in range(ROUNDS):
            for side, traffic in sides.items():
                found[side].append(await climbed(traffic, side))
        talks = bench.site.log("server").count('"fact": "established"')
    done = sum(step.done for steps in found["ours"] for step in steps)
    if talks < done:
        raise RuntimeError(f"{done} calls were answered, of which {talks} became talks")
    return found


def limit(steps: Sequence[Step]) -> float:
    """The highest rate of a climb that was clean."""
    return max((step.rate for step in steps if step.clean), default=0.1)


def at_common(climbs: Sequence[Sequence[Step]]) -> Sequence[Step]:
    """The steps at the rate of which costs are told."""
    found = [step for steps in climbs for step in steps if step.rate == COMMON]
    if not found:
        raise RuntimeError(f"not even {COMMON} calls/s were reached")
    return found


def run() -> Sequence[Row]:
    found = uvloop.run(measured())
    ours, theirs = (median(map(limit, found[side])) for side in ("ours", PEER))
    name = f"calls through queue to agent, {AGENTS} agents"
    least = (f"{WANTED}, or app_queue's own limit", min(WANTED, theirs))
    return [
        more_is_better(name, "calls/s", ours, (PEER, theirs)),
        more_is_better(f"{name}, against what is wanted", "calls/s", ours, least, 1.0),
        *cost_rows(found["ours"], found[PEER]),
    ]


def cost_rows(ours: Sequence[Sequence[Step]], theirs: Sequence[Sequence[Step]]) -> Sequence[Row]:
    """Waiting and processor time of a call, at the common rate."""
    mine, native = at_common(ours), at_common(theirs)
    spent = {name: median(step.cpu_s[name] for step in mine) * 1e3 for name in PROGRAMS}
    asterisk = ("Asterisk, the same call", spent["asterisk"])
    waited, natives = (median(step.late_s for step in steps) * 1e3 for steps in (mine, native))
    alone = median(step.cpu_s["asterisk"] for step in native) * 1e3
    at = f"at {COMMON} calls/s"
    return [
        less_is_better(f"caller's INVITE → agent's {at}, p95", "ms", waited, (PEER, natives)),
        less_is_better(
            f"CPU of a call {at}, all programs", "ms", sum(spent.values()), (PEER, alone)
        ),
        less_is_better(f"CPU of a call {at}, our server", "ms", spent["server"], asterisk),
        less_is_better(f"CPU of a call {at}, Redis", "ms", spent["redis"], asterisk),
    ]


LINE = Line(
    "Busy calls",
    f"More and more calls a second, {', '.join(map(str, RATES))}, {SPAN_S:.0f} s each, until a step is not "
    f"clean: each call must be talked through, and 95 of 100 must ring the agent within {LATE_S:.0f} s of "
    f"the caller's INVITE. {ROUNDS} climbs of each side in turn, with the same {AGENTS} phones (one UDP "
    f"socket, without sound) that answer at once; the caller hangs up {TALK_S} s later. Ours is all of it: "
    f"menu by FastAGI, queue, router, a whisper of 20 ms, every fact in Redis, history in SQLite, recording "
    f"by the sample's rules, {WRAP_UP_S} s of wrap-up (so that these agents bear "
    f"{AGENTS / (TALK_S + WRAP_UP_S + 0.1):.0f} calls/s), and {AGENTS} desktops that hear everything and "
    "throw it away. app_queue writes nothing down, tells nobody, and has no wrap-up. Callers, "
    "phones, desktops, Asterisk, Redis and server share the processors.",
    run,
)
