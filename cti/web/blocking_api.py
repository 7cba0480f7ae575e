"""Blocked numbers: what is blocked, blocking, lifting a block."""

from aiohttp import web

from cti.services.blocking import Block
from cti.web.errors import ApiError
from cti.web.masking import masked_number
from cti.web.messages import Json, wire
from cti.web.parts import PARTS, SIGNED_IN
from cti.web.replies import body_of, reply, text_field

LONGEST_REASON = 200


async def listed(request: web.Request) -> web.Response:
    """Every block in force, numbers masked, the one that ends first in front."""
    return reply([_shown(each) for each in await request.app[PARTS].blocking.listed()])


async def block(request: web.Request) -> web.Response:
    """Block a number for so many days, or change how long; loss reports are taken all the same."""
    body = await body_of(request)
    days = body.get("days")
    if not isinstance(days, int) or isinstance(days, bool):
        raise ApiError(400, "request.wrong_number", field="days")
    found = await request.app[PARTS].blocking.block(
        text_field(body, "number", 32),
        days,
        by=request[SIGNED_IN].account.login,
        reason=text_field(body, "reason", LONGEST_REASON),
    )
    return reply(_shown(found))


async def lift(request: web.Request) -> web.Response:
    """Lift a block of the list."""
    reason = text_field(await body_of(request), "reason", LONGEST_REASON)
    await request.app[PARTS].blocking.lift(
        _block_id(request), by=request[SIGNED_IN].account.login, reason=reason
    )
    return reply({"ok": True})


def _block_id(request: web.Request) -> int:
    text = request.match_info["block_id"]
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise ApiError(400, "request.wrong_number", field="block_id")


def _shown(found: Block) -> Json:
    return {**wire(found), "number": masked_number(found.number)}
