"""Calls of history: search by all that a row shows, page by page, and the same as a file. Who looks for a
number that he does not see whole is in the audit, and so is every file."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aiohttp import web

from cti import messages
from cti.core.ids import AgentId, CallId
from cti.core.sheet_text import BOM, safe
from cti.services.history_ports import CallQuery, CallRow
from cti.services.place_names import place_label, place_name
from cti.services.ports import Account, Role
from cti.web.errors import ApiError
from cti.web.language import language_of
from cti.web.masking import masked_number
from cti.web.messages import Json, wire
from cti.web.parts import PARTS, SIGNED_IN, AreaOf
from cti.web.query_fields import NAME, NUMBER, read_time, text_of, time_of
from cti.web.replies import reply

MOST, MOST_EXPORTED, PAGE = 500, 50_000, 1000
SHOWN_DIGITS = 4
"""So many of a number's last digits everybody sees who sees calls."""
SEARCHERS = frozenset({Role.SUPERVISOR, Role.QA, Role.ADMIN})
"""Those who may look for more of a number."""
LEAST_WHOLE = 11
"""From so many digits on it is a whole number: a mobile's, or a landline's with its area."""
COLUMNS = (
    "arrived_at",
    "call_id",
    "direction",
    "caller_number",
    "place",
    "dialed_number",
    "queue",
    "agent_id",
    "outcome",
    "waited_s",
    "talked_s",
    "cleared_by",
    "wrap_up_reason",
)
_REASONS = re.compile(r"[A-Za-z0-9._,-]{1,2000}", re.ASCII)


async def calls(request: web.Request) -> web.Response:
    """Calls that fit (of the last day where no time is given), newest first; an agent sees his own."""
    query = await _asked(request)
    parts = request.app[PARTS]
    return reply([shown(row, parts.area_of) for row in await parts.history.calls(query)])


async def export(request: web.Request) -> web.Response:
    """The calls that fit as CSV, numbers masked, with who took them along in the last line."""
    query = replace(await _asked(request), limit=PAGE)
    parts, login = request.app[PARTS], request[SIGNED_IN].account.login
    await parts.audit.note(
        login, "calls.export", request.query_string[:200], reason="", at=parts.now()
    )
    sheet = _Sheet(language_of(request), parts.area_of, f"{login} {parts.now():%F %T}Z")
    text = sheet.csv(await _all(request, query))
    return web.Response(
        body=text.encode("utf-8"),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": 'attachment; filename="calls.csv"',
        },
    )


def shown(row: CallRow, area_of: AreaOf) -> Json:
    """A call as JSON."""
    number = row.caller_number
    return {
        **wire(row),
        "callerNumber": masked_number(number),
        "place": place_label(area_of(number)),
    }


def agent_of(account: Account) -> AgentId:
    """Whose calls an agent sees. Raises ApiError 403."""
    if account.agent_id is None:
        raise ApiError(403, "signin.no_agent")
    return account.agent_id


async def _asked(request: web.Request) -> CallQuery:
    """What is looked for; a search by number is in the audit first. Raises ApiError 400, 403."""
    account, now = request[SIGNED_IN].account, request.app[PARTS].now()
    agent_id = text_of(request, "agent", NAME)
    reasons = text_of(request, "reason", _REASONS)
    query = CallQuery(
        since=time_of(request, "since") or now - timedelta(days=1),
        until=time_of(request, "until"),
        agent_id=AgentId(agent_id) if agent_id else None,
        queue=text_of(request, "queue", NAME),
        outcome=text_of(request, "outcome", NAME),
        direction=text_of(request, "direction", NAME),
        call_id=text_of(request, "callId", NAME),
        reasons=tuple(each for each in (reasons or "").split(",") if each),
        before=_before(request),
        limit=_limit(request),
    )
    if account.role is Role.AGENT:
        query = replace(query, agent_id=agent_of(account))
    return await _with_number(request, query)


async def _with_number(request: web.Request, query: CallQuery) -> CallQuery:
    number = text_of(request, "number", NUMBER)
    if number is None:
        return query
    if len(number) <= SHOWN_DIGITS:
        return replace(query, digits=number)
    account, parts = request[SIGNED_IN].account, request.app[PARTS]
    if account.role not in SEARCHERS:
        raise ApiError(403, "call.no_number_search")
    await parts.audit.note(
        account.login, "calls.search", masked_number(number), reason="", at=parts.now()
    )
    whole = len(number) >= LEAST_WHOLE
    return replace(query, number=number) if whole else replace(query, digits=number)


async def _all(request: web.Request, query: CallQuery) -> Sequence[CallRow]:
    found: list[CallRow] = []
    while len(found) < MOST_EXPORTED:
        page = await request.app[PARTS].history.calls(query)
        found += page
        if len(page) < query.limit:
            break
        query = replace(query, before=(page[-1].arrived_at, page[-1].call_id))
    return found[:MOST_EXPORTED]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Calls as a file in a language; ``mark`` tells in its last line who took it."""

    language: str
    area_of: AreaOf
    mark: str

    def csv(self, rows: Iterable[CallRow]) -> str:
        made = io.StringIO()
        made.write(BOM)
        writer = csv.writer(made)
        writer.writerow([self._said(f"column.{name}") for name in COLUMNS])
        for row in rows:
            writer.writerow([safe(self._cell(row, name)) for name in COLUMNS])
        writer.writerow([safe(self._said("exported", by=self.mark))])
        return made.getvalue()

    def _said(self, key: str, **values: str) -> str:
        return messages.text(f"web.call.{key}", self.language, **values)

    def _cell(self, row: CallRow, name: str) -> str:
        if name == "place":
            return place_name(self.area_of(row.caller_number), self.language) or ""
        value = getattr(row, name)
        if name == "caller_number":
            return masked_number(value) if value else ""
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds")
        return "" if value is None else str(value)


def _before(request: web.Request) -> tuple[datetime, CallId] | None:
    """Where the page before ended: arrival and id of its last call."""
    asked = request.query.get("before")
    if asked is None:
        return None
    at, _, call_id = asked.partition(",")
    if not NAME.fullmatch(call_id):
        raise ApiError(400, "request.wrong_field", field="before", longest=96)
    return read_time(at, "before"), CallId(call_id)


def _limit(request: web.Request) -> int:
    asked = request.query.get("limit", "100")
    if asked.isascii() and asked.isdigit() and len(asked) <= 4 and int(asked) > 0:
        return min(int(asked), MOST)
    raise ApiError(400, "request.wrong_number", field="limit")
