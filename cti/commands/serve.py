"""``cti serve``: the CTI server itself, until SIGTERM or Ctrl-C."""

import argparse
import asyncio
import signal

import uvloop

from cti import messages
from cti.app import Service, running
from cti.dialplan_files import known_names, load_dialplan
from cti.log import start_logging
from cti.site_files import Unusable, load, report, secrets_of


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
        runner.run(serve(service))
    return 0


def prepare() -> Service:
    """Everything that is read before anything is opened. Raises Unusable."""
    configuration = load()
    known, problems = known_names(configuration)
    dialplan = load_dialplan(configuration.settings.folders.dialplan, known)
    report([*problems, *dialplan.problems])
    if dialplan.site is None:
        raise Unusable
    return Service(
        configuration=configuration, site=dialplan.site, secrets=secrets_of(configuration)
    )


async def serve(service: Service) -> None:
    """Serve until a signal says stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running(service):
        await stop.wait()
