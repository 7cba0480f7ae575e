"""Databases of the store's tests."""

import asyncio
import tempfile
import threading
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.store.sql_link import migrate, open_engine
from cti.store.sql_schema import tables
from tests.servers import RedisServer, postgres

THREAD_S = 2.0
_migrated: set[str] = set()


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis that the test may kill."""
    with tempfile.TemporaryDirectory(prefix="cti-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """``HOST:PORT`` of one PostgreSQL cluster for the session."""
    with tempfile.TemporaryDirectory(prefix="cti-postgres-") as folder:
        Path(folder).chmod(0o755)
        with postgres(Path(folder)) as address:
            yield address


async def _server_command(address: str, command: str) -> None:
    server = open_engine(f"postgresql://postgres@{address}/postgres")
    async with server.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text(command))
    await server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Once for each kind of database."""
    return str(request.param)


@pytest.fixture
async def empty_url(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path
) -> AsyncIterator[str]:
    """The URL of a database without tables."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'history.db'}"
        return
    address = request.getfixturevalue("postgres_address")
    name = f"test_{uuid.uuid4().hex}"
    await _server_command(address, f"CREATE DATABASE {name}")
    yield f"postgresql://postgres@{address}/{name}"
    await _server_command(address, f"DROP DATABASE {name} WITH (FORCE)")


async def _threads_ended() -> None:
    """A statement that was cut short ends in aiosqlite's thread, which then wants the test's loop."""
    working = [each for each in threading.enumerate() if "_connection_worker" in each.name]
    for thread in working:
        await asyncio.to_thread(thread.join, THREAD_S)


async def _emptied(address: str) -> str:
    """One database for all tests: to make one for each takes far longer than to empty it."""
    url = f"postgresql://postgres@{address}/shared"
    if address not in _migrated:
        await _server_command(address, "CREATE DATABASE shared")
        await migrate(url)
        _migrated.add(address)
    engine = open_engine(url)
    async with engine.begin() as connection:
        names = ", ".join(table.name for table in tables.sorted_tables)
        await connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    await engine.dispose()
    return url


@pytest.fixture
async def engine(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path
) -> AsyncIterator[AsyncEngine]:
    """A migrated database without rows."""
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'history.db'}"
        await migrate(url)
    else:
        url = await _emptied(request.getfixturevalue("postgres_address"))
    opened = open_engine(url)
    yield opened
    await opened.dispose()
    await _threads_ended()
