"""Figures over HTTP: tables of any period, the contacts behind each figure, and the wallboard."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from cti import messages
from cti.core.measures.figures import Figure, Unit, Value
from cti.core.measures.intervals import Length
from cti.core.measures.registry import figures
from cti.core.measures.tallies import By
from cti.services.measure_drilldown import Behind
from cti.services.measures import MeasureQuery, MeasureReport, NotMeasured, ReportRow
from cti.services.place_names import place_label, place_name
from cti.services.ports import Account, Role
from cti.services.wallboard import Board
from cti.web.errors import ApiError
from cti.web.language import language_of
from cti.web.masking import masked_number
from cti.web.messages import Json, encode, wire
from cti.web.parts import PARTS, SIGNED_IN, AreaOf, MeasureParts
from cti.web.replies import reply

MOST_BEHIND = 1000
ONLY = {
    "queue": By.QUEUE,
    "agent": By.AGENT,
    "skill": By.SKILL,
    "area": By.AREA,
    "branch": By.BRANCH,
    "node": By.NODE,
    "class": By.CALLER_CLASS,
    "reason": By.REASON,
    "wait": By.WAIT,
}
"""Query names that narrow figures to one value."""
NOT_FOR_AGENTS = frozenset({"satisfied_rate", "survey_rate"})
"""An agent must not learn how one caller rated him."""
Word = TypeVar("Word", bound=StrEnum)


async def measures(request: web.Request) -> web.Response:
    """Figures of a period, by interval and by queue, agent, skill, area…; an agent sees his own."""
    parts, query = _parts(request), _query(request)
    try:
        report = await parts.measures.report(query)
    except NotMeasured as senseless:
        raise _refused(senseless) from None
    return reply(report_record(report, language_of(request)))


async def own_day(request: web.Request) -> web.Response:
    """The agent's own day in a few figures; how callers rated him is not among them."""
    agent_id, now = request[SIGNED_IN].account.agent_id, request.app[PARTS].now()
    if agent_id is None:
        raise ApiError(403, "signin.no_agent")
    if (own := _parts(request).own) is None:
        raise ApiError(404, "http.404")
    return reply(wire(await own.today(agent_id, now)))


async def behind(request: web.Request) -> web.Response:
    """The contacts, or stretches of agents' time, behind a figure: their amounts add up to it."""
    parts, query = _parts(request), _query(request)
    name = request.query.get("figure", "")
    _may_see(request[SIGNED_IN].account, [name])
    offset, limit = _number(request, "offset", 0), _number(request, "limit", 100)
    try:
        report = await parts.measures.report(_one(query, name))
        page = (offset, min(limit, MOST_BEHIND))
        found = await parts.drill_down.behind(query, name, offset=page[0], limit=page[1])
    except NotMeasured as senseless:
        raise _refused(senseless) from None
    values = [row.values[name] for row in report.rows[-1:]]
    numerator = values[0].numerator if values else 0
    area_of = request.app[PARTS].area_of
    return reply(
        {"figure": name, "numerator": numerator, "behind": [_behind(b, area_of) for b in found]}
    )


async def definitions(request: web.Request) -> web.Response:
    """Every figure: its name and formula in words, its unit, and which interval it belongs to."""
    language, rules = language_of(request), _parts(request).measures.rules
    return reply([definition(figure, language) for figure in figures(rules).values()])


async def waiting(request: web.Request) -> web.Response:
    """How many waited at once, by interval: on average, and at the most."""
    parts = _parts(request)
    try:
        rows = await parts.lengths.rows(
            moment_of(request, "from"),
            moment_of(request, "to"),
            word_of(request, "interval", Length, Length.QUARTER),
            request.query.get("queue"),
        )
    except NotMeasured as senseless:
        raise _refused(senseless) from None
    return reply(
        [{"at": r.at, "mean": round(r.length.mean, 3), "most": r.length.most} for r in rows]
    )


async def wallboard(request: web.Request) -> web.Response:
    """Who waits, how the day goes, what the agents do; the same comes as messages over /ws."""
    return reply(board_record(_parts(request).board.board()))


def board_record(board: Board) -> Json:
    """The wallboard as JSON."""
    shown = {name: value for name, value in wire(board).items() if name != "pending"}
    return {
        **shown,
        **wire(board.pending),
        "centre": wire(board.centre),
        "queues": [{**wire(one), "today": wire(one.today)} for one in board.queues],
        "states": [wire(one) for one in board.states],
    }


def board_message(board: Board) -> bytes:
    """The wallboard as a message to supervisors' desktops."""
    return encode({"type": "wallboard", **board_record(board)})


def definition(figure: Figure, language: str) -> Json:
    """One figure, in words."""
    key = f"measures.figure.{figure.name}"
    return {
        "figure": figure.name,
        "name": messages.text(f"{key}.name", language),
        "formula": messages.text(f"{key}.formula", language),
        "unit": figure.unit,
        "interval": figure.rule,
    }


