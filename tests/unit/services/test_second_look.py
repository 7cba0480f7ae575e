"""A difference that two looks see is doubted, once; phones that came back unseen are asked about."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.floor import Floor
from cti.core.acd.lines import Line
from cti.core.acd.second_look import Difference
from cti.core.acd.signals import PhoneSeen, Signal
from cti.services import second_look as under_test
from cti.services.ports import TelephonyDown
from cti.services.second_look import SecondLook
from tests.unit.core.acd.floors import ONE, A, Play, agent, leg
from tests.unit.core.acd.test_second_look import TALK, talking


class Live:
    """A floor that is live, Asterisk, and its phones."""

    def __init__(self, play: Play) -> None:
        self.play, self.live = play, True
        self.doubts: list[str] = []
        self.told: list[Signal] = []
        self.shown: Sequence[Line] = ()
        self.there = True
        self.looks, self.half_broken = 0, False
        self.doubted = asyncio.Event()

    @property
    def floor(self) -> Floor:
        return self.play.floor

    def doubt(self, why: str) -> None:
        self.doubts.append(why)
        self.doubted.set()

    def tell(self, signal: Signal) -> None:
        self.told.append(signal)

    async def lines(self) -> Sequence[Line]:
        self.looks += 1
        if self.half_broken and self.looks % 2 == 0:
            raise TelephonyDown("1 channels of 2 came")
        return self.shown

    async def registered(self, extension: str) -> bool:
        return self.there

    def now(self) -> datetime:
        return self.play.now

    def look(self) -> SecondLook:
        return SecondLook(self, self, self, self.now, 0.01)


async def test_what_is_right_is_never_doubted() -> None:
    live = Live(talking())
    live.shown, look = TALK, live.look()
    for _ in range(3):
        await look.look()
    assert live.doubts == []


async def test_one_look_proves_nothing_and_two_do(caplog: pytest.LogCaptureFixture) -> None:
    live = Live(talking())
    look = live.look()
    await look.look()
    assert live.doubts == []
    await look.look()
    assert len(live.doubts) == 1
    assert all(record.message == "asterisk shows something else" for record in caplog.records)


async def test_news_of_the_call_between_two_looks_begins_anew() -> None:
    live = Live(talking())
    look = live.look()
    await look.look()
    live.play.do(seen.HoldChanged(call_id=ONE, agent_channel=leg(A), held=True))
    await look.look()
    assert live.doubts == []


async def test_what_recovery_does_not_cure_is_doubted_once() -> None:
    live = Live(talking())
    look = live.look()
    for _ in range(6):
        await look.look()
    assert len(live.doubts) == 1


async def test_a_list_that_did_not_come_whole_says_nothing_for_or_against() -> None:
    live = Live(talking())
    live.half_broken = True
    running = asyncio.create_task(live.look().run())
    try:
        async with asyncio.timeout(5):
            await live.doubted.wait()
    finally:
        running.cancel()
        await asyncio.wait({running})


async def test_while_not_live_nobody_looks() -> None:
    live = Live(talking())
    look = live.look()
    await look.look()
    live.live = False
    await look.look()
    live.live = True
    await look.look()
    assert live.doubts == []


@pytest.mark.parametrize("there", [True, False])
async def test_a_phone_that_came_back_unseen_is_told(there: bool) -> None:
    play = Play(agent(A))
    play.ready(A)
    play.do(PhoneSeen(extension="8001", reachable=False))
    live = Live(play)
    live.there = there
    await live.look().look()
    assert live.told == ([PhoneSeen(extension="8001", reachable=True)] if there else [])


async def test_a_look_that_fails_is_told_and_the_next_one_is_taken(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    live, tried = Live(talking()), asyncio.Event()
    answers = iter([RuntimeError("odd")])

    def once(*_: object) -> frozenset[Difference]:
        for wrong in answers:
            raise wrong
        tried.set()
        return frozenset()

    monkeypatch.setattr(under_test, "differences", once)
    looking = asyncio.create_task(live.look().run())
    async with asyncio.timeout(5):
        await tried.wait()
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    assert caplog.messages == ["no second look"]
