"""How soon the screen-pop is at the desktop after ``delivered`` is written, with real Redis and SQL."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from zoneinfo import ZoneInfo

import aiohttp
import uvloop
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.changes import Changes
from cti.core.ids import CallId
from cti.services.open_cases import OpenCases
from cti.services.screen_pop import PopSources
from cti.store import sql_schema
from cti.store.phone_numbers import national, normalised
from cti.store.redis_link import open_redis
from cti.store.redis_state import RedisState
from cti.store.redis_stream import RedisStream
from cti.store.samples import seed_sample
from cti.store.sql_contacts import SqlContacts
from cti.store.sql_customers import SqlCustomers
from cti.store.sql_link import migrate, open_engine
from tests.bench.line import Line, Row, interleaved, less_is_better, middle
from tests.servers import RedisServer, postgres
from tests.web.browsers import Browser, Desk
from tests.web.memory_pop import MemoryContacts
from tests.web.parts import World
from tests.web.samples import NOW, delivered

CUSTOMERS, CALLS = 2000, 50_000
TRIALS, WARM_UP = 200, 20
LIMIT_MS = 200.0
TOGETHER = 5000
KINDS = ("SQLite", "PostgreSQL", "SQLite, history hangs")


@dataclass
class PopWorld(World):
    """A web server whose pops come from a database; one whose history hangs answers nothing of it."""

    engine: AsyncEngine = field(kw_only=True)
    hangs: bool = field(default=False, kw_only=True)

    def _sources(self) -> PopSources:
        history = SqlContacts(self.engine, ZoneInfo("Asia/Shanghai"))
        silent = MemoryContacts()
        silent.open.clear()
        return replace(
            super()._sources(),
            customers=SqlCustomers(self.engine),
            contacts=silent if self.hangs else history,
            cases=OpenCases(history, self.desk.calls.values, normalised),
        )


async def filled(engine: AsyncEngine) -> Sequence[str]:
    """Customers, and calls of all their numbers with a record each; the numbers."""
    await seed_sample(engine, customers=CUSTOMERS)
    async with engine.begin() as connection:
        phones = (await connection.scalars(select(sql_schema.customer_phone.c.number))).all()
        numbers = [national(phone) for phone in phones]
        for first in range(0, CALLS, TOGETHER):
            rows = [_call(n, numbers[n % len(numbers)]) for n in range(first, first + TOGETHER)]
            await connection.execute(insert(sql_schema.call), rows)
    return numbers


def _call(n: int, number: str) -> Mapping[str, object]:
    at = NOW - timedelta(minutes=n)
    return {
        "call_id": f"old-{n}",
        "caller_number": number,
        "dialed_number": "95518",
        "arrived_at": at,
        "language": "zh",
        "queue": "motor",
        "agent_id": "1024",
        "outcome": "answered",
        "keys": ["1", "2"],
        "waited_s": 5.0,
        "talked_s": 120.0,
        "ended_at": at + timedelta(minutes=3),
        "wrap_up_reason": "report_single",
        "wrap_up_remarks": "车辆追尾,已登记,查勘员一小时内联系。",
        "solved": True,
        "follow_up": False,
        "handling": "dispatched",
        "reference": f"RDAA{n:08d}",
    }


@asynccontextmanager
async def database(folder: Path, kind: str) -> AsyncIterator[AsyncEngine]:
    """A migrated one of its own."""
    if kind.startswith("SQLite"):
        async with _opened(f"sqlite:///{folder / 'pops.db'}") as engine:
            yield engine
        return
    await asyncio.to_thread(folder.chmod, 0o755)
    with postgres(folder) as address:
        async with _opened(f"postgresql://postgres@{address}/postgres") as engine:
            yield engine


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[AsyncEngine]:
    await migrate(url)
    engine = open_engine(url)
    try:
        yield engine
    finally:
        await engine.dispose()


async def popped(kind: str) -> Mapping[str, float]:
    """Ring after ring at one agent: ms from the write to the pop, and the share that had all parts."""
    with tempfile.TemporaryDirectory(prefix="cti-pops-") as name:
        folder = Path(name)
        redis = RedisServer(folder)
        redis.start()
        try:
            async with database(folder, kind) as engine, open_redis(redis.url) as client:
                numbers = await filled(engine)
                journal, state = RedisStream(client, "bench"), RedisState(client, "bench")
                hangs = kind.endswith("hangs")
                world = PopWorld(folder, journal=journal, engine=engine, hangs=hangs)
                world.pop_deadline_s = 0.1
                jar = aiohttp.CookieJar(unsafe=True)  # cookies for an address without a name
                async with world, aiohttp.ClientSession(cookie_jar=jar) as http:
                    browser = Browser(world, http)
                    await browser.sign_in("ma")
                    return await _rings(world, state, Desk(await browser.socket()), numbers)
        finally:
            redis.stop()


async def _rings(
    world: World, state: RedisState, desk: Desk, numbers: Sequence[str]
) -> Mapping[str, float]:
    await desk.resume()
    took_ms, whole = list[float](), 0
    for n in range(WARM_UP + TRIALS):
        call_id = f"ring-{n}"
        world.desk.calls.clear()
        world.desk.ring(call_id)
        number = numbers[n * 7 % len(numbers)]
        ringing = replace(world.desk.calls[call_id], caller_number=number)
        world.desk.calls[call_id] = ringing
        begun = perf_counter()
        await state.commit(Changes(events=(delivered(CallId(call_id)),)))
        pop = await desk.hear()
        while (pop["type"], pop.get("callId")) != ("screenPop", call_id):
            pop = await desk.hear()
        if n >= WARM_UP:
            took_ms.append((perf_counter() - begun) * 1e3)
            whole += None not in (pop["customers"], pop["contacts"], pop["cases"])
    p99 = quantiles(took_ms, n=100, method="inclusive")[-1]
    return {"p50": median(took_ms), "p99": p99, "whole": whole / TRIALS}


def measured(kind: str) -> Mapping[str, float]:
    """One round of it."""
    return uvloop.run(popped(kind))


def run() -> Sequence[Row]:
    found = interleaved({kind: partial(measured, kind) for kind in KINDS})
    rows = []
    for kind in KINDS:
        for key, goal in (("p50", None), ("p99", 1.0)):
            name = f"delivered → pop on the socket, {kind}, {key}"
            ours = middle(found[kind], key)
            rows.append(less_is_better(name, "ms", ours, ("the limit", LIMIT_MS), goal))
        if not kind.endswith("hangs"):
            whole = 100 * middle(found[kind], "whole")
            rows.append(
                Row(f"pops with all parts at once, {kind}", whole, 100, "all", "%", whole / 100)
            )
    return rows


LINE = Line(
    "Screen-pop",
    f"Ring after ring at one agent, {TRIALS} a round: `delivered` is written to the journal in a real Redis, "
    "the feed and the hub follow it, and the pop goes out over the WebSocket, all in one process with the "
    "client that reads it. Customers, the last five calls with their records and open cases come from SQL "
    f"with {CUSTOMERS:,} customers and {CALLS:,} earlier calls; every caller is another customer. Timed is "
    "from before the write until the client has parsed the pop. With a history that never answers the pop "
    "must go out without it.",
    run,
)
