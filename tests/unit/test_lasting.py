"""A part of the service that fails begins anew, and is told."""

import asyncio

import pytest

from cti.lasting import kept_up
from cti.services.menu_follower import NothingToServe

LIMIT_S = 5


async def test_a_part_that_fails_begins_anew(caplog: pytest.LogCaptureFixture) -> None:
    times: list[int] = []

    async def run() -> None:
        times.append(1)
        if len(times) < 3:
            raise KeyError("nobody foresaw it")

    async with asyncio.timeout(LIMIT_S):
        await kept_up("reports", run, 0.01)
    assert len(times) == 3
    assert caplog.messages == ["reports failed"] * 2


async def test_several_faults_at_once_count_as_one(caplog: pytest.LogCaptureFixture) -> None:
    faults = [ExceptionGroup("two", [KeyError("one"), OSError("two")])]

    async def run() -> None:
        if faults:
            raise faults.pop()

    async with asyncio.timeout(LIMIT_S):
        await kept_up("wallboard", run, 0.01)
    assert len(caplog.messages) == 1


async def test_without_a_menu_there_is_no_service() -> None:
    async def run() -> None:
        raise NothingToServe

    with pytest.raises(NothingToServe):
        await kept_up("dialplan", run)


async def test_a_part_that_is_cancelled_ends() -> None:
    begun = asyncio.Event()

    async def run() -> None:
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(kept_up("feed", run))
    async with asyncio.timeout(LIMIT_S):
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
