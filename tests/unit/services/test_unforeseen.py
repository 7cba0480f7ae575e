"""What only watches or speaks beside the calls goes on after a fault that nobody foresaw, and says so."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from cti.services import announcer, callback_watch
from cti.services.callback_watch import CallbackWatch
from tests.unit.core.acd.floors import Play
from tests.unit.services.test_announcer import centre
from tests.unit.services.test_callback_watch import Live

LIMIT_S = 5


class Faulty:
    """Breaks the first time it is called."""

    def __init__(self) -> None:
        self.calls, self.again = 0, asyncio.Event()

    def __call__(self) -> None:
        self.calls += 1
        if self.calls == 1:
            raise KeyError("nobody foresaw it")
        self.again.set()


async def until_again(faulty: Faulty, run: Callable[[], Awaitable[None]]) -> None:
    running = asyncio.ensure_future(run())
    async with asyncio.timeout(LIMIT_S):
        await faulty.again.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_the_watch_over_callbacks_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    live, faulty = Live(Play()), Faulty()
    watch = CallbackWatch(live, live.now)
    monkeypatch.setattr(callback_watch, "LOOK_S", 0.01)
    monkeypatch.setattr(watch, "look", faulty)
    await until_again(faulty, watch.run)
    assert caplog.messages == ["callbacks' rules not looked at"]


async def test_the_announcer_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    speaker, faulty = centre().announcer, Faulty()

    async def announce() -> None:
        faulty()

    monkeypatch.setattr(announcer, "PASS_S", 0.01)
    monkeypatch.setattr(speaker, "announce", announce)
    await until_again(faulty, speaker.run)
    assert caplog.messages == ["no announcements"]
