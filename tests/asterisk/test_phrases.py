"""Whole phrases by ear: the first caller hears fragments, the second the phrase."""

import asyncio
from pathlib import Path

import pytest

from tests.asterisk.hearing import Hearing
from tests.asterisk.house import House, hearing
from tests.asterisk.phrase_voice import CLOCK, VOICE_HZ, VOICE_S

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]


async def told_time(house: House, record_to: Path) -> Hearing:
    """What a caller of the clock hears until it hangs up."""
    record_to.mkdir()  # noqa: ASYNC240 (a folder of its own)
    leg, _ = await house.call(house.caller(record_to=record_to), CLOCK)
    await leg.until("DISCONNECTED", 30)
    return await hearing(leg)


async def test_the_first_caller_hears_fragments_and_the_second_the_phrase(
    house: House, tmp_path: Path
) -> None:
    phrases = house.site.folder / "asterisk" / "phrases"
    first = await told_time(house, tmp_path / "first")
    async with asyncio.timeout(20):
        while not list(phrases.glob("*.alaw")):  # noqa: ASYNC110 (a file)
            await asyncio.sleep(0.05)
    second = await told_time(house, tmp_path / "second")
    assert first.says("hour/15") is not None
    assert first.tone(VOICE_HZ).seconds < 0.2
    assert second.tone(VOICE_HZ).seconds == pytest.approx(VOICE_S, abs=0.3)
    assert second.says("hour/15") is None
    assert second.prompt("goodbye")
