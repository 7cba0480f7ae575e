"""The caller page reads along: what is said to its own calls, as text, while it is said."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from cti.messages import text
from cti.services.caller_pages import CallerPages, Follower, Line
from cti.web.auth import same_origin, session_ended, signed_in
from cti.web.desktop import GOING_AWAY, SIGNED_OUT, Close
from cti.web.errors import ApiError
from cti.web.language import language_of
from cti.web.messages import encode
from cti.web.parts import PARTS, SignedIn, WebParts
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
    person's, 4400 for anything else than a token, 4401 when his session ends."""
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
    reader = _Reader(parts, ws, who)
    reading = request.app[READERS].spawn(reader.read(parts.phone.pages, language_of(request)))
    why = GOING_AWAY
    try:
        why = await reading
    except asyncio.CancelledError:
        pass
    except Exception:
        log.exception("caller page failed", extra={"fact": "caller_page_failed"})
    await ws.close(code=why.code, message=why.why.encode())
    return ws


class _Reader:
    """One page that reads along."""

    def __init__(self, parts: WebParts, ws: web.WebSocketResponse, who: SignedIn | None) -> None:
        self._parts, self._ws, self._who = parts, ws, who

    async def read(self, pages: CallerPages, language: str) -> Close:
        """Until it is over, and why."""
        token = await _token(self._ws)
        if token is None:
            return BAD
        with pages.follow(token, self._who.token if self._who else "") as follower:
            if follower is None:
                return NOT_YOURS
            return await self._follow(follower, language)

    async def _follow(self, follower: Follower, language: str) -> Close:
        telling = asyncio.ensure_future(_tell(self._ws, follower, language))
        hearing = asyncio.ensure_future(self._ws.receive())
        ended = asyncio.ensure_future(session_ended(self._parts, self._who))
        tasks = (telling, hearing, ended)
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if ended in done:
                return SIGNED_OUT
            return BAD if hearing in done else GOING_AWAY
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _token(ws: web.WebSocketResponse) -> str | None:
    try:
        async with asyncio.timeout(FIRST_FRAME_S):
            frame = await ws.receive()
    except (TimeoutError, ConnectionError):  # the latter: gone while it was answered a ping
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
