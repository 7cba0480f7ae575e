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

TEMPLATE = "migrated"
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


async def _create(address: str, name: str, template: str = "template1") -> str:
    server = open_engine(f"postgresql://postgres@{address}/postgres")
    async with server.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    await server.dispose()
    return f"postgresql://postgres@{address}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Once for each kind of database."""
    return str(request.param)


@pytest.fixture
async def empty_url(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'history.db'}"
    address = request.getfixturevalue("postgres_address")
    return await _create(address, f"test_{uuid.uuid4().hex}")


@pytest.fixture
async def engine(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path
) -> AsyncIterator[AsyncEngine]:
    """A migrated database."""
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'history.db'}"
        await migrate(url)
    else:
        address = request.getfixturevalue("postgres_address")
        if address not in _migrated:  # one is migrated, the others are its copies: quicker
            await migrate(await _create(address, TEMPLATE))
            _migrated.add(address)
        url = await _create(address, f"test_{uuid.uuid4().hex}", TEMPLATE)
    opened = open_engine(url)
    yield opened
    await opened.dispose()
