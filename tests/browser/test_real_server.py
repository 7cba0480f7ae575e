"""The desktop on the real web server: its cookies, its policy, its socket; memory behind them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from cti.core.agent_state import AgentState, AgentStatus
from cti.core.call import CallPhase
from cti.core.events import Established, Queued
from cti.core.ids import CallId, QueueName
from tests.browser.conftest import NewPage
from tests.web.parts import World
from tests.web.samples import NOW, PASSWORD, call, delivered


@pytest.fixture
async def world(built: Path) -> AsyncIterator[World]:
    async with World(built) as running:
        yield running


async def _signed_in(page: Page, world: World, login: str = "ma") -> None:
    await page.goto(world.origin)
    await page.locator("#login").fill(login)
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator("[data-link=online]").wait_for()


async def test_a_wrong_password_is_told_in_the_pages_language(
    new_page: NewPage, world: World
) -> None:
    page = await new_page(locale="en-US")
    await page.goto(world.origin)
    await page.locator("#login").fill("ma")
    await page.locator("#password").fill("wrong")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-test=sign-in-error]")).to_contain_text("password")


async def test_the_call_pops_up_when_it_is_delivered(browser_page: Page, world: World) -> None:
    complaints: list[str] = []
    browser_page.on(
        "console", lambda it: complaints.append(it.text) if it.type == "error" else None
    )
    await _signed_in(browser_page, world)
    await expect(browser_page.locator("[data-test=my-state]")).to_contain_text("示闲")
    complaints.clear()  # the question who is signed in was answered by 401
    world.desk.ring()
    await world.stream.append(delivered())
    panel = browser_page.locator("[data-test=pop]")
    for words in ("138****1234", "车险报案", "张三", "贵宾", "青A12345", "已定损"):
        await expect(panel).to_contain_text(words)
    await expect(browser_page.locator("[role=alertdialog]")).to_contain_text("来电：车险报案")
    assert complaints == []


async def test_commands_reach_the_agents_desk(browser_page: Page, world: World) -> None:
    ready = world.desk.agents["1023"]
    world.desk.agents["1023"] = replace(ready, status=AgentStatus.NOT_READY, reason="REST")
    await _signed_in(browser_page, world)
    await browser_page.locator("[data-test=ready]").click()
    await world.until(lambda: ("set_status", "1023", AgentStatus.READY, None) in world.desk.done)


async def _talking(world: World) -> None:
    """The agent's call is answered."""
    talking = call(phase=CallPhase.TALKING, agent_id="1023", answered_at=NOW)
    world.desk.calls["c-1"] = talking
    world.desk.agents["1023"] = replace(
        world.desk.agents["1023"], state=AgentState.TALKING, call_id=CallId("c-1")
    )
    await world.stream.append(
        Established(
            at=NOW,
            call_id=CallId("c-1"),
            agent_id=world.desk.agents["1023"].agent_id,
            agent_channel=talking.channel,
            waited_s=12,
        )
    )


async def test_a_record_written_in_a_call_is_saved(browser_page: Page, world: World) -> None:
    await _signed_in(browser_page, world)
    await _talking(world)
    await browser_page.locator("[data-test=wrap-up] textarea").fill("右前灯破损")
    await browser_page.locator("[data-test=wrap-up] .el-cascader input").first.click()
    for label in ("报案", "车险"):
        await browser_page.locator(".el-cascader-node", has_text=label).last.click()
    await browser_page.locator("[data-test=caller-role]").select_option("三者方")
    await browser_page.locator("[data-test=save]").click()
    await world.until(lambda: any(one[0] == "save_wrap_up" for one in world.desk.done))


async def test_a_draft_is_found_at_another_seat(
    browser_page: Page, new_page: NewPage, world: World
) -> None:
    await _signed_in(browser_page, world)
    await _talking(world)
    await browser_page.locator("[data-test=wrap-up] textarea").fill("右前灯破损")
    await expect(browser_page.locator("[data-kept=both]")).to_be_visible()
    other = await new_page()
    await _signed_in(other, world)
    await expect(other.locator("[data-test=wrap-up] textarea")).to_have_value("右前灯破损")
    await expect(other.locator("[data-kept=both]")).to_be_visible()


async def test_a_second_window_takes_the_lead_and_the_first_says_so(
    browser_page: Page, world: World
) -> None:
    await _signed_in(browser_page, world)
    second = await browser_page.context.new_page()
    await second.goto(world.origin)
    await second.locator("[data-link=online]").wait_for()
    await expect(browser_page.locator("[data-test=replaced]")).to_be_visible()
    await browser_page.locator("[data-test=saying-act]").click()
    await expect(second.locator("[data-test=replaced]")).to_be_visible()


async def test_switching_the_language_does_not_replace_the_desktop_itself(
    browser_page: Page, world: World
) -> None:
    await _signed_in(browser_page, world)
    await browser_page.locator("[data-test=language]").click()
    await expect(browser_page.locator("[data-test=lamp]")).to_contain_text("Online")
    await world.stream.append(
        Queued(
            at=NOW,
            call_id=CallId("c-9"),
            queue=QueueName("motor"),
            priority=60,
            needs={},
            language="zh",
        )
    )
    await expect(browser_page.locator("[data-test=replaced]")).to_be_hidden()


async def test_a_supervisor_sees_the_board(browser_page: Page, world: World) -> None:
    world.desk.calls["c-1"] = call()
    await _signed_in(browser_page, world, "supervisor")
    await expect(browser_page.locator("[data-call=c-1]")).to_contain_text("138****1234")
    await expect(browser_page.locator("[data-agent='1023']")).to_contain_text("马晓梅")
