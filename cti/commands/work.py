"""``cti work``: what people have to do because of calls: list it, close an item."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from cti import messages
from cti.config_models import Configuration
from cti.core.work import WorkResult, WorkState
from cti.services.work_ports import WorkItem, WorkQuery
from cti.site_files import Unusable, load
from cti.store.sql_audit import SqlAudit
from cti.store.sql_link import open_engine
from cti.store.sql_work import SqlWork
from cti.web.masking import masked_number

BY = "cli"
Answer = TypeVar("Answer")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("work", help=messages.text("cli.work"))
    what = found.add_subparsers(dest="what", required=True)
    listed = what.add_parser("list", help=messages.text("cli.work_list"))
    listed.add_argument("--done", action="store_true", help=messages.text("cli.work_done"))
    listed.set_defaults(run=run_list)
    close = what.add_parser("close", help=messages.text("cli.work_close"))
    close.add_argument("item", type=int)
    close.add_argument("result", choices=[each.value for each in WorkResult])
    close.add_argument("--remarks", default="")
    close.set_defaults(run=run_close)


def run_list(chosen: argparse.Namespace) -> int:
    """One line an item: id, kind, due, queue, number (masked), who has it."""
    try:
        configuration = load()
    except Unusable:
        return 1
    states = (WorkState.DONE,) if chosen.done else (WorkState.OPEN, WorkState.TAKEN)
    items = asyncio.run(_with(configuration, lambda work: work.find(WorkQuery(states=states))))
    for item in items:
        print(_line(item, configuration))
    return 0


def _line(item: WorkItem, configuration: Configuration) -> str:
    settings = configuration.settings
    due = item.due_at.astimezone(ZoneInfo(settings.time_zone))
    kind = messages.text(f"trace.words.kind.{item.kind}", settings.language)
    number = masked_number(item.number) if item.number else "-"
    who = item.closed_by or item.taken_by or "-"
    return f"{item.item_id}\t{kind}\t{due:%Y-%m-%d %H:%M}\t{item.queue or '-'}\t{number}\t{who}"


def run_close(chosen: argparse.Namespace) -> int:
    """Close an item that nobody has in hand. 1: there is none such."""
    try:
        configuration = load()
    except Unusable:
        return 1
    result = WorkResult(chosen.result)
    closed = asyncio.run(
        _with(configuration, lambda work: work.close(chosen.item, BY, result, chosen.remarks))
    )
    if not closed:
        sys.stderr.write(messages.text("web.work.not_free", configuration.settings.language) + "\n")
        return 1
    asyncio.run(_audit(configuration, chosen.item, result))
    return 0


async def _with(configuration: Configuration, do: Callable[[SqlWork], Awaitable[Answer]]) -> Answer:
    engine = open_engine(configuration.settings.sql_url)
    try:
        return await do(SqlWork(engine, lambda: datetime.now(UTC)))
    finally:
        await engine.dispose()


async def _audit(configuration: Configuration, item_id: int, result: WorkResult) -> None:
    engine = open_engine(configuration.settings.sql_url)
    try:
        await SqlAudit(engine).note(
            BY, "work.close", f"item/{item_id}", reason=result.value, at=datetime.now(UTC)
        )
    finally:
        await engine.dispose()
