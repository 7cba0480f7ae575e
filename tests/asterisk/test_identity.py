"""An agent has his caller prove in the menu who he is, and gets him back with the level he reached."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from cti.store.phone_numbers import normalised
from cti.store.sql_link import open_engine
from tests.asterisk.control import TALK_S, Talk, heard_by, spans, talk
from tests.asterisk.house import AGENT_TONES_HZ, CALLER_TONE_HZ, House
from tests.shift.run import said_by

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

ASKED, WRONG = "from_agent/identify/id_tail", "000000"
HEARD_S = 2.5
"""So long a prompt is listened to."""


async def id_tail(house: House, number: str) -> str:
    """The last six of the identity number of the customer whom the sample has under a number."""
    engine = open_engine(house.site.configuration.settings.sql_url)
    wanted = text(
        "SELECT id_tail FROM customer JOIN customer_phone USING (customer_id) WHERE number = :number"
    )
    try:
        async with engine.connect() as connection:
            return str(
                (await connection.execute(wanted, {"number": normalised(number)})).scalar_one()
            )
    finally:
        await engine.dispose()


async def asked(house: House, folder: Path) -> Talk:
    """A caller whom the menu asks who he is, while his agent waits."""
    call = await talk(house, folder)
    pop = await call.seat.desktop.until(5, type="screenPop", callId=call.call_id)
    assert "auth_level" not in pop["variables"]
    call.seat.desktop.frames.clear()
    await call.seat.do("sendToMenu", task="identity")
    await call.event("sentToMenu", agentId="1001", task="identity")
    await call.event("nodeEntered", node=ASKED)
    await call.seat.until_state("held")
    return call


async def asked_again(call: Talk) -> None:
    """The same question for the second time."""
    async with asyncio.timeout(10):
        while call.house.nodes(call.call_id).count(ASKED) < 2:  # noqa: ASYNC110 (frames)
            await asyncio.sleep(0.05)


async def back(call: Talk) -> Mapping[str, Any]:
    """What the agent's screen shows of a caller who is with him again."""
    await call.event("backFromMenu", 20, agentId="1001", result="returned")
    pop = await call.seat.desktop.until(5, type="screenPop", callId=call.call_id)
    await call.seat.until_state("talking")
    found: Mapping[str, Any] = pop["variables"]
    return found


async def disagreements(house: House, call_id: str) -> Sequence[Mapping[str, Any]]:
    """What ``cti crosscheck`` says of the call, once every book has it."""
    zone = ZoneInfo(house.site.configuration.settings.time_zone)
    code, told = await said_by(house.site, "crosscheck", f"{datetime.now(zone).date()}", "--json")
    assert code in (0, 1), told
    assert told["calls"]
    return [each for each in told["discrepancies"] if each["call_id"] == call_id]


async def agrees(house: House, call_id: str, limit_s: float = 20.0) -> None:
    """The books are written beside the call: they have a while to be complete."""
    found: Sequence[Mapping[str, Any]] = ()
    for _ in range(round(limit_s / 4)):
        if not (found := await disagreements(house, call_id)):
            return
        await asyncio.sleep(2)
    assert found == []


async def test_who_keys_in_his_identity_is_back_with_the_same_agent_who_sees_the_level(
    house: House, tmp_path: Path
) -> None:
    call = await asked(house, tmp_path)
    tail = await id_tail(house, "13997000001")
    await asyncio.sleep(HEARD_S)
    call.caller.press(tail)
    checked = await call.event("identityChecked")
    assert (checked["result"], checked["level"]) == ("ok", "2")
    shown = await back(call)
    assert (shown["auth"], shown["auth_level"]) == ("ok", "2")
    assert tail not in str(house.board.frames) + str(call.seat.desktop.frames)
    await asyncio.sleep(TALK_S)
    await call.seat.do("clearConnection")
    agent = await heard_by(call.agent)
    await house.rate(call.caller, call.call_id)
    caller = await heard_by(call.caller)
    assert caller.prompt("identify_ask_id_tail") and not agent.prompt("identify_ask_id_tail")
    assert len(spans(caller.tone(AGENT_TONES_HZ["1001"]))) == 2
    assert len(spans(agent.tone(CALLER_TONE_HZ))) == 2
    await call.seat.do("saveWrapUp", callId=call.call_id, reason="report_single", solved=True)
    await agrees(house, call.call_id)


async def test_who_keys_in_a_wrong_one_first_is_told_so_and_asked_again(
    house: House, tmp_path: Path
) -> None:
    call = await asked(house, tmp_path)
    call.caller.press(WRONG)
    assert (await call.event("identityChecked"))["result"] == "wrong"
    await asked_again(call)
    await asyncio.sleep(HEARD_S)
    call.caller.press(await id_tail(house, "13997000001"))
    assert (await back(call))["auth_level"] == "2"
    await call.seat.do("clearConnection")
    await house.rate(call.caller, call.call_id)
    assert (await heard_by(call.caller)).prompt("identify_wrong")
