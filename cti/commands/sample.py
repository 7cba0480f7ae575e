"""``cti sample``: invented customers of Qinghai, with policies, vehicles, claims, complaints, branches."""

import argparse
import asyncio
import sys
import time
from datetime import date

from cti import messages
from cti.site_files import Unusable, load
from cti.store.samples import ANCHOR, CUSTOMERS, SEED, clear_sample, seed_sample
from cti.store.sql_link import migrate, open_engine

FEWEST, MOST = 100, 200_000


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("sample", help=messages.text("cli.sample"))
    size = messages.text("cli.sample_customers")
    found.add_argument("--customers", type=int, default=CUSTOMERS, metavar="N", help=size)
    found.add_argument(
        "--seed", type=int, default=SEED, metavar="N", help=messages.text("cli.sample_seed")
    )
    found.add_argument(
        "--day",
        type=date.fromisoformat,
        default=ANCHOR,
        metavar="YYYY-MM-DD",
        help=messages.text("cli.sample_day"),
    )
    found.add_argument("--replace", action="store_true", help=messages.text("cli.sample_replace"))
    found.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """1 where there are customers already, or the number is out of bounds."""
    try:
        configuration = load()
    except Unusable:
        return 1
    language = configuration.settings.language
    if not FEWEST <= chosen.customers <= MOST:
        return _complain("cli.sample_bounds", language)
    began = time.monotonic()
    written = asyncio.run(_seed(configuration.settings.sql_url, chosen))
    if not written:
        return _complain("cli.sample_there", language)
    took_s = time.monotonic() - began
    print(messages.text("cli.sample_done", language, customers=written, took_s=took_s))
    return 0


def _complain(key: str, language: str) -> int:
    sys.stderr.write(messages.text(key, language, fewest=FEWEST, most=MOST) + "\n")
    return 1


async def _seed(url: str, chosen: argparse.Namespace) -> int:
    """The customers written; 0 where some are there and shall stay. Raises HistoryDown."""
    await migrate(url)
    engine = open_engine(url)
    try:
        if chosen.replace:
            await clear_sample(engine)
        return await seed_sample(engine, chosen.seed, customers=chosen.customers, today=chosen.day)
    finally:
        await engine.dispose()
