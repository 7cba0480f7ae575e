"""Time to the INVITE at the agent's phone: our router against app_queue on the same Asterisk."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from statistics import median, quantiles
from time import perf_counter
from typing import Protocol

import uvloop

from tests.bench.bench_site import EXTENSION, NATIVE, OURS, Bench, running_bench
from tests.bench.line import ROUNDS, Line, Row, less_is_better

TRIALS = 9
WAITING = (1, 20, 100)
DIAL_EVERY_S = 0.012
POLL_S = 1.0
"""How often app_queue looks for a free agent: trials begin at a random moment of it."""
SETTLE_S = (0.05, 0.15)
LIMIT_S = 15.0
READY_GOAL = 50.0
JOIN_MORE_MS = 5.0
LEAST_MS = 0.1
PEER = "app_queue"
ELSEWHERE = "955188"
"""Dialled, it goes to a queue of ours for which nobody is there."""
TREES = {
    ELSEWHERE: f"""\
tree: "{ELSEWHERE}"
numbers: ["{ELSEWHERE}"]
languages: [zh, en]
defaults: {{human: queue}}
start: queue
nodes:
  queue: {{enqueue: complaint}}
"""
}
FREED, JOINED = "freed", "joined"
Times = dict[tuple[str, str, int], list[float]]
"""Seconds by side, by what happened, and by how many callers waited."""


class Side(Protocol):
    """One of the two, with one agent of its own."""

    number: str
    extension: str

    async def ready(self) -> None: ...

    async def not_ready(self) -> None: ...

    async def settled(self) -> None:
        """Return once the agent is not ready and free, after a call that he had when he chose so."""


class Ours:
    """The agent's desktop, by its WebSocket."""

    number, extension = OURS, EXTENSION

    def __init__(self, bench: Bench) -> None:
        self._desktop = bench.agent

    async def ready(self) -> None:
        self._desktop.frames.clear()
        await self._choose(status="ready")

    async def not_ready(self) -> None:
        await self._choose(status="not_ready", reason="BACKOFF")

    async def _choose(self, **choice: str) -> None:
        answer = await self._desktop.command("setAgentState", **choice)
        if not answer["ok"]:
            raise RuntimeError(f"the desktop was refused: {answer}")

    async def settled(self) -> None:
        await self._desktop.until(type="agentNotReady")


class Native:
    """The one member of an app_queue, by AMI."""

    def __init__(self, bench: Bench, number: str) -> None:
        self._manager = bench.manager
        self.number, self.extension = number, NATIVE[number]

    async def ready(self) -> None:
        await self._manager.pause(self.number, paused=False)

    async def not_ready(self) -> None:
        await self._manager.pause(self.number, paused=True)

    async def settled(self) -> None:
        """A pause holds at once."""


class Crowd:
    """Those who wait behind one number; ``joined`` tells of each who comes."""

    def __init__(self, bench: Bench, number: str, joined: asyncio.Queue[float]) -> None:
        self._callers, self._number, self.joined = bench.callers, number, joined

    async def fill(self, waiting: int) -> None:
        """Have so many wait."""
        missing = waiting - len(self._here())
        for _ in range(missing):
            self._callers.dial(self._number)
            await asyncio.sleep(DIAL_EVERY_S)
        async with asyncio.timeout(LIMIT_S):
            for _ in range(missing):
                await self.joined.get()

    def _here(self) -> Sequence[str]:
        legs = self._callers.legs.items()
        return [caller for caller, leg in legs if leg.number == self._number]

    async def clear(self) -> None:
        """Have nobody wait."""
        for caller in self._here():
            self._callers.hang_up(caller)
            await asyncio.sleep(DIAL_EVERY_S / 2)


class Trials:
    """One side's trials. Whoever rings the phone hangs up and, while others wait, is replaced."""

    def __init__(self, bench: Bench, side: Side) -> None:
        self._phones, self._callers = bench.phones, bench.callers
        self.crowd = Crowd(bench, side.number, bench.manager.joined[side.number])
        self._side = side

    async def freed(self, waiting: int, pause_s: tuple[float, float]) -> list[float]:
        """Seconds from the agent's choice to the ring, while so many wait."""
        found = []
        for _ in range(TRIALS):
            await self.crowd.fill(waiting)
            await asyncio.sleep(random.uniform(*pause_s))
            begun = perf_counter()
            await self._side.ready()
            ring = await self._phones.ring(self._side.extension)
            found.append(ring.at - begun)
            await self._side.not_ready()
            self._callers.hang_up(ring.caller)
            await self._side.settled()
        return found

    async def joined(self, elsewhere: Crowd, waiting: int) -> list[float]:
        """Seconds from a caller's joining to the ring; the agent is free, and so many wait for others."""
        await elsewhere.fill(waiting)
        await self._side.ready()
        found = []
        for _ in range(TRIALS):
            self._callers.dial(self._side.number)
            async with asyncio.timeout(LIMIT_S):
                begun = await self.crowd.joined.get()
            ring = await self._phones.ring(self._side.extension)
            found.append(ring.at - begun)
            await asyncio.sleep(random.uniform(*SETTLE_S))
            self._callers.hang_up(ring.caller)
            await asyncio.sleep(random.uniform(*SETTLE_S))
        await self._side.not_ready()
        return found


