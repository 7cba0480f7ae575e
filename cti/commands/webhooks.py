"""``cti webhooks``: what other systems were told, and what could not be told."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from cti import messages
from cti.config_models import Configuration
from cti.core.webhooks import DeliveryState
from cti.site_files import Unusable, load
from cti.store.sql_audit import SqlAudit
from cti.store.sql_link import open_engine
from cti.store.sql_webhooks import SqlDeliveries

BY = "cli"
Answer = TypeVar("Answer")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("webhooks", help=messages.text("records.webhooks.help"))
    what = found.add_subparsers(dest="what", required=True)
    counts = what.add_parser("status", help=messages.text("records.webhooks.status"))
    counts.set_defaults(run=run_status)
    dead = what.add_parser("dead", help=messages.text("records.webhooks.dead"))
    dead.set_defaults(run=run_dead)
    retry = what.add_parser("retry", help=messages.text("records.webhooks.retry"))
    retry.add_argument("hook")
    retry.set_defaults(run=run_retry)


def run_status(_chosen: argparse.Namespace) -> int:
    """One line a receiver: how many are pending, done and dead."""
    configuration = _configuration()
    if configuration is None:
        return 1
    counts = asyncio.run(_with(configuration, SqlDeliveries.counts))
    for hook in configuration.webhooks.hooks:
        told = [f"{state.value} {counts.get((hook, state.value), 0)}" for state in DeliveryState]
        print(hook, *told, sep="\t")
    return 0


def run_dead(_chosen: argparse.Namespace) -> int:
    """One line a delivery that was given up."""
    configuration = _configuration()
    if configuration is None:
        return 1
    zone = ZoneInfo(configuration.settings.time_zone)
    rows = asyncio.run(_with(configuration, lambda book: book.listed(DeliveryState.DEAD)))
    for row in rows:
        made = row.made_at.astimezone(zone)
        print(row.delivery_id, row.hook, row.type, row.event_id, f"{made:%F %T}", sep="\t", end="")
        print(f"\t{row.attempts}\t{row.last_error}")
    return 0


def run_retry(chosen: argparse.Namespace) -> int:
    """Send the dead ones of a receiver again. 1: there is no such receiver."""
    configuration = _configuration()
    if configuration is None:
        return 1
    language = configuration.settings.language
    if chosen.hook not in configuration.webhooks.hooks:
        print(messages.text("records.webhooks.unknown", language), file=sys.stderr)
        return 1
    now = datetime.now(UTC)
    again = asyncio.run(_with(configuration, lambda book: book.again(chosen.hook, now)))
    asyncio.run(_audit(configuration, chosen.hook, again))
    print(messages.text("records.webhooks.again", language, count=again))
    return 0


def _configuration() -> Configuration | None:
    try:
        return load()
    except Unusable:
        return None


async def _with(
    configuration: Configuration, do: Callable[[SqlDeliveries], Awaitable[Answer]]
) -> Answer:
    engine = open_engine(configuration.settings.sql_url)
    try:
        return await do(SqlDeliveries(engine))
    finally:
        await engine.dispose()


async def _audit(configuration: Configuration, hook: str, count: int) -> None:
    engine = open_engine(configuration.settings.sql_url)
    try:
        await SqlAudit(engine).note(
            BY, "webhooks.retry", hook, reason=f"{count} deliveries", at=datetime.now(UTC)
        )
    finally:
        await engine.dispose()
