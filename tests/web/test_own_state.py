"""A supervisor's own state reaches his own desktop, and no agent's."""

import json
from dataclasses import replace
from typing import Any

import pytest

from cti.core.agent_state import AgentState, AgentStatus
from cti.core.control_events import MonitoringStarted
from cti.core.events import AgentLoggedOn
from cti.core.ids import AgentId, CallId
from cti.core.watching import Watching, WatchMode
from cti.services.ports import Account, Role
from tests.web.browsers import Desk
from tests.web.conftest import OpenDesk, OpenWorld
from tests.web.parts import World
from tests.web.samples import ACCOUNTS, NOW, agent, offered

LEAD = AgentId("2001")
EAR = Watching(
    leg=CallId("watch-1"),
    agent_id=AgentId("1024"),
    call_id=CallId("c-1"),
    mode=WatchMode.LISTEN,
    by="2001",
    reason="新人",
)
STARTED = MonitoringStarted(
    at=NOW, call_id=EAR.call_id, agent_id=EAR.agent_id, by="2001", mode="listen", reason="新人"
)


@pytest.fixture
async def world(open_world: OpenWorld, monkeypatch: pytest.MonkeyPatch) -> World:
    """With a supervisor who has a phone, and an agent on a call."""
    lead = Account(login="2001", name="班长", role=Role.SUPERVISOR, agent_id=LEAD)
    monkeypatch.setitem(ACCOUNTS, "2001", lead)
    found = await open_world()
    found.desk.agents[LEAD] = agent(
        LEAD, name="班长", supervises=True, status=AgentStatus.LOGGED_OUT
    )
    return found


def rings(world: World, **changed: Any) -> None:
    """His phone is called up, or he hears the talk."""
    ear = replace(EAR, **changed)
    before = world.desk.agents[LEAD]
    world.desk.agents[LEAD] = replace(before, state=AgentState.MONITORING, watching=ear)


def is_free(world: World) -> None:
    before = world.desk.agents[LEAD]
    world.desk.agents[LEAD] = replace(before, state=AgentState.IDLE, watching=None)


async def hear(desk: Desk, kind: str) -> dict[str, Any]:
    """The next message of this type, whatever comes before it."""
    while (found := await desk.hear()).get("type") != kind:
        pass
    return found


async def test_every_change_is_told_once_with_mode_and_whom(
    world: World, open_desk: OpenDesk
) -> None:
    desk = await open_desk(world, "2001")
    assert (await desk.resume())["monitoring"] is None
    rings(world, heard=True)
    await world.stream.append(STARTED)
    told = await hear(desk, "ownState")
    assert (told["me"]["agentId"], told["me"]["state"]) == ("2001", "monitoring")
    assert told["monitoring"] == {
        "callId": "c-1",
        "agentId": "1024",
        "mode": "listen",
        "heard": True,
    }
    await world.stream.append(offered("c-2"))
    rings(world, heard=True, mode=WatchMode.BARGE)
    await world.stream.append(offered("c-3"))
    assert (await hear(desk, "ownState"))["monitoring"]["mode"] == "barge"
    is_free(world)
    await world.stream.append(offered("c-4"))
    free = await hear(desk, "ownState")
    assert (free["me"]["state"], free["monitoring"]) == ("idle", None)


async def test_a_phone_that_is_called_up_is_told_with_the_command(
    world: World, open_desk: OpenDesk
) -> None:
    desk = await open_desk(world, "2001")
    await desk.resume()
    rings(world)
    await desk.ask("monitorStart", agentId="1024", mode="listen", reason="新人")
    told = await hear(desk, "ownState")
    assert (told["me"]["state"], told["monitoring"]["heard"]) == ("monitoring", False)


async def test_who_connects_anew_while_he_listens_knows_it(
    world: World, open_desk: OpenDesk
) -> None:
    last = await world.stream.append(offered())
    await world.until(lambda: world.feed.position == last)
    rings(world, heard=True)
    fresh = await open_desk(world, "2001")
    assert (await fresh.resume())["monitoring"]["agentId"] == "1024"
    again = await open_desk(world, "2001")
    assert (await again.resume(last))["type"] == "resumed"
    assert (await hear(again, "ownState"))["monitoring"]["callId"] == "c-1"


@pytest.mark.parametrize("login", ["ma", "li"])
async def test_no_agents_desktop_learns_it_by_any_message(
    world: World, open_desk: OpenDesk, login: str
) -> None:
    desk = await open_desk(world, login)
    await desk.resume()
    rings(world, heard=True)
    for event in (STARTED, AgentLoggedOn(at=NOW, agent_id=LEAD, extension="8801"), offered("c-2")):
        await world.stream.append(event)
    heard = []
    while (found := await desk.hear()).get("callId") != "c-2":
        heard.append(found)
    assert [found["type"] for found in heard] == ["agentLoggedOn"]
    fresh = await open_desk(world, login)
    snapshot = await fresh.resume()
    assert snapshot["monitoring"] is None
    everything = json.dumps([heard, snapshot])
    assert "monitoring" not in everything.replace('"monitoring": null', "")
    (lead,) = (one for one in snapshot["agents"] if one["agentId"] == LEAD)
    assert (lead["state"], lead["since"]) == ("idle", None)


async def test_other_supervisors_see_on_the_board_that_he_listens_but_get_no_state_of_their_own(
    world: World, open_desk: OpenDesk
) -> None:
    rings(world, heard=True)
    desk = await open_desk(world, "supervisor")
    snapshot = await desk.resume()
    (lead,) = (one for one in snapshot["agents"] if one["agentId"] == LEAD)
    assert (lead["state"], snapshot["monitoring"]) == ("monitoring", None)
    await world.stream.append(STARTED)
    assert (await desk.hear())["type"] == "monitoringStarted"
    await world.stream.append(offered("c-2"))
    assert (await desk.hear())["type"] == "offered"
