"""The connection: lost, found, taken over."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.fake_server import FakeServer
from tests.browser.samples import agent, ago, call


@pytest.fixture(autouse=True)
async def desk(browser_page: Page, fake: FakeServer) -> None:
    fake.me = agent(status="ready", reason=None)
    await fake.signed_in_desk(browser_page)


async def test_a_lost_connection_comes_back_after_the_last_event_seen(
    browser_page: Page, fake: FakeServer
) -> None:
    last = fake.event("queued", callId="c1", call=call(callId="c1"))
    await browser_page.locator("[data-call=c1]").wait_for()
    missed = call(callId="c2", callerNumber="139****8888")
    fake.missed = [{"id": "200-0", "type": "queued", "at": ago(), "callId": "c2", "call": missed}]
    await fake.close(1012)
    assert (await fake.resumed(2))["after"] == last
    await expect(browser_page.locator("[data-call=c2]")).to_contain_text("139****8888")
    await expect(browser_page.locator("[data-call=c1]")).to_be_visible()
    await expect(browser_page.locator("[data-test=lamp]")).to_contain_text("在线")


async def test_a_lost_connection_says_so(browser_page: Page, fake: FakeServer) -> None:
    seen = browser_page.locator("[data-test=broken]").wait_for()
    await fake.close(1012)
    await seen


async def test_a_second_desktop_takes_the_lead_until_it_is_taken_back(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.say({"type": "replaced"})
    await fake.close(4009)
    banner = browser_page.locator("[data-test=replaced]")
    await expect(banner).to_contain_text("已在另一个窗口打开")
    await expect(browser_page.locator("[data-test=ready]")).to_be_disabled()
    assert len(fake.resumes) == 1
    await browser_page.locator("[data-test=saying-act]").click()
    await fake.resumed(2)
    await expect(browser_page.locator("[data-test=lamp]")).to_contain_text("在线")
