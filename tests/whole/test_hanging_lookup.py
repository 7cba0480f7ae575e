"""The insurer's system takes questions and never answers: callers of the real menu reach people in time."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from cti.simulation.phones import Phone, Phones, Registrar
from tests.asterisk.site import Desktop, Site, desktop, running_site
from tests.insurer_server import TOKEN, insurer

SLACK_S = 0.5
"""The way of the events, on a busy machine."""


async def never(_request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with insurer(never) as url:
        more = {
            "CTI_DATA_ADAPTER": "http",
            "CTI_DATA_URL": url,
            "CTI_SECRET_INSURER": TOKEN,
        }
        async with running_site(tmp_path / "run", more) as found:
            yield found


async def waits_s(caller: Phone, board: Desktop, keys: str, node: str) -> tuple[float, str]:
    """The seconds from the look-up to the queue, and how the call came there."""
    leg = caller.dial("95518")
    await leg.until("CONFIRMED", 20)
    leg.press(keys)
    call_id = (await board.until(40, type="nodeEntered", node=node))["callId"]
    began = time.monotonic()
    ended = await board.until(10, type="lookupEnded", callId=call_id)
    took_s = time.monotonic() - began
    queued = await board.until(20, type="queued", callId=call_id)
    assert queued["queue"] == "motor"
    leg.hang_up()
    await board.until(10, type="callCleared", callId=call_id)
    return took_s, str(ended["result"])


@pytest.mark.timeout(120)
async def test_a_caller_whose_question_is_never_answered_has_a_person_within_its_limit(
    site: Site,
) -> None:
    registrar = Registrar(host="127.0.0.1", port=site.configuration.settings.sip.port)
    async with Phones().running() as phones, desktop(site, "2001") as board:
        one, two = (phones.add(Phone(f"1399700160{n}", registrar)) for n in (1, 2))
        vehicle, report = await asyncio.gather(
            waits_s(one, board, "12", "motor_general"),
            waits_s(two, board, "1320260001", "motor_report_lookup"),
        )
        assert await site.channels() == 0
    assert (vehicle[1], report[1]) == ("failed", "failed")
    assert vehicle[0] < 1.0 + SLACK_S
    assert report[0] < 3.0 + SLACK_S
