"""``cti measures``: figures of a period, and the proof that they are what the events add up to."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cti import messages
from cti.columns import aligned
from cti.config_models import Configuration
from cti.core.clock.hours import Calendar
from cti.core.measures.figures import Unit, Value
from cti.core.measures.intervals import Length
from cti.core.measures.tallies import By
from cti.dialplan_files import load_calendar
from cti.measuring import measure_rules, measures_on
from cti.services.measures import MeasureQuery, MeasureReport, NotMeasured, ReportRow
from cti.site_files import Unusable, load
from cti.store.sql_link import migrate, open_engine
from cti.store.sql_recompute import Recomputation
from cti.web.measures_api import report_record

DONE, DIFFERS, UNUSABLE = 0, 1, 2
USUAL = (
    "arrived",
    "requests",
    "answered",
    "abandon_rate",
    "answer_rate",
    "service_level_5",
    "answer_speed",
    "handle_time_in",
    "traffic",
    "occupancy",
    "work_rate",
)
"""What ``show`` prints where no figures are named."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("measures", help=_said("help"))
    what = command.add_subparsers(dest="what", required=True)
    show = what.add_parser("show", help=_said("show"))
    _period(show, required=True)
    show.add_argument("--by", choices=[*By], default=By.CENTRE, help=_said("by"))
    show.add_argument("--interval", choices=[*Length], default=Length.WHOLE, help=_said("interval"))
    show.add_argument("--figures", default="", help=_said("figures"))
    show.add_argument("--compare-year", action="store_true", help=_said("compare"))
    show.add_argument("--json", action="store_true", help=_said("json"))
    show.add_argument("--language", choices=messages.LANGUAGES, help=_said("language"))
    show.set_defaults(run=run_show)
    again = what.add_parser("recompute", help=_said("recompute"))
    _period(again, required=False)
    again.add_argument("--check", action="store_true", help=_said("check"))
    again.set_defaults(run=run_recompute)


def _said(key: str, language: str = messages.DEFAULT_LANGUAGE, **values: object) -> str:
    return messages.text(f"measures.said.{key}", language, **values)


def _period(command: argparse.ArgumentParser, *, required: bool) -> None:
    for name, place in (("from", "since"), ("to", "until")):
        command.add_argument(
            f"--{name}",
            dest=place,
            required=required,
            type=datetime.fromisoformat,
            metavar="TIME",
            help=_said(name),
        )


def run_show(chosen: argparse.Namespace) -> int:
    """Print the figures. 2: the configuration, or what is asked, makes no sense."""
    try:
        configuration = load()
    except Unusable:
        return UNUSABLE
    language = chosen.language or configuration.settings.language
    try:
        report = asyncio.run(_report(configuration, _query(chosen, configuration)))
    except NotMeasured as no:
        said = messages.text(f"web.measures.{no.code}", language, **no.values)
        print(said, file=sys.stderr)
        return UNUSABLE
    if chosen.json:
        print(
            json.dumps(report_record(report, language), ensure_ascii=False, default=str, indent=1)
        )
    else:
        print(*_lines(report, language), sep="\n")
    return DONE


def _query(chosen: argparse.Namespace, configuration: Configuration) -> MeasureQuery:
    names = tuple(name for name in chosen.figures.split(",") if name)
    return MeasureQuery(
        since=_local(chosen.since, configuration),
        until=_local(chosen.until, configuration),
        length=Length(chosen.interval),
        by=By(chosen.by),
        names=names or (("node_entered", "node_errors") if chosen.by == By.NODE else USUAL),
        compare_year=chosen.compare_year,
    )


def _local(at: datetime, configuration: Configuration) -> datetime:
    zone = ZoneInfo(configuration.settings.time_zone)
    return at if at.tzinfo else at.replace(tzinfo=zone)


async def _report(configuration: Configuration, query: MeasureQuery) -> MeasureReport:
    settings = configuration.settings
    engine = open_engine(settings.sql_url)

    def calendar() -> Calendar | None:
        return load_calendar(settings.folders.dialplan)[0]

    try:
        measures = measures_on(engine, configuration, calendar, lambda: datetime.now(UTC))
        return await measures.report(query)
    finally:
        await engine.dispose()


def _lines(report: MeasureReport, language: str) -> list[str]:
    """A line a figure where all is one row, else a line a row."""
    names = [messages.text(f"measures.figure.{one.name}.name", language) for one in report.figures]
    if len(report.rows) == 1:
        values = _cells(report.rows[0], report)
        return aligned([list(pair) for pair in zip(names, values, strict=True)], figures=True)
    heading = ["", *names]
    return aligned([heading, *([_head(r, language), *_cells(r, report)] for r in report.rows)],
                   figures=True)  # fmt: skip


def _head(row: ReportRow, language: str) -> str:
    at = f"{row.at:%Y-%m-%d %H:%M}" if row.at else _said("whole", language)
    return f"{at} {_said('together', language) if row.row == '*' else row.row}".strip()


def _cells(row: ReportRow, report: MeasureReport) -> Sequence[str]:
    return [_cell(one.name, row.values, row.before) for one in report.figures]


def _cell(name: str, now: Mapping[str, Value], before: Mapping[str, Value] | None) -> str:
    if before is None:
        return _shown(now[name])
    return f"{_shown(now[name])} ({_shown(before[name])}{_growth(now[name], before[name])})"


def _growth(now: Value, before: Value) -> str:
    if now.figure.unit is not Unit.COUNT or not before.numerator:
        return ""
    return f", {100 * (now.numerator - before.numerator) / before.numerator:+.2f} %"


def _shown(value: Value) -> str:
    found = value.shown
    match value.figure.unit:
        case _ if found is None:
            return "-"
        case Unit.SHARE:
            return f"{100 * found:.2f} %"
        case Unit.SECONDS if value.denominator is None:
            return str(timedelta(seconds=round(found)))
        case Unit.SECONDS:
            return f"{found:.1f}"
    return str(found)


def run_recompute(chosen: argparse.Namespace) -> int:
    """Compute anew; with --check 1 where anything kept is not what the events add up to."""
    try:
        configuration = load()
    except Unusable:
        return UNUSABLE
    begun = time.monotonic()
    since, until = (at and _local(at, configuration) for at in (chosen.since, chosen.until))
    events, apart = asyncio.run(_recompute(configuration, since, until, mend=not chosen.check))
    language = configuration.settings.language
    took_s = time.monotonic() - begun
    print(_said("checked", language, events=events, took_s=took_s, apart=apart))
    return DIFFERS if apart and chosen.check else DONE


async def _recompute(
    configuration: Configuration, since: datetime | None, until: datetime | None, *, mend: bool
) -> tuple[int, int]:
    url, language = configuration.settings.sql_url, configuration.settings.language
    await migrate(url)
    engine = open_engine(url)
    again = Recomputation(engine, measure_rules(configuration), since, until)
    apart = 0
    try:
        async for found in again.run(mend=mend):
            apart += 1
            if not mend:
                told = {name: getattr(found, name) for name in found.__dataclass_fields__}
                print(_said("apart", language, **told))
    finally:
        await engine.dispose()
    return again.events, apart
