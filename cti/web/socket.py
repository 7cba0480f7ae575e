"""The desktop's WebSocket: frames in, one answer each; whatever comes, nothing else is harmed."""

import logging
from contextlib import suppress

from aiohttp import WSMsgType, web

from cti.core.ids import EventId
from cti.messages import text
from cti.web import messages
from cti.web.auth import same_origin, signed_in
from cti.web.commands import BadMessage, decode
from cti.web.desktop import BROKEN, SIGNED_OUT, TOO_MANY_BAD, TOO_SLOW, Desktop, Wire
from cti.web.errors import ApiError
from cti.web.hub import HUB, Hub
from cti.web.language import language_of
from cti.web.parts import PARTS, WebParts
from cti.web.performing import performed
from cti.web.windows import Window

log = logging.getLogger(__name__)


async def socket(request: web.Request) -> web.StreamResponse:
    """One desktop from connecting to closing. 403 for a foreign page, close 4401 without session."""
    parts, hub = request.app[PARTS], request.app[HUB]
    if not same_origin(request):
        log.warning("socket of a foreign page refused", extra={"fact": "foreign_page"})
        raise ApiError(403, "signin.origin")
    who = await signed_in(request, parts)
    ws = _opened(parts)
    await ws.prepare(request)
    if request.transport is None:  # gone already
        return ws
    wire = Wire(ws, request.transport, parts.limits)
    if who is None:
        await wire.close(SIGNED_OUT)
        return ws
    await _Talk(parts, hub, Desktop(wire, who, language_of(request))).run(ws)
    return ws


def _opened(parts: WebParts) -> web.WebSocketResponse:
    limits = parts.limits
    return web.WebSocketResponse(
        timeout=limits.close_s,
        heartbeat=limits.heartbeat_s,
        max_msg_size=limits.frame_bytes,
        compress=False,  # prepared frames are written as they are
    )


class _Talk:
    """What one desktop says."""

    def __init__(self, parts: WebParts, hub: Hub, desktop: Desktop) -> None:
        self._parts = parts
        self._hub = hub
        self._desktop = desktop
        self._bad = Window(parts.limits.bad_frames - 1, 60.0)
        self._all = Window(parts.limits.frames_in_10_s, 10.0)
        self._resumed = False

    async def run(self, ws: web.WebSocketResponse) -> None:
        """Answer frames until the socket closes."""
        self._hub.enter(self._desktop)
        try:
            with suppress(ConnectionError):
                async for frame in ws:
                    await self._answer(frame.type, frame.data)
                    if self._desktop.ending:
                        await self._desktop.ending  # else the server's own close 1000 comes first
        finally:
            self._hub.leave(self._desktop)
            log.info("desktop left", extra={"fact": "desktop_left", "code": ws.close_code})

    async def _answer(self, kind: WSMsgType, frame: str) -> None:
        try:
            self._say(await self._heard(kind, frame))
        except BadMessage as bad:
            sentence = text(f"web.{bad.code}", self._desktop.language, **bad.values)
            log.warning(
                "bad frame",
                extra={"fact": "bad_frame", "code": bad.code, "agent_id": self._desktop.agent_id},
            )
            self._say(messages.not_done(bad.ref, bad.code, sentence))
            if self._bad.mark(self._parts.now()):
                self._hub.cut(self._desktop, TOO_MANY_BAD)
        except Exception:  # whatever state the desktop is in now, a new socket is in a good one
            log.exception("socket failed", extra={"fact": "socket_failed"})
            self._hub.cut(self._desktop, BROKEN)

    def _say(self, answer: bytes | None) -> None:
        if answer and not self._desktop.send(answer):
            self._hub.cut(self._desktop, TOO_SLOW)

    async def _heard(self, kind: WSMsgType, frame: str) -> bytes | None:
        if self._all.mark(self._parts.now()):
            raise BadMessage("protocol.too_many")
        if kind is not WSMsgType.TEXT:
            raise BadMessage("protocol.binary")
        command = decode(frame)
        if command.cmd == "resume":
            after = command.fields["after"]
            await self._hub.resume(self._desktop, EventId(after) if after else None)
            self._resumed = True
            return None
        if not self._resumed:
            raise BadMessage("protocol.resume_first", command.ref)
        if command.cmd == "ping":
            return messages.done(command.ref)
        desktop, answers = self._desktop, self._hub.answers(self._desktop.who.token)
        answer = await answers.once(
            command.ref,
            lambda: performed(self._parts, desktop.who.account, desktop.language, command),
        )
        self._hub.commanded(desktop.agent_id)
        return answer.payload
