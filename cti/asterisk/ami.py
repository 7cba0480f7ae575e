"""The manager connection: actions out, events in one order, always reconnecting.

After a reconnect nothing is sent again and nothing is made up: AmiDown and AmiUp stand in the queue
where the events broke off and began again, and what happened between them is found by a snapshot.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from cti.asterisk.ami_link import (
    Action,
    AmiDown,
    AmiError,
    AmiLink,
    AmiRefused,
    AmiReply,
    AmiTimeout,
    Fields,
    action_of,
)
from cti.asterisk.ami_wire import AmiEvent, Sieve

log = logging.getLogger(__name__)

__all__ = [
    "AmiClient",
    "AmiDown",
    "AmiError",
    "AmiEvent",
    "AmiNotice",
    "AmiRefused",
    "AmiReply",
    "AmiSettings",
    "AmiTimeout",
    "AmiUp",
    "Fields",
]

_BOOTED = "FullyBooted"


@dataclass(frozen=True, slots=True)
class AmiUp:
    """Logged in, Asterisk fully booted. A snapshot asked for now is followed by all later
    events."""


AmiNotice = AmiEvent | AmiUp | AmiDown


@dataclass(frozen=True, slots=True, kw_only=True)
class AmiSettings:
    """Where and as whom; all waits in seconds. ``backlog`` events unread drop the connection."""

    host: str
    port: int
    username: str
    secret: str
    connect_s: float = 5.0
    boot_s: float = 10.0
    ping_every_s: float = 5.0
    ping_s: float = 5.0
    retry_first_s: float = 0.2
    retry_most_s: float = 5.0
    refused_retry_s: float = 15.0
    backlog: int = 20_000


class AmiClient:
    """Stays connected from ``start`` to ``close``. ``events`` holds what was wanted, and each AmiUp
    and AmiDown at its place; read it with one reader.

    ``wanted`` are event names; ``jitter`` gives numbers from 0 to 1, so that several nodes do not
    retry in step.
    """

    def __init__(
        self, settings: AmiSettings, wanted: Collection[str], jitter: Callable[[], float]
    ) -> None:
        self.events: asyncio.Queue[AmiNotice] = asyncio.Queue()
        self._settings = settings
        self._wanted = frozenset(wanted)
        self._jitter = jitter
        self._link: AmiLink | None = None
        self._up = False
        self._booted: asyncio.Future[None] | None = None
        self._pause_s = settings.retry_first_s
        self._task: asyncio.Task[None] | None = None

    @property
    def up(self) -> bool:
        """Whether actions can be sent now."""
        return self._up

    async def start(self) -> None:
        """Begin to connect, and keep connected."""
        self._task = asyncio.get_running_loop().create_task(self._stay_connected())

    async def close(self) -> None:
        """End the connection; actions under way raise AmiDown."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def act(
        self, action: str, fields: Fields | None = None, *, timeout_s: float = 5.0
    ) -> AmiReply:
        """One action and its reply. A field with a sequence becomes one header for each value.

        Raises AmiRefused, AmiTimeout, AmiDown, UnsafeText.
        """
        [reply] = await self._ask([action_of(action, fields or {})], timeout_s)
        return _accepted(action, reply)

    async def act_list(
        self, action: str, fields: Fields | None = None, *, timeout_s: float = 10.0
    ) -> AmiReply:
        """An action that is answered with a list, as CoreShowChannels or Status. Raises as
        ``act``; at once where the reply to a Ping behind it says that no more of the list will come.
        """
        if not self._up or self._link is None:
            raise AmiDown("not connected to Asterisk's manager")
        wanted = action_of(action, fields or {}, listed=True)
        return _accepted(action, await self._link.listed(wanted, timeout_s))

    async def send_batch(
        self, actions: Sequence[tuple[str, Fields]], *, timeout_s: float = 5.0
    ) -> list[AmiReply]:
        """Actions written in one piece, so that Asterisk does them without a pause; their replies
        in order.

        A refused one is a reply that is not ``ok``. Raises AmiTimeout, AmiDown, UnsafeText.
        """
        return await self._ask([action_of(name, fields) for name, fields in actions], timeout_s)

    # -- inside

    async def _ask(self, actions: Sequence[Action], timeout_s: float) -> list[AmiReply]:
        if not self._up or self._link is None:
            raise AmiDown("not connected to Asterisk's manager")
        return await self._link.exchange(actions, timeout_s)

    async def _stay_connected(self) -> None:
        while True:
            try:
                await self._one_connection()
            except AmiRefused as error:
                user = self._settings.username
                log.error("ami login refused: %s", error, extra={"user": user})
                self._pause_s = self._settings.refused_retry_s
            except (OSError, TimeoutError, AmiError) as error:
                log.warning("ami not connected: %s %s", type(error).__name__, error)
            except Exception:
                log.exception("ami connection failed")
            await asyncio.sleep(self._pause_s * (0.5 + self._jitter() / 2))
            self._pause_s = min(self._pause_s * 2, self._settings.retry_most_s)

    async def _one_connection(self) -> None:
        settings = self._settings
        self._booted = booted = asyncio.get_running_loop().create_future()
        sieve = Sieve({*self._wanted, _BOOTED})
        self._link = link = AmiLink(settings.host, settings.port, sieve, self._deliver)
        try:
            async with asyncio.timeout(settings.connect_s):
                await link.connect()
            await self._log_in(link)
            await asyncio.wait({link.lost, booted}, timeout=settings.boot_s)
            await self._watch(link)
        finally:
            self._go_down("connection to Asterisk's manager lost")
            link.end()

    async def _log_in(self, link: AmiLink) -> None:
        settings = self._settings
        login = {"Username": settings.username, "Secret": settings.secret, "Events": "on"}
        [reply] = await link.exchange([action_of("Login", login)], settings.connect_s)
        _accepted("Login", reply)

    async def _watch(self, link: AmiLink) -> None:
        """Until the connection is lost. A peer that does not answer a ping is lost."""
        if not self._up and not link.lost.done():
            # The event is of class system: an account without that class never sees it.
            log.warning("ami gave no FullyBooted event; going on without")
            self._go_up()
        while True:
            await asyncio.wait({link.lost}, timeout=self._settings.ping_every_s)
            if link.lost.done():
                return
            await link.exchange([action_of("Ping", {})], self._settings.ping_s)

    def _deliver(self, event: AmiEvent) -> None:
        if event.name == _BOOTED:
            self._go_up()
        if not self._up or event.name not in self._wanted:
            return
        if self.events.qsize() < self._settings.backlog:
            self.events.put_nowait(event)
        else:
            self._overflow()

    def _overflow(self) -> None:
        log.error("ami events are not read; dropping the connection to begin afresh")
        while not self.events.empty():
            self.events.get_nowait()
        self._go_down("events were not read in time")
        if self._link is not None:
            self._link.end()

    def _go_up(self) -> None:
        if self._booted is not None and not self._booted.done():
            self._booted.set_result(None)
        if not self._up:
            self._up = True
            self._pause_s = self._settings.retry_first_s
            log.info("ami up")
            self.events.put_nowait(AmiUp())

    def _go_down(self, reason: str) -> None:
        if self._up:
            self._up = False
            log.warning("ami down: %s", reason)
            self.events.put_nowait(AmiDown(reason))


def _accepted(action: str, reply: AmiReply) -> AmiReply:
    if not reply.ok:
        raise AmiRefused(f"{action}: {reply.message}")
    return reply
