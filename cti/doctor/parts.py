"""The parts the service stands on: Redis, SQL, and what was built for it."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from cti.doctor.findings import Finding, Level, error, ok, warning
from cti.services.ports import HistoryDown, StoreDown
from cti.settings import Settings
from cti.store.redis_doctor import check_durability
from cti.store.redis_link import answered, open_redis
from cti.store.sql_link import open_engine, table_versions, transaction

CLOCK_APART_S = 2.0


async def check_redis(settings: Settings, now_s: float) -> AsyncIterator[Finding]:
    """Reachable, new enough, keeps what it is told, and has our time."""
    client = open_redis(settings.redis.address)
    try:
        async for finding in _ask_redis(client, now_s):
            yield finding
    except StoreDown as down:
        if isinstance(down.__cause__, AuthenticationError):
            yield error("redis", "redis_refused", why=down)
        elif settings.redis.url:
            yield error("redis", "redis_away", url=settings.redis.address, why=down)
        elif shutil.which("redis-server") is None:
            yield error("redis", "redis_missing")
        else:
            yield ok("redis_idle", port=settings.redis.port)
    finally:
        await client.aclose()


async def _ask_redis(client: Redis, now_s: float) -> AsyncIterator[Finding]:
    facts = await answered(client.info("server"))
    wrong = await check_durability(client)
    for code in wrong:
        level = Level.WARNING if code == "store.redis_old" else Level.ERROR
        yield Finding(level, "redis", code)
    seconds, micros = await answered(client.time())
    apart_s = abs(seconds + micros / 1e6 - now_s)
    if apart_s > CLOCK_APART_S:
        yield warning("clock", "clocks_apart", whose="Redis", seconds=f"{apart_s:.1f}")
    if not wrong:
        yield ok("redis", version=facts.get("redis_version", "?"))


async def check_sql(url: str) -> AsyncIterator[Finding]:
    """Reachable, with this version's tables. A new SQLite file is not made here."""
    try:
        made = make_url(url)
    except ArgumentError:
        yield error("sql", "sql_url")
        return
    place = made.render_as_string(hide_password=True)
    if _not_made_yet(made):
        yield ok("sql_new", place=place)
        return
    engine = open_engine(url)
    try:
        async with transaction(engine) as connection:
            found = await connection.run_sync(_version)
    except HistoryDown as down:
        yield error("sql", "sql_away", place=place, why=down)
    else:
        yield judge_tables(place, found)
    finally:
        await engine.dispose()


def _version(connection: Connection) -> str | None:
    """The tables' version; None for a database without any."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def judge_tables(place: str, found: str | None) -> Finding:
    """The server makes and upgrades tables at its start, but cannot work with newer ones."""
    newest, *older = table_versions()
    if found is None:
        return ok("sql_new", place=place)
    if found == newest:
        return ok("sql", place=place, version=found)
    judged = warning if found in older else error
    code = "sql_old" if found in older else "sql_newer"
    return judged("sql", code, place=place, found=found, newest=newest)


def _not_made_yet(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()


def check_built(static: Path) -> Iterator[Finding]:
    """The desktop's files."""
    if (static / "index.html").is_file():
        yield ok("desktop", folder=static)
    else:
        yield error("desktop", "desktop_missing", folder=static)
