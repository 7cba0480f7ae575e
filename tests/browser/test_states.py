"""The agent's own state, and the call controls."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.fake_server import FakeServer
from tests.browser.samples import agent, ago


@pytest.fixture(autouse=True)
async def desk(browser_page: Page, fake: FakeServer) -> None:
    fake.me = agent()
    await fake.signed_in_desk(browser_page)


async def test_ready_is_one_click(browser_page: Page, fake: FakeServer) -> None:
    await browser_page.locator("[data-test=ready]").click()
    assert (await fake.sent("setAgentState"))["status"] == "ready"
    await expect(browser_page.locator("[data-test=my-state]")).to_have_attribute(
        "data-face", "ready"
    )
    await expect(browser_page.locator("[role=status]").first).to_have_text("当前状态：示闲")


async def test_not_ready_asks_for_the_reason(browser_page: Page, fake: FakeServer) -> None:
    await browser_page.locator("[data-test=not-ready]").click()
    await expect(browser_page.locator("[data-reason]")).to_have_count(4)
    await browser_page.locator("[data-reason=MEAL]").click()
    sent = await fake.sent("setAgentState")
    assert (sent["status"], sent["reason"]) == ("not_ready", "MEAL")
    await expect(browser_page.locator("[data-test=my-state]")).to_contain_text("示忙 · 用餐")


async def test_a_choice_made_in_a_call_is_shown_as_pending(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.me |= {"status": "ready", "reason": None}
    fake.ring()
    fake.answer()
    await browser_page.locator("[data-test=not-ready]").click()
    await browser_page.locator("[data-reason=BREAK]").click()
    await expect(browser_page.locator("[data-test=pending]")).to_contain_text(
        "通话结束后：示忙 · 小休"
    )
    await expect(browser_page.locator("[data-test=my-state]")).to_contain_text("通话")


async def test_a_refusal_shows_the_servers_sentence(browser_page: Page, fake: FakeServer) -> None:
    fake.refusals["setAgentState"] = ("desk.no_phone", "您的话机未注册")
    await browser_page.locator("[data-test=ready]").click()
    await expect(browser_page.locator(".el-message")).to_contain_text("您的话机未注册")
    await expect(browser_page.locator("[data-test=my-state]")).to_have_attribute(
        "data-face", "not_ready"
    )


async def test_a_break_over_its_limit_is_marked(browser_page: Page, fake: FakeServer) -> None:
    fake.i_am("agentNotReady", reason="BREAK", since=ago(901))
    state = browser_page.locator("[data-test=my-state]")
    await expect(state).to_contain_text("小休")
    await expect(state).to_contain_text("已超过规定时长")


async def test_hang_up_ends_the_call_and_wrap_up_can_be_extended(
    browser_page: Page, fake: FakeServer
) -> None:
    hang_up = browser_page.locator("[data-test=hang-up]")
    await expect(hang_up).to_be_disabled()
    fake.ring()
    fake.answer()
    await expect(browser_page.locator("[data-test=call-timer]")).to_contain_text("通话时长")
    await hang_up.click()
    await fake.sent("clearConnection")
    await expect(browser_page.locator("[data-test=wrap-up-countdown]")).to_contain_text("0:4")
    await browser_page.locator("[data-test=extend]").click()
    await fake.sent("extendWrapUp")
    await expect(browser_page.locator("[data-test=wrap-up-countdown]")).to_contain_text("1:")
    await expect(browser_page.locator("[data-test=extend]")).to_be_disabled()


async def test_ready_ends_wrap_up_at_once(browser_page: Page, fake: FakeServer) -> None:
    fake.me |= {"status": "ready", "reason": None}
    fake.ring()
    ready = browser_page.locator("[data-test=ready]")
    await expect(ready).to_be_disabled()
    fake.answer()
    fake.wrap_up()
    await ready.click()
    assert (await fake.sent("setAgentState"))["status"] == "ready"


async def test_the_keyboard_does_what_the_buttons_do(browser_page: Page, fake: FakeServer) -> None:
    await browser_page.keyboard.press("Control+Shift+R")
    assert (await fake.sent("setAgentState"))["status"] == "ready"
    await browser_page.keyboard.press("Control+Shift+B")
    await browser_page.locator("[data-reason=MEETING]").wait_for()
    await browser_page.keyboard.press("ArrowDown")
    await browser_page.keyboard.press("Enter")
    assert (await fake.sent("setAgentState", 2))["status"] == "not_ready"
    fake.ring()
    fake.answer()
    await browser_page.locator("[data-test=call-timer]").wait_for()
    await browser_page.keyboard.press("Control+Shift+H")
    await fake.sent("clearConnection")


async def test_a_question_mark_lists_the_shortcuts(browser_page: Page) -> None:
    await browser_page.keyboard.press("Shift+?")
    await expect(browser_page.locator("[data-test=keys-table] .line")).to_have_count(23)
    await browser_page.keyboard.press("Escape")
    await expect(browser_page.locator("[data-test=keys-table]")).to_be_hidden()
