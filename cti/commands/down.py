"""``cti down``: stop what ``cti up`` started."""

import argparse
import time

from cti import messages
from cti.processes import STOP_S, end_run
from cti.site_files import Unusable, load

STEP_S = 0.1


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    subparsers.add_parser("down", help=messages.text("cli.down")).set_defaults(run=run)


def run(_chosen: argparse.Namespace) -> int:
    """0 when nothing runs any more."""
    try:
        settings = load().settings
    except Unusable:
        return 1
    pids = settings.folders.instance / "pids.json"
    found = end_run(pids)
    print(messages.text("up.stopping" if found else "up.nothing_runs", settings.language))
    deadline = time.monotonic() + 4 * STOP_S
    while pids.exists() and time.monotonic() < deadline:
        time.sleep(STEP_S)
    return 1 if pids.exists() else 0
