"""The audit as it is read: lines, a file of them, and whether the chain is whole."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import web

from cti.core.audit_chain import Break, Chained
from cti.core.sheet_text import BOM, safe
from cti.services.admin_ports import AuditQuery
from cti.web.admin_answers import Json, admin_of, note
from cti.web.errors import ApiError
from cti.web.findings import words
from cti.web.replies import reply

LONGEST_WORD = 100
MOST, MOST_EXPORTED, PAGE = 500, 100_000, 2000
COLUMNS = ("id", "at", "actor", "action", "subject", "reason", "hash")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


async def lines(request: web.Request) -> web.Response:
    """Lines of the audit, newest first; ``next`` is the cursor of the page after."""
    limit = min(_whole(request, "limit") or 100, MOST)
    query = _query(request, before=_whole(request, "cursor"), limit=limit + 1)
    found = await admin_of(request).audit.find(query)
    page = found[:limit]
    more = page[-1].number if len(found) > limit else None
    return reply({"lines": [_line(each) for each in page], "next": more})


async def actions(request: web.Request) -> web.Response:
    """Every action there is a line of."""
    return reply(list(await admin_of(request).audit.actions()))


async def verify(request: web.Request) -> web.Response:
    """Whether the chain is whole, and where not; ``noted``: a hash that somebody wrote down once."""
    noted = request.query.get("noted", "")
    if noted and not _HASH.fullmatch(noted):
        raise ApiError(400, "request.wrong_choice", field="noted")
    found = await admin_of(request).audit.verify(noted)
    return reply(
        {
            "whole": found.whole,
            "lines": found.lines,
            "head": found.head,
            "knowsNoted": found.knows,
            "breaks": [_break(each) for each in found.breaks],
        }
    )


async def export(request: web.Request) -> web.Response:
    """The lines as CSV, newest first; the export is itself a line."""
    query = _query(request)
    await note(request, "audit.export", request.query_string[:LONGEST_WORD], "")
    text = _csv(await _all(request, query))
    return web.Response(
        body=text.encode("utf-8"),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": 'attachment; filename="audit.csv"',
        },
    )


async def _all(request: web.Request, query: AuditQuery) -> list[Chained]:
    log, found, before = admin_of(request).audit, list[Chained](), query.before
    while len(found) < MOST_EXPORTED:
        page = await log.find(replace(query, before=before))
        found += page
        if len(page) < PAGE:
            break
        before = page[-1].number
    return found[:MOST_EXPORTED]


def _csv(found: Sequence[Chained]) -> str:
    made = io.StringIO()
    made.write(BOM)
    writer = csv.writer(made)
    writer.writerow(COLUMNS)
    for each in found:
        line = _line(each)
        writer.writerow([safe(str(line[name])) for name in COLUMNS])
    return made.getvalue()


def _query(request: web.Request, *, before: int | None = None, limit: int = PAGE) -> AuditQuery:
    return AuditQuery(
        since=_time(request, "since"),
        until=_time(request, "until"),
        actor=_word(request, "who"),
        action=_word(request, "action"),
        subject=_word(request, "subject"),
        before=before,
        limit=limit,
    )


def _time(request: web.Request, name: str) -> datetime | None:
    asked = request.query.get(name)
    if not asked:
        return None
    try:
        found = datetime.fromisoformat(asked)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ApiError(400, "request.wrong_time", field=name) from None


def _word(request: web.Request, name: str) -> str:
    value = request.query.get(name, "").strip()
    if len(value) > LONGEST_WORD:
        raise ApiError(400, "request.wrong_field", field=name, longest=LONGEST_WORD)
    return value


def _whole(request: web.Request, name: str) -> int | None:
    value = request.query.get(name)
    if not value:
        return None
    if not _NUMBER.fullmatch(value):
        raise ApiError(400, "request.wrong_number", field=name)
    return int(value)


def _line(each: Chained) -> Json:
    line = each.line
    return {
        "id": each.number,
        "at": line.at,
        "actor": line.actor,
        "action": line.action,
        "subject": line.subject,
        "reason": line.reason,
        "hash": each.line_hash,
    }


def _break(each: Break) -> Json:
    said = words(f"admin.break.{each.kind}", number=each.number or 0)
    return {"id": each.number, "at": each.at, "kind": each.kind, "what": said}
