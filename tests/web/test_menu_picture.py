"""The menu as a picture, with where callers are and went."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cti.core.call import CallPhase
from cti.core.events import CallCleared, ClearedBy, Event, NodeEntered, Queued
from cti.core.ids import CallId, EventId, QueueName
from cti.services.ports import Recorded, Role
from cti.store.sql_journal import SqlJournal
from tests.web.admin_world import ADMIN, AdminWorld, admin_world
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser
from tests.web.samples import NOW, call

MENU = f"{ADMIN}/menu"


@pytest.fixture
async def admins(static: Path) -> AsyncIterator[AdminWorld]:
    async with admin_world(static) as found:
        yield found


@pytest.fixture
async def browser(admins: AdminWorld, open_browser: OpenBrowser) -> Browser:
    return await open_browser(admins.world, "admin")


def entered(call_id: str, node: str, minutes: float = 0) -> NodeEntered:
    at = NOW + timedelta(minutes=minutes)
    return NodeEntered(at=at, call_id=CallId(call_id), node=node, kind="menu")


async def test_nodes_and_edges_of_the_tree_that_callers_dial(browser: Browser) -> None:
    status, body, _ = await browser.request("GET", MENU)
    assert status == 200
    assert (body["of"], body["tree"], body["version"]) == ("current", "95518", 0)
    assert "while_waiting" in body["trees"]
    nodes = {each["id"]: each for each in body["nodes"]}
    root = nodes["root"]
    assert root["file"] == "dialplan/95518.yaml"
    assert root["line"] > 1
    assert root["kindWords"]["zh"] != root["kindWords"]["en"]
    targets = {edge["target"] for edge in [*root["lines"], *root["notes"]]}
    assert {"motor", "complaint", "rescue"} <= {each.split("_")[0] for each in targets}
    assert all(edge["target"] in nodes for node in body["nodes"] for edge in node["lines"])
    said = nodes["welcome"]["tip"]
    assert "95518" in said["zh"]
    assert said["zh"] != said["en"]


async def test_another_tree_and_an_unknown_one(browser: Browser) -> None:
    _, body, _ = await browser.request("GET", f"{MENU}?tree=while_waiting")
    assert body["tree"] == "while_waiting"
    _, body, _ = await browser.request("GET", f"{MENU}?tree=nothing")
    assert body["tree"] == "95518"
    assert (await browser.request("GET", f"{MENU}?of=77"))[1]["code"] == "versions.no_such_version"


async def test_the_picture_of_a_draft_and_of_one_that_cannot_be_read(browser: Browser) -> None:
    await browser.request("POST", f"{ADMIN}/draft", json={"from": "folder"})
    path = "dialplan/95518.yaml"
    _, file, _ = await browser.request("GET", f"{ADMIN}/draft/file?path={path}")
    changed = file["text"].replace('"5": complaint', '"5": rescue')
    _, file, _ = await browser.request(
        "PUT", f"{ADMIN}/draft/file", json={"path": path, "text": changed, "etag": file["etag"]}
    )
    _, body, _ = await browser.request("GET", f"{MENU}?of=draft")
    root = next(each for each in body["nodes"] if each["id"] == "root")
    ways = {
        way: edge["target"] for edge in [*root["lines"], *root["notes"]] for way in edge["ways"]
    }
    assert ways["keys.5"] == "rescue"
    await browser.request(
        "PUT", f"{ADMIN}/draft/file", json={"path": path, "text": "{", "etag": file["etag"]}
    )
    status, body, _ = await browser.request("GET", f"{MENU}?of=draft")
    assert (status, body["code"]) == (422, "admin.unreadable")
    assert body["findings"][0]["file"] == path


async def test_callers_are_counted_where_they_are_and_went(
    admins: AdminWorld, browser: Browser
) -> None:
    world = admins.world
    walk: list[Event] = [
        entered("c-1", "welcome"),
        entered("c-1", "root", 1),
        entered("c-1", "motor", 2),
        entered("c-2", "welcome"),
        entered("c-2", "root", 1),
        entered("old", "welcome", -24 * 60),
    ]
    recorded = [Recorded(EventId(f"{n}-0"), one) for n, one in enumerate(walk, start=1)]
    await SqlJournal(admins.engine).save(recorded)
    for each in walk:
        admins.nodes.take(each)
    queued = Queued(
        at=NOW,
        call_id=CallId("c-1"),
        queue=QueueName("motor"),
        priority=60,
        needs={},
        language="zh",
    )
    admins.nodes.take(queued)
    admins.nodes.take(entered("c-1", "wait_menu", 3))
    for call_id, phase in (("c-1", CallPhase.WAITING), ("c-2", CallPhase.IVR)):
        world.desk.calls[call_id] = call(call_id, phase=phase)
    world.desk.calls["c-3"] = call("c-3", phase=CallPhase.TALKING)
    world.clock.move(600)
    _, body, _ = await browser.request("GET", f"{MENU}/live")
    assert body["callers"] == 2
    assert body["nodes"]["motor"] == {"now": 1, "today": 1}
    assert body["nodes"]["wait_menu"]["now"] == 1
    assert body["nodes"]["root"] == {"now": 1, "today": 2}
    assert body["nodes"]["welcome"] == {"now": 0, "today": 2}
    assert {"source": "welcome", "target": "root", "today": 2} in body["edges"]
    ended = CallCleared(at=NOW, call_id=CallId("c-2"), cleared_by=ClearedBy.CALLER)
    admins.nodes.take(ended)
    _, body, _ = await browser.request("GET", f"{MENU}/live")
    assert body["nodes"]["root"]["now"] == 0


async def test_the_drawing_is_a_picture_in_the_askers_language(browser: Browser) -> None:
    for language, word in (("zh", "个节点"), ("en", "nodes")):
        status, body, headers = await browser.request(
            "GET", f"{MENU}.svg?language={language}&traffic=true"
        )
        assert (status, headers["Content-Type"].split(";")[0]) == (200, "image/svg+xml")
        assert ET.fromstring(body).tag.endswith("svg")  # noqa: S314 (our own)
        assert word in body


async def test_supervisors_look_at_what_is_in_force_but_at_no_draft(
    admins: AdminWorld, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(admins.world, Role.SUPERVISOR)
    assert (await browser.request("GET", f"{MENU}/live"))[0] == 200
    assert (await browser.request("GET", f"{MENU}?of=draft"))[0] == 403
    agent = await open_browser(admins.world, "ma")
    assert (await agent.request("GET", MENU))[0] == 403
