"""``cti serve``: the CTI server itself, until SIGTERM or Ctrl-C."""

import argparse
import asyncio
import signal
import sys

import uvloop

from cti import messages
from cti.app import running
from cti.config_models import Configuration
from cti.dialplan_files import known_names, load_dialplan
from cti.dialplans import Folder
from cti.house_files import levels_of
from cti.log import start_logging
from cti.publishing import NotText, folder_files
from cti.run_parts import Service
from cti.services.menu_follower import NothingToServe
from cti.site_files import Unusable, load, report, secrets_of
from cti.web.tls import TlsUnusable


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("serve", help=messages.text("cli.serve"))
    found.set_defaults(run=run)


def run(_chosen: argparse.Namespace) -> int:
    """Check everything, then serve. 1 when the configuration or a tree has an error."""
    try:
        service = prepare()
    except Unusable:
        return 1
    settings = service.configuration.settings
    start_logging(settings.log.level, settings.log.form)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(served(service))


async def served(service: Service) -> int:
    """Serve; 1 where nothing was ever published and the folder cannot be."""
    code = 0
    try:
        await serve(service)
    except* NothingToServe:
        code = refuse(service, "versions.nothing_to_serve")
    except* TlsUnusable as unusable:
        code = refuse(service, "serve.tls", what=str(unusable.exceptions[0]))
    return code


def refuse(service: Service, key: str, **values: object) -> int:
    """Say why nothing is served; 1."""
    language = service.configuration.settings.language
    print(messages.text(key, language, **values), file=sys.stderr)
    return 1


def prepare() -> Service:
    """Everything that is read before anything is opened. Raises Unusable."""
    configuration = load()
    return Service(
        configuration=configuration,
        folder=read_folder(configuration),
        secrets=secrets_of(configuration),
    )


def read_folder(configuration: Configuration) -> Folder:
    """The dialplan's folder; its errors are printed, and matter only to a first start."""
    known, problems = known_names(configuration)
    place = configuration.settings.folders.dialplan
    dialplan = load_dialplan(place, known, levels_of(configuration))
    report([*problems, *dialplan.problems])
    try:
        return Folder(files=folder_files(place), site=dialplan.site)
    except NotText as unreadable:
        report([unreadable.problem])
        return Folder(files={}, site=None)


async def serve(service: Service) -> None:
    """Serve until a signal says stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running(service):
        await stop.wait()
