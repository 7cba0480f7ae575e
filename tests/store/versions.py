"""A small hotline of versions: both stores, a desk, and servers that follow, for tests."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.changes import Changes
from cti.core.events import Event
from cti.core.ivr.check import Site
from cti.core.problems import Mark, Problem
from cti.services.feed import Feed
from cti.services.menu_follower import FollowerParts, MenuFollower
from cti.services.menus import LiveMenus
from cti.services.version_desk import Examiners, VersionDesk, Wish
from cti.services.version_ports import Examine, Examined
from cti.store.redis_state import RedisState
from cti.store.redis_stream import RedisStream
from cti.store.redis_versions import RedisVersions
from cti.store.sql_versions import SqlVersions
from tests.unit.core.ivr.trees import site_of

LIMIT_S = 5.0
BROKEN = "broken"


def tree(queue: str) -> str:
    return f"""\
tree: "95518"
numbers: ["95518"]
defaults: {{human: person}}
start: root
nodes:
  root: {{menu: root, keys: {{"1": person, "2": other}}}}
  person: {{enqueue: {queue}}}
  other: {{enqueue: other}}
"""


def examined(files: Mapping[str, str]) -> Examined:
    """Stands for the real check: a text that says so is broken."""
    text = files["95518.yaml"]
    if BROKEN in text:
        return Examined(site=None, problems=(Problem(Mark("95518.yaml", 3), "check.not_list"),))
    site, problems = site_of(text)
    return Examined(site=site, problems=problems)


def wish(queue: str, author: str = "2001", **more: object) -> Wish:
    files = {"95518.yaml": tree(queue), "hours.yaml": "timezone: Asia/Shanghai\n"}
    return Wish(files=files, author=author, message=f"to {queue}", **more)  # type: ignore[arg-type]


class Versions:
    """The stores under one prefix, and as many servers as a test starts."""

    def __init__(self, client: Redis, prefix: str, engine: AsyncEngine) -> None:
        self.store, self.archive = RedisVersions(client, prefix), SqlVersions(engine)
        self.state, self.stream = RedisState(client, prefix), RedisStream(client, prefix)
        self._tickets = itertools.count(1)
        self.desk = self.make_desk(examined)

    def make_desk(self, examine: Examine) -> VersionDesk:
        return VersionDesk(
            self.store,
            self.archive,
            Examiners(check=examine, prove=examine),
            lambda: datetime.now(UTC),
            lambda: f"ticket{next(self._tickets)}",
        )

    async def publish(self, queue: str, **more: object) -> int:
        return (await self.desk.publish(await self.desk.in_force(), wish(queue, **more))).number  # type: ignore[arg-type]

    async def facts(self) -> list[Event]:
        return [one.event for one in await self.stream.read_after("0-0")]  # type: ignore[arg-type]

    @contextlib.asynccontextmanager
    async def server(
        self,
        name: str,
        *,
        first: str | None = "first",
        examine: Examine = examined,
        speak: Callable[[Mapping[str, str]], None] = lambda _files: None,
    ) -> AsyncIterator["Server"]:
        feed, menus = Feed(self.stream, block_s=0.5), LiveMenus()
        files = wish(first).files if first else {}
        used: set[int] = set()

        async def record(fact: Event) -> None:
            await self.state.commit(Changes(events=(fact,)))

        parts = FollowerParts(
            server=name,
            store=self.store,
            desk=self.make_desk(examine),
            menus=menus,
            feed=feed,
            examine=examine,
            record=record,
            in_use=lambda: used,
            now=lambda: datetime.now(UTC),
            first=examine(files) if first else Examined(site=None),
            first_files=files,
            swapped=lambda _menus: None,
            look_every_s=30.0,
            speak=speak,
        )
        follower = MenuFollower(parts)
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(feed.run()), tasks.create_task(follower.run())]
            yield Server(menus, follower, used)
            for task in running:
                task.cancel()


class Server:
    def __init__(self, menus: LiveMenus, follower: MenuFollower, used: set[int]) -> None:
        self.menus, self.follower, self.used = menus, follower, used

    async def until(self, fits: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
        async with asyncio.timeout(limit_s):
            while not fits():  # noqa: ASYNC110 (menus tell nobody)
                await asyncio.sleep(0.01)

    async def until_current(self, number: int, limit_s: float = LIMIT_S) -> None:
        await self.until(lambda: self.menus.ready and self.current == number, limit_s)

    @property
    def current(self) -> int:
        return self.menus.in_force.current

    def queue(self, caller: str = "13900000001") -> str:
        """Where key 1 leads a new caller."""
        node = self.menus.for_number("95518", caller).tree.nodes["person"]
        return str(node.enqueue)  # type: ignore[attr-defined]


__all__ = ["BROKEN", "LIMIT_S", "Server", "Site", "Versions", "examined", "tree", "wish"]
