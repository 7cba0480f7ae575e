"""The desktop's socket: what it is told, who leads, how it ends."""

import json
from dataclasses import replace

import aiohttp
import pytest

from cti.core.events import AgentReady, CallCleared, ClearedBy, Queued, SystemNoted, WrapUpSaved
from cti.core.ids import AgentId, CallId, EventId, QueueName
from cti.services.feed import place
from cti.web.parts import WebLimits
from tests.web.browsers import Desk
from tests.web.conftest import OpenBrowser, OpenDesk, OpenWorld
from tests.web.parts import World
from tests.web.samples import NOW, call, delivered, offered

READY = AgentReady(at=NOW, agent_id=AgentId("1023"))

QUEUED = Queued(
    at=NOW,
    call_id=CallId("c-1"),
    queue=QueueName("motor"),
    priority=60,
    needs={"motor": 2},
    language="zh",
    variables={"report_no": "2026112200012345"},
)


async def test_a_fresh_desktop_gets_a_snapshot(world: World, open_desk: OpenDesk) -> None:
    world.desk.calls["c-1"] = call()
    await world.stream.append(offered())
    await world.until(lambda: world.feed.position == "1-0")
    desk = await open_desk(world)
    found = await desk.resume()
    assert (found["type"], found["id"], found["at"]) == (
        "snapshot",
        "1-0",
        "2026-11-22T01:02:03+00:00",
    )
    assert found["me"] == {
        "agentId": "1023",
        "name": "马晓梅",
        "extension": "8001",
        "status": "ready",
        "reason": None,
        "pending": None,
        "pendingReason": None,
        "state": "idle",
        "since": "2026-11-22T01:02:03+00:00",
        "callId": None,
        "ringsUntil": None,
        "wrapUpUntil": None,
        "wrapUpExtended": False,
        "skills": {"motor": 3},
        "languages": ["zh"],
        "seat": "",
        "forced": False,
        "asked": None,
        "askedUntil": None,
        "overstayed": False,
        "desk": "unseen",
        "phone": "desk",
        "reasonSince": None,
        "uses": {},
        "usesOn": None,
    }
    assert found["notices"] == []
    assert [agent["agentId"] for agent in found["agents"]] == ["1023", "1024"]
    assert found["calls"] == [
        {
            "callId": "c-1",
            "callerNumber": "138****1234",
            "place": {"zh": "江苏连云港", "en": "Lianyungang, Jiangsu"},
            "phase": "waiting",
            "queue": "motor",
            "priority": 60,
            "queuedAt": "2026-11-22T01:01:51+00:00",
            "arrivedAt": "2026-11-22T01:01:23+00:00",
            "agentId": None,
            "answeredAt": None,
            "language": "zh",
            "keys": ["1", "2"],
            "head": False,
            "attempt": 0,
            "alert": "",
            "heldBy": "",
            "muted": False,
            "recording": "",
            "recordingPaused": "",
            "direction": "inbound",
            "task": "",
            "parties": [],
        }
    ]
    assert found["pop"] is None


async def test_an_event_brings_the_records_it_changed(world: World, open_desk: OpenDesk) -> None:
    desk = await open_desk(world)
    await desk.resume()
    world.desk.ring()
    await world.stream.append(delivered())
    found = await desk.hear()
    assert (found["type"], found["id"], found["agentId"]) == ("delivered", "1-0", "1023")
    assert (found["agent"]["state"], found["call"]["phase"]) == ("ringing", "ringing")


async def test_a_call_that_is_over_is_null(world: World, open_desk: OpenDesk) -> None:
    desk = await open_desk(world)
    await desk.resume()
    await world.stream.append(
        CallCleared(at=NOW, call_id=CallId("c-1"), cleared_by=ClearedBy.CALLER)
    )
    found = await desk.hear()
    assert (found["clearedBy"], found["call"]) == ("caller", None)
    assert "agent" not in found


async def test_no_event_shows_a_number_or_a_callers_name(world: World, open_desk: OpenDesk) -> None:
    desks = [await open_desk(world, login) for login in ("ma", "supervisor")]
    for desk in desks:
        await desk.resume()
    await world.stream.append(offered())
    for desk in desks:
        found = await desk.hear()
        assert (found["callerNumber"], found["callerName"]) == ("138****1234", "")


