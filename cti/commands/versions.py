"""``cti versions``: which dialplans were published, by whom and why; what one held; its files again."""

import argparse
import asyncio
import sys
from pathlib import Path

from cti import messages
from cti.config_models import Configuration
from cti.dialplans import open_desk
from cti.publishing import folder_apart, write_files
from cti.services.version_desk import VersionDesk
from cti.site_files import Unusable, load
from cti.version_words import difference_lines, last_change, listed_line, moment, tell_servers, told


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("versions", help=messages.text("cli.versions"))
    command.set_defaults(run=run, what="list")
    what = command.add_subparsers(dest="what", metavar="show | get")
    show = what.add_parser("show", help=messages.text("versions.help.show"))
    show.add_argument("number", type=int)
    get = what.add_parser("get", help=messages.text("versions.help.get"))
    get.add_argument("number", type=int)
    get.add_argument("folder", type=Path)


def run(chosen: argparse.Namespace) -> int:
    """0, or 1 when there is no such version or store."""
    try:
        configuration = load()
    except Unusable:
        return 1
    return asyncio.run(told(_run(configuration, chosen), configuration.settings.language))


async def _run(configuration: Configuration, chosen: argparse.Namespace) -> int:
    async with open_desk(configuration) as desk:
        match chosen.what:
            case "show":
                return await _show(desk, configuration, chosen.number)
            case "get":
                return await _get(desk, configuration, chosen)
        return await _list(desk, configuration)


async def _list(desk: VersionDesk, configuration: Configuration) -> int:
    language = configuration.settings.language
    held = await desk.in_force()
    for each in await desk.listed():
        print(listed_line(each, configuration))
    if not held.current:
        print(messages.text("versions.none", language))
        return 0
    print(messages.text("versions.last_change", language, **last_change(held, language)))
    apart = folder_apart(configuration, (await desk.version(held.current)).files)
    if apart:
        values = {"count": len(apart), "names": ", ".join(apart)}
        print(messages.text("versions.unpublished", language, **values))
    await tell_servers(desk, language)
    return 0


async def _show(desk: VersionDesk, configuration: Configuration, number: int) -> int:
    version, held = await desk.version(number), await desk.in_force()
    language = configuration.settings.language
    values = {
        "number": number,
        "author": version.author,
        "message": version.message,
        "at": moment(version.at, configuration),
        "digest": version.digest,
        "state": messages.text(f"versions.state.{held.state_of(number) or 'old'}", language),
    }
    print(messages.text("versions.shown", language, **values))
    for name, text in sorted(version.files.items()):
        print(f"  {name}  {len(text.splitlines())}")
    if held.current and held.current != number:
        print(messages.text("versions.against", language, number=held.current))
        current = await desk.version(held.current)
        print(*difference_lines(current.files, version.files, configuration.settings), sep="\n")
    return 0


async def _get(desk: VersionDesk, configuration: Configuration, chosen: argparse.Namespace) -> int:
    language, folder = configuration.settings.language, chosen.folder
    if folder.exists() and any(folder.iterdir()):
        print(messages.text("versions.not_empty", language, folder=folder), file=sys.stderr)
        return 1
    version = await desk.version(chosen.number)
    folder.mkdir(parents=True, exist_ok=True)
    write_files(version.files, folder)
    values = {"number": version.number, "folder": folder, "count": len(version.files)}
    print(messages.text("versions.got", language, **values))
    return 0