async def our_round(trials: Trials, elsewhere: Crowd, times: Times) -> None:
    """More and more callers wait."""
    for waiting in WAITING:
        times["ours", JOINED, waiting] += await trials.joined(elsewhere, waiting)
    await elsewhere.clear()
    for waiting in WAITING:
        times["ours", FREED, waiting] += await trials.freed(waiting, SETTLE_S)
    await trials.crowd.clear()


async def native_round(queues: Sequence[Trials], times: Times) -> None:
    """The queues at the same time: each sleeps until its next look. Callers join the first one."""
    elsewhere = queues[-1].crowd
    for waiting in WAITING:
        times[PEER, JOINED, waiting] += await queues[0].joined(elsewhere, waiting)
    await elsewhere.clear()
    freed = (
        trials.freed(waiting, (0.0, POLL_S))
        for waiting, trials in zip(WAITING, queues, strict=True)
    )
    for waiting, found in zip(WAITING, await asyncio.gather(*freed), strict=True):
        times[PEER, FREED, waiting] += found
    for trials in queues:
        await trials.crowd.clear()


async def measured() -> Times:
    """Seconds of all trials."""
    times: Times = defaultdict(list)
    async with running_bench(trees=TREES) as bench:
        ours = Trials(bench, Ours(bench))
        elsewhere = Crowd(bench, ELSEWHERE, ours.crowd.joined)
        queues = [Trials(bench, Native(bench, number)) for number in NATIVE]
        for _ in range(ROUNDS):
            await our_round(ours, elsewhere, times)
            await native_round(queues, times)
    return times


def run() -> Sequence[Row]:
    times = uvloop.run(measured())
    rows = [row for waiting in WAITING for row in freed_rows(times, waiting)]
    return [*rows, *(row for waiting in WAITING for row in joined_rows(times, waiting))]


def spread(seconds: Sequence[float]) -> Mapping[str, float]:
    """Median, ninth tenth and slowest, in ms.

    On a busy machine AMI's event of a caller's joining may come after the INVITE itself.
    """
    ninth = quantiles(seconds, n=10, method="inclusive")[-1]
    found = {"p50": median(seconds), "p90": ninth, "slowest": max(seconds)}
    return {name: max(each * 1e3, LEAST_MS) for name, each in found.items()}


def freed_rows(times: Times, waiting: int) -> list[Row]:
    """The agent becomes ready: median with its goal, ninth tenth, slowest."""
    name = f"agent ready → INVITE, {waiting} waiting"
    return _rows(name, times["ours", FREED, waiting], times[PEER, FREED, waiting], READY_GOAL)


def joined_rows(times: Times, waiting: int) -> list[Row]:
    """The caller joins: the same, and by how much ours is slower against what is allowed."""
    name = f"caller joins → INVITE, agent free, {waiting} waiting elsewhere"
    rows = _rows(name, times["ours", JOINED, waiting], times[PEER, JOINED, waiting])
    more_ms = max(0.01, rows[0].ours - rows[0].peer)
    allowed = ("the most that is allowed", JOIN_MORE_MS)
    return [
        *rows,
        less_is_better(f"{name}: what ours takes longer, p50", "ms", more_ms, allowed, 1.0),
    ]


def _rows(
    name: str, ours_s: Sequence[float], theirs_s: Sequence[float], goal: float | None = None
) -> list[Row]:
    ours, theirs = spread(ours_s), spread(theirs_s)
    row = partial(less_is_better, unit="ms")
    return [
        row(
            f"{name}, {each}",
            ours=ours[each],
            peer=(PEER, theirs[each]),
            goal=goal if each == "p50" else None,
        )
        for each in ours
    ]


LINE = Line(
    "Time to INVITE",
    f"The real hotline on the real Asterisk: {ROUNDS} rounds of {TRIALS} trials of each side in turn. "
    "Callers and phones are UDP sockets of the benchmark, which stamps the INVITE as it arrives, on the "
    "same clock as the start. Agent ready: ours starts when the desktop's command is sent over its "
    "WebSocket and goes through dispatcher, commit in Redis and AMI; app_queue's when QueuePause is "
    "sent, at a random moment of the second in which it looks for free agents. app_queue's three "
    "queues run at the same time, each with a phone of its own. Caller joins: from the AMI event "
    "(UserEvent AcdWait, QueueCallerJoin) to the INVITE, while others wait in a queue that has no free "
    "agent; app_queue, being inside Asterisk, wins here. All waiting callers hear music.",
    run,
)
