"""Supervisors' commands about people, notices on their way, and desktops that are watched."""

from typing import Any

import pytest

from cti.core.agent_state import AgentStatus
from cti.core.control_events import NoticeSent
from cti.core.ids import AgentId
from cti.web.hub import HUB
from tests.web.conftest import OpenBrowser, OpenDesk, OpenWorld
from tests.web.memory_people import MemoryNoticeBoard
from tests.web.parts import World
from tests.web.samples import NOW

WHY = {"reason": "高峰"}
FORCE = {"agentId": "1023", "status": "not_ready", **WHY}


@pytest.mark.parametrize(
    ("cmd", "fields", "done"),
    [
        ("forceAgentState", FORCE, ("force", "1023", AgentStatus.NOT_READY, "supervisor", "高峰")),
        (
            "changeSkills",
            {"agentId": "1023", "skills": {"motor": 2}, **WHY},
            ("change_skills", "1023", {"motor": 2}, None, "supervisor", "高峰"),
        ),
        (
            "decideReason",
            {"agentId": "1023", "granted": False, **WHY},
            ("decide", "1023", False, "supervisor", "高峰"),
        ),
        ("sendNotice", {"text": "大雪"}, ("notify", "大雪", (), "supervisor")),
    ],
)
async def test_a_supervisors_command_is_done_in_his_name(
    world: World, open_desk: OpenDesk, cmd: str, fields: dict[str, Any], done: object
) -> None:
    desk = await open_desk(world, "supervisor")
    await desk.resume()
    assert (await desk.answer(cmd, **fields))["ok"]
    assert world.desk.done == [done]


@pytest.mark.parametrize(
    ("cmd", "fields"),
    [
        ("forceAgentState", FORCE),
        ("changeSkills", {"agentId": "1023", "skills": {}, **WHY}),
        ("decideReason", {"agentId": "1023", "granted": True, **WHY}),
        ("sendNotice", {"text": "x"}),
    ],
)
async def test_an_agent_is_no_supervisor(
    world: World, open_desk: OpenDesk, cmd: str, fields: dict[str, Any]
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    assert (await desk.answer(cmd, **fields))["code"] == "desk.not_a_supervisor"
    assert world.desk.done == []


@pytest.mark.parametrize(
    ("cmd", "fields"),
    [
        ("forceAgentState", {**FORCE, "reason": "  "}),
        ("forceAgentState", {**FORCE, "reason": None}),
        ("forceAgentState", {**FORCE, "status": "asleep"}),
        ("forceAgentState", {**FORCE, "agentId": "../1023"}),
        ("changeSkills", {"agentId": "1023", "skills": {"motor": "3"}, **WHY}),
        ("changeSkills", {"agentId": "1023", "skills": ["motor"], **WHY}),
        ("decideReason", {"agentId": "1023", "granted": "yes", **WHY}),
        ("sendNotice", {"text": "字" * 501}),
        ("sendNotice", {"text": "x", "queues": "motor"}),
    ],
)
async def test_a_malformed_command_is_refused_as_such(
    world: World, open_desk: OpenDesk, cmd: str, fields: dict[str, Any]
) -> None:
    desk = await open_desk(world, "supervisor")
    await desk.resume()
    assert (await desk.answer(cmd, **fields))["code"] == "protocol.wrong_field"
    assert world.desk.done == []


def notice(text: str, *queues: str) -> NoticeSent:
    return NoticeSent(at=NOW, by="2001", text=text, queues=queues)


async def test_a_notice_goes_to_those_it_is_for(world: World, open_desk: OpenDesk) -> None:
    agent, supervisor = await open_desk(world), await open_desk(world, "supervisor")
    await agent.resume()
    await supervisor.resume()
    for sent in (notice("advice only", "advice"), notice("motor", "motor"), notice("all")):
        await world.stream.append(sent)
    assert {(await agent.hear())["text"] for _ in range(2)} == {"motor", "all"}
    heard = [(await supervisor.hear())["text"] for _ in range(3)]
    assert heard == ["advice only", "motor", "all"]


async def test_who_comes_within_the_hour_finds_the_notices_that_are_for_him(
    world: World, open_desk: OpenDesk
) -> None:
    first = await open_desk(world)
    await first.resume()
    for sent in (notice("all"), notice("motor", "motor"), notice("advice", "advice")):
        await world.stream.append(sent)
    while (await first.hear())["text"] != "motor":
        pass
    late = await open_desk(world, "supervisor")
    snapshot = await late.resume()
    assert {one["text"] for one in snapshot["notices"]} == {"all", "motor", "advice"}
    again = await open_desk(world)
    assert {one["text"] for one in (await again.resume())["notices"]} == {"all", "motor"}


async def test_a_server_that_begins_anew_knows_the_notices_of_before(
    open_world: OpenWorld, open_desk: OpenDesk
) -> None:
    board = MemoryNoticeBoard()
    await board.put(notice("before"))
    world = await open_world(board=board)
    desk = await open_desk(world)
    assert [one["text"] for one in (await desk.resume())["notices"]] == ["before"]


async def test_a_desktop_that_missed_a_notice_gets_it_when_it_resumes(
    world: World, open_desk: OpenDesk
) -> None:
    await world.stream.append(notice("first"))
    await world.until(lambda: world.feed.position == "1-0")
    await world.stream.append(notice("motor", "motor"))
    await world.stream.append(notice("advice", "advice"))
    await world.until(lambda: world.app[HUB].position == "3-0")
    desk = await open_desk(world)
    heard = await desk.resume("1-0")
    assert (heard["type"], heard["text"]) == ("noticeSent", "motor")
    assert (await desk.hear())["type"] == "resumed"


async def test_the_watch_hears_of_every_desktop_of_an_agent_that_comes_and_goes(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "ma")
    socket = await browser.socket()
    await world.until(lambda: world.watch.seen == [("came", AgentId("1023"))])
    await socket.close()
    await world.until(lambda: world.watch.seen[-1] == ("went", AgentId("1023")))
    supervisor = await open_browser(world, "supervisor")
    await (await supervisor.socket()).close()
    assert len(world.watch.seen) == 2
