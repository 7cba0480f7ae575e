"""What an agent did with his call outlives our server: hold, consultation, conference."""

import asyncio
from pathlib import Path

import pytest

from tests.asterisk.control import TALK_S, heard_by, spans, talk
from tests.asterisk.house import AGENT_TONES_HZ, CALLER_TONE_HZ, House

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

FIRST, SECOND = AGENT_TONES_HZ["1001"], AGENT_TONES_HZ["1003"]


async def server_dies(house: House) -> None:
    """kill -9 of the server, and a new one that has found its way."""
    house.site.kill("server")
    await house.site.start("server")
    await house.board_again()


async def test_a_held_caller_outlives_the_server_and_can_be_retrieved(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path)
    await call.do("holdCall")
    await server_dies(house)
    [found] = (await house.board.until(type="snapshot"))["calls"]
    assert (found["phase"], found["heldBy"], found["agentId"]) == ("held", "desk", "1001")
    await call.do("retrieveCall")
    await call.seat.do("clearConnection")
    await house.rate(call.caller, call.call_id)
    assert len(spans((await heard_by(call.caller)).tone(FIRST))) == 2


async def test_a_consultation_outlives_the_server_and_can_be_completed(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    their_leg = await call.consult(house.seats["1003"])
    await server_dies(house)
    snapshot = await house.board.until(type="snapshot")
    states = {agent["agentId"]: agent["state"] for agent in snapshot["agents"]}
    assert (states["1001"], states["1003"]) == ("consulting", "talking")
    [party] = snapshot["calls"][0]["parties"]
    assert (party["agentId"], party["phase"]) == ("1003", "talking")
    await call.do("transferCall")
    await house.seats["1003"].do("clearConnection")
    await house.rate(call.caller, call.call_id)
    assert spans((await heard_by(their_leg)).tone(CALLER_TONE_HZ))


async def test_a_caller_gets_the_colleague_although_agent_and_server_are_gone(
    house: House, tmp_path: Path
) -> None:
    call = await talk(house, tmp_path, "1003")
    their_leg = await call.consult(house.seats["1003"])
    house.site.kill("server")
    call.agent.hang_up()
    await asyncio.sleep(TALK_S)
    await house.site.start("server")
    await house.board_again()
    snapshot = await house.board.until(type="snapshot")
    states = {agent["agentId"]: agent["state"] for agent in snapshot["agents"]}
    assert (states["1001"], states["1003"]) == ("wrap_up", "talking")
    assert snapshot["calls"][0]["agentId"] == "1003"
    await house.seats["1003"].do("clearConnection")
    await house.rate(call.caller, call.call_id)
    assert spans((await heard_by(their_leg)).tone(CALLER_TONE_HZ))


async def test_a_conference_outlives_the_server(house: House, tmp_path: Path) -> None:
    call = await talk(house, tmp_path, "1003")
    await call.consult(house.seats["1003"])
    await call.do("conferenceCall")
    await server_dies(house)
    snapshot = await house.board.until(type="snapshot")
    states = {agent["agentId"]: agent["state"] for agent in snapshot["agents"]}
    assert (states["1001"], states["1003"]) == ("conferencing", "conferencing")
    await call.seat.do("clearConnection")
    await house.board.until(type="established", agentId="1003")
    await house.seats["1003"].do("clearConnection")
    await house.rate(call.caller, call.call_id)
