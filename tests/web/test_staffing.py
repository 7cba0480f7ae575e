"""The staffing calculator over HTTP."""

import pytest

from tests.web.conftest import OpenBrowser
from tests.web.parts import World

BUSY_HOUR = "/api/v1/staffing?calls=89&aht=210&target=0.8&within=20"


async def test_a_supervisor_learns_how_many_agents_an_hour_needs(
    world: World, open_browser: OpenBrowser
) -> None:
    supervisor = await open_browser(world, "supervisor")
    status, body, _ = await supervisor.request("GET", BUSY_HOUR + "&shrinkage=0.3")
    assert (status, body["agents"], body["rostered"]) == (200, 8, 12)
    answer = next(row for row in body["rows"] if row["agents"] == 8)
    assert answer["serviceLevel"] >= 0.8
    assert body["rows"][0]["asaS"] is None, "five agents are fewer than 5.19 erlangs need"


async def test_with_patience_fewer_are_needed(world: World, open_browser: OpenBrowser) -> None:
    supervisor = await open_browser(world, "supervisor")
    _, body, _ = await supervisor.request("GET", BUSY_HOUR + "&patience=90")
    assert body["agents"] == 7
    assert all(row["abandoned"] > 0 for row in body["rows"])


@pytest.mark.parametrize(
    ("query", "field"),
    [("aht=210", "calls"), ("calls=x&aht=1", "calls"), ("calls=5&aht=-1", "aht"),
     ("calls=5&aht=9&target=1", "target"), ("calls=5&aht=9&within=inf", "within"),
     ("calls=5&aht=9&shrinkage=1", "shrinkage"), ("calls=1e9&aht=999", "calls")],
)  # fmt: skip
async def test_a_senseless_figure_is_refused_by_its_name(
    world: World, open_browser: OpenBrowser, query: str, field: str
) -> None:
    supervisor = await open_browser(world, "supervisor")
    status, body, _ = await supervisor.request("GET", f"/api/v1/staffing?{query}")
    assert (status, body["code"]) == (400, "request.wrong_figure")
    assert field in body["message"]


async def test_agents_are_not_asked(world: World, open_browser: OpenBrowser) -> None:
    agent = await open_browser(world, "ma")
    assert (await agent.request("GET", BUSY_HOUR))[0] == 403
