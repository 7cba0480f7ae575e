"""Agents' phones that vanish in the middle of a talk: their callers are connected again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.simulation.phones import Phone
from tests.asterisk.control import Talk, between, heard_by, spans, talk
from tests.asterisk.house import AGENT_TONES_HZ, SILENT_S, House

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

FIRST, SECOND = AGENT_TONES_HZ["1001"], AGENT_TONES_HZ["1003"]
TOLD_S = 6.0
"""How long the sentence is that he hears."""
LIMIT_S = SILENT_S + TOLD_S + 10


@contextlib.asynccontextmanager
async def away(phone: Phone) -> AsyncIterator[None]:
    """The phone's cable is out."""
    phone.vanish()
    try:
        yield
    finally:
        phone.come_back()


async def broken(call: Talk) -> dict[str, object]:
    """Asterisk found the agent's leg lost."""
    gone = await call.event("connectionCleared", LIMIT_S, agentId=call.seat.agent_id, why="lost")
    return gone


async def test_a_caller_whose_agents_phone_vanished_is_told_so_and_gets_another_agent(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    async with away(call.seat.phone):
        assert (await broken(call))["cause"] == 44
        queued = await call.event("queued", why="lost")
        await call.event("established", LIMIT_S, agentId="1003")
        await asyncio.sleep(1)
    assert queued["queue"] == "motor"
    await house.seats["1003"].do("clearConnection")
    await house.rate(call.caller, call.call_id)
    caller = await heard_by(call.caller)
    [first], [again] = spans(caller.tone(FIRST)), spans(caller.tone(SECOND))
    assert again[0] - first[1] < SILENT_S + TOLD_S + 4
    assert between(caller.music(), first[1] + SILENT_S + TOLD_S - 1, again[0]) > 0.2
    await house.board.until(type="queueLeft", callId=call.call_id, outcome="reconnected")
