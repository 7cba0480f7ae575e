"""``cti report``: list, make and send reports."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cti import messages
from cti.config_models import Configuration
from cti.core.report_periods import days
from cti.core.reports import Format, Period, Report
from cti.dialplan_files import load_calendar
from cti.reporting import ReportGround, reports_of
from cti.services.measures import NotMeasured
from cti.services.report_ports import NotDelivered
from cti.services.reports import Order, Reports
from cti.site_files import Unusable, load, secrets_of
from cti.store.sql_link import migrate, open_engine
from cti.store.sql_reports import SqlReports
from cti.terminal_acts import operator

DONE, UNUSABLE = 0, 1


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("report", help=_help("report"))
    what = found.add_subparsers(dest="what", required=True)
    what.add_parser("list", help=_help("list")).set_defaults(run=run_list)
    what.add_parser("runs", help=_help("runs")).set_defaults(run=run_runs)
    run = what.add_parser("run", help=_help("run"))
    _period(run)
    run.add_argument("--format", choices=[*Format], default=Format.XLSX, help=_help("format"))
    run.add_argument("--out", type=Path, default=Path(), help=_help("out"))
    run.add_argument("--language", choices=messages.LANGUAGES, help=_help("language"))
    run.set_defaults(run=run_run)
    send = what.add_parser("send", help=_help("send"))
    _period(send)
    send.set_defaults(run=run_send, language=None)


def _help(key: str) -> str:
    return messages.text(f"reports.help.{key}")


def _period(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", help=_help("name"))
    for name, place in (("from", "since"), ("to", "until")):
        command.add_argument(
            f"--{name}",
            dest=place,
            type=datetime.fromisoformat,
            metavar="TIME",
            help=_help(name),
        )
    command.add_argument("--period", choices=[*Period], help=_help("period"))


def run_list(_chosen: argparse.Namespace) -> int:
    """One line a report: name, title, period, when it is due, where it goes."""
    try:
        configuration = load()
    except Unusable:
        return UNUSABLE
    for one in configuration.reports.all().values():
        due = f"{one.schedule.at:%H:%M}" if one.schedule else "-"
        title = one.title[configuration.settings.language]
        print(one.name, title, one.period, due, ",".join(one.ways) or "-", sep="\t")
    return DONE


def run_runs(_chosen: argparse.Namespace) -> int:
    """One line a scheduled delivery, newest first."""
    try:
        configuration = load()
    except Unusable:
        return UNUSABLE
    zone = ZoneInfo(configuration.settings.time_zone)

    async def rows() -> None:
        engine = open_engine(configuration.settings.sql_url)
        try:
            for row in await SqlReports(engine).newest():
                first, until = row.since.astimezone(zone), row.until.astimezone(zone)
                print(
                    row.report, f"{first:%F}", f"{until:%F}", row.way, row.state, sep="\t", end=""
                )
                print(f"\t{row.attempts}\t{row.last_error}")
        finally:
            await engine.dispose()

    asyncio.run(rows())
    return DONE


def run_run(chosen: argparse.Namespace) -> int:
    """Write the report's files. 1: it makes no sense."""

    async def job(reports: Reports, order: Order, language: str) -> int:
        for file in await reports.export(order, Format(chosen.format)):
            path = chosen.out / file.name
            chosen.out.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.body)
            print(messages.text("reports.said.written", language, path=path))
        return DONE

    return _run(chosen, job)


def run_send(chosen: argparse.Namespace) -> int:
    """Send the report where it belongs. 1: it has no such place, or did not arrive."""

    async def job(reports: Reports, order: Order, language: str) -> int:
        ways = reports.report(order.name).ways
        if not ways:
            print(_said("nowhere", language, name=order.name), file=sys.stderr)
            return UNUSABLE
        for way in ways:
            await reports.deliver(order, way)
            print(_said("sent", language, name=order.name, way=way))
        return DONE

    return _run(chosen, job)


def _said(key: str, language: str, **values: object) -> str:
    return messages.text(f"reports.said.{key}", language, **values)


Job = Callable[[Reports, Order, str], Awaitable[int]]


def _run(chosen: argparse.Namespace, job: Job) -> int:
    try:
        configuration = load()
    except Unusable:
        return UNUSABLE
    language = configuration.settings.language
    if (chosen.since is None) != (chosen.until is None):
        print(_said("both", language), file=sys.stderr)
        return UNUSABLE
    try:
        return asyncio.run(_with(configuration, chosen, job))
    except NotMeasured as no:
        told = messages.text(f"web.measures.{no.code}", language, **no.values)
    except NotDelivered as no:
        told = _said("not_delivered", language, why=no)
    print(told, file=sys.stderr)
    return UNUSABLE


async def _with(configuration: Configuration, chosen: argparse.Namespace, job: Job) -> int:
    settings = configuration.settings
    await migrate(settings.sql_url)
    engine = open_engine(settings.sql_url)
    ground = ReportGround(
        configuration=configuration,
        secrets=secrets_of(configuration),
        engine=engine,
        now=lambda: datetime.now(UTC),
    )
    try:
        reports = reports_of(ground, lambda: load_calendar(settings.folders.dialplan)[0])
        order = _order(chosen, reports.report(chosen.name), ZoneInfo(settings.time_zone))
        return await job(reports, order, settings.language)
    finally:
        await engine.dispose()


def _order(chosen: argparse.Namespace, report: Report, zone: ZoneInfo) -> Order:
    period = Period(chosen.period or report.period)
    since, until = days(period, datetime.now(zone).date()).moments(zone)
    if chosen.since:
        given = (chosen.since, chosen.until)
        since, until = (at if at.tzinfo else at.replace(tzinfo=zone) for at in given)
    return Order(
        name=report.name,
        since=since,
        until=until,
        language=chosen.language or report.language,
        by=operator(),
    )
