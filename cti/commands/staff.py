"""``cti staff``: who may use the staff line (*518), and with which PIN."""

import argparse
import asyncio
import getpass
import sys

from cti import messages
from cti.config_models import Configuration
from cti.site_files import Unusable, load
from cti.staff_pins import LONGEST, SHORTEST, BadPin, StaffPins
from cti.terminal_acts import note_done


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("staff", help=messages.text("cli.staff"))
    what = found.add_subparsers(dest="what", required=True)
    what.add_parser("list", help=messages.text("cli.staff_list")).set_defaults(run=run_list)
    pin = what.add_parser("pin", help=messages.text("cli.staff_pin"))
    remove = what.add_parser("remove", help=messages.text("cli.staff_remove"))
    for one, does in ((pin, run_pin), (remove, run_remove)):
        one.add_argument("number")
        one.set_defaults(run=does)


def run_list(_chosen: argparse.Namespace) -> int:
    """One staff number a line."""
    configuration = _configuration()
    if configuration is None:
        return 1
    print("\n".join(_of(configuration).numbers()))
    return 0


def run_pin(chosen: argparse.Namespace) -> int:
    """Set a PIN; it is asked for, or read from stdin. A locked number is unlocked."""
    configuration = _configuration()
    if configuration is None:
        return 1
    pins = _of(configuration)
    pin = getpass.getpass("PIN: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    try:
        pins.put(chosen.number, pin)
    except BadPin:
        words = messages.text("cli.staff_bad_pin", shortest=SHORTEST, longest=LONGEST)
        sys.stderr.write(words + "\n")
        return 1
    asyncio.run(note_done(configuration, "staff.pin", chosen.number, "cti staff pin"))
    print(messages.text("cli.staff_done"))
    return 0


def run_remove(chosen: argparse.Namespace) -> int:
    """Take somebody off the staff line."""
    configuration = _configuration()
    if configuration is None or not _of(configuration).remove(chosen.number):
        sys.stderr.write(messages.text("cli.staff_unknown") + "\n")
        return 1
    asyncio.run(note_done(configuration, "staff.remove", chosen.number, "cti staff remove"))
    print(messages.text("cli.staff_done"))
    return 0


def _configuration() -> Configuration | None:
    try:
        return load()
    except Unusable:
        return None


def _of(configuration: Configuration) -> StaffPins:
    return StaffPins(configuration.settings.folders.instance / "secrets")
