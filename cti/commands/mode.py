"""``cti mode``: the modes of the centre, also where no browser works. Talks to the service's Redis."""

import argparse
import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cti import messages
from cti.config_models import Configuration
from cti.core.clock.hours import Calendar
from cti.core.modes import ModeOn, Wish
from cti.dialplan_files import load_calendar
from cti.services.modes import Modes
from cti.services.ports import Refused, StoreDown
from cti.site_files import Unusable, load, report
from cti.store.redis_link import open_redis
from cti.store.redis_modes import RedisModes
from cti.store.sql_audit import SqlAudit
from cti.store.sql_link import open_engine
from cti.terminal_acts import operator

HOURS_OF = {"m": 1 / 60, "h": 1.0, "d": 24.0}
Job = Callable[[Modes], Awaitable[None]]


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("mode", help=messages.text("mode.help"))
    command.set_defaults(run=run_list)
    what = command.add_subparsers(dest="what")
    what.add_parser("list", help=messages.text("mode.help_list")).set_defaults(run=run_list)
    on = what.add_parser("on", help=messages.text("mode.help_on"))
    on.add_argument("name")
    on.add_argument("--for", dest="hours", type=hours, required=True, metavar="2h")
    off = what.add_parser("off", help=messages.text("mode.help_off"))
    off.add_argument("name")
    for one, run in ((on, run_on), (off, run_off)):
        one.add_argument("--reason", required=True, help=messages.text("mode.help_reason"))
        one.set_defaults(run=run)


def hours(text: str) -> float:
    """``90m``, ``2h``, ``1.5h``, ``1d`` → hours. Raises ArgumentTypeError."""
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{1,2})?)([mhd])", text, re.ASCII)
    if not found:
        raise argparse.ArgumentTypeError(messages.text("mode.bad_duration", text=text))
    return float(found[1]) * HOURS_OF[found[2]]


def run_list(_chosen: argparse.Namespace) -> int:
    """One line a mode: name, label, and until when and why it is on."""
    return _run(lambda _modes: _nothing())


def run_on(chosen: argparse.Namespace) -> int:
    """Switch a mode on, or change how long it stays on."""
    wish = Wish(mode=chosen.name, hours=chosen.hours, by=operator(), reason=chosen.reason)

    async def job(modes: Modes) -> None:
        await modes.switch_on(wish)

    return _run(job)


def run_off(chosen: argparse.Namespace) -> int:
    """Switch a mode off."""
    return _run(lambda modes: modes.switch_off(chosen.name, operator(), chosen.reason))


async def _nothing() -> None:
    return None


def _run(job: Job) -> int:
    try:
        configuration = load()
    except Unusable:
        return 1
    calendar, problems = load_calendar(configuration.settings.folders.dialplan)
    if calendar is None:
        report(problems)
        return 1
    language = configuration.settings.language
    try:
        on = asyncio.run(_do(configuration, calendar, job))
    except Refused as no:
        return _complain(messages.text(f"desk.{no.code}", language, **no.values))
    except StoreDown as down:
        return _complain(messages.text("mode.store_down", language, why=down))
    print(*_lines(calendar, on, configuration), sep="\n")
    return 0


async def _do(configuration: Configuration, calendar: Calendar, job: Job) -> Sequence[ModeOn]:
    settings = configuration.settings
    redis, engine = open_redis(settings.redis.address), open_engine(settings.sql_url)
    board = RedisModes(redis, settings.redis.prefix.strip(":"))
    modes = Modes(calendar.mode_rules, board, SqlAudit(engine), lambda: datetime.now(UTC))
    try:
        await job(modes)
        return await modes.on()
    finally:
        await redis.aclose()
        await engine.dispose()


def _lines(calendar: Calendar, on: Sequence[ModeOn], configuration: Configuration) -> list[str]:
    language = configuration.settings.language
    zone = ZoneInfo(configuration.settings.time_zone)
    now_on = {one.mode: one for one in on}
    lines = []
    for name, rule in calendar.mode_rules.items():
        state = messages.text("mode.off", language)
        if one := now_on.get(name):
            until = f"{one.until.astimezone(zone):%Y-%m-%d %H:%M}"
            state = messages.text("mode.on", language, until=until, by=one.by, reason=one.reason)
        lines.append(f"{name}\t{rule.label[language]}\t{state}")
    return lines


def _complain(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1
