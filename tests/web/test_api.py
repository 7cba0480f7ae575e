"""Calls, stories, numbers in clear, options: who may see what, and how it looks."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from cti.core.ids import AgentId, CallId, EventId
from cti.services.history_ports import CallQuery, CallRow
from cti.services.ports import HistoryDown, Recorded, Role
from cti.web.auth import EVERYBODY
from cti.web.server import ROUTES
from tests.web.conftest import OpenBrowser
from tests.web.parts import World
from tests.web.samples import NOW, call, delivered, offered

ROW = CallRow(
    call_id=CallId("c-1"),
    caller_number="13812341234",
    dialed_number="95518",
    arrived_at=NOW,
    language="zh",
    queue="motor",
    agent_id="1023",
    outcome="answered",
    keys=("1", "2"),
    waited_s=4.5,
    talked_s=60.0,
    cleared_by="caller",
    ended_at=NOW + timedelta(seconds=90),
    wrap_up_reason="report",
)
STORY = (Recorded(EventId("1-0"), offered()), Recorded(EventId("2-0"), delivered()))
CALL = "/api/v1/calls/c-1"
REVEAL: Mapping[str, Any] = {"json": {"reason": "客户要求回拨"}}


async def test_supervision_sees_all_calls_of_the_last_day(
    world: World, open_browser: OpenBrowser
) -> None:
    world.history.rows = [ROW]
    browser = await open_browser(world, "supervisor")
    status, body, _ = await browser.request("GET", "/api/v1/calls")
    assert status == 200
    assert world.history.asked == CallQuery(since=NOW - timedelta(days=1))
    assert body[0] == {
        "callId": "c-1",
        "callerNumber": "138****1234",
        "place": {"zh": "江苏连云港", "en": "Lianyungang, Jiangsu"},
        "dialedNumber": "95518",
        "arrivedAt": "2026-11-22T01:02:03+00:00",
        "language": "zh",
        "queue": "motor",
        "agentId": "1023",
        "outcome": "answered",
        "keys": ["1", "2"],
        "waitedS": 4.5,
        "talkedS": 60.0,
        "clearedBy": "caller",
        "endedAt": "2026-11-22T01:03:33+00:00",
        "wrapUpReason": "report",
        "flags": [],
        "treeVersion": 0,
        "direction": "inbound",
        "wrapUpRemarks": None,
        "solved": None,
        "followUp": None,
        "handling": None,
        "callerRole": None,
        "emotion": None,
        "reference": None,
        "followUpDue": None,
        "wrappedUpAt": None,
    }


async def test_an_agent_sees_his_own_calls(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "ma")
    query = "?since=2026-11-01T00:00:00%2B08:00&limit=9999"
    assert (await browser.request("GET", f"/api/v1/calls{query}"))[0] == 200
    asked = world.history.asked
    assert asked is not None
    assert (asked.agent_id, asked.limit) == ("1023", 500)
    assert str(asked.since) == "2026-10-31 16:00:00+00:00"


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=",
        "since=9999-12-31T23:59:59-23:59",
        "limit=0",
        "limit=-1",
        "limit=x",
        "limit=%EF%BC%91",
        "limit=99999999999999999999",
    ],
)
async def test_a_wrong_query_gets_400(world: World, open_browser: OpenBrowser, query: str) -> None:
    browser = await open_browser(world, "supervisor")
    status, body, _ = await browser.request("GET", f"/api/v1/calls?{query}")
    assert (status, body["code"].split(".")[0]) == (400, "request")


async def test_a_story_comes_in_sentences_and_masked_events(
    world: World, open_browser: OpenBrowser
) -> None:
    world.history.stories["c-1"] = STORY
    browser = await open_browser(world, "auditor")
    status, body, _ = await browser.request("GET", f"{CALL}/story?language=en")
    assert status == 200
    assert [line["text"] for line in body["lines"]] == ["en offered", "en delivered"]
    assert (body["events"][0]["id"], body["events"][0]["callerNumber"]) == ("1-0", "138****1234")
    assert "13812341234" not in json.dumps(body)
    assert "张三" not in json.dumps(body, ensure_ascii=False)


async def test_an_agent_reads_the_story_of_his_own_calls_only(
    world: World, open_browser: OpenBrowser
) -> None:
    world.history.stories["c-1"] = STORY
    own, other = await open_browser(world, "ma"), await open_browser(world, "li")
    assert (await own.request("GET", f"{CALL}/story"))[0] == 200
    status, body, _ = await other.request("GET", f"{CALL}/story")
    assert (status, body["code"]) == (403, "call.not_yours")


async def test_a_call_nobody_knows_gets_404(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "supervisor")
    for call_id in ("c-9", "%00", "x" * 2000, "c 1"):
        status, body, _ = await browser.request("GET", f"/api/v1/calls/{call_id}/story")
        assert (status, body["code"]) == (404, "call.unknown"), call_id


async def test_a_number_is_revealed_after_the_audit_has_it(
    world: World, open_browser: OpenBrowser
) -> None:
    world.history.stories["c-1"] = STORY
    browser = await open_browser(world, "ma")
    status, body, _ = await browser.request("POST", f"{CALL}/reveal", **REVEAL)
    assert (status, body) == (200, {"callerNumber": "13812341234"})
    assert world.audit.lines == [("ma", "reveal.callerNumber", "c-1", "客户要求回拨")]


async def test_a_number_is_not_revealed_when_the_audit_cannot_be_written(
    world: World, open_browser: OpenBrowser
) -> None:
    world.history.stories["c-1"] = STORY
    world.audit.broken = True
    browser = await open_browser(world, "ma")
    status, body, _ = await browser.request("POST", f"{CALL}/reveal", **REVEAL)
    assert (status, "callerNumber" in body) == (503, False)


async def test_a_number_needs_a_reason(world: World, open_browser: OpenBrowser) -> None:
    world.history.stories["c-1"] = STORY
    browser = await open_browser(world, "ma")
    for reason in ("", "   ", None, 5, "x" * 201):
        status, _, _ = await browser.request("POST", f"{CALL}/reveal", json={"reason": reason})
        assert status == 400
    assert world.audit.lines == []


async def test_another_agents_caller_and_an_auditors_wish_are_refused(
    world: World, open_browser: OpenBrowser
) -> None:
    world.history.stories["c-1"] = STORY
    for login, code in (("li", "call.not_yours"), ("auditor", "signin.role")):
        browser = await open_browser(world, login)
        status, body, _ = await browser.request("POST", f"{CALL}/reveal", **REVEAL)
        assert (status, body["code"]) == (403, code)
    assert world.audit.lines == []


async def test_a_ringing_call_that_history_has_not_yet_can_be_revealed(
    world: World, open_browser: OpenBrowser
) -> None:
    world.desk.calls["c-1"] = call(agent_id=AgentId("1023"))
    browser = await open_browser(world, "ma")
    status, body, _ = await browser.request("POST", f"{CALL}/reveal", **REVEAL)
    assert (status, body) == (200, {"callerNumber": "13812341234"})


async def test_options_are_the_configurations(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "ma")
    assert (await browser.request("GET", "/api/v1/options"))[1] == {
        "queues": [{"name": "motor", "label": {"zh": "车险报案", "en": "motor"}}],
        "reasons": [{"code": "REST", "label": {"zh": "小休", "en": "break"}, "maxS": 900}],
        "wrapUpReasons": [
            {
                "code": "report",
                "label": {"zh": "报案", "en": "report"},
                "children": [{"code": "report.motor", "label": {"zh": "车险", "en": "motor"}}],
            }
        ],
        "seats": [],
        "menuTasks": [],
        "shownNumbers": [],
        "targets": {},
        "skills": [],
        "keepClasses": [],
    }


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_each_route_lets_in_its_roles_and_nobody_else(
    world: World, open_browser: OpenBrowser, route: Any
) -> None:
    logins = {role: "ma" if role is Role.AGENT else role.value for role in Role}
    path = re.sub(r"\{\w+\}", "c-1", route.path)
    status, _, _ = await (await open_browser(world)).request(route.method, path)
    assert (status == 401) == (route.roles is not None or route.machine)
    for role in EVERYBODY if route.roles else ():
        browser = await open_browser(world, logins[role])
        _, body, _ = await browser.request(route.method, path)
        refused = isinstance(body, dict) and body.get("code") == "signin.role"
        assert refused == (role not in route.roles), role


async def test_a_failure_of_ours_shows_no_trace(
    world: World, open_browser: OpenBrowser, caplog: pytest.LogCaptureFixture
) -> None:
    browser = await open_browser(world, "supervisor")
    world.history.rows = [object()]  # type: ignore[list-item]
    status, body, _ = await browser.request("GET", "/api/v1/calls")
    assert (status, body) == (500, {"code": "failure.internal", "message": "系统内部错误,已记录。"})
    assert any(record.exc_info for record in caplog.records)


async def test_a_dead_history_is_named(
    world: World, open_browser: OpenBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(_call_id: CallId) -> tuple[Recorded, ...]:
        raise HistoryDown("asked to be down")

    monkeypatch.setattr(world.history, "story", down)
    browser = await open_browser(world, "supervisor")
    status, body, _ = await browser.request("GET", f"{CALL}/story")
    assert (status, body["code"]) == (503, "failure.history")


async def test_an_unknown_address_and_a_wrong_method_are_told_apart(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "ma")
    assert (await browser.request("GET", "/api/v1/nothing"))[0] == 404
    status, body, headers = await browser.request("PUT", "/api/v1/session")
    assert (status, body["code"]) == (405, "http.405")
    assert "POST" in headers["Allow"]
