"""The caller page: who may use it, and who reads along with whose call."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from cti.core.events import CallCleared, ClearedBy
from cti.core.ids import CallId
from cti.core.ivr import session as ivr
from cti.services.caller_pages import CallerPages
from cti.web.parts import WebLimits
from cti.web.phone_api import PAGES_A_MINUTE
from cti.web.phone_parts import CallerPageRule
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser, OpenWorld
from tests.web.fake_sip import CALLER_PASSWORD, FakeSip, MemorySecrets, fake_sip, phones_of
from tests.web.parts import World
from tests.web.samples import LIMIT_S, NOW
from tests.web.sip_texts import call
from tests.web.test_sip_proxy import closed, sip

NUMBER = "13997000002"
OPEN, OFF = CallerPageRule.OPEN, CallerPageRule.OFF
ID = CallId("1795413103.0")


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeSip]:
    async with fake_sip() as found:
        yield found


async def world_with(
    open_world: OpenWorld, asterisk: FakeSip, rule: CallerPageRule = CallerPageRule.SIGNED_IN
) -> World:
    return await open_world(phone=phones_of(MemorySecrets(), asterisk.port, rule))


async def asked(browser: Browser, number: str = NUMBER) -> tuple[int, Any]:
    return (await browser.request("GET", f"/api/v1/caller-phone?number={number}"))[:2]


def pages_of(world: World) -> CallerPages:
    assert world.parts.phone is not None
    return world.parts.phone.pages


async def reading(browser: Browser, token: object) -> Any:
    socket = await browser.http.ws_connect(
        f"{browser.world.origin}/ws/caller", headers=browser.headers
    )
    await socket.send_json({"token": token})
    return socket


async def test_who_is_signed_in_may_call_as_any_number(
    open_world: OpenWorld, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    world = await world_with(open_world, asterisk)
    browser = await open_browser(world, "ma")
    status, told = await asked(browser)
    assert status == 200
    assert (told["endpoint"], told["password"], told["number"]) == (
        "caller",
        CALLER_PASSWORD,
        NUMBER,
    )
    assert (told["socket"], told["numbers"]) == ("/sip?as=caller", ["95518"])
    [sample] = told["customers"]
    assert (sample["name"], sample["about"]) == ("张三", "普通客户")
    phone = await sip(browser, "?as=caller")
    await phone.send_str(call(told["token"], NUMBER))
    assert await asterisk.until_said(1) == [call(told["token"], NUMBER)]


@pytest.mark.parametrize(
    ("rule", "login", "status", "code"),
    [
        (CallerPageRule.SIGNED_IN, "", 401, 4401),
        (OFF, "", 403, 4401),
        (OFF, "ma", 403, 4403),
    ],
)
async def test_nobody_else_may(
    open_world: OpenWorld,
    open_browser: OpenBrowser,
    asterisk: FakeSip,
    rule: CallerPageRule,
    login: str,
    status: int,
    code: int,
) -> None:
    world = await world_with(open_world, asterisk, rule)
    browser = await open_browser(world, login)
    assert (await asked(browser))[0] == status
    assert (await closed(await sip(browser, "?as=caller")))[0] == code


async def test_when_it_is_open_whoever_opens_it_may(
    open_world: OpenWorld, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    browser = await open_browser(await world_with(open_world, asterisk, OPEN))
    status, told = await asked(browser, "")
    assert (status, told["number"]) == (200, "")


async def test_a_token_is_of_no_use_to_anybody_else(
    open_world: OpenWorld, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    world = await world_with(open_world, asterisk)
    token = (await asked(await open_browser(world, "ma")))[1]["token"]
    other = await open_browser(world, "supervisor")
    phone = await sip(other, "?as=caller")
    await phone.send_str(call(token, NUMBER))
    assert await closed(phone) == (4403, "no token of this page")
    assert (await closed(await reading(other, token)))[0] == 4403


async def test_a_token_is_too_old_after_an_hour_unused(
    open_world: OpenWorld, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    world = await world_with(open_world, asterisk)
    browser = await open_browser(world, "ma")
    token = (await asked(browser))[1]["token"]
    world.clock.move(3601)
    assert (await closed(await reading(browser, token)))[0] == 4403


@pytest.mark.parametrize("number", ["abc", "1" * 21, "110%0d%0aX", "１３９"])
async def test_a_number_that_is_none_is_refused(
    open_world: OpenWorld, open_browser: OpenBrowser, asterisk: FakeSip, number: str
) -> None:
    browser = await open_browser(await world_with(open_world, asterisk, OPEN))
    assert (await asked(browser, number))[0] == 400


async def test_nobody_takes_all_tokens(
    open_world: OpenWorld, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    browser = await open_browser(await world_with(open_world, asterisk, OPEN))
    for _ in range(PAGES_A_MINUTE):
        assert (await asked(browser))[0] == 200
    assert (await asked(browser))[0] == 429


async def test_the_page_is_told_what_is_said_to_its_call_and_no_other(
    open_world: OpenWorld, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    world = await world_with(open_world, asterisk)
    browser = await open_browser(world, "ma")
    token, pages = (await asked(browser))[1]["token"], pages_of(world)
    pages.arrived(ID, token)
    pages.arrived(CallId("2.0"), "another")
    pages.said(CallId("2.0"), "root", [ivr.Prompt("secret")], "zh")
    pages.said(ID, "root", [ivr.Prompt("welcome"), ivr.Prompt("root")], "zh")
    socket = await reading(browser, token)
    first = await socket.receive_json(timeout=LIMIT_S)
    assert (first["n"], first["type"], first["callId"]) == (1, "said", ID)
    assert (first["node"], first["language"], first["text"]) == ("root", "zh", "zh:welcome zh:root")
    pages.noted(CallCleared(at=NOW, call_id=ID, cleared_by=ClearedBy.CALLER))
    second = await socket.receive_json(timeout=LIMIT_S)
    assert (second["n"], second["state"], second["text"]) == (2, "ended", "通话已结束。")


@pytest.mark.parametrize("token", [None, 7, "", "c0ffee\x00", "马"])
async def test_what_is_no_token_ends_the_socket(
    open_world: OpenWorld, open_browser: OpenBrowser, asterisk: FakeSip, token: object
) -> None:
    browser = await open_browser(await world_with(open_world, asterisk, OPEN))
    assert (await closed(await reading(browser, token)))[0] in (4400, 4403)


async def test_a_foreign_page_does_not_read_along(
    open_world: OpenWorld, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    browser = await open_browser(await world_with(open_world, asterisk, OPEN))
    browser.headers["Origin"] = "https://evil.example"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await reading(browser, "c0ffee")
    assert refused.value.status == 403


async def test_who_signs_out_reads_along_no_more(
    open_world: OpenWorld, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    limits = WebLimits(session_check_s=0.05)
    world = await open_world(phone=phones_of(MemorySecrets(), asterisk.port), limits=limits)
    browser = await open_browser(world, "ma")
    socket = await reading(browser, (await asked(browser))[1]["token"])
    await browser.request("DELETE", "/api/v1/session")
    assert (await closed(socket))[0] == 4401


async def test_a_page_that_says_nothing_is_not_waited_for(
    open_world: OpenWorld,
    open_browser: OpenBrowser,
    asterisk: FakeSip,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cti.web.caller_socket.FIRST_FRAME_S", 0.01)
    browser = await open_browser(await world_with(open_world, asterisk, OPEN))
    async with asyncio.timeout(LIMIT_S):
        socket = await browser.http.ws_connect(
            f"{browser.world.origin}/ws/caller", headers=browser.headers
        )
        assert (await closed(socket))[0] == 4400
