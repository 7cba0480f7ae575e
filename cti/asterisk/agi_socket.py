"""One FastAGI connection as bytes and waits: the environment, one command under way, a limit on
each wait.

The verbs are in ``fastagi.py``; this half knows nothing of what a command means.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Generator
from contextvars import Context
from dataclasses import dataclass
from typing import cast

from cti.asterisk.agi_wire import (
    ENVIRONMENT_BYTES,
    REPLY_BYTES,
    AgiError,
    AgiReply,
    AgiTimeout,
    PeerClosed,
    ProtocolError,
    frame,
    parse_environment,
    parse_reply,
)
from cti.asterisk.text import one_line

log = logging.getLogger(__name__)

MARGIN_S = 5.0


@dataclass(frozen=True, slots=True)
class AgiLimits:
    """Sessions at once; seconds for the environment to arrive; seconds a closing server waits."""

    sessions: int = 1_000
    environment_s: float = 5.0
    close_s: float = 5.0


def _nothing() -> None:
    """What an unowned connection calls."""


class _Answer:
    """What a task awaits for one reply.

    It speaks the future protocol that asyncio tasks look for (``_asyncio_future_blocking``), for
    one reason: an asyncio future wakes its task one turn of the loop later, this one within
    ``data_received``, which saves about a fifth of the cost of a command.
    """

    __slots__ = ("_asyncio_future_blocking", "_context", "_error", "_reply", "_socket", "_wake")

    def __init__(self, socket: "AgiSocket") -> None:
        self._asyncio_future_blocking = False
        self._socket = socket
        self._reply: AgiReply | None = None
        self._error: BaseException | None = None
        self._wake: Callable[[_Answer], object] | None = None
        self._context: Context | None = None

    def __await__(self) -> Generator["_Answer", None, AgiReply]:
        if self._reply is None and self._error is None:
            self._asyncio_future_blocking = True
            yield self
        return self.result()

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return self._socket.loop

    def add_done_callback(
        self, wake: Callable[["_Answer"], object], *, context: Context | None = None
    ) -> None:
        self._wake, self._context = wake, context

    def done(self) -> bool:
        return self._reply is not None or self._error is not None

    def result(self) -> AgiReply:
        if self._reply is not None:
            return self._reply
        raise self._error or asyncio.InvalidStateError()

    def cancel(self, msg: object = None) -> bool:
        """The awaiting task is cancelled, perhaps by another task: it wakes a turn later.

        The connection is closed, because a late reply would answer the next command.
        """
        if self.done():
            return False
        self._error = asyncio.CancelledError() if msg is None else asyncio.CancelledError(msg)
        self._socket.abort()
        if self._wake is not None:
            self._socket.loop.call_soon(self._wake, self, context=self._context)
        return True

    def settle(self, reply: AgiReply | None, error: BaseException | None = None) -> None:
        """Wake the task now. Only the event loop's own callbacks may call this, never a task."""
        if self._reply is not None or self._error is not None:
            return
        self._reply, self._error = reply, error
        wake, context = self._wake, self._context
        if wake is None:
            return
        if context is None:
            wake(self)
        else:
            context.run(wake, self)


