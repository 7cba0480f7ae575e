"""A WebSocket server that tells every desktop of events. Argument: kind. Prints its port.

Each line on stdin is an order: a number of events, sent to all at once.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from cti.core.events import Queued
from cti.core.ids import CallId, EventId, QueueName
from cti.services.ports import Recorded

AT = datetime(2026, 3, 21, 8, 0, tzinfo=UTC)
EVENT = Queued(
    at=AT, call_id=CallId("c-1"), queue=QueueName("motor"), priority=60,
    needs={"motor": 2, "lang:zh": 1}, language="zh", keys=("1", "2"),
)  # fmt: skip


async def orders(tell: Callable[[int], Coroutine[Any, Any, None]]) -> None:
    """Do what stdin says until it ends."""
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        await tell(int(line))


class Fresh:
    """``EventStream`` that keeps nothing; at most ``together`` events are read at once."""

    def __init__(self, together: int) -> None:
        self._together = together
        self._number, self._unread = 0, list[Recorded]()
        self._news = asyncio.Event()

    def add(self, events: int) -> None:
        for _ in range(events):
            self._number += 1
            self._unread.append(Recorded(EventId(f"{self._number}-0"), EVENT))
        self._news.set()

    async def read_after(
        self, _last: EventId, *, limit: int = 500, block_s: float = 0.0
    ) -> Sequence[Recorded]:
        with suppress(TimeoutError):
            async with asyncio.timeout(block_s):
                await self._news.wait()
        many = min(limit, self._together)
        found, self._unread = self._unread[:many], self._unread[many:]
        if not self._unread:
            self._news.clear()
        return found

    async def last_id(self) -> EventId:
        return EventId(f"{self._number}-0")

    async def holds(self, _event_id: EventId) -> bool:
        return True


async def ours(together: int) -> None:
    from tests.web.parts import World
    from tests.web.samples import ACCOUNTS, call

    with tempfile.TemporaryDirectory() as static:
        stream = Fresh(together)
        async with World(Path(static), journal=stream) as world:
            world.desk.calls["c-1"] = call("c-1")
            world.sessions.accounts["bench"] = ACCOUNTS["supervisor"]
            print(world.port, flush=True)

            async def tell(events: int) -> None:
                stream.add(events)

            await orders(tell)


async def websockets() -> None:
    from websockets.asyncio.server import ServerConnection, broadcast, serve

    from cti.web.messages import Records, View, event_message
    from tests.web.samples import call

    desktops: set[ServerConnection] = set()

    async def connected(socket: ServerConnection) -> None:
        async for _ in socket:
            desktops.add(socket)
            await socket.send(orjson.dumps({"type": "snapshot"}).decode())
        desktops.discard(socket)

    server = await serve(
        connected, "127.0.0.1", 0, compression=None, backlog=1024, ping_interval=None
    )
    print(next(iter(server.sockets)).getsockname()[1], flush=True)
    records = Records.of(((), (call("c-1"),)))

    async def tell(events: int) -> None:
        for number in range(events):
            recorded = Recorded(EventId(f"{number}-0"), EVENT)
            message = event_message(recorded, records, View.SUPERVISION).decode()
            broadcast(desktops, message)
            await asyncio.sleep(0)

    await orders(tell)


if __name__ == "__main__":
    if sys.argv[1] == "websockets":
        asyncio.run(websockets())
    else:
        import uvloop

        uvloop.run(ours(500 if sys.argv[1] == "together" else 1))
