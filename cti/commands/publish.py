"""``cti publish``: check, flow tests, then a new version that callers meet without a restart."""

import argparse
import asyncio
from collections.abc import Mapping

from cti import messages
from cti.config_models import Configuration
from cti.dialplans import open_desk
from cti.publishing import NotText, folder_files
from cti.services.version_desk import Way, Wish
from cti.site_files import Unusable, load, report
from cti.terminal_acts import note_done
from cti.version_words import author_of, difference_lines, tell_servers, told

MOST_PER_CENT = 99.0


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("publish", help=messages.text("cli.publish"))
    command.add_argument("-m", "--message", required=True, help=messages.text("versions.help.why"))
    command.add_argument("--author", metavar="NAME", help=messages.text("versions.help.author"))
    ways = command.add_mutually_exclusive_group()
    ways.add_argument(
        "--canary", type=per_cent, metavar="PER_CENT", help=messages.text("versions.help.canary")
    )
    ways.add_argument("--shadow", action="store_true", help=messages.text("versions.help.shadow"))
    command.add_argument("--dry-run", action="store_true", help=messages.text("versions.help.dry"))
    command.set_defaults(run=run)


def per_cent(text: str) -> float:
    """``5`` or ``5%``. Raises ArgumentTypeError."""
    try:
        share = float(text.removesuffix("%"))
    except ValueError:
        share = 0.0
    if not 0 < share <= MOST_PER_CENT:
        raise argparse.ArgumentTypeError(messages.text("versions.help.canary"))
    return share


def run(chosen: argparse.Namespace) -> int:
    """0 when it was published, or nothing was to be; 1 when it was refused."""
    try:
        configuration = load()
        files = folder_files(configuration.settings.folders.dialplan)
    except Unusable:
        return 1
    except NotText as unreadable:
        report([unreadable.problem])
        return 1
    language = configuration.settings.language
    return asyncio.run(told(_publish(configuration, files, chosen), language))


async def _publish(
    configuration: Configuration, files: Mapping[str, str], chosen: argparse.Namespace
) -> int:
    language = configuration.settings.language
    async with open_desk(configuration) as desk:
        before = await desk.in_force()
        wish = _wish(files, chosen)
        published = (await desk.version(before.current)).files if before.current else {}
        print(*difference_lines(published, files, configuration.settings), sep="\n")
        if chosen.dry_run:
            await desk.weigh(before, wish)
            print(messages.text("versions.dry_run", language, number=before.newest + 1))
            return 0
        version = await desk.publish(before, wish)
        action, what = f"dialplan.publish.{wish.way}", f"version {version.number}"
        await note_done(configuration, action, what, wish.message)
        values = {"number": version.number, "share": wish.share, "digest": version.digest[:12]}
        print(messages.text(f"versions.published.{wish.way}", language, **values))
        await tell_servers(desk, language)
    return 0


def _wish(files: Mapping[str, str], chosen: argparse.Namespace) -> Wish:
    way = Way.SHADOW if chosen.shadow else Way.CANARY if chosen.canary else Way.ALL
    return Wish(
        files=files,
        author=author_of(chosen.author),
        message=chosen.message,
        way=way,
        share=chosen.canary or 0.0,
    )
