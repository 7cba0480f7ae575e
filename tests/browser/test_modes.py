"""Modes of the centre on the desktop: the banner for everybody, the switch for supervisors."""

from playwright.async_api import Page, expect

from tests.browser.fake_server import SUPERVISOR_SESSION, FakeServer
from tests.browser.samples import ago


async def test_an_agent_sees_what_is_on_and_switches_nothing(
    browser_page: Page, fake: FakeServer
) -> None:
    await fake.signed_in_desk(browser_page)
    banner = browser_page.locator("[data-test=mode-banner]")
    await expect(banner).to_have_count(0)
    on = {"since": ago(), "until": ago(-3600), "by": "banzhang", "reason": "海东地震"}
    fake.modes[1]["on"] = on
    fake.event("modeSwitched", mode="disaster", on=True)
    await expect(banner).to_contain_text("大灾应急")
    await expect(banner).to_contain_text("海东地震")
    await expect(browser_page.locator("[data-test=modes]")).to_have_count(0)
    fake.modes[1]["on"] = None
    fake.event("modeSwitched", mode="disaster", on=False)
    await expect(banner).to_have_count(0)


async def test_a_supervisor_switches_a_mode_on_and_off_with_his_reason(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.session = SUPERVISOR_SESSION
    await fake.signed_in_desk(browser_page)
    await browser_page.locator("[data-test=modes]").click()
    row = browser_page.locator("[data-test=mode-table] [data-mode=night]")
    await row.get_by_role("button").click()
    await expect(browser_page.locator("[data-test=mode-on]")).to_be_disabled()
    await browser_page.locator("[data-test=mode-reason]").fill("大雪封路")
    await browser_page.locator("[data-test=mode-on]").click()
    await expect(browser_page.locator("[data-test=mode-banner]")).to_contain_text("夜间值守")
    await expect(row).to_contain_text("启用至")
    await row.get_by_role("button").click()
    await browser_page.locator("[data-test=mode-reason]").fill("天晴")
    await browser_page.locator("[data-test=mode-off]").click()
    await expect(browser_page.locator("[data-test=mode-banner]")).to_have_count(0)
    sent = [body for method, path, body in fake.requests if method == "PUT"]
    assert sent == [
        {"on": True, "hours": 2, "reason": "大雪封路"},
        {"on": False, "reason": "天晴"},
    ]


async def test_the_pop_tells_what_kind_of_caller_it_is(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.me |= {"status": "ready", "reason": None}
    await fake.signed_in_desk(browser_page)
    fake.ring()
    flags = browser_page.locator("[data-test=flag]")
    await expect(flags).to_have_text(["老年客户", "今日多次来电"])
