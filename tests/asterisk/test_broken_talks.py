"""Agents' phones that vanish in the middle of a talk: their callers are connected again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.simulation.phones import Phone
from tests.asterisk.control import AT_ONCE, TALK_S, Talk, heard_by, spans, talk
from tests.asterisk.house import AGENT_TONES_HZ, SILENT_S, House

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

FIRST, SECOND = AGENT_TONES_HZ["1001"], AGENT_TONES_HZ["1003"]
NO_SOUND = 44
"""Q.850: what Asterisk gives a leg that it ends for lack of sound."""
NATIVE_S = 10
"""Until the native queue has a caller whose heartbeat is lost, and rings somebody."""
TOLD_S = 6.0
"""How long the sentence is that he hears."""
LIMIT_S = SILENT_S + TOLD_S + 10


@contextlib.asynccontextmanager
async def away(phone: Phone) -> AsyncIterator[None]:
    """The phone's cable is out. Back again it registers anew: Asterisk would ask for it only 10 s later."""
    phone.vanish()
    try:
        yield
    finally:
        phone.come_back()
        for there in (False, True):
            await phone.register(there=there)


async def broken(call: Talk) -> dict[str, object]:
    """Asterisk found the agent's leg lost."""
    gone = await call.event("connectionCleared", LIMIT_S, agentId=call.seat.agent_id, why="lost")
    return gone


async def test_a_caller_whose_agents_phone_vanished_is_told_so_and_gets_another_agent(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    async with away(call.seat.phone):
        assert (await broken(call))["cause"] == NO_SOUND
        queued = await call.event("queued", why="lost")
        await call.event("established", LIMIT_S, agentId="1003")
        await asyncio.sleep(TALK_S)
    assert queued["queue"] == "motor"
    await house.seats["1003"].do("clearConnection")
    await house.rate(call.caller, call.call_id)
    caller = await heard_by(call.caller)
    [first], [again] = spans(caller.tone(FIRST)), spans(caller.tone(SECOND))
    assert caller.prompt("talk_broken").seconds > TOLD_S / 2
    assert again[0] - first[1] < SILENT_S + TOLD_S + 4
    assert house.outcomes(call.call_id) == ["answered", "reconnected"]


async def test_after_hold_and_retrieve_a_lost_phone_is_seen_too_and_the_next_hang_up_is_one(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path)
    await call.do("holdCall")
    await call.do("retrieveCall")
    async with away(call.seat.phone):
        await broken(call)
        await house.seats["1003"].ready(AT_ONCE)
        await call.event("established", LIMIT_S, agentId="1003")
    await house.seats["1003"].do("clearConnection")
    await house.rate(call.caller, call.call_id)


async def test_a_caller_on_hold_is_told_too(house: House, tmp_path: Path) -> None:
    call = await talk(house, tmp_path)
    await call.do("holdCall")
    async with away(call.seat.phone):
        await broken(call)
        await house.seats["1003"].ready(AT_ONCE)
        await call.event("established", LIMIT_S, agentId="1003")
    call.caller.hang_up()
    assert (await heard_by(call.caller)).prompt("talk_broken").seconds > TOLD_S / 2


async def test_the_same_agent_gets_his_caller_again_when_his_phone_is_back(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    async with away(call.seat.phone):
        await broken(call)
    await call.event("queueLeft", LIMIT_S, outcome="reconnected")
    await asyncio.sleep(TALK_S)
    call.caller.hang_up()
    caller = await heard_by(call.caller)
    assert len(spans(caller.tone(FIRST))) == 2
    assert not spans(caller.tone(SECOND))


async def test_who_hangs_up_before_he_is_connected_again_has_abandoned_nothing(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path)
    async with away(call.seat.phone):
        await broken(call)
        call.caller.hang_up()
        await call.event("callCleared", clearedBy="caller")
    assert house.outcomes(call.call_id) == ["answered", "broken_off"]


async def test_while_our_server_is_away_he_is_told_and_goes_to_the_native_queue(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    house.site.kill("server")
    async with away(call.seat.phone):
        leg = await house.seats["1003"].phone.until_rung(LIMIT_S + NATIVE_S)
        await leg.until("CONFIRMED", 15)
        await asyncio.sleep(TALK_S)
        call.caller.hang_up()
        caller = await heard_by(call.caller)
    await house.site.start("server")
    await house.board_again()
    assert caller.prompt("talk_broken").seconds > TOLD_S / 2
    assert spans(caller.tone(SECOND))
