"""A mode switched in the middle of the day, and what is kept of a number, at the next call."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.asterisk.house import House, hearing
from tests.asterisk.mode_trees import MODED

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

MINE, OTHERS = "13997000081", "13997000082"
REASON = "大雪封路"


async def cti(house: House, *arguments: str) -> str:
    """A command of ours, as an administrator types it beside the running service."""
    command = (sys.executable, "-m", "cti", *arguments)
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=dict(house.site.environment),
    )
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, out.decode()
    return out.decode()


async def greeted(house: House, number: str, folder: Path) -> set[str]:
    """Which of the greetings a caller hears."""
    house.board.frames.clear()  # an earlier call of this number is old news
    leg, call_id = await house.call(house.caller(number, record_to=folder), MODED)
    await house.event("queued", call_id, 30)
    leg.hang_up()
    await leg.until("DISCONNECTED")
    heard = await hearing(leg)
    known = ("welcome", "welcome_night", "goodbye")
    return {name for name in known if heard.prompt(name).seconds > 0.9}


async def test_a_mode_switched_at_noon_changes_what_the_next_caller_hears(
    house: House, tmp_path: Path
) -> None:
    assert await greeted(house, MINE, tmp_path) == {"welcome"}
    await cti(house, "mode", "on", "night", "--for", "1h", "--reason", REASON)
    fact = await house.board.until(type="modeSwitched", mode="night", on=True)
    assert (fact["reason"], fact["by"].startswith("cli:")) == (REASON, True)
    try:
        assert await greeted(house, OTHERS, tmp_path) == {"welcome_night"}
        [night] = [
            mode for mode in await house.board.get("/api/v1/modes") if mode["name"] == "night"
        ]
        assert night["on"]["reason"] == REASON
    finally:
        await house.board.put("/api/v1/modes/night", {"on": False, "reason": "天晴"})
    await house.board.until(type="modeSwitched", mode="night", on=False)
    assert await greeted(house, MINE, tmp_path) == {"welcome"}


async def test_a_mode_ends_by_itself(house: House, tmp_path: Path) -> None:
    wish = {"on": True, "hours": 0.0005, "reason": REASON}
    await house.board.put("/api/v1/modes/night", wish)
    await house.board.until(type="modeSwitched", mode="night", on=False, by="timer")
    assert await greeted(house, MINE, tmp_path) == {"welcome"}


async def test_a_blocked_number_is_known_at_its_next_call(house: House, tmp_path: Path) -> None:
    out = await cti(house, "block", MINE, "--days", "1", "--reason", "骚扰")
    assert "139****0081" in out
    assert MINE not in out
    try:
        assert await greeted(house, MINE, tmp_path) == {"goodbye"}
        assert await greeted(house, OTHERS, tmp_path) == {"welcome"}
    finally:
        await cti(house, "unblock", MINE, "--reason", "误加")
    assert await greeted(house, MINE, tmp_path) == {"welcome"}


async def test_the_language_a_caller_chose_greets_him_next_time(house: House) -> None:
    number = "13997000083"
    leg, call_id = await house.call(house.caller(number), MODED)
    leg.press("8")
    assert (await house.event("queued", call_id, 20))["language"] == "en"
    leg.hang_up()
    await leg.until("DISCONNECTED")
    house.board.frames.clear()
    leg, call_id = await house.call(house.caller(number), MODED)
    assert (await house.event("offered", call_id))["language"] == "en"
    assert (await house.event("queued", call_id, 20))["language"] == "en"
