"""One manager connection on panoramisk. The only module that imports panoramisk.

panoramisk brings the connection, its actions and the matching of replies to them. What is replaced:
reading (whole messages before decoding, only wanted events decoded), dispatch (events go to one
place, in order, instead of a task each), and what becomes of actions without a reply: they are
never sent a second time, because nobody knows whether the first was carried out.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager
from panoramisk.message import Message

from cti.asterisk.ami_wire import AmiEvent, NotAmi, Sieve, parse_event, parse_fields
from cti.asterisk.text import ami_field, one_line

__all__ = [
    "Action",
    "AmiDown",
    "AmiError",
    "AmiLink",
    "AmiRefused",
    "AmiReply",
    "AmiTimeout",
    "Fields",
    "action_of",
]

log = logging.getLogger(__name__)

Fields = Mapping[str, str | int | Sequence[str]]


class AmiError(Exception):
    """An action did not succeed."""


class AmiRefused(AmiError):
    """Asterisk answered that it will not: the action had no effect."""


class AmiTimeout(AmiError):
    """No reply in time, or none that can be understood: the outcome is unknown."""


class AmiDown(AmiError):
    """The connection is down. Raised by actions, and put in the event queue where events break off.

    ``sent``: the action had been written, so its outcome is unknown and must be reconciled.
    """

    def __init__(self, reason: str, *, sent: bool = False) -> None:
        super().__init__(reason)
        self.sent = sent


@dataclass(frozen=True, slots=True)
class AmiReply:
    """``ok`` unless Asterisk refused; ``items`` are the events of a list action, in order, and ``end`` the
    one that ends them."""

    ok: bool
    message: str
    fields: Mapping[str, str]
    items: tuple[Mapping[str, str], ...] = ()
    end: Mapping[str, str] = field(default_factory=dict)


class _Wire(AMIProtocol):  # type: ignore[misc]
    """panoramisk's protocol with its own way of reading and of ending."""

    closed: bool

    def __init__(self, owner: "AmiLink") -> None:
        self._owner = owner

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.factory = self._owner

    def data_received(self, data: bytes) -> None:
        try:
            messages = self._owner.sieve.feed(data)
        except NotAmi as error:
            begins = one_line(data[:80].decode("utf-8", "replace"))
            log.error("ami connection dropped: %s", error, extra={"begins": begins})
            self.transport.abort()
            return
        for message in messages:
            try:
                self._take(message)
            except Exception:
                # An exception here would make asyncio drop the connection for one odd message.
                log.exception("ami message not understood", extra={"bytes": len(message)})

    def _take(self, message: bytes) -> None:
        if not message.startswith(b"Event: "):
            self.handle_message(Message(parse_fields(message)))
            return
        event = parse_event(message)
        if self._owner.sieve.replies_pending and self._asked_for(event):
            self.handle_message(Message(event.fields))
        else:
            self._owner.deliver(event)

    def _asked_for(self, event: AmiEvent) -> bool:
        action = self.responses.get(event.fields.get("ActionID"))
        return action is not None and action.as_list is not False

    def write_all(self, actions: Sequence[Action]) -> list[asyncio.Future[Any]]:
        """Write actions in one piece; Asterisk serves one connection in order."""
        for action in actions:
            self.responses[action.id] = action
        self.transport.write("".join(map(str, actions)).encode())
        return [action.future for action in actions]

    def forget(self, actions: Sequence[Action]) -> None:
        """Stop expecting replies."""
        for action in actions:
            self.responses.pop(action.id, None)

    def connection_lost(self, exc: Exception | None) -> None:
        self.close()
        self._owner.connection_lost(exc)

    def close(self) -> None:
        """End; actions under way fail and are not kept for a later connection."""
        pending = list(self.responses.values())
        self.responses.clear()
        for action in pending:
            if not action.future.done():
                action.future.set_exception(AmiDown("connection lost in flight", sent=True))
        if not self.closed:
            self.closed = True
            self.transport.abort()


class AmiLink(Manager):  # type: ignore[misc]
    """One connection of panoramisk's manager, without its login, pings, reconnects and replays.

    ``deliver`` gets each wanted event, in order; ``lost`` is done when the connection is.
    """

    def __init__(
        self, host: str, port: int, sieve: Sieve, deliver: Callable[[AmiEvent], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(
            loop=loop, host=host, port=port, protocol_factory=lambda: _Wire(self), log=log
        )
        self.sieve = sieve
        self.deliver = deliver
        self.lost: asyncio.Future[None] = loop.create_future()
        self._lists = 0

    def connection_made(self, f: asyncio.Future[Any]) -> None:
        if not f.cancelled() and f.exception() is None:
            _, self.protocol = f.result()

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(None)

    def end(self) -> None:
        """Drop the connection at once; actions under way raise AmiDown."""
        if self.protocol is not None:
            self.protocol.close()

    async def exchange(self, actions: Sequence[Action], timeout_s: float) -> list[AmiReply]:
        """Write actions in one piece and await all replies. Raises AmiDown, AmiTimeout."""
        return await self._exchange(actions, timeout_s)

    async def _exchange(
        self, actions: Sequence[Action], timeout_s: float, *, until: int | None = None
    ) -> list[AmiReply]:
        """``until``: the reply that proves by its coming that there will be no other."""
        if self.protocol is None or self.lost.done() or self.protocol.closed:
            raise AmiDown("not connected to Asterisk's manager")
        self._expect_lists(actions, 1)
        futures = self.protocol.write_all(actions)
        try:
            awaited = futures if until is None else [futures[until]]
            await asyncio.wait(awaited, timeout=timeout_s)
        finally:
            self.protocol.forget(actions)
            self._expect_lists(actions, -1)
        lost = [each for future in futures if future.done() and (each := future.exception())]
        if lost:
            raise lost[0]
        if not all(future.done() for future in futures):
            raise AmiTimeout(f"no whole reply to {actions[0]['Action']} in {timeout_s:g} s")
        return [_reply(future.result()) for future in futures]

    async def listed(self, action: Action, timeout_s: float) -> AmiReply:
        """The reply to one list action. Asterisk serves a connection in order: once it has answered a Ping
        behind the action, no more of the list will come. Raises as ``exchange``."""
        actions = (action, action_of("Ping", {}))
        return (await self._exchange(actions, timeout_s, until=-1))[0]

    def _expect_lists(self, actions: Sequence[Action], step: int) -> None:
        self._lists += step * sum(action.as_list is not False for action in actions)
        self.sieve.replies_pending = self._lists > 0


def action_of(name: str, fields: Fields, *, listed: bool = False) -> Action:
    """An action whose every header has passed the encoder. Raises UnsafeText."""
    for header, value in [("Action", name), *fields.items()]:
        for one in value if isinstance(value, (list, tuple)) else (value,):
            ami_field(header, str(one))
    # None lets panoramisk see from the reply whether a list follows; False never waits for one.
    return Action({"Action": name, **fields}, as_list=None if listed else False)


def _reply(result: Message | list[Message]) -> AmiReply:
    first, *items = result if isinstance(result, list) else [result]
    if "Response" not in first:
        raise AmiTimeout("a reply that does not say whether it was done")
    ok = first["Response"] in ("Success", "Goodbye")
    fields = [MappingProxyType(dict(item.items())) for item in (first, *items)]
    end = fields[-1] if len(fields) > 1 else {}
    return AmiReply(ok, fields[0].get("Message", ""), fields[0], tuple(fields[1:-1]), end)
