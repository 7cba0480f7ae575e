"""``python -m tests.bench [WORD…]``: measure all lines, or those whose name holds one of the words.

All lines together rewrite docs/benchmarks.md and docs/benchmarks.json; a selection is only printed.
Ends with 1 when a line failed; a goal that was missed is shown, not punished.
"""

import logging
import sys
from collections.abc import Sequence
from time import monotonic

from tests.bench import (
    agi_visits,
    ami_replay,
    flow_tests,
    ivr_calls,
    menu_load,
    publish_large,
    route,
    to_invite,
    whole_calls,
    ws_fanout,
)
from tests.bench.line import Line, Unavailable
from tests.bench.report import Result, printed, write

LINES: tuple[Line, ...] = (
    route.LINE,
    to_invite.LINE,
    ivr_calls.LINE,
    menu_load.LINE,
    whole_calls.LINE,
    agi_visits.LINE,
    ami_replay.LINE,
    ws_fanout.LINE,
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
    return Result(line, rows)


def main(words: Sequence[str]) -> int:
    logging.getLogger("cti").addHandler(logging.NullHandler())  # the table is the output
    begun, results, failed = monotonic(), [], 0
    for line in LINES:
        if words and not any(word.lower() in line.name.lower() for word in words):
            continue
        try:
            results.append(measured(line))
        except Exception as why:  # one broken line must not hide the others
            failed = 1
            print(f"  FAILED: {why}")
            results.append(Result(line, (), f"failed: {why}"))
    if not words:
        write(results, monotonic() - begun)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
