"""``cti sms``: who wants no marketing, and putting a number on or off that list."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from cti import messages
from cti.config_models import Configuration
from cti.site_files import Unusable, load
from cti.store.phone_numbers import normalised
from cti.store.sql_link import open_engine
from cti.store.sql_sms import SqlSms
from cti.web.masking import masked_number

Answer = TypeVar("Answer")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("sms", help=messages.text("cli.sms"))
    what = found.add_subparsers(dest="what", required=True)
    optouts = what.add_parser("optouts", help=messages.text("cli.sms_optouts"))
    optouts.add_argument("--add", metavar="NUMBER", help=messages.text("cli.sms_add"))
    optouts.add_argument("--remove", metavar="NUMBER", help=messages.text("cli.sms_remove"))
    optouts.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Change the list where asked, else print it: number (masked), since when, how."""
    try:
        configuration = load()
    except Unusable:
        return 1
    asked = chosen.add or chosen.remove
    if asked is None:
        return asyncio.run(_with(configuration, _list))
    number = normalised(asked)
    if not number:
        language = configuration.settings.language
        sys.stderr.write(messages.text("desk.sms_number", language) + "\n")
        return 1
    if chosen.add:
        now = datetime.now(UTC)
        asyncio.run(_with(configuration, lambda book: book.opt_out(number, "cli", now)))
        return 0
    return int(not asyncio.run(_with(configuration, lambda book: book.opt_in(number))))


async def _list(book: SqlSms) -> int:
    for each in await book.opt_outs():
        print(f"{masked_number(each.number)}\t{each.at:%Y-%m-%d}\t{each.how}")
    return 0


async def _with(configuration: Configuration, do: Callable[[SqlSms], Awaitable[Answer]]) -> Answer:
    engine = open_engine(configuration.settings.sql_url)
    try:
        return await do(SqlSms(engine, lambda: None))
    finally:
        await engine.dispose()
