"""``cti audit``: the newest lines, and whether the chain of all lines is whole."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from cti import messages
from cti.config_models import Configuration
from cti.services.admin_ports import AuditQuery
from cti.site_files import Unusable, load
from cti.store.sql_audit import SqlAudit
from cti.store.sql_link import migrate, open_engine


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("audit", help=messages.text("cli.audit"))
    what = found.add_subparsers(dest="what", required=True)
    listed = what.add_parser("list", help=messages.text("cli.audit_list"))
    listed.add_argument("--who", default="", metavar="LOGIN")
    listed.add_argument("--action", default="", help=messages.text("cli.audit_action"))
    listed.add_argument("--limit", type=int, default=50)
    listed.set_defaults(run=run_list)
    verify = what.add_parser("verify", help=messages.text("cli.audit_verify"))
    verify.add_argument(
        "--noted", default="", metavar="HASH", help=messages.text("cli.audit_noted")
    )
    verify.set_defaults(run=run_verify)


def run_list(chosen: argparse.Namespace) -> int:
    """One line each, newest first: time, who, what, to what, why."""
    query = AuditQuery(actor=chosen.who, action=chosen.action, limit=max(1, chosen.limit))

    async def job(configuration: Configuration, log: SqlAudit) -> int:
        zone = ZoneInfo(configuration.settings.time_zone)
        for each in await log.find(query):
            line, at = each.line, each.line.at.astimezone(zone)
            print(
                f"{at:%Y-%m-%d %H:%M:%S}",
                line.actor,
                line.action,
                line.subject,
                line.reason,
                sep="\t",
            )
        return 0

    return _run(job)


def run_verify(chosen: argparse.Namespace) -> int:
    """0: whole, with the hash worth writing down; 1: where it is broken."""

    async def job(configuration: Configuration, log: SqlAudit) -> int:
        language, found = configuration.settings.language, await log.verify(chosen.noted)
        for each in found.breaks:
            number = each.number or 0
            print(messages.text(f"admin.break.{each.kind}", language, number=number))
        if not found.knows:
            print(messages.text("cli.audit_not_known", language))
        key = "cli.audit_whole" if found.whole else "cli.audit_broken"
        print(messages.text(key, language, lines=found.lines, head=found.head or "-"))
        return 0 if found.whole else 1

    return _run(job)


def _run(job: Callable[[Configuration, SqlAudit], Awaitable[int]]) -> int:
    try:
        configuration = load()
    except Unusable:
        return 1
    return asyncio.run(_with(configuration, job))


async def _with(
    configuration: Configuration, job: Callable[[Configuration, SqlAudit], Awaitable[int]]
) -> int:
    await migrate(configuration.settings.sql_url)
    engine = open_engine(configuration.settings.sql_url)
    try:
        return await job(configuration, SqlAudit(engine))
    finally:
        await engine.dispose()
