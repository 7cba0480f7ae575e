"""Blocked numbers over HTTP: for supervisors, masked, audited."""

import json

import pytest

from cti.services.ports import HistoryDown
from tests.web.conftest import OpenBrowser
from tests.web.parts import World

BLOCKED = "/api/v1/blocked"
WISH = {"number": "13812341234", "days": 7, "reason": "骚扰电话"}


async def test_a_blocked_number_is_listed_masked_until_it_is_lifted(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    assert (await browser.request("POST", BLOCKED, json=WISH))[0] == 200
    _, body, _ = await browser.request("GET", BLOCKED)
    assert body == [
        {
            "blockId": 1,
            "number": "138****1234",
            "since": "2026-11-22T01:02:03+00:00",
            "until": "2026-11-29T01:02:03+00:00",
            "by": "supervisor",
            "reason": "骚扰电话",
        }
    ]
    lift = f"{BLOCKED}/1/lift"
    assert (await browser.request("POST", lift, json={"reason": "误加"}))[0] == 200
    assert (await browser.request("GET", BLOCKED))[1] == []
    status, body, _ = await browser.request("POST", lift, json={"reason": "误加"})
    assert (status, body["code"]) == (409, "desk.not_blocked")


async def test_the_audit_says_who_and_why_but_not_the_number(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "admin")
    await browser.request("POST", BLOCKED, json=WISH)
    await browser.request("POST", f"{BLOCKED}/1/lift", json={"reason": "误加"})
    assert world.audit.lines == [
        ("admin", "number.block", "138****1234", "骚扰电话"),
        ("admin", "number.unblock", "138****1234", "误加"),
    ]


async def test_nobody_is_blocked_without_a_line_in_the_audit(
    world: World, open_browser: OpenBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await open_browser(world, "supervisor")
    world.audit.broken = True
    status, body, _ = await browser.request("POST", BLOCKED, json=WISH)
    assert status == 503
    assert world.blocks.kept == []
    assert "1234" not in json.dumps(body)


async def test_what_is_no_number_and_too_long_a_time_are_refused(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    for wrong, code in (
        ({"number": "x"}, (409, "desk.block_number")),
        ({"days": 0}, (409, "desk.block_days")),
        ({"days": 366}, (409, "desk.block_days")),
        ({"days": 1.5}, (400, "request.wrong_number")),
        ({"days": True}, (400, "request.wrong_number")),
        ({"reason": ""}, (400, "request.wrong_field")),
    ):
        status, body, _ = await browser.request("POST", BLOCKED, json={**WISH, **wrong})
        assert (status, body["code"]) == code
    assert world.blocks.kept == []


async def test_a_database_that_is_away_is_said(
    world: World, open_browser: OpenBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object) -> None:
        raise HistoryDown("away")

    browser = await open_browser(world, "supervisor")
    monkeypatch.setattr(world.blocks, "blocked", down)
    status, body, _ = await browser.request("GET", BLOCKED)
    assert (status, body["code"]) == (503, "failure.history")
