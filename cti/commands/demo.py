"""``cti demo``: simulated callers and agents, over real SIP, against the running service."""

import argparse
import asyncio
import importlib.util
import signal
import sys
from collections.abc import Coroutine
from typing import Any

from cti import messages
from cti.log import start_logging
from cti.secret_files import SecretMissing
from cti.site_files import Unusable, load, secrets_of

CALLS_PER_HOUR = 300.0


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("demo", help=messages.text("cli.demo"))
    found.add_argument("--calls-per-hour", type=_positive, default=CALLS_PER_HOUR, metavar="N")
    found.add_argument("--seed", type=int, default=95518)
    found.add_argument(
        "--without",
        action="append",
        metavar="AGENT",
        help=messages.text("demo.without"),
    )
    found.set_defaults(run=run)


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number <= 100_000:
        raise argparse.ArgumentTypeError(text)
    return number


def run(chosen: argparse.Namespace) -> int:
    """0 after SIGTERM or Ctrl-C; 1 when something it needs is missing."""
    try:
        configuration = load()
    except Unusable:
        return 1
    settings = configuration.settings
    if importlib.util.find_spec("pjsua2") is None:
        return _complain("demo.no_phones", settings.language)
    start_logging(settings.log.level, settings.log.form)
    # Only now: the phones' library need not be installed for the other commands.
    from cti.simulation.demo import DemoPlan, run_demo

    left_out = ["1001"] if chosen.without is None else chosen.without
    plan = DemoPlan(
        calls_per_hour=chosen.calls_per_hour, seed=chosen.seed, without=frozenset(left_out)
    )
    try:
        asyncio.run(_until_signal(run_demo(configuration, secrets_of(configuration), plan)))
    except SecretMissing as missing:
        return _complain("demo.no_secret", settings.language, what=missing)
    return 0


async def _until_signal(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return


def _complain(key: str, language: str, **values: object) -> int:
    sys.stderr.write(messages.text(key, language, **values) + "\n")
    return 1
