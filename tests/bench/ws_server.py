"""A WebSocket server that tells every desktop of events. Argument: kind. Prints its port.

Each line on stdin is an order: a number of events, sent to all at once.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from cti.core.events import Queued
from cti.core.ids import CallId, QueueName

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


async def ours() -> None:
    from tests.web.parts import World
    from tests.web.samples import ACCOUNTS, call

    with tempfile.TemporaryDirectory() as static:
        async with World(Path(static)) as world:
            world.desk.calls["c-1"] = call("c-1")
            world.sessions.accounts["bench"] = ACCOUNTS["supervisor"]
            print(world.port, flush=True)

            async def tell(events: int) -> None:
                for _ in range(events):
                    await world.stream.append(EVENT)
                    while world.feed.position != world.stream.last():  # noqa: ASYNC110
                        await asyncio.sleep(0)

            await orders(tell)


async def websockets() -> None:
    from websockets.asyncio.server import ServerConnection, broadcast, serve

    from cti.core.ids import EventId
    from cti.services.ports import Recorded
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
    if sys.argv[1] == "ours":
        import uvloop

        uvloop.run(ours())
    else:
        asyncio.run(websockets())
