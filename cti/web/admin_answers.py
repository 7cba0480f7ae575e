"""How the admin's routes read requests and write answers."""

from typing import Any

from aiohttp import web

from cti.web.admin_parts import AdminParts
from cti.web.errors import ApiError
from cti.web.parts import PARTS, SIGNED_IN
from cti.web.replies import body_of, text_field

LONGEST_REASON = 200
LARGE_BODY = 2_000_000
"""A whole dialplan as JSON; other requests are small."""
Json = dict[str, Any]


def admin_of(request: web.Request) -> AdminParts:
    """The parts of this page. Raises ApiError 404 where there is none."""
    if found := request.app[PARTS].admin:
        return found
    raise ApiError(404, "http.404")


async def close_admin(app: web.Application) -> None:
    """End what runs for the page."""
    if found := app[PARTS].admin:
        await found.tests.close()
        await found.speech.runs.close()


def login_of(request: web.Request) -> str:
    """Who asks."""
    return request[SIGNED_IN].account.login


def reason_in(body: Json) -> str:
    """Why; it goes into the audit."""
    return text_field(body, "reason", LONGEST_REASON)


async def large_body_of(request: web.Request) -> Json:
    """The JSON object of a request that may hold a file."""
    return await body_of(request.clone(client_max_size=LARGE_BODY))


async def note(request: web.Request, action: str, subject: str, reason: str) -> None:
    """One line of the audit. Raises HistoryDown."""
    parts = request.app[PARTS]
    await parts.audit.note(login_of(request), action, subject, reason=reason, at=parts.now())
