"""The built desktop on the real web server: same words on both sides, and nothing the policy forbids."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Page, expect

from cti.core.agent_state import AgentState
from cti.core.events import Established
from cti.core.ids import AgentId, CallId, ChannelName
from tests.browser.static_server import BUILT
from tests.web.parts import NOW, PASSWORD, World, delivered

ESTABLISHED = Established(
    at=NOW,
    call_id=CallId("c-1"),
    agent_id=AgentId("1023"),
    agent_channel=ChannelName("PJSIP/8001-00000002"),
    waited_s=12.0,
)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World(BUILT) as world:
        yield world


async def _sign_in(page: Page, world: World, password: str = PASSWORD) -> None:
    await page.goto(world.origin)
    await page.locator("#login").fill("ma")
    await page.locator("#password").fill(password)
    await page.keyboard.press("Enter")


async def test_a_caller_pops_up_and_is_still_there_after_a_reload(
    browser_page: Page, world: World
) -> None:
    await _sign_in(browser_page, world)
    await browser_page.locator("[data-link=online]").wait_for()
    world.desk.ring()
    await world.stream.append(delivered())
    pop = browser_page.locator("[data-test=pop]")
    for words in ("138****1234", "张三", "已定损", "PDAA2026", "****123X"):
        await expect(pop).to_contain_text(words)
    world.desk.agents["1023"] = replace(world.desk.agents["1023"], state=AgentState.TALKING)
    await world.stream.append(ESTABLISHED)
    await expect(browser_page.locator("[data-test=my-state]")).to_contain_text("通话")
    await browser_page.reload()
    await expect(pop).to_contain_text("张三")


async def test_a_wrong_password_is_told_in_the_servers_words(
    browser_page: Page, world: World
) -> None:
    await _sign_in(browser_page, world, "wrong")
    told = browser_page.locator("[data-test=sign-in-error]")
    await expect(told).to_have_text("工号或密码不正确。")


async def test_the_second_tab_of_an_agent_takes_over(browser_page: Page, world: World) -> None:
    await _sign_in(browser_page, world)
    await browser_page.locator("[data-link=online]").wait_for()
    second = await browser_page.context.new_page()
    await second.goto(world.origin)
    await second.locator("[data-link=online]").wait_for()
    await browser_page.locator("[data-link=replaced]").wait_for()


async def test_the_desktop_keeps_to_the_content_security_policy(
    browser_page: Page, world: World
) -> None:
    complaints: list[str] = []
    browser_page.on("console", lambda message: complaints.append(message.text))
    browser_page.on("pageerror", lambda error: complaints.append(str(error)))
    await _sign_in(browser_page, world)
    await browser_page.locator("[data-link=online]").wait_for()
    # Before the sign-in the desktop asks who is there, and is told 401: the only line.
    assert [line for line in complaints if "401" not in line] == []
