"""Real callers through a menu of two levels: by our server, and as native dialplan compiled from it."""

import asyncio
import itertools
import struct
from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter

import uvloop

from tests.bench.bench_site import Bench, running_bench
from tests.bench.line import ROUNDS, Line, Row, less_is_better, middle, more_is_better
from tests.bench.server import cpu_s, resident_kb
from tests.bench.sip_ends import Leg

NUMBERS = {"ours": "955204", "native": "955205"}
AT_ONCE = 16
CALLS = 120
KEYS = "12"
LIVE = 40
"""Calls more that are held in the menu in each step of the memory's row."""
LIMIT_S = 20.0
PATIENCE_S = 2.0
"""A caller to whom nothing happens presses his keys again."""
KEY_S = 0.1
"""A key is held so long, and so long it is to the next."""
EVERY_S = 0.02
PROGRAMS = ("asterisk", "server", "redis")
TREE = f"""\
tree: "{NUMBERS["ours"]}"
numbers: ["{NUMBERS["ours"]}"]
languages: [zh, en]
defaults: {{human: person, no_input_s: 60}}
start: top
nodes:
  top: {{menu: root, keys: {{"1": second, "2": repeat, "3": person}}}}
  second: {{menu: motor, keys: {{"1": repeat, "2": end, "3": person}}}}
  person: {{enqueue: motor}}
  end: {{hangup: finished}}
"""
WAYS = (
    f"exten => {NUMBERS['native']},1,Answer()\n"
    f" same => n,Goto(acd-survive-numbers,d{NUMBERS['ours']},1)\n"
)
_EVENT, _END, _LONG = 101, 0x8A, 800
"""Payload type, end bit with volume 10, and 100 ms (RFC 4733)."""


def key_packets(key: str, number: int) -> Sequence[bytes]:
    """One key of a call, the ``number``-th: its beginning and its end."""
    head = struct.pack(">BBHII", 0x80, 0x80 | _EVENT, number * 2 + 1, number * 2000 + 160, 0)
    tail = struct.pack(">BBHII", 0x80, _EVENT, number * 2 + 2, number * 2000 + 160, 0)
    begin = struct.pack(">BBH", int(key), 0x0A, 160)
    return head + begin, tail + struct.pack(">BBH", int(key), _END, _LONG)


class Visits:
    """Calls of one kind, so many at once."""

    def __init__(self, bench: Bench, number: str) -> None:
        self._bench, self._number = bench, number

    async def round(self) -> Mapping[str, float]:
        """``CALLS`` calls to their end: calls a second, and seconds of each program a call."""
        before, begun = self._cpu_s(), perf_counter()
        left = itertools.repeat(None, CALLS)
        await asyncio.gather(*(self._caller(left, n * EVERY_S) for n in range(AT_ONCE)))
        spent_s, after = perf_counter() - begun, self._cpu_s()
        costs = {name: (after[name] - before[name]) / CALLS for name in PROGRAMS}
        return {"calls_s": CALLS / spent_s, **costs, "all": sum(costs.values())}

    async def _caller(self, left: Iterator[None], wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        for _ in left:
            leg = self._bench.callers.dial(self._number, keys=True)
            async with asyncio.timeout(LIMIT_S):
                await leg.up
                pressed = itertools.count()
                while not leg.over.done():
                    await self._press(leg, pressed)
                    await asyncio.wait([leg.over], timeout=PATIENCE_S)

    async def _press(self, leg: Leg, pressed: Iterator[int]) -> None:
        for key in KEYS:
            for packet in key_packets(key, next(pressed)):
                await asyncio.sleep(KEY_S)
                self._bench.callers.sound(leg, packet)

    def _cpu_s(self) -> Mapping[str, float]:
        return {name: cpu_s(self._bench.site.pid(name)) for name in PROGRAMS}


async def live_bytes(bench: Bench) -> Mapping[str, float]:
    """More calls come into our menu and stay: what each program grows by, a call."""
    before = _resident(bench)
    for _ in range(LIVE):
        leg = bench.callers.dial(NUMBERS["ours"], keys=True)
        async with asyncio.timeout(LIMIT_S):
            await leg.up
        await asyncio.sleep(EVERY_S)
    await asyncio.sleep(1.0)  # all have begun to hear the menu
    after = _resident(bench)
    return {name: max(after[name] - before[name], 1) / LIVE for name in ("asterisk", "server")}


def _resident(bench: Bench) -> Mapping[str, int]:
    """Kilobytes in memory."""
    return {name: resident_kb(bench.site.pid(name)) for name in ("asterisk", "server")}


async def measured() -> tuple[
    Mapping[str, Sequence[Mapping[str, float]]], Sequence[Mapping[str, float]]
]:
    """The rounds of each kind, and the growth of each step."""
    async with running_bench(WAYS, trees={NUMBERS["ours"]: TREE}) as bench:
        kinds = {kind: Visits(bench, number) for kind, number in NUMBERS.items()}
        found: dict[str, list[Mapping[str, float]]] = {kind: [] for kind in kinds}
        for _ in range(1 + ROUNDS):
            for kind, visits in kinds.items():
                found[kind].append(await visits.round())
        grown = [await live_bytes(bench) for _ in range(ROUNDS)]
    return {kind: rounds[1:] for kind, rounds in found.items()}, grown


def run() -> Sequence[Row]:
    found, grown = uvloop.run(measured())
    native = "the same menu as native dialplan"
    rate, cost = (
        {kind: middle(rounds, key) for kind, rounds in found.items()} for key in ("calls_s", "all")
    )
    asterisk, server = (middle(found["ours"], key) * 1e3 for key in ("asterisk", "server"))
    same = ("Asterisk, the same call", asterisk)
    held = [middle(grown, name) for name in ("server", "asterisk")]
    name = f"calls through two levels, {AT_ONCE} at once"
    return [
        more_is_better(name, "calls/s", rate["ours"], (native, rate["native"])),
        less_is_better(
            "CPU of a call, all programs", "ms", cost["ours"] * 1e3, (native, cost["native"] * 1e3)
        ),
        less_is_better("CPU of a call, our server", "ms", server, same),
        less_is_better(
            "memory of a live menu call, our server",
            "kB",
            held[0],
            ("Asterisk, the same call", held[1]),
        ),
    ]


LINE = Line(
    "Menu under load",
    f"{CALLS} real SIP calls a round and kind, {AT_ONCE} at once, each new one as soon as one ends: INVITE, "
    "two menus with their real prompts, two keys by RFC 4733 (pressed again after 2 s in which nothing "
    "happens), BYE. Ours is the whole server: FastAGI, the interpreter, every fact of the call in Redis, "
    "history in SQLite, live desktops. Native is the same tree as `cti render` compiles it for survival, "
    "with no server in it and nothing written down. Callers, Asterisk and server share the processors. "
    f"Pressing takes {2 * len(KEYS) * KEY_S:.1f} s of a call, so these callers make "
    f"{AT_ONCE / (2 * len(KEYS) * KEY_S):.0f} calls/s at most: a rate near that says that neither menu "
    "was full, and CPU is the figure to watch. With 40 at once, native dialplan's events filled a queue of "
    "Asterisk's (3,000 tasks), and new calls were left unanswered. "
    f"Memory: {LIVE} calls more stay in the menu, {ROUNDS} times; growth of what is resident.",
    run,
)
