"""Scripts that admins write against pyst2's ``agi`` object, run over the caller's live connection.

The only module that imports pyst2. A script is a plain function ``def f(agi): ...`` and may block
where it likes: in an AGI verb, in a database driver, in a loop that never ends. It therefore runs
in a thread of its own and its verbs are carried to the event loop; a greenlet on the loop would be
three times as fast, but one ``time.sleep`` in one script would then silence every caller.
"""

import asyncio
import ctypes
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future as ThreadFuture
from contextlib import suppress
from functools import partial
from io import TextIOBase
from pathlib import Path
from typing import Any, Final, TypeVar

import asterisk.agi as pyst2

from cti.asterisk.agi_socket import MARGIN_S
from cti.asterisk.agi_wire import (
    AgiReply,
    AgiSyntaxError,
    CallerHungUp,
    PeerClosed,
)
from cti.asterisk.fastagi import AgiConnection
from cti.asterisk.text import UnsafeText, agi_line, agi_quoted, one_line

log = logging.getLogger(__name__)

Result = TypeVar("Result")

SCRIPTS_AT_ONCE: Final = 32
_VALUE_VERBS: Final = ("GET VARIABLE", "GET FULL VARIABLE", "DATABASE GET")
_threads: set[threading.Thread] = set()


class ScriptFailed(Exception):
    """The script raised, took too long, or could not be started. The caller is still there."""


class _Quiet(TextIOBase):
    """pyst2 writes every command and variable to stderr; here it writes to nowhere."""

    def write(self, text: str, /) -> int:
        return len(text)


class _Stop(BaseException):
    """Raised inside a script whose time is over; not an Exception, so that scripts rarely catch
    it."""


class ScriptAgi(pyst2.AGI):  # type: ignore[misc]
    """pyst2's verbs, unchanged but for quoting; each is one command on the connection.

    ``secrets`` is the folder of the installation's secret files.
    """

    secrets: Path

    def __init__(self, session: "_Session") -> None:
        # pyst2's own __init__ sets a signal handler and reads standard input.
        self.env = dict(session.connection.env)
        self.stderr = _Quiet()
        self._got_sighup = False
        self._session = session

    def _quote(self, string: object) -> str:
        return agi_quoted(str(string))

    def execute(self, command: str, *args: object) -> dict[str, tuple[str, str]]:
        line = " ".join([command.strip(), *map(str, args)]).strip()
        try:
            reply = self._session.ask(command.strip().upper(), agi_line(line))
        except UnsafeText as error:
            raise pyst2.AGIUsageError(str(error)) from error
        except AgiSyntaxError as error:
            refused = pyst2.AGIUsageError if str(error).startswith("520") else None
            raise (refused or pyst2.AGIInvalidCommand)(str(error)) from error
        except (CallerHungUp, PeerClosed) as error:
            raise pyst2.AGIHangup(str(error)) from error
        return _as_pyst2(reply)

    def database_get(self, family: str, key: str) -> str:
        # pyst2 quotes twice here, which names another key.
        found = self.execute("DATABASE GET", self._quote(family), self._quote(key))["result"]
        if found[0] != "1":
            raise pyst2.AGIDBError(f"no such key: {family}/{key}")
        return found[1]

    def exec_command(self, command: str, *args: object) -> dict[str, tuple[str, str]]:
        return self.execute("EXEC", command, self._quote(",".join(map(str, args))))


def _as_pyst2(reply: AgiReply) -> dict[str, tuple[str, str]]:
    """A reply in pyst2's shape; -1 is an error there, and "hangup" one of its own."""
    if reply.data == "hangup":
        raise pyst2.AGIResultHangup("the caller hung up")
    if reply.result == "-1":
        raise pyst2.AGIAppError("a hang-up, or a sound that is not there")
    pairs = {name: (value, "") for name, value in reply.pairs.items()}
    return {"result": (reply.result, reply.data or ""), **pairs}


