"""The way in and out."""

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.fake_server import PASSWORD, FakeServer


async def _fill(page: Page, password: str) -> None:
    await page.locator("#login").fill("limei")
    await page.locator("#password").fill(password)
    await page.keyboard.press("Enter")


async def test_a_wrong_password_shows_the_servers_sentence(
    browser_page: Page, fake: FakeServer
) -> None:
    await browser_page.goto(fake.url)
    await _fill(browser_page, "wrong")
    await expect(browser_page.locator("[data-test=sign-in-error]")).to_have_text("账号或密码不正确")
    await expect(browser_page.locator("#password")).to_have_value("")


@pytest.mark.parametrize(
    ("status", "words"), [(0, "无法连接服务器"), (502, "请等几秒再试"), (504, "没有及时答复")]
)
async def test_while_the_server_is_away_it_is_said_what_to_do_and_the_login_stays(
    browser_page: Page, fake: FakeServer, status: int, words: str
) -> None:
    async def away(route: Route) -> None:
        if route.request.method != "POST":
            await route.fallback()
        elif status:  # a proxy's own page
            await route.fulfill(
                status=status, body="<h1>Bad Gateway</h1>", content_type="text/html"
            )
        else:
            await route.abort()

    await browser_page.route("**/api/v1/session", away)
    await browser_page.goto(fake.url)
    await _fill(browser_page, PASSWORD)
    await expect(browser_page.locator("[data-test=sign-in-error]")).to_contain_text(words)
    await expect(browser_page.locator("#login")).to_have_value("limei")
    await browser_page.unroute("**/api/v1/session", away)
    await _fill(browser_page, PASSWORD)
    await browser_page.locator("[data-test=begin]").wait_for()


async def test_signing_in_opens_the_desk_and_asks_how_the_shift_begins(
    browser_page: Page, fake: FakeServer
) -> None:
    await browser_page.goto(fake.url)
    await _fill(browser_page, PASSWORD)
    await browser_page.locator("[data-test=begin]").click()
    await fake.sent("logOn")
    await expect(browser_page.locator("[data-test=my-state]")).to_contain_text("示忙 · 刚签入")
    await expect(browser_page.locator("[data-test=my-name]")).to_have_text("李梅")


async def test_a_reload_keeps_the_session_and_does_not_log_on_again(
    browser_page: Page, fake: FakeServer
) -> None:
    await fake.signed_in_desk(browser_page)
    await expect(browser_page.locator("[data-test=my-state]")).to_contain_text("离线")
    await browser_page.locator("[data-test=log-on]").click()
    await browser_page.locator("[data-kind=desk]").click()
    await browser_page.locator("[data-test=begin]").click()
    assert (await fake.sent("logOn"))["phone"] == "desk"
    assert len(fake.commands) == 1


async def test_signing_out_logs_the_agent_off_first(browser_page: Page, fake: FakeServer) -> None:
    fake.me |= {"status": "ready"}
    await fake.signed_in_desk(browser_page)
    await browser_page.locator("[data-test=sign-out]").click()
    await browser_page.locator("[data-test=sign-in]").wait_for()
    await fake.sent("logOff")
    assert ("DELETE", "/session", None) in fake.requests


async def test_an_agent_in_a_call_stays_signed_in(browser_page: Page, fake: FakeServer) -> None:
    fake.me |= {"status": "ready"}
    fake.refusals["logOff"] = ("desk.in_call", "通话中不能签出")
    await fake.signed_in_desk(browser_page)
    await browser_page.locator("[data-test=sign-out]").click()
    await expect(browser_page.locator(".el-message")).to_contain_text("通话中不能签出")
    assert ("DELETE", "/session", None) not in fake.requests


async def test_an_ended_session_leads_back_to_the_sign_in_page(
    browser_page: Page, fake: FakeServer
) -> None:
    await fake.signed_in_desk(browser_page)
    await fake.close(4401)
    await expect(browser_page.locator("[data-test=sign-in-error]")).to_have_text(
        "登录已失效，请重新登录。"
    )
