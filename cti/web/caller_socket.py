"""The caller page reads along: what is said to its own calls, as text, while it is said."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from cti.messages import text
from cti.services.caller_pages import CallerPages, Follower, Line
from cti.web.auth import same_origin, signed_in
from cti.web.desktop import GOING_AWAY, Close
from cti.web.errors import ApiError
from cti.web.language import language_of
from cti.web.messages import encode
from cti.web.parts import PARTS
from cti.web.tasks import Tasks

log = logging.getLogger(__name__)

FIRST_FRAME_S = 5.0
FRAME_BYTES = 1024
SEND_S = 10.0
NOT_YOURS = Close(4403, "no token of this page")
BAD = Close(4400, "send the token first, and nothing else")
READERS = web.AppKey("READERS", Tasks)
"""What reads along now; ended when the server stops."""


async def caller_socket(request: web.Request) -> web.StreamResponse:
    """One page: the token in its first frame, and from then on lines. Close 4403 for a token that is not this
    person's, 4400 for anything else than a token."""
    parts = request.app[PARTS]
    if parts.phone is None:
        raise web.HTTPNotFound
    if not same_origin(request):
        log.warning("socket of a foreign page refused", extra={"fact": "foreign_page"})
        raise ApiError(403, "signin.origin")
    who = await signed_in(request, parts)
    ws = web.WebSocketResponse(
        timeout=parts.limits.close_s,
        heartbeat=parts.limits.heartbeat_s,
        max_msg_size=FRAME_BYTES,
        compress=False,
    )
    await ws.prepare(request)
    owner = who.token if who else ""
    reading = request.app[READERS].spawn(
        _read(ws, (parts.phone.pages, owner), language_of(request))
    )
    why = GOING_AWAY
    try:
        why = await reading
    except asyncio.CancelledError:
        pass
    except Exception:
        log.exception("caller page failed", extra={"fact": "caller_page_failed"})
    await ws.close(code=why.code, message=why.why.encode())
    return ws


async def _read(ws: web.WebSocketResponse, of: tuple[CallerPages, str], language: str) -> Close:
    pages, owner = of
    token = await _token(ws)
    if token is None:
        return BAD
    with pages.follow(token, owner) as follower:
        if follower is None:
            return NOT_YOURS
        telling = asyncio.ensure_future(_tell(ws, follower, language))
        hearing = asyncio.ensure_future(ws.receive())
        try:
            done, _ = await asyncio.wait({telling, hearing}, return_when=asyncio.FIRST_COMPLETED)
            return BAD if hearing in done else GOING_AWAY
        finally:
            for task in (telling, hearing):
                task.cancel()
            await asyncio.gather(telling, hearing, return_exceptions=True)


async def _token(ws: web.WebSocketResponse) -> str | None:
    try:
        async with asyncio.timeout(FIRST_FRAME_S):
            frame = await ws.receive()
    except TimeoutError:
        return None
    try:
        found = orjson.loads(frame.data) if frame.type is WSMsgType.TEXT else None
    except orjson.JSONDecodeError:
        return None
    token = found.get("token") if isinstance(found, dict) else None
    return token if isinstance(token, str) and token.isascii() else None


async def _tell(ws: web.WebSocketResponse, follower: Follower, language: str) -> None:
    while True:
        for line in await follower.next():
            async with asyncio.timeout(SEND_S):
                await ws.send_str(encode(record(line, language)).decode())


def record(line: Line, language: str) -> Mapping[str, Any]:
    """A line as the page gets it."""
    found: dict[str, Any] = {"n": line.n, "callId": line.call_id, "at": line.at}
    if line.state:
        words = text(f"caller.{line.state}", language, **line.values)
        return {**found, "type": "state", "state": line.state, "text": words}
    return {
        **found,
        "type": "said",
        "node": line.node,
        "language": line.language,
        "text": line.text,
    }
