"""``cti block`` and ``cti unblock``: numbers that are served only when they report a loss."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cti import messages
from cti.config_models import Configuration
from cti.services.blocking import Block, Blocking
from cti.services.ports import Refused
from cti.site_files import Unusable, load
from cti.store.sql_audit import SqlAudit
from cti.store.sql_link import migrate, open_engine
from cti.store.sql_numbers import SqlNumbers
from cti.terminal_acts import operator
from cti.web.masking import masked_number

LIST = "list"
Job = Callable[[Blocking], Awaitable[None]]


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both commands."""
    block = subparsers.add_parser("block", help=messages.text("block.help"))
    block.add_argument("number", help=messages.text("block.help_number"))
    block.add_argument("--days", type=int, default=0, help=messages.text("block.help_days"))
    block.add_argument("--reason", default="", help=messages.text("block.help_reason"))
    block.set_defaults(run=run_block)
    unblock = subparsers.add_parser("unblock", help=messages.text("block.help_unblock"))
    unblock.add_argument("number")
    unblock.add_argument("--reason", required=True, help=messages.text("block.help_reason"))
    unblock.set_defaults(run=run_unblock)


def run_block(chosen: argparse.Namespace) -> int:
    """Block a number, or list what is blocked; the list has no number in clear."""
    if chosen.number == LIST:
        return _run(_nothing)
    if not chosen.days or not chosen.reason.strip():
        return _complain(messages.text("block.incomplete"))

    async def job(blocking: Blocking) -> None:
        await blocking.block(
            chosen.number, chosen.days, by=operator(), reason=chosen.reason.strip()
        )

    return _run(job)


def run_unblock(chosen: argparse.Namespace) -> int:
    """Lift the block of a number."""
    return _run(lambda it: it.unblock(chosen.number, by=operator(), reason=chosen.reason))


async def _nothing(_blocking: Blocking) -> None:
    return None


def _run(job: Job) -> int:
    try:
        configuration = load()
    except Unusable:
        return 1
    language = configuration.settings.language
    try:
        blocks = asyncio.run(_do(configuration, job))
    except Refused as no:
        return _complain(messages.text(f"desk.{no.code}", language, **no.values))
    print(*_lines(blocks, configuration), sep="\n")
    return 0


async def _do(configuration: Configuration, job: Job) -> Sequence[Block]:
    await migrate(configuration.settings.sql_url)
    engine = open_engine(configuration.settings.sql_url)
    blocking = Blocking(
        SqlNumbers(engine), SqlAudit(engine), lambda: datetime.now(UTC), masked_number
    )
    try:
        await job(blocking)
        return await blocking.listed()
    finally:
        await engine.dispose()


def _lines(blocks: Sequence[Block], configuration: Configuration) -> list[str]:
    zone = ZoneInfo(configuration.settings.time_zone)
    return [
        f"{masked_number(each.number)}\t{each.until.astimezone(zone):%Y-%m-%d %H:%M}"
        f"\t{each.by}\t{each.reason}"
        for each in blocks
    ] or [messages.text("block.none", configuration.settings.language)]


def _complain(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1
