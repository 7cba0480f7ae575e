"""``cti promote``: the version on trial (canary, else shadow) is in force for everybody."""

import argparse
import asyncio

from cti import messages
from cti.config_models import Configuration
from cti.dialplans import open_desk
from cti.site_files import Unusable, load
from cti.terminal_acts import note_done
from cti.version_words import author_of, tell_servers, told


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("promote", help=messages.text("cli.promote"))
    command.add_argument("-m", "--message", required=True, help=messages.text("versions.help.why"))
    command.add_argument("--author", metavar="NAME", help=messages.text("versions.help.author"))
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """0 when it is in force; 1 when it was refused."""
    try:
        configuration = load()
    except Unusable:
        return 1
    return asyncio.run(told(_promote(configuration, chosen), configuration.settings.language))


async def _promote(configuration: Configuration, chosen: argparse.Namespace) -> int:
    language = configuration.settings.language
    async with open_desk(configuration) as desk:
        before = await desk.in_force()
        number = await desk.promote(before, author_of(chosen.author), chosen.message)
        what = f"version {number}"
        await note_done(configuration, "dialplan.promote", what, chosen.message)
        print(messages.text("versions.promoted", language, number=number))
        await tell_servers(desk, language)
    return 0