async def test_agents_do_not_see_the_variables_and_remarks_of_others(
    world: World, open_desk: OpenDesk
) -> None:
    agent, supervisor = await open_desk(world), await open_desk(world, "supervisor")
    await agent.resume()
    await supervisor.resume()
    saved = WrapUpSaved(
        at=NOW,
        call_id=CallId("c-1"),
        agent_id=AgentId("1024"),
        reason="report",
        remarks="身份证 630102",
    )
    await world.stream.append(QUEUED)
    await world.stream.append(saved)
    assert (await agent.hear())["variables"] == {}
    assert (await agent.hear())["remarks"] == ""
    assert (await supervisor.hear())["variables"] == {"report_no": "2026112200012345"}
    assert (await supervisor.hear())["remarks"] == "身份证 630102"


async def test_after_a_recovery_everybody_gets_a_fresh_snapshot(
    world: World, open_desk: OpenDesk
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    world.desk.calls["c-1"] = call()
    await world.stream.append(SystemNoted(at=NOW, what="recovered"))
    assert (await desk.hear())["type"] == "systemNoted"
    found = await desk.hear()
    assert (found["type"], found["id"], len(found["calls"])) == ("snapshot", "1-0", 1)


async def test_the_second_desktop_of_an_agent_takes_the_lead(
    world: World, open_desk: OpenDesk
) -> None:
    first = await open_desk(world)
    await first.resume()
    second = await open_desk(world)
    await second.resume()
    assert await first.hear() == {"type": "replaced"}
    assert await first.close_code() == 4009
    await world.stream.append(READY)
    assert (await second.hear())["type"] == "agentReady"


async def test_two_supervisors_windows_live_side_by_side(world: World, open_desk: OpenDesk) -> None:
    desks = [await open_desk(world, "supervisor") for _ in range(2)]
    for desk in desks:
        await desk.resume()
    await world.stream.append(READY)
    assert [(await desk.hear())["type"] for desk in desks] == ["agentReady", "agentReady"]


async def test_a_socket_without_a_session_is_closed_with_4401(
    world: World, open_browser: OpenBrowser
) -> None:
    desk = Desk(await (await open_browser(world)).socket())
    assert await desk.close_code() == 4401


@pytest.mark.parametrize("origin", ["https://evil.example", "", "null"])
async def test_a_foreign_page_gets_no_socket(
    world: World, open_browser: OpenBrowser, origin: str
) -> None:
    browser = await open_browser(world, "ma")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await browser.socket(headers={"Origin": origin})
    assert refused.value.status == 403


async def test_signing_out_closes_the_sessions_desktops(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "ma")
    desk = Desk(await browser.socket())
    await desk.resume()
    await browser.request("DELETE", "/api/v1/session")
    assert await desk.close_code() == 4401


async def test_a_session_that_ended_elsewhere_closes_its_desktops(
    open_world: OpenWorld, open_desk: OpenDesk
) -> None:
    world = await open_world(limits=WebLimits(session_check_s=0.05))
    desk = await open_desk(world)
    await desk.resume()
    world.sessions.down = True
    assert (await desk.answer("ping"))["ok"] is True
    world.sessions.down = False
    world.sessions.accounts.clear()
    assert await desk.close_code() == 4401


async def test_a_stopping_server_says_good_bye(world: World, open_desk: OpenDesk) -> None:
    desk = await open_desk(world)
    await desk.resume()
    await world.app.shutdown()
    assert await desk.close_code() == 1001


async def test_an_event_that_cannot_be_shown_does_not_end_the_board(
    world: World, open_desk: OpenDesk
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    await world.stream.append(replace(READY, agent_id=object()))  # type: ignore[arg-type]
    assert await desk.close_code() == 1012
    again = await open_desk(world)
    await again.resume()
    await world.stream.append(READY)
    assert (await again.hear())["type"] == "agentReady"


async def test_a_resume_that_fails_in_the_server_closes_with_1011(
    world: World, open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await open_desk(world)
    with monkeypatch.context() as broken:
        broken.setattr(world.desk, "agents", None)
        await desk.ask("resume", after=None)
        assert await desk.close_code() == 1011
    assert (await (await open_desk(world)).resume())["type"] == "snapshot"


async def test_a_hostile_name_arrives_as_text(world: World, open_desk: OpenDesk) -> None:
    hostile = 'a"b\\\n</script>${X}\u2028😀\x00'
    world.desk.agents["1024"] = replace(world.desk.agents["1024"], name=hostile)
    found = await (await open_desk(world)).resume()
    assert found["agents"][1]["name"] == hostile
    assert json.dumps(found)


def test_event_ids_sort_by_number() -> None:
    assert place(EventId("9-2")) < place(EventId("9-10")) < place(EventId("10-0"))
