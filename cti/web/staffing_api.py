"""How many agents an interval needs, over HTTP."""

from dataclasses import asdict
from math import isfinite

from aiohttp import web

from cti.core.measures.erlang import Expected
from cti.core.measures.staffing import Staffing, Unstaffable, Wanted, staffed
from cti.web.errors import ApiError
from cti.web.messages import Json
from cti.web.replies import reply

_MINUTE_S = 60
_DEFAULTS = {"target": 0.8, "within": 20.0, "shrinkage": 0.0, "interval": 60.0}
_NAMES = {"aht_s": "aht", "within_s": "within", "interval_s": "interval", "patience_s": "patience"}


async def staffing(request: web.Request) -> web.Response:
    """The fewest agents who meet a service level, by Erlang C or A, and what a few more or fewer do."""
    wanted = _wanted(request)
    try:
        return reply(plain(wanted, staffed(wanted)))
    except Unstaffable as senseless:
        field = _NAMES.get(senseless.field, senseless.field)
        raise ApiError(400, "request.wrong_figure", field=field) from None


def plain(wanted: Wanted, found: Staffing) -> Json:
    """The answer as JSON; a wait without end is null."""
    return {
        "erlangs": round(wanted.traffic.erlangs, 4),
        "agents": found.agents,
        "rostered": wanted.rostered(found.agents),
        "rows": [_row(wanted, row) for row in found.rows],
    }


def _row(wanted: Wanted, row: Expected) -> Json:
    shown = {name: round(value, 6) if isfinite(value) else None for name, value in _figures(row)}
    return {"agents": row.agents, "rostered": wanted.rostered(row.agents), **shown}


def _figures(row: Expected) -> list[tuple[str, float]]:
    wire = {"service_level": "serviceLevel", "asa_s": "asaS"}
    return [
        (wire.get(name, name), value) for name, value in asdict(row).items() if name != "agents"
    ]


def _wanted(request: web.Request) -> Wanted:
    return Wanted(
        calls=_figure(request, "calls"),
        aht_s=_figure(request, "aht"),
        target=_figure(request, "target"),
        within_s=_figure(request, "within"),
        interval_s=_figure(request, "interval") * _MINUTE_S,
        patience_s=_figure(request, "patience") if "patience" in request.query else None,
        shrinkage=_figure(request, "shrinkage"),
    )


def _figure(request: web.Request, name: str) -> float:
    asked = request.query.get(name, _DEFAULTS.get(name, ""))
    try:
        found = float(asked)
    except ValueError:
        found = float("nan")
    if isfinite(found):
        return found
    raise ApiError(400, "request.wrong_figure", field=name)
