"""The modes of the whole centre: what is on, and switching one."""

from collections.abc import Sequence

from aiohttp import web

from cti.core.modes import ModeOn, Wish
from cti.services.modes import Modes
from cti.web.errors import ApiError
from cti.web.messages import Json
from cti.web.parts import PARTS, SIGNED_IN
from cti.web.replies import body_of, reply, text_field

LONGEST_REASON = 200


async def modes(request: web.Request) -> web.Response:
    """Every mode there is, with its name, its limit, and since when, until when and why it is on."""
    found = request.app[PARTS].modes
    return reply(_listed(found, await found.on()))


async def switch(request: web.Request) -> web.Response:
    """Switch a mode on for so many hours, or off; the reason is written down."""
    body, mode = await body_of(request), request.match_info["mode"]
    reason = text_field(body, "reason", LONGEST_REASON)
    found, by = request.app[PARTS].modes, request[SIGNED_IN].account.login
    if _on(body):
        await found.switch_on(Wish(mode=mode, hours=_hours(body), by=by, reason=reason))
    else:
        await found.switch_off(mode, by, reason)
    return reply(_listed(found, await found.on()))


def _on(body: Json) -> bool:
    value = body.get("on")
    if isinstance(value, bool):
        return value
    raise ApiError(400, "request.wrong_yes_no", field="on")


def _hours(body: Json) -> float:
    value = body.get("hours")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ApiError(400, "request.wrong_number", field="hours")


def _listed(found: Modes, on: Sequence[ModeOn]) -> list[Json]:
    now_on = {one.mode: one for one in on}
    return [
        {
            "name": name,
            "label": dict(rule.label),
            "longestH": rule.longest_h,
            "on": _state(now_on.get(name)),
        }
        for name, rule in found.rules.items()
    ]


def _state(one: ModeOn | None) -> Json | None:
    if one is None:
        return None
    return {"since": one.since, "until": one.until, "by": one.by, "reason": one.reason}
