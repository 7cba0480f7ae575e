"""Processor time of a whole call: our server against Asterisk, on the same calls."""

from collections.abc import Mapping, Sequence
from statistics import median

import uvloop

from tests.bench.bench_site import EXTENSION, OURS, Bench, running_bench
from tests.bench.line import ROUNDS, Line, Row, less_is_better
from tests.bench.server import cpu_s

CALLS = 3
GOAL = 1 / 0.15
PROGRAMS = ("server", "redis", "asterisk")


async def whole_call(bench: Bench) -> None:
    """Menu, queue, ring, whisper, talk, good-bye, wrap-up, break."""
    desktop = bench.agent
    desktop.frames.clear()
    await desktop.command("setAgentState", status="ready")
    bench.callers.dial(OURS)
    ring = await bench.phones.ring(EXTENSION)
    await desktop.until(type="established")
    bench.callers.hang_up(ring.caller)
    await desktop.until(type="agentWorkingAfterCall")
    await desktop.command("setAgentState", status="not_ready", reason="BACKOFF")


async def measured() -> Sequence[Mapping[str, float]]:
    """Seconds of each program a call, by round; the first round is thrown away."""
    rounds = []
    async with running_bench() as bench:
        bench.phones.answering = True
        for _ in range(1 + ROUNDS):
            before = _cpu_s(bench)
            for _ in range(CALLS):
                await whole_call(bench)
            after = _cpu_s(bench)
            rounds.append({name: (after[name] - before[name]) / CALLS for name in PROGRAMS})
    return rounds[1:]


def _cpu_s(bench: Bench) -> Mapping[str, float]:
    return {name: cpu_s(bench.site.pid(name)) for name in PROGRAMS}


def run() -> Sequence[Row]:
    rounds = uvloop.run(measured())
    spent = {name: median(each[name] for each in rounds) * 1e3 for name in PROGRAMS}
    asterisk = ("Asterisk, the same call", spent["asterisk"])
    return [
        less_is_better("CPU of a whole call, our server", "ms", spent["server"], asterisk, GOAL),
        less_is_better("CPU of a whole call, Redis", "ms", spent["redis"], asterisk),
    ]


LINE = Line(
    "Whole calls",
    f"{ROUNDS} rounds of {CALLS} calls, one at a time: menu by FastAGI, queue, ring, whisper, talk, "
    "hang-up, wrap-up, with one agent's desktop watching. User and system time of each process per "
    "call, with what it does between calls (heartbeat, waiting for work). One call at a time is the dear "
    "case: each fact wakes every part for itself. In the way of the goal: history (more than half of it, "
    "some five SQL transactions a call), then about ten commits in Redis by redis-py.",
    run,
)
