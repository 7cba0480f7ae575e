"""The desktop's WebSocket: frames in, one answer each; whatever comes, nothing else is harmed."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress

from aiohttp import WSMsgType, web

from cti.core.ids import EventId
from cti.messages import text
from cti.services.ports import Account
from cti.web import call_commands, desk_commands, messages, supervision_commands
from cti.web.actors import Action
from cti.web.auth import same_origin, signed_in
from cti.web.commands import BadMessage, Command, decode
from cti.web.desktop import BROKEN, SIGNED_OUT, TOO_MANY_BAD, TOO_SLOW, Desktop, Wire
from cti.web.errors import ApiError, described
from cti.web.hub import HUB, Hub
from cti.web.language import language_of
from cti.web.parts import PARTS, WebParts
from cti.web.windows import Window

log = logging.getLogger(__name__)

COMMAND_S = 5.0


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
        answers = self._hub.answers(self._desktop.who.token)
        return await answers.once(command.ref, lambda: self._performed(command))

    async def _performed(self, command: Command) -> bytes:
        """Carry the command out within its limit; every outcome is an answer."""
        desktop = self._desktop
        try:
            async with asyncio.timeout(COMMAND_S):
                await perform(self._parts, desktop.who.account, command)
        except Exception as why:
            _, code, message = described(why, desktop.language)
            log.info(
                "command refused",
                extra={"fact": "command_refused", "cmd": command.cmd, "code": code},
            )
            return messages.not_done(command.ref, code, message)
        log.info(
            "command done",
            extra={"fact": "command_done", "cmd": command.cmd, "agent_id": desktop.agent_id},
        )
        return messages.done(command.ref)


ACTIONS: Mapping[str, Action] = {
    **desk_commands.ACTIONS,
    **call_commands.ACTIONS,
    **supervision_commands.ACTIONS,
}


async def perform(parts: WebParts, who: Account, command: Command) -> None:
    """Do what the command asks. Raises Refused, StoreDown."""
    await ACTIONS[command.cmd](parts, who, command.fields)
