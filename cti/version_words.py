"""Versions of the dialplan in words, for every command that changes them."""

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Mapping
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from cti import messages
from cti.config_models import Configuration
from cti.core.ivr.versions import InForce, NotPossible
from cti.publishing import differences, in_words
from cti.services.ports import StoreDown
from cti.services.version_desk import Listed, Unfit, VersionDesk
from cti.services.version_ports import OutrunBy
from cti.settings import Settings

FOLLOW_LIMIT_S = 3.0
LOOK_S = 0.1
NO_CHANGE = "same_as_current"


def author_of(given: str | None) -> str:
    """Who acts: as given, else whoever is signed in to this machine."""
    return given or getpass.getuser()


async def told(work: Awaitable[int], language: str) -> int:
    """The exit code of the work; what refused it is printed, and gives 1."""
    try:
        return await work
    except Unfit as unfit:
        for problem in unfit.problems:
            _write(messages.line(problem, language), sys.stderr)
        return _refused("versions.unfit", language, errors=len(unfit.problems))
    except NotPossible as no:
        key = f"versions.not_possible.{no.code}"
        if no.code == NO_CHANGE:
            _write(messages.text(key, language, **no.values))
            return 0
        return _refused(key, language, **no.values)
    except OutrunBy as other:
        return _refused("versions.outrun", language, **last_change(other.held, language))
    except StoreDown as down:
        return _refused("versions.store_down", language, why=down)


def _refused(key: str, language: str, **values: object) -> int:
    _write(messages.text(key, language, **values), sys.stderr)
    return 1


def _write(text: str, out: TextIO | None = None) -> None:
    (out or sys.stdout).write(text + "\n")


def last_change(held: InForce, language: str) -> dict[str, object]:
    """Who changed what last, and why: the places of a sentence."""
    return {
        "author": held.act.author if held.act else "",
        "message": held.act.message if held.act else "",
        "did": messages.text(f"versions.did.{held.did}", language) if held.did else "",
        "number": held.number,
    }


def difference_lines(
    before: Mapping[str, str], after: Mapping[str, str], settings: Settings
) -> list[str]:
    """Which files are not the same, and what callers would notice of it."""
    language, prompts = settings.language, settings.folders.prompts
    files = [
        messages.text("versions.file_apart", language, name=each.name, new=each.new, gone=each.gone)
        for each in differences(before, after)
    ]
    noticed = in_words(before, after, prompts, language) if before else ()
    return files + [f"  {each}" for each in noticed]


def listed_line(each: Listed, configuration: Configuration) -> str:
    """One version on one line."""
    language, version = configuration.settings.language, each.version
    state = messages.text(f"versions.state.{each.state or 'old'}", language)
    at = moment(version.at, configuration)
    return f"{version.number:>4}  {state}  {at}  {version.author}  {version.message}"


def moment(at: datetime, configuration: Configuration) -> str:
    """In the time zone of the installation."""
    return f"{at.astimezone(ZoneInfo(configuration.settings.time_zone)):%Y-%m-%d %H:%M:%S}"


async def tell_servers(desk: VersionDesk, language: str) -> None:
    """Wait a moment until every running server follows, and say which do not."""
    wanted = (await desk.in_force()).sequence
    try:
        async with asyncio.timeout(FOLLOW_LIMIT_S):
            while any(each.sequence < wanted for each in await desk.running()):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        pass
    servers = await desk.running()
    if not servers:
        _write(messages.text("versions.no_server", language))
    for each in servers:
        if each.sequence < wanted:
            _write(messages.text("versions.server_behind", language, server=each.server))
        for number, why in each.refused.items():
            values = {"server": each.server, "number": number, "current": each.current, "why": why}
            _write(messages.text("versions.server_refused", language, **values), sys.stderr)
