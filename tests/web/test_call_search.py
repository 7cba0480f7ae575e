"""Searching history: what is asked of SQL, what is in the audit, and the file."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.web.conftest import OpenBrowser
from tests.web.parts import World
from tests.web.samples import NOW
from tests.web.test_api import ROW

WHOLE = "13812341234"


async def test_each_field_narrows_the_search(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "auditor")
    query = (
        "since=2026-11-01T00:00:00Z&until=2026-11-02T00:00:00Z&queue=motor&agent=1023&outcome=answered"
        "&direction=inbound&callId=c-1&reason=report,claim.pay&limit=20"
        "&before=2026-11-01T08:00:00%2B00:00,c-9"
    )
    assert (await browser.request("GET", f"/api/v1/calls?{query}"))[0] == 200
    asked = world.history.asked
    assert asked is not None
    assert (asked.queue, asked.agent_id, asked.outcome) == ("motor", "1023", "answered")
    assert (asked.direction, asked.call_id) == ("inbound", "c-1")
    assert asked.reasons == ("report", "claim.pay")
    assert asked.until is not None
    assert asked.until - asked.since == timedelta(days=1)
    assert asked.before == (asked.since + timedelta(hours=8), "c-9")
    assert world.audit.lines == []


async def test_the_last_four_digits_are_searched_without_a_line_in_the_audit(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "auditor")
    assert (await browser.request("GET", "/api/v1/calls?number=1234"))[0] == 200
    assert world.history.asked is not None
    assert (world.history.asked.digits, world.history.asked.number) == ("1234", None)
    assert world.audit.lines == []


@pytest.mark.parametrize(
    ("number", "field"), [(WHOLE, "number"), ("+8613812341234", "number"), ("12341234", "digits")]
)
async def test_who_searches_for_more_of_a_number_is_in_the_audit(
    world: World, open_browser: OpenBrowser, number: str, field: str
) -> None:
    browser = await open_browser(world, "supervisor")
    query = {"number": number}
    assert (await browser.request("GET", "/api/v1/calls", params=query))[0] == 200
    assert getattr(world.history.asked, field) == number
    [(_, action, subject, _)] = world.audit.lines
    assert action == "calls.search"
    assert number not in subject


async def test_who_may_not_see_numbers_cannot_search_for_one(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "auditor")
    status, body, _ = await browser.request("GET", f"/api/v1/calls?number={WHOLE}")
    assert (status, body["code"]) == (403, "call.no_number_search")
    assert world.history.asked is None


async def test_an_agent_finds_only_his_own_whatever_he_asks_for(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "ma")
    assert (await browser.request("GET", "/api/v1/calls?agent=1024"))[0] == 200
    assert world.history.asked is not None
    assert world.history.asked.agent_id == "1023"


@pytest.mark.parametrize(
    "query",
    [
        "number=12",
        "number=1%25",
        "until=x",
        "before=x",
        "before=2026-11-01T00:00:00Z",
        "before=2026-11-01T00:00:00Z,'",
        "queue=%27or",
        "reason=;",
    ],
)
async def test_what_makes_no_sense_is_refused(
    world: World, open_browser: OpenBrowser, query: str
) -> None:
    browser = await open_browser(world, "supervisor")
    status, body, _ = await browser.request("GET", f"/api/v1/calls?{query}")
    assert (status, body["code"].split(".")[0]) == (400, "request")
    assert world.history.asked is None


async def exported(world: World, open_browser: OpenBrowser, query: str = "") -> list[list[str]]:
    browser = await open_browser(world, "supervisor")
    status, body, _ = await browser.request("GET", f"/api/v1/calls/export?language=zh{query}")
    assert status == 200
    text: Any = body if isinstance(body, str) else body.decode("utf-8")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


async def test_the_file_has_masked_numbers_and_says_who_took_it(
    world: World, open_browser: OpenBrowser
) -> None:
    world.history.rows = [replace(ROW, outcome="=cmd()")]
    head, row, mark = await exported(world, open_browser, "&queue=motor")
    found = dict(zip(head, row, strict=True))
    assert (found["号码"], found["队列"], found["结果"]) == ("138****1234", "motor", "'=cmd()")
    assert found["归属地"] == "江苏连云港"
    assert "supervisor" in mark[0]
    assert f"{NOW:%F}" in mark[0]
    [(actor, action, subject, _)] = world.audit.lines
    assert (actor, action) == ("supervisor", "calls.export")
    assert "queue=motor" in subject


async def test_an_agent_takes_no_file(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "ma")
    assert (await browser.request("GET", "/api/v1/calls/export"))[0] == 403
