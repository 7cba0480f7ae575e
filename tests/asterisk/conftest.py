"""One running hotline for all tests of this folder: pjsua2 allows one SIP stack a process."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.asterisk.house import House, running_house


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def _house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with running_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="package")
async def house(_house: House) -> AsyncIterator[House]:
    """The hotline, at rest before and after the test."""
    # Tests of other sites in between may have kept our desktops from answering for too long.
    await _house.reconnect()
    yield _house
    await _house.settle()
