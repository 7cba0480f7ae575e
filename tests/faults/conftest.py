"""One hotline for all tests of this folder; every test gives it back whole and at rest."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.hotline import Hotline, running_hotline
from tests.servers import postgres


@pytest.fixture(scope="package")
def postgres_at() -> Iterator[str]:
    """``HOST:PORT`` of a PostgreSQL of our own."""
    with tempfile.TemporaryDirectory(prefix="cti-postgres-") as folder:
        Path(folder).chmod(0o755)
        with postgres(Path(folder)) as address:
            yield address


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def _hotline(
    tmp_path_factory: pytest.TempPathFactory, postgres_at: str
) -> AsyncIterator[Hotline]:
    async with running_hotline(tmp_path_factory.mktemp("hotline"), postgres_at) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="package")
async def hotline(_hotline: Hotline) -> AsyncIterator[Hotline]:
    """The hotline, at rest before and after the test."""
    yield _hotline
    await _hotline.mend()
    await _hotline.settle()