def report_record(report: MeasureReport, language: str) -> Json:
    """A report as JSON: by figure ``[numerator, denominator, value]``; areas with their names."""
    return {
        "by": report.query.by,
        "interval": report.query.length,
        "figures": [{"figure": one.name, "unit": one.unit} for one in report.figures],
        "rows": [{**_named(report.query.by, row, language), **_row(row)} for row in report.rows],
    }


def _named(by: By, row: ReportRow, language: str) -> Json:
    name = place_name(row.row, language) if by is By.AREA else None
    return {"label": name} if name else {}


def _row(row: ReportRow) -> Json:
    found: Json = {"at": row.at, "row": row.row, "values": _values(row.values)}
    return found if row.before is None else {**found, "yearBefore": _values(row.before)}


def _values(values: Mapping[str, Value]) -> Json:
    return {name: [v.numerator, v.denominator, _shown(v)] for name, v in values.items()}


def _shown(value: Value) -> float | int | None:
    found = value.shown
    digits = 3 if value.figure.unit is Unit.SECONDS else 6
    return round(found, digits) if isinstance(found, float) else found


def _behind(one: Behind, area_of: AreaOf) -> Json:
    number = masked_number(one.caller_number) if one.caller_number else ""
    return {**wire(one), "callerNumber": number, "place": place_label(area_of(one.caller_number))}


def _parts(request: web.Request) -> MeasureParts:
    if found := request.app[PARTS].measures:
        return found
    raise ApiError(404, "http.404")


def _query(request: web.Request) -> MeasureQuery:
    """Raises ApiError 400 for what makes no sense, 403 for what is not the agent's."""
    account = request[SIGNED_IN].account
    only = {by: request.query[name] for name, by in ONLY.items() if name in request.query}
    by = word_of(request, "by", By, By.CENTRE)
    if account.role is Role.AGENT:
        only, by = _own(account, only, by)
    names = tuple(name for name in request.query.get("figures", "").split(",") if name)
    _may_see(account, names)
    return MeasureQuery(
        since=moment_of(request, "from"),
        until=moment_of(request, "to"),
        length=word_of(request, "interval", Length, Length.WHOLE),
        by=by,
        only=only,
        names=names or _usual(request, account, by, only),
        compare_year=request.query.get("compare") == "year",
    )


def _own(account: Account, only: dict[By, str], by: By) -> tuple[dict[By, str], By]:
    """An agent is answered about himself."""
    if account.agent_id is None:
        raise ApiError(403, "signin.no_agent")
    if only.get(By.AGENT, account.agent_id) != account.agent_id:
        raise ApiError(403, "measures.not_yours")
    return {**only, By.AGENT: account.agent_id}, by


def _usual(
    request: web.Request, account: Account, by: By, only: Mapping[By, str]
) -> tuple[str, ...]:
    if account.role is not Role.AGENT:
        return ()
    of_nodes = by is By.NODE or By.NODE in only
    known = figures(_parts(request).measures.rules)
    mine = (name for name in known if name.startswith("node_") == of_nodes)
    return tuple(name for name in mine if name not in NOT_FOR_AGENTS)


def _may_see(account: Account, names: list[str] | tuple[str, ...]) -> None:
    if account.role is Role.AGENT and NOT_FOR_AGENTS.intersection(names):
        raise ApiError(403, "measures.not_yours")


def _one(query: MeasureQuery, name: str) -> MeasureQuery:
    return MeasureQuery(
        since=query.since, until=query.until, by=By.CENTRE, only=query.only, names=[name]
    )


def word_of(request: web.Request, name: str, words: type[Word], default: Word) -> Word:
    """A word of the query. Raises ApiError 400."""
    try:
        return words(request.query.get(name, default))
    except ValueError:
        known = ", ".join(words)
        raise ApiError(400, "measures.wrong_word", field=name, known=known) from None


def moment_of(request: web.Request, name: str) -> datetime:
    """A moment, or a date: its midnight at the centre. Raises ApiError 400."""
    zone = _parts(request).measures.zone
    try:
        found = datetime.fromisoformat(request.query[name])
        return found if found.tzinfo else found.replace(tzinfo=zone)
    except (KeyError, ValueError, OverflowError):
        raise ApiError(400, "request.wrong_time", field=name) from None


def _number(request: web.Request, name: str, default: int) -> int:
    asked = request.query.get(name, str(default))
    if re.fullmatch(r"[0-9]{1,7}", asked, re.ASCII):
        return int(asked)
    raise ApiError(400, "request.wrong_number", field=name)


def _refused(senseless: NotMeasured) -> ApiError:
    return ApiError(400, f"measures.{senseless.code}", **senseless.values)
