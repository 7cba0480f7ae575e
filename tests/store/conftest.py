"""Databases of the store's tests."""

import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.store.sql_link import migrate, open_engine
from tests.servers import RedisServer, postgres


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
def postgres_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``HOST:PORT`` of one PostgreSQL cluster for the session."""
    with tempfile.TemporaryDirectory(prefix="cti-postgres-") as folder:
        Path(folder).chmod(0o755)
        with postgres(Path(folder)) as address:
            yield address


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'history.db'}"
    address = request.getfixturevalue("postgres_address")
    name = f"test_{uuid.uuid4().hex}"
    server = open_engine(f"postgresql://postgres@{address}/postgres")
    async with server.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await server.dispose()
    return f"postgresql://postgres@{address}/{name}"


@pytest.fixture
async def engine(empty_url: str) -> AsyncIterator[AsyncEngine]:
    """A migrated database, once of each kind."""
    await migrate(empty_url)
    opened = open_engine(empty_url)
    yield opened
    await opened.dispose()
