"""``cti callbacks``: who waits to be called back, and taking a ticket back.

A ticket is changed where it lies, by compare-and-set: the server notices at once, and a dial that began
meanwhile wins.
"""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from cti import messages
from cti.calling_back import floor_rules
from cti.config_models import Configuration
from cti.core.acd import signals
from cti.core.acd.desk_steps import Declined
from cti.core.acd.floor import Floor
from cti.core.acd.places import place_of
from cti.core.acd.step import take
from cti.core.call import Call
from cti.core.ids import CallId
from cti.services.ports import Conflict, StoreDown
from cti.site_files import Unusable, load
from cti.store.redis_link import open_redis
from cti.store.redis_state import RedisState
from cti.web.masking import masked_number


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("callbacks", help=messages.text("cli.callbacks"))
    found.set_defaults(run=run_list)
    what = found.add_subparsers(dest="what")
    what.add_parser("list", help=messages.text("cli.callbacks_list")).set_defaults(run=run_list)
    cancel = what.add_parser("cancel", help=messages.text("cli.callbacks_cancel"))
    cancel.add_argument("id")
    cancel.add_argument("--reason", required=True, help=messages.text("cli.callbacks_reason"))
    cancel.set_defaults(run=run_cancel)


def run_list(_chosen: argparse.Namespace) -> int:
    """One line a ticket, the oldest place first; numbers masked."""
    return _run(_list)


def run_cancel(chosen: argparse.Namespace) -> int:
    """Take a ticket back."""
    wish = signals.CancelCallback(
        call_id=CallId(chosen.id), by=getpass.getuser(), reason=chosen.reason[:200]
    )
    return _run(lambda configuration, state: _cancel(configuration, state, wish))


def _run(work: Callable[[Configuration, RedisState], Awaitable[int]]) -> int:
    try:
        configuration = load()
    except Unusable:
        return 1
    try:
        return asyncio.run(_connected(configuration, work))
    except StoreDown as down:
        return _complain("cli.redis_down", configuration, why=str(down))


async def _connected(
    configuration: Configuration, work: Callable[[Configuration, RedisState], Awaitable[int]]
) -> int:
    settings = configuration.settings.redis
    redis = open_redis(settings.address)
    try:
        return await work(configuration, RedisState(redis, settings.prefix.strip(":")))
    finally:
        await redis.aclose()


async def _list(_configuration: Configuration, state: RedisState) -> int:
    _, calls = await state.load()
    for line in listed(calls):
        print(line)
    return 0


def listed(calls: Sequence[Call]) -> list[str]:
    """A line for each ticket: id, queue, number, place since, dials, phase."""
    found = sorted((call for call in calls if call.ticket), key=place_of)
    return [
        f"{call.call_id}\t{call.queue}\t{masked_number(ticket.number)}\t"
        f"{place_of(call):%Y-%m-%dT%H:%M:%SZ}\t{ticket.dials}\t{call.phase}"
        for call in found
        if (ticket := call.ticket)
    ]


async def _cancel(
    configuration: Configuration, state: RedisState, wish: signals.CancelCallback
) -> int:
    floor = Floor(floor_rules(configuration))
    _, calls = await state.load()
    floor.load((), calls)
    try:
        step = take(floor, wish, datetime.now(UTC))
        await state.commit(step.changes)
    except Declined as no:
        return _complain(f"desk.{no.code}", configuration)
    except Conflict:
        return _complain("desk.callback_in_dial", configuration)
    print(messages.text("cli.callbacks_cancelled", configuration.settings.language))
    return 0


def _complain(key: str, configuration: Configuration, **values: str) -> int:
    text = messages.text(key, configuration.settings.language, **values)
    sys.stderr.write(text + "\n")
    return 1
