"""Whole phrases: the first caller hears fragments, the next one the phrase; nobody waits."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping

import pytest

from cti.core.speech import SpokenKind, UnspeakableValue, spoken
from cti.core.speech.phrases import Phrase
from cti.services.phrases import AT_ONCE, LONGEST_QUEUE, PhraseRules, Phrases, VoiceBroke

LIMIT_S = 5.0
DAY = (SpokenKind.DATE, "2026-03-21", "zh")
FRAGMENTS = ("year/2026", "month/3", "day/21")


class FakeShelf:
    """Names, the newest last."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.tidied = 0

    def use(self, name: str) -> bool:
        return name in self.names

    async def tidy(self) -> None:
        self.tidied += 1


class FakeVoice:
    """Makes all at once, or breaks, or waits for ``go``."""

    def __init__(self, shelf: FakeShelf) -> None:
        self._shelf = shelf
        self.runs: list[list[str]] = []
        self.broken = self.idle = False
        self.go, self.ran = asyncio.Event(), asyncio.Event()
        self.go.set()
        self.at_work = self.most_at_work = 0

    async def speak(self, phrases: Mapping[str, Phrase]) -> None:
        self.runs.append([each.text for each in phrases.values()])
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        self.ran.set()
        await self.go.wait()
        self.at_work -= 1
        if self.broken:
            raise VoiceBroke("no model")
        if not self.idle:
            self._shelf.names += phrases


class Stage:
    """A cache with its worker running."""

    def __init__(self, rest_s: float = 60.0, voice: bool = True) -> None:
        self.shelf = FakeShelf()
        self.voice = FakeVoice(self.shelf)
        rules = PhraseRules(whole=frozenset({SpokenKind.DATE}), voices={"zh": "v1"}, rest_s=rest_s)
        self.phrases = Phrases(rules, self.shelf, self.voice if voice else None)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.phrases.run())
        try:
            async with asyncio.timeout(LIMIT_S):
                yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def until_runs(self, count: int) -> None:
        while len(self.voice.runs) < count or self.voice.at_work:  # noqa: ASYNC110
            await asyncio.sleep(0)

    async def until_idle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)


async def test_the_first_caller_hears_fragments_and_the_next_one_the_phrase() -> None:
    stage = Stage()
    async with stage.running():
        assert stage.phrases.sounds(*DAY) == FRAGMENTS
        await stage.until_runs(1)
        [sound] = stage.phrases.sounds(*DAY)
    assert sound == f"phrases/{stage.shelf.names[0]}"
    assert stage.voice.runs == [["二零二六年三月二十一日"]]
    assert stage.shelf.tidied == 2


async def test_a_phrase_wanted_by_many_is_made_once_and_by_one_run_at_a_time() -> None:
    stage = Stage()
    stage.voice.go.clear()
    async with stage.running():
        stage.phrases.sounds(*DAY)
        await stage.voice.ran.wait()
        for _ in range(50):
            stage.phrases.sounds(*DAY)
        stage.phrases.sounds(SpokenKind.DATE, "2026-03-22", "zh")
        await stage.until_idle()
        assert stage.voice.most_at_work == 1
        stage.voice.go.set()
        await stage.until_runs(2)
    assert stage.voice.runs == [["二零二六年三月二十一日"], ["二零二六年三月二十二日"]]


async def test_the_queue_is_bounded_and_made_in_small_runs() -> None:
    stage = Stage()
    days = [f"{year}-01-{day:02}" for year in range(2020, 2030) for day in range(1, 31)]
    for day in days:
        stage.phrases.sounds(SpokenKind.DATE, day, "zh")
    async with stage.running():
        await stage.until_runs(LONGEST_QUEUE // AT_ONCE)
        await stage.until_idle()
    assert sum(map(len, stage.voice.runs)) == LONGEST_QUEUE
    assert max(map(len, stage.voice.runs)) == AT_ONCE


async def test_a_broken_voice_is_told_of_once_and_rested(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage(rest_s=0.01)
    stage.voice.broken = True
    with caplog.at_level(logging.ERROR):
        async with stage.running():
            while len(stage.voice.runs) < 3:
                assert stage.phrases.sounds(*DAY) == FRAGMENTS
                await asyncio.sleep(0)
            stage.voice.broken = False
            while stage.phrases.sounds(*DAY) == FRAGMENTS:  # noqa: ASYNC110
                await asyncio.sleep(0)
    assert [each.getMessage() for each in caplog.records] == ["the voice made no phrase: no model"]


async def test_a_voice_that_makes_no_file_is_a_broken_one(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage()
    stage.voice.idle = True
    async with stage.running():
        for _ in range(5):
            stage.phrases.sounds(*DAY)
            await stage.until_idle()
    assert len(stage.voice.runs) == 1
    assert "left no file" in caplog.text


async def test_a_resting_voice_is_asked_for_nothing() -> None:
    stage = Stage()
    stage.voice.broken = True
    async with stage.running():
        stage.phrases.sounds(*DAY)
        await stage.until_runs(1)
        for _ in range(5):
            stage.phrases.sounds(*DAY)
            await stage.until_idle()
    assert len(stage.voice.runs) == 1


async def test_without_a_voice_what_is_there_is_played_and_the_rest_is_fragments() -> None:
    stage = Stage(voice=False)
    assert stage.phrases.sounds(*DAY) == FRAGMENTS
    stage.shelf.names = [Phrase("zh", "二零二六年三月二十一日").name("v1")]
    assert stage.phrases.sounds(*DAY) == (f"phrases/{stage.shelf.names[0]}",)
    async with asyncio.timeout(LIMIT_S):
        await stage.phrases.run()


async def test_what_lies_there_already_is_not_made_again() -> None:
    stage = Stage()
    stage.phrases.sounds(*DAY)
    stage.shelf.names = [Phrase("zh", "二零二六年三月二十一日").name("v1")]
    async with stage.running():
        await stage.until_idle()
    assert stage.voice.runs == []


def test_kinds_that_are_not_chosen_and_languages_without_voice_are_fragments() -> None:
    stage = Stage()
    plate = (SpokenKind.PLATE, "青A12345", "zh")
    assert stage.phrases.sounds(*plate) == spoken(*plate)
    english = (SpokenKind.DATE, "2026-03-21", "en")
    assert stage.phrases.sounds(*english) == spoken(*english)


def test_an_unspeakable_value_is_refused_and_never_made() -> None:
    with pytest.raises(UnspeakableValue):
        Stage().phrases.sounds(SpokenKind.DATE, "tomorrow", "zh")
