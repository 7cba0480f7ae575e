"""Reports over HTTP: which there are, and one as JSON, CSV or XLSX. Every export is in the audit."""

import asyncio
import io
import zipfile
from collections.abc import Sequence
from urllib.parse import quote

from aiohttp import web

from cti.core.measures.tallies import By
from cti.core.report_document import File
from cti.core.report_periods import days
from cti.core.reports import Format, Period, Report, Schedule
from cti.services.measures import NotMeasured
from cti.services.ports import Role
from cti.services.reports import Order, Reports
from cti.web.errors import ApiError
from cti.web.language import language_of
from cti.web.measures_api import moment_of, word_of
from cti.web.messages import Json
from cti.web.parts import PARTS, SIGNED_IN
from cti.web.query_fields import NAME, text_of
from cti.web.replies import reply

ONLY = {"queue": By.QUEUE, "agent": By.AGENT}
"""What a reader may narrow all tables of a report to."""
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


async def reports(request: web.Request) -> web.Response:
    """The reports that there are, when they are due and where they go."""
    language = language_of(request)
    return reply([_record(one, language) for one in _reports(request).listed])


async def report(request: web.Request) -> web.Response:
    """One report of a period as JSON, CSV or XLSX; several CSV files come as one ZIP."""
    desk = _reports(request)
    form = word_of(request, "format", Format, Format.JSON)
    try:
        order = _order(request, desk)
        files = await desk.export(order, form)
    except NotMeasured as senseless:
        status = 404 if senseless.code == "unknown_report" else 400
        raise ApiError(status, f"measures.{senseless.code}", **senseless.values) from None
    file = files[0] if len(files) == 1 else await asyncio.to_thread(_zipped, order.name, files)
    headers = {"Content-Type": file.media_type}
    if form is not Format.JSON:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return web.Response(body=file.body, headers=headers)


def _reports(request: web.Request) -> Reports:
    parts = request.app[PARTS].measures
    if parts and parts.reports:
        return parts.reports
    raise ApiError(404, "http.404")


def _order(request: web.Request, desk: Reports) -> Order:
    """Raises ApiError 400 and NotMeasured."""
    parts = request.app[PARTS].measures
    assert parts is not None  # noqa: S101 (``_reports`` looked)
    zone, query, account = parts.measures.zone, request.query, request[SIGNED_IN].account
    found = desk.report(request.match_info["name"])
    today = request.app[PARTS].now().astimezone(zone).date()
    since, until = days(word_of(request, "period", Period, found.period), today).moments(zone)
    if "from" in query or "to" in query:
        since, until = (moment_of(request, name) for name in ("from", "to"))
    return Order(
        name=found.name,
        since=since,
        until=until,
        language=language_of(request) if "language" in query else found.language,
        by=account.login,
        named=account.role is not Role.AUDITOR,
        only={by: value for name, by in ONLY.items() if (value := text_of(request, name, NAME))},
    )


def _zipped(name: str, files: Sequence[File]) -> File:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(file.name, file.body)
    return File(name=f"{name}.zip", media_type="application/zip", body=made.getvalue())


def _record(one: Report, language: str) -> Json:
    return {
        "name": one.name,
        "title": one.title[language],
        "period": one.period,
        "formats": one.formats,
        "tables": [{"table": t.name, "title": t.title[language]} for t in one.tables],
        "schedule": _schedule(one.schedule) if one.schedule else None,
        "ways": one.ways,
    }


def _schedule(one: Schedule) -> Json:
    return {
        "at": f"{one.at:%H:%M}",
        "days": [WEEK[day - 1] for day in sorted(one.weekdays)],
        "monthDays": sorted(one.month_days),
        "workingDays": one.working_days,
    }
