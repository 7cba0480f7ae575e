"""One AMI client that reads a replay to its end. Arguments: kind, port. Prints one JSON object."""

import asyncio
import json
import sys
from time import perf_counter, process_time
from typing import Any

from tests.bench.ami_replay import LAST, WANTED


class Count:
    """The same work for both: count, and keep the last event of each channel."""

    def __init__(self) -> None:
        self.wanted = 0
        self.last: dict[str | None, str] = {}
        self.begin()

    def begin(self) -> None:
        self._wall, self._cpu = perf_counter(), process_time()

    def take(self, name: str, channel_id: str | None) -> None:
        self.wanted += 1
        self.last[channel_id] = name

    def told(self) -> dict[str, float]:
        return {
            "wanted": self.wanted,
            "s": perf_counter() - self._wall,
            "cpu_s": process_time() - self._cpu,
        }


async def ours(port: int) -> dict[str, float]:
    from cti.asterisk.ami import AmiClient, AmiEvent, AmiSettings

    settings = AmiSettings(
        host="127.0.0.1", port=port, username="bench", secret="bench", backlog=1_000_000
    )
    client, count = AmiClient(settings, [*WANTED, LAST], lambda: 0.5), Count()
    await client.start()
    while True:
        notice = await client.events.get()
        if not isinstance(notice, AmiEvent):
            continue
        if notice.name == LAST:
            found = count.told()
            await client.close()
            return found
        count.take(notice.name, notice.fields.get("Uniqueid"))


async def panoramisk(port: int) -> dict[str, float]:
    from panoramisk import Manager

    count = Count()
    ended: asyncio.Future[dict[str, float]] = asyncio.get_running_loop().create_future()

    def seen(_manager: Any, event: Any) -> None:
        if event.event in WANTED:
            count.take(event.event, event.get("Uniqueid"))
        elif event.event == "FullyBooted":
            count.begin()
        elif event.event == LAST:
            ended.set_result(count.told())

    manager = Manager(
        host="127.0.0.1", port=port, username="bench", secret="bench",
        loop=asyncio.get_running_loop(),
    )  # fmt: skip
    manager.register_event("*", seen)
    await manager.connect()
    found = await ended
    manager.close()
    return found


def main() -> None:
    kind, port = sys.argv[1], int(sys.argv[2])
    if kind == "ours":
        import uvloop

        found = uvloop.run(ours(port))
    else:
        found = asyncio.run(panoramisk(port))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
