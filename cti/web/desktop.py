"""One connected desktop as the server sees it: who sits there, and what is written to it."""

import asyncio
from contextlib import suppress
from typing import NamedTuple

from aiohttp import web

from cti.core.ids import AgentId, CallId
from cti.web.auth import view_of
from cti.web.messages import text_frame
from cti.web.parts import SignedIn, WebLimits


class Close(NamedTuple):
    """Why the server ends a socket: RFC 6455 §7.4 close code (4000 and up are ours), and a word."""

    code: int
    why: str


BROKEN = Close(1011, "failure of ours: resume")
MISSED = Close(1012, "events missed: resume")
GOING_AWAY = Close(1001, "server stops")
TOO_MANY_BAD = Close(4400, "too many bad frames")
SIGNED_OUT = Close(4401, "not signed in")
TOO_SLOW = Close(4008, "too slow")
REPLACED_BY = Close(4009, "replaced by another desktop")


class Wire:
    """An open WebSocket. Frames go straight to the transport: a slow reader costs memory up to a
    limit and then its connection; nobody ever waits for it."""

    def __init__(
        self, ws: web.WebSocketResponse, transport: asyncio.Transport, limits: WebLimits
    ) -> None:
        self._ws = ws
        self._transport = transport
        self._close_s = limits.close_s
        self.backlog_bytes = limits.backlog_bytes

    def write(self, frames: bytes) -> bool:
        """Write prepared frames; False when more is unread than the limit allows."""
        if self._ws.closed or self._transport.is_closing():
            return True
        self._transport.write(frames)
        return self._transport.get_write_buffer_size() <= self.backlog_bytes

    async def close(self, close: Close) -> None:
        """Close in order; what is not read ``close_s`` later is thrown away."""
        asyncio.get_running_loop().call_later(self._close_s, self._transport.abort)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._close_s):
                await self._ws.close(code=close.code, message=close.why.encode(), drain=False)


class Desktop:
    """A signed-in person's desktop on an open wire."""

    def __init__(self, wire: Wire, who: SignedIn, language: str) -> None:
        self.wire = wire
        self.who = who
        self.language = language
        self.view = view_of(who.account)
        self.ending: asyncio.Task[None] | None = None
        self.catching_up = asyncio.Lock()
        self.popped: CallId | None = None
        self._held: bytearray | None = None

    @property
    def closing(self) -> bool:
        """The server is ending this desktop's socket."""
        return self.ending is not None

    @property
    def agent_id(self) -> AgentId | None:
        """The agent at this desktop."""
        return self.who.account.agent_id

    def send(self, payload: bytes) -> bool:
        """Send one message now; False for a desktop that is too slow."""
        return self.closing or self.wire.write(text_frame(payload))

    def publish(self, frames: bytes) -> bool:
        """Send prepared live events, or keep them while the past is replayed; False: too slow."""
        if self._held is None:
            return self.wire.write(frames)
        self._held += frames
        return len(self._held) <= self.wire.backlog_bytes

    def hold(self) -> None:
        """Keep live events until ``release``."""
        self._held = bytearray()

    def release(self, *, send: bool) -> None:
        """Let live events through again; those kept are sent now, or dropped."""
        held, self._held = self._held, None
        if send and held:
            self.wire.write(bytes(held))
