"""``python -m tests.bench [--write] [WORD…]``: measure all lines, or those whose name holds one of the words.

All lines together rewrite docs/benchmarks.md and docs/benchmarks.json; a selection is only printed, or
takes the place of its older figures with ``--write``.
Ends with 1 when a line failed; a goal that was missed is shown, not punished.
"""

import logging
import sys
from collections.abc import Sequence
from time import monotonic

from tests.bench import (
    agi_visits,
    ami_floor,
    ami_replay,
    busy_calls,
    floor_steps,
    flow_tests,
    ivr_calls,
    measures_year,
    menu_load,
    publish_large,
    route,
    screen_pops,
    to_invite,
    whatif_day,
    whole_calls,
    ws_fanout,
    ws_latency,
)
from tests.bench.line import Line, Unavailable
from tests.bench.report import Result, kept, moment, printed, write

WRITE = "--write"
LINES: tuple[Line, ...] = (
    route.LINE,
    floor_steps.LINE,
    to_invite.LINE,
    ivr_calls.LINE,
    menu_load.LINE,
    whole_calls.LINE,
    busy_calls.LINE,
    agi_visits.LINE,
    ami_replay.LINE,
    ami_floor.LINE,
    ws_fanout.LINE,
    ws_latency.LINE,
    screen_pops.LINE,
    measures_year.LINE,
    whatif_day.LINE,
    flow_tests.LINE,
    publish_large.LINE,
)


def measured(line: Line) -> Result:
    """Run one line; what is missing on this machine is said, what breaks is raised."""
    begun = monotonic()
    print(f"{line.name} …", flush=True)
    try:
        rows = line.run()
    except Unavailable as why:
        print(f"  not measured: {why}")
        return Result(line, (), str(why))
    print(printed(rows), f"\n  ({monotonic() - begun:.0f} s)\n", flush=True)
    return Result(line, rows, measured=moment())


def main(words: Sequence[str]) -> int:
    logging.getLogger("cti").addHandler(logging.NullHandler())  # the table is the output
    wanted = [word.lower() for word in words if word != WRITE]
    chosen = [line for line in LINES if any(each in line.name.lower() for each in wanted or [""])]
    results, failed = {each.line.name: each for each in kept(LINES)}, 0
    for line in chosen:
        try:
            results[line.name] = measured(line)
        except Exception as why:  # one broken line must not hide the others
            failed = 1
            print(f"  FAILED: {why}")
            if not wanted:
                results[line.name] = Result(line, (), f"failed: {why}")
    if WRITE in words or not wanted:
        write([*results.values()])
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