class _Session:
    """One script under way: its thread asks, the event loop answers."""

    def __init__(self, connection: AgiConnection, limit_s: float) -> None:
        self.connection = connection
        self._loop = asyncio.get_running_loop()
        self._ends_at = self._loop.time() + limit_s
        self._over = False
        self._asking: asyncio.Task[AgiReply] | None = None

    def ask(self, verb: str, line: bytes) -> AgiReply:
        """Called in the script's thread; blocks until the reply is there."""
        if self._over:
            raise _Stop
        asked: ThreadFuture[AgiReply] = asyncio.run_coroutine_threadsafe(
            self._ask(line, verb in _VALUE_VERBS), self._loop
        )
        reply = asked.result()
        if self._over:
            raise _Stop
        return reply

    async def _ask(self, line: bytes, value_asked: bool) -> AgiReply:
        if self._over:
            raise PeerClosed("the script's time is over")
        limit_s = max(self._ends_at - self._loop.time(), 0.0) + MARGIN_S
        self._asking = asyncio.current_task()
        return await self.connection.send(line, limit_s, value_asked=value_asked)

    @property
    def asking(self) -> bool:
        """Whether the script waits for a reply."""
        return self._asking is not None and not self._asking.done()

    async def stop(self, grace_s: float) -> None:
        """No more commands. The one under way may end by itself, so that the caller can go on;
        if it does not, the connection is closed."""
        self._over = True
        if self.asking and self._asking is not None:
            await asyncio.wait({self._asking}, timeout=grace_s)
            self._asking.cancel()


async def run_script(
    connection: AgiConnection, function: Callable[[ScriptAgi], Result], *, limit_s: float
) -> Result:
    """Run ``function(agi)`` and give back what it returns, after at most ``limit_s`` and one
    command.

    Raises ScriptFailed; CallerHungUp or PeerClosed when the script ended because the caller did.
    """
    session = _Session(connection, limit_s)
    ended: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
    thread = _started(partial(_in_thread, session, function, ended))
    grace_s = 0.0
    try:
        await asyncio.wait({ended}, timeout=limit_s)
        grace_s = MARGIN_S
    finally:
        if not ended.done():
            ended.cancel()
            # A script that waits for a reply ends by itself when the reply comes.
            if not session.asking:
                _interrupt(thread)
            await session.stop(grace_s)
            ended.get_loop().call_later(MARGIN_S, _interrupt, thread)
    if ended.cancelled():
        log.warning("script stopped: over its time", extra={"limit_s": limit_s})
        raise ScriptFailed(f"the script took more than {limit_s:g} s")
    return await _outcome(connection, ended)


def _started(target: Callable[[], None]) -> threading.Thread:
    """A thread for a script. One that cannot be stopped keeps its place until it ends."""
    _threads.difference_update([thread for thread in _threads if not thread.is_alive()])
    if len(_threads) >= SCRIPTS_AT_ONCE:
        raise ScriptFailed(f"{SCRIPTS_AT_ONCE} scripts are running already")
    # A daemon: a script that blocks for ever must not keep the server from ending.
    thread = threading.Thread(target=target, name="agi-script", daemon=True)
    _threads.add(thread)
    thread.start()
    return thread


async def _outcome(connection: AgiConnection, ended: "asyncio.Future[Result]") -> Result:
    error = ended.exception()
    if error is None:
        return ended.result()
    if isinstance(error.__cause__, pyst2.AGIAppError):
        # A script that did not catch a -1: only the channel knows whether the caller is gone.
        await connection.channel_status()
    raise error


def _in_thread(
    session: _Session, function: Callable[[ScriptAgi], Result], ended: "asyncio.Future[Result]"
) -> None:
    settle: Callable[[], object]
    try:
        settle = partial(_settle, ended, function(ScriptAgi(session)), None)
    except BaseException as error:
        failed = ScriptFailed(f"{type(error).__name__}: {one_line(str(error), 200)}")
        failed.__cause__ = error
        settle = partial(_settle, ended, None, failed)
    # The loop is closed when a script outlives the server; _Stop may come at the very end.
    with suppress(RuntimeError, _Stop):
        ended.get_loop().call_soon_threadsafe(settle)


def _settle(ended: "asyncio.Future[Any]", result: object, failed: ScriptFailed | None) -> None:
    if ended.done():
        return
    if failed is None:
        ended.set_result(result)
    else:
        ended.set_exception(failed)


def _interrupt(thread: threading.Thread) -> None:
    """Raise _Stop in the thread at its next step of Python; a blocking call is left to end."""
    if not thread.is_alive():
        return
    ident = ctypes.c_ulong(thread.ident or 0)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(_Stop))
