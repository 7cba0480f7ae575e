"""Real calls and what they are counted by: the figures agree with what happened on the lines."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.config_models import Configuration
from cti.measuring import measure_rules
from cti.run_parts import utc_now
from cti.services.measure_ports import Difference
from cti.simulation.phones import Answering
from cti.store.sql_link import open_engine
from cti.store.sql_recompute import Recomputation
from tests.asterisk.house import DIRECT, House

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

NAMES = "arrived,requests,answered,abandoned,short_abandoned,offers,talks_in,traffic_in"


async def figures(house: House, names: str = NAMES, narrowed: str = "") -> dict[str, int]:
    """Numerators of the last and the next hour."""
    now = utc_now()
    period = f"from={_text(now - timedelta(hours=1))}&to={_text(now + timedelta(hours=1))}"
    path = f"/api/v1/measures?{period}&figures={names}{narrowed}"
    found: dict[str, Any] = await house.board.get(path)
    return {name: value[0] for name, value in found["rows"][-1]["values"].items()}


def _text(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


async def until(house: House, wanted: dict[str, int]) -> dict[str, int]:
    """The figures once they are those wanted; history may lag by a second."""
    async with asyncio.timeout(10):
        while (found := await figures(house)) != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    return found


async def test_an_answered_call_is_one_request_one_answer_and_one_talk(house: House) -> None:
    before = await figures(house)
    seat = house.seats["1001"]
    await seat.ready(Answering(after_s=0.5))
    _, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("established", call_id, agentId="1001")
    await asyncio.sleep(1.5)
    await seat.do("clearConnection")
    await house.event("connectionCleared", call_id)
    grown = ("arrived", "requests", "answered", "offers", "talks_in", "traffic_in")
    await until(house, {name: n + (name in grown) for name, n in before.items()})
    cleared = await house.event("connectionCleared", call_id)
    talk = await figures(house, "call_time_in", "&agent=1001")
    now = utc_now()
    period = f"from={_text(now - timedelta(hours=1))}&to={_text(now + timedelta(hours=1))}"
    path = f"/api/v1/measures/calls?{period}&figure=call_time_in&agent=1001&limit=1000"
    mine = [one for one in (await house.board.get(path))["behind"] if one["callId"] == call_id]
    assert sum(one["amount"] for one in mine) == pytest.approx(cleared["talkedS"] * 1000, abs=5)
    assert talk["call_time_in"] >= sum(one["amount"] for one in mine)


async def test_a_caller_who_hangs_up_in_the_queue_is_lost_once_and_on_the_wallboard(
    house: House,
) -> None:
    before = await figures(house)
    board = await house.board.get("/api/v1/wallboard")
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("queued", call_id)
    async with asyncio.timeout(10):
        while not (await house.board.get("/api/v1/wallboard"))["waiting"]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    leg.hang_up()
    await house.event("callCleared", call_id)
    grown = ("arrived", "requests", "short_abandoned")
    await until(house, {name: n + (name in grown) for name, n in before.items()})
    after = await house.board.get("/api/v1/wallboard")
    assert after["complete"]
    assert after["centre"]["abandoned"] == board["centre"]["abandoned"] + 1
    assert after["waiting"] == 0


async def test_what_was_kept_of_all_real_calls_is_what_their_events_add_up_to(
    house: House,
) -> None:
    seat = house.seats["1001"]
    await seat.ready(Answering(after_s=0.5))
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("established", call_id, agentId="1001")
    await seat.do("clearConnection")
    await house.event("connectionCleared", call_id)
    leg.hang_up()
    await house.event("callCleared", call_id)
    configuration = house.site.configuration
    engine = open_engine(configuration.settings.sql_url)
    try:
        async with asyncio.timeout(10):
            while found := await differences(engine, configuration):
                assert len(found) < 5, found
                await asyncio.sleep(0.5)
    finally:
        await engine.dispose()


async def differences(engine: AsyncEngine, configuration: Configuration) -> list[Difference]:
    again = Recomputation(engine, measure_rules(configuration))
    found = [one async for one in again.run(mend=False)]
    assert again.events > 0
    return found
