"""AMI events of whole calls with call control, from the socket through the floor to facts in Redis."""

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

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
from tests.servers import RedisServer

AGENTS = 50
"""As many more sit beside them, to be consulted."""
CALLS = 600
AT_ONCE = 80
WANTED_CALLS = 50
IN_MEMORY = "the same, live state in the process"


def run() -> Sequence[Row]:
    with tempfile.TemporaryDirectory() as folder:
        redis = RedisServer(Path(folder))
        redis.start()
        try:
            kinds = {"redis": (redis.url,), "memory": ()}
            runs = {
                kind: partial(ask, program("floor_events", *more), 60.0)
                for kind, more in kinds.items()
            }
            found = interleaved(runs)
        finally:
            redis.stop()
    ours, memory = (
        {key: middle(found[kind], key) for key in ("rate", "cpu_us", "a_call")}
        for kind in ("redis", "memory")
    )
    wanted = WANTED_CALLS * ours["a_call"]
    name = "AMI events through the floor"
    return [
        more_is_better(
            name,
            "events/s",
            ours["rate"],
            (f"what {WANTED_CALLS} such calls/s make", wanted),
            1.0,
        ),
        more_is_better(name, "events/s", ours["rate"], (IN_MEMORY, memory["rate"])),
        less_is_better(
            "CPU of an AMI event through the floor",
            "µs",
            ours["cpu_us"],
            (IN_MEMORY, memory["cpu_us"]),
        ),
    ]


LINE = Line(
    "AMI events with call control",
    f"{CALLS} calls, {AT_ONCE} at once, each new one as soon as one ends, {AGENTS} agents: waiting, ring, "
    "answer, talk, recording, hold, retrieve, a colleague consulted and let go, hang-up. A stand-in for "
    "Asterisk in the same process writes to the socket what Asterisk 22 sent us in such a call (17 events), "
    "each part when the floor's order for it comes. Ours reads it (AmiClient), decides (the dispatcher), "
    "and writes every fact and all state into a real Redis; arrivals and the agents' four wishes a call are "
    "in it too. Every call must be cleared, or the line fails. CPU is that of the whole process, with the "
    "stand-in.",
    run,
)
