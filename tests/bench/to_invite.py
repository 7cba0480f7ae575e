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
Times = dict[tuple[str, int], list[float]]


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


class Trials:
    """One side's trials. Whoever rings the phone hangs up and, while others wait, is replaced."""

    def __init__(self, bench: Bench, side: Side) -> None:
        self._phones, self._callers = bench.phones, bench.callers
        self._joined = bench.manager.joined[side.number]
        self._side = side

    async def fill(self, waiting: int) -> None:
        """Have so many callers wait."""
        missing = waiting - self._waiting()
        for _ in range(missing):
            self._callers.dial(self._side.number)
            await asyncio.sleep(DIAL_EVERY_S)
        async with asyncio.timeout(LIMIT_S):
            for _ in range(missing):
                await self._joined.get()

    def _waiting(self) -> int:
        return sum(leg.number == self._side.number for leg in self._callers.legs.values())

    async def clear(self) -> None:
        """Have nobody wait."""
        legs = self._callers.legs.items()
        for caller in [caller for caller, leg in legs if leg.number == self._side.number]:
            self._callers.hang_up(caller)
            await asyncio.sleep(DIAL_EVERY_S / 2)

    async def freed(self, waiting: int, pause_s: tuple[float, float]) -> list[float]:
        """Seconds from the agent's choice to the ring, while so many wait."""
        found = []
        for _ in range(TRIALS):
            await self.fill(waiting)
            await asyncio.sleep(random.uniform(*pause_s))
            begun = perf_counter()
            await self._side.ready()
            ring = await self._phones.ring(self._side.extension)
            found.append(ring.at - begun)
            await self._side.not_ready()
            self._callers.hang_up(ring.caller)
            await self._side.settled()
        return found

    async def joined(self) -> list[float]:
        """Seconds from a caller's joining to the ring, while the agent is free."""
        await self._side.ready()
        found = []
        for _ in range(TRIALS):
            self._callers.dial(self._side.number)
            async with asyncio.timeout(LIMIT_S):
                begun = await self._joined.get()
            ring = await self._phones.ring(self._side.extension)
            found.append(ring.at - begun)
            await asyncio.sleep(random.uniform(*SETTLE_S))
            self._callers.hang_up(ring.caller)
            await asyncio.sleep(random.uniform(*SETTLE_S))
        await self._side.not_ready()
        return found


async def our_round(trials: Trials, times: Times) -> None:
    """More and more callers wait."""
    times["ours", 0] += await trials.joined()
    for waiting in WAITING:
        times["ours", waiting] += await trials.freed(waiting, SETTLE_S)
    await trials.clear()


async def native_round(queues: Sequence[Trials], times: Times) -> None:
    """The queues at the same time: each sleeps until its next look."""
    times[PEER, 0] += await queues[0].joined()
    freed = (
        trials.freed(waiting, (0.0, POLL_S))
        for waiting, trials in zip(WAITING, queues, strict=True)
    )
    for waiting, found in zip(WAITING, await asyncio.gather(*freed), strict=True):
        times[PEER, waiting] += found
    for trials in queues:
        await trials.clear()


async def measured() -> Times:
    """Seconds of all trials, by side and number of waiting callers (0: the caller joins)."""
    times: Times = defaultdict(list)
    async with running_bench() as bench:
        ours = Trials(bench, Ours(bench))
        queues = [Trials(bench, Native(bench, number)) for number in NATIVE]
        for _ in range(ROUNDS):
            await our_round(ours, times)
            await native_round(queues, times)
    return times


def run() -> Sequence[Row]:
    times = uvloop.run(measured())
    rows = [row for waiting in WAITING for row in freed_rows(times, waiting)]
    return [*rows, *joined_rows(times)]


def spread(seconds: Sequence[float]) -> Mapping[str, float]:
    """Median, ninth tenth and slowest, in ms.

    On a busy machine AMI's event of a caller's joining may come after the INVITE itself.
    """
    ninth = quantiles(seconds, n=10, method="inclusive")[-1]
    found = {"p50": median(seconds), "p90": ninth, "slowest": max(seconds)}
    return {name: max(each * 1e3, LEAST_MS) for name, each in found.items()}


def freed_rows(times: Mapping[tuple[str, int], list[float]], waiting: int) -> list[Row]:
    """The agent becomes ready: median with its goal, ninth tenth, slowest."""
    return _rows(times, waiting, f"agent ready → INVITE, {waiting} waiting", READY_GOAL)


def joined_rows(times: Mapping[tuple[str, int], list[float]]) -> list[Row]:
    """The caller joins: the same, and by how much ours is slower against what is allowed."""
    rows = _rows(times, 0, "caller joins → INVITE, agent free")
    more_ms = max(0.01, rows[0].ours - rows[0].peer)
    allowed = ("the most that is allowed", JOIN_MORE_MS)
    name = "caller joins → INVITE: what ours takes longer, p50"
    return [*rows, less_is_better(name, "ms", more_ms, allowed, 1.0)]


def _rows(
    times: Mapping[tuple[str, int], list[float]],
    waiting: int,
    name: str,
    goal: float | None = None,
) -> list[Row]:
    ours, theirs = spread(times["ours", waiting]), spread(times[PEER, waiting])
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
    "(UserEvent AcdWait, QueueCallerJoin) to the INVITE; app_queue, being inside Asterisk, wins here. "
    "All waiting callers hear music.",
    run,
)
