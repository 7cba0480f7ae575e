"""``cti crosscheck [DAY]``: hold one day's journal against CEL and queue_log."""

import argparse
import asyncio
import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from cti import messages
from cti.config_models import Configuration
from cti.cross_checks import cross_check
from cti.services.cross_check import CheckedDay
from cti.site_files import Unusable, load
from cti.store.sql_link import open_engine

AGREED, UNUSABLE, DIFFERS = 0, 2, 1


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("crosscheck", help=messages.text("records.crosscheck.help"))
    command.add_argument(
        "day", nargs="?", type=date.fromisoformat, help=messages.text("records.crosscheck.day")
    )
    command.add_argument("--json", action="store_true", help=messages.text("records.json"))
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the differences. 1: there are some; 2: the configuration cannot be read."""
    try:
        configuration = load()
    except Unusable:
        return UNUSABLE
    settings = configuration.settings
    today = datetime.now(ZoneInfo(settings.time_zone)).date()
    day = chosen.day or today - timedelta(days=1)
    checked = asyncio.run(_check(configuration, day))
    if chosen.json:
        print(json.dumps(asdict(checked), ensure_ascii=False, default=str, indent=1))
    else:
        print(*_lines(checked, settings.language), sep="\n")
    return DIFFERS if checked.discrepancies else AGREED


async def _check(configuration: Configuration, day: date) -> CheckedDay:
    engine = open_engine(configuration.settings.sql_url)
    try:
        return await cross_check(configuration, engine, lambda: datetime.now(UTC)).check(day)
    finally:
        await engine.dispose()


def _lines(checked: CheckedDay, language: str) -> list[str]:
    found = [
        messages.text(
            "records.crosscheck.total",
            language,
            day=checked.day,
            calls=checked.calls,
            channels=checked.channels,
            lines=checked.lines,
            found=len(checked.discrepancies),
        )
    ]
    for each in checked.discrepancies:
        kind = messages.text(f"records.crosscheck.kind.{each.kind}", language)
        found.append(
            f"{each.call_id}\t{kind}\t{each.subject}\t{each.journal or '-'}\t{each.other or '-'}"
        )
    return found