class AgiSocket(asyncio.Protocol):
    """``env`` is filled before ``on_ready`` is called; ``hangup_told`` says that a HANGUP line
    came.

    A HANGUP line is no proof of a hang-up: Asterisk also sends it when the channel is redirected.
    """

    def __init__(self, limits: AgiLimits) -> None:
        self.env: dict[str, str] = {}
        self.hangup_told = False
        self.closed = False
        self._limits = limits
        self.on_ready: Callable[[], object] = _nothing
        self.on_gone: Callable[[], object] = _nothing
        self.loop = asyncio.get_running_loop()
        self._ready = False
        self._buffer = b""
        self._answer: _Answer | None = None
        self._value_asked = False
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def peer(self) -> str:
        """The far end's address and port, for the log."""
        return str(self._transport.get_extra_info("peername"))

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._arm(self._limits.environment_s)

    def data_received(self, data: bytes) -> None:
        answer = self._answer
        one_line_only = data.find(b"\n") == len(data) - 1 and data.startswith(b"200 result=")
        if answer is not None and one_line_only and not self._buffer:
            self._settle(answer, data)
            return
        try:
            self._take(self._buffer + data)
        except ProtocolError as error:
            self._spoiled(str(error), data)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, _exc: Exception | None) -> None:
        self.closed = True
        if self._timer is not None:
            self._timer.cancel()
        if not self._ready:
            log.info("agi peer gave no environment", extra={"peer": self.peer})
        self._fail(PeerClosed("Asterisk closed the AGI connection"))
        self.on_gone()
        self.on_ready = self.on_gone = _nothing

    # -- commands

    def send(
        self, line: bytes, limit_s: float, *, value_asked: bool = False
    ) -> Awaitable[AgiReply]:
        """Send one encoded command; await the result for its reply, at most ``limit_s`` seconds.

        Raises PeerClosed; RuntimeError when a command is under way already. Awaiting raises
        DeadChannel, AgiSyntaxError, PeerClosed, AgiTimeout; the last closes the connection.
        """
        if self.closed:
            raise PeerClosed("the AGI connection is closed")
        if self._answer is not None:
            raise RuntimeError("an AGI command is under way on this connection")
        self._answer = answer = _Answer(self)
        self._value_asked = value_asked
        self._arm(limit_s)
        self._transport.write(line)
        return answer

    def close(self) -> None:
        """Leave AGI: Asterisk goes on with the next priority of its dialplan."""
        self.closed = True
        self._transport.close()

    def abort(self) -> None:
        """Close without waiting for anything that is still to be sent."""
        self.closed = True
        self._transport.abort()

    # -- inside

    def _take(self, data: bytes) -> None:
        if not self._ready:
            self._take_environment(data)
            return
        if self.closed:
            return
        if len(data) > REPLY_BYTES:
            raise ProtocolError(f"a reply longer than {REPLY_BYTES} bytes")
        framed = frame(data, value_asked=self._value_asked)
        self.hangup_told = self.hangup_told or framed.hangup
        self._buffer = framed.rest
        if framed.reply is None:
            return
        if self._answer is None:
            raise ProtocolError("a reply to no command")
        self._settle(self._answer, framed.reply)

    def _take_environment(self, data: bytes) -> None:
        end = data.find(b"\n\n")
        if len(data) > ENVIRONMENT_BYTES:
            raise ProtocolError(f"an environment longer than {ENVIRONMENT_BYTES} bytes")
        if not data.startswith(b"agi_"[: len(data)]):
            raise ProtocolError("a peer that does not begin with an AGI environment")
        if end < 0:
            self._buffer = data
            return
        self.env = parse_environment(data[:end])
        self._ready = True
        self._buffer = b""
        self._deadline = 0.0
        self.on_ready()
        if len(data) > end + 2:
            self._take(data[end + 2 :])

    def _settle(self, answer: _Answer, raw: bytes) -> None:
        reply: AgiReply | None = None
        refused: AgiError | None = None
        try:
            reply = parse_reply(raw)
        except ProtocolError as error:
            self._spoiled(str(error), raw)
            return
        except AgiError as error:
            refused = error
        self._answer = None
        self._deadline = 0.0
        answer.settle(reply, refused)

    def _spoiled(self, reason: str, data: bytes) -> None:
        if self.closed:
            return
        begins = one_line(data[:80].decode("utf-8", "replace"))
        log.warning(
            "agi connection closed: peer sent %s",
            reason,
            extra={"peer": self.peer, "begins": begins},
        )
        # A peer that never was Asterisk is logged once, here.
        self._ready = True
        self.abort()
        self._fail(ProtocolError(reason))

    def _fail(self, error: AgiError) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.settle(None, error)

    def _arm(self, limit_s: float) -> None:
        """Set the deadline. The timer is moved only when it would fire too late: most commands
        touch no timer."""
        self._deadline = deadline = self.loop.time() + limit_s
        timer = self._timer
        if timer is not None:
            if timer.when() <= deadline:
                return
            timer.cancel()
        self._timer = self.loop.call_at(deadline, self._due)

    def _due(self) -> None:
        self._timer = None
        if not self._deadline or self.closed:
            return
        if self._deadline > self.loop.time():
            self._timer = self.loop.call_at(self._deadline, self._due)
            return
        if self._ready:
            log.warning("agi command unanswered in time", extra={"peer": self.peer})
        self.abort()
        self._fail(AgiTimeout("no AGI reply in time; the connection was closed"))
