"""The FastAGI server: Asterisk connects to it when a caller is to be asked something.

Asterisk is alone at the far end (loopback or a private link: FastAGI has no authentication), but
any process can connect, so nothing is believed until parsed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from cti.asterisk.agi_connection import AgiConnection, Digits, EndedBy, Entry
from cti.asterisk.agi_socket import AgiLimits
from cti.asterisk.agi_wire import AgiError

__all__ = ["AgiConnection", "AgiLimits", "Digits", "EndedBy", "Entry", "FastAgiServer", "Visit"]

log = logging.getLogger(__name__)

_DEFAULT_LIMITS = AgiLimits()

Visit = Callable[[AgiConnection], Awaitable[None]]


class FastAgiServer:
    """Runs ``visit`` once for each caller Asterisk sends; whatever one visit does, the others are
    unharmed."""

    def __init__(
        self, visit: Visit, host: str, port: int, limits: AgiLimits = _DEFAULT_LIMITS
    ) -> None:
        self._visit = visit
        self._host = host
        self._port = port
        self._limits = limits
        self._server: asyncio.Server | None = None
        self._connections: set[AgiConnection] = set()
        self._visits: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port listened on, also when 0 was asked for. Raises RuntimeError before ``start``."""
        if self._server is None:
            raise RuntimeError("the FastAGI server is not started")
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def sessions(self) -> int:
        """Connections open now."""
        return len(self._connections)

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accept, self._host, self._port, backlog=1024)
        log.info("fastagi listening", extra={"host": self._host, "port": self.port})

    async def close(self) -> None:
        """Stop listening, end every visit; callers go on in the dialplan."""
        if self._server is not None:
            self._server.close()
        for task in self._visits:
            task.cancel()
        if self._visits:
            await asyncio.wait(self._visits, timeout=self._limits.close_s)
        for connection in list(self._connections):
            connection.abort()

    def _accept(self) -> asyncio.Protocol:
        if len(self._connections) >= self._limits.sessions:
            log.error("fastagi is full", extra={"sessions": len(self._connections)})
            return _Refusal()
        connection = AgiConnection(self._limits)
        connection.on_ready = partial(self._begin, connection)
        connection.on_gone = partial(self._connections.discard, connection)
        self._connections.add(connection)
        return connection

    def _begin(self, connection: AgiConnection) -> None:
        task = asyncio.get_running_loop().create_task(self._run(connection))
        self._visits.add(task)
        task.add_done_callback(self._visits.discard)

    async def _run(self, connection: AgiConnection) -> None:
        try:
            await self._visit(connection)
        except AgiError as error:
            log.info("agi visit ended: %s", type(error).__name__, extra=_about(connection))
        except Exception:
            log.exception("agi visit failed", extra=_about(connection))
        finally:
            connection.close()


def _about(connection: AgiConnection) -> dict[str, str]:
    return {"peer": connection.peer, "channel_id": connection.env.get("agi_uniqueid", "")}


class _Refusal(asyncio.Protocol):
    """What a connection over the limit gets: the door; the dialplan then serves the caller
    natively."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()
