"""The server dies while a caller rates his agent: he hears good-bye, and no line stays."""

import asyncio
from pathlib import Path

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.house import DIRECT, hearing
from tests.faults.hotline import Hotline
from tests.faults.matrix import fault

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(150)]


@fault("server-killed", "survey")
async def test_a_server_killed_in_the_survey_leaves_a_good_bye(
    hotline: Hotline, tmp_path: Path
) -> None:
    async with hotline.board() as board, hotline.seats("1001") as seats:
        await seats["1001"].ready(Answering(after_s=0.1))
        leg = await hotline.call("13997000001", DIRECT["motor"], tmp_path)
        begun = await board.until(15, type="established", agentId="1001")
        await seats["1001"].do("clearConnection")
        call_id = begun["callId"]
        await board.until(15, type="nodeEntered", callId=call_id, node="after_call/ask")
        await asyncio.sleep(1)  # he hears a part of the question
        hotline.kill_server()
        await leg.until("DISCONNECTED", 15)
    heard = await hearing(leg)
    assert heard.prompt("survey")
    assert heard.prompt("goodbye")
    await hotline.start_server()
    told = await hotline.history(call_id)
    assert "surveyAnswered" not in told
    assert told["callCleared"] == 1
