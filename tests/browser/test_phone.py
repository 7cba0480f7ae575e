"""The phone in the browser: how a shift begins with it, its one window, and words for whatever is wrong."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.browser.fake_server import SUPERVISOR_SESSION, FakeServer
from tests.browser.samples import agent

LIMIT_S = 5.0


async def _registered(fake: FakeServer, count: int = 1) -> None:
    async with asyncio.timeout(LIMIT_S):
        while len(fake.sip.requests) < count:  # noqa: ASYNC110 (the page sends when it likes)
            await asyncio.sleep(0.02)


def _at_work(fake: FakeServer) -> None:
    fake.me = agent(status="ready", reason=None, phone="browser")


async def test_the_phone_registers_before_the_shift_begins_with_it(
    browser_page: Page, fake: FakeServer
) -> None:
    await fake.signed_in_desk(browser_page)
    await browser_page.locator("[data-test=log-on]").click()
    await browser_page.locator("[data-kind=browser]").click()
    await browser_page.locator("[data-test=begin]").click()
    assert (await fake.sent("logOn"))["phone"] == "browser"
    [register] = fake.sip.requests
    assert register.method == "REGISTER"
    assert "<sip:8001w@95518.invalid>" in register.headers["To"]
    assert "sip:8001w@" in register.headers["Contact"]
    lamp = browser_page.locator("[data-test=lamp-sip]")
    await expect(lamp).to_have_attribute("data-light", "good")
    await expect(lamp).to_contain_text("话机已就绪")


async def test_a_desk_phone_is_remembered_with_its_seat(
    browser_page: Page, fake: FakeServer
) -> None:
    await fake.signed_in_desk(browser_page)
    await browser_page.locator("[data-test=log-on]").click()
    await browser_page.locator("[data-kind=desk]").click()
    await browser_page.locator("[data-test=seat]").click()
    await browser_page.get_by_role("option", name="B12").click()
    await browser_page.locator("[data-test=begin]").click()
    sent = await fake.sent("logOn")
    assert (sent["phone"], sent["seat"]) == ("desk", "B12")
    fake.me = agent(status="logged_out", reason=None)
    await browser_page.reload()
    await browser_page.locator("[data-test=log-on]").click()
    await expect(browser_page.locator("[data-kind=desk]")).to_have_attribute("aria-checked", "true")
    await expect(browser_page.locator("[data-test=seat]")).to_contain_text("B12")
    await expect(browser_page.locator("[data-test=lamp-sip]")).to_be_hidden()


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ("NotAllowedError", "请点地址栏左侧的图标"),
        ("NotFoundError", "请插好耳麦"),
        ("NotReadableError", "请关闭该程序"),
    ],
)
async def test_a_microphone_that_does_not_open_says_why_and_keeps_nobody_from_work(
    browser_page: Page, fake: FakeServer, failure: str, words: str
) -> None:
    await browser_page.add_init_script(
        "navigator.mediaDevices.getUserMedia = "
        f"() => Promise.reject(new DOMException('test', '{failure}'))"
    )
    await fake.signed_in_desk(browser_page)
    await browser_page.locator("[data-test=log-on]").click()
    trouble = browser_page.locator("[data-test=microphone-trouble]")
    await expect(trouble).to_contain_text(words)
    await expect(trouble).to_contain_text("只能听")
    await browser_page.locator("[data-test=begin]").click()
    await fake.sent("logOn")


async def test_a_reload_at_work_registers_again_without_a_question(
    browser_page: Page, fake: FakeServer
) -> None:
    _at_work(fake)
    await fake.signed_in_desk(browser_page)
    await _registered(fake)
    await browser_page.reload()
    await _registered(fake, 2)
    await expect(browser_page.locator("[data-test=shift]")).to_be_hidden()


async def test_a_second_window_says_where_the_phone_is_and_takes_it_when_told(
    browser_page: Page, fake: FakeServer, static_url: str
) -> None:
    _at_work(fake)
    await fake.signed_in_desk(browser_page)
    await _registered(fake)
    second, other = await browser_page.context.new_page(), FakeServer(static_url)
    await other.attach(second)
    _at_work(other)
    await other.signed_in_desk(second)
    trouble = second.locator("[data-test=phone-trouble]")
    await expect(trouble).to_contain_text("话机在本浏览器的另一个窗口")
    assert other.sip.requests == []
    await second.locator("[data-test=saying-act]").click()
    await _registered(other)
    await expect(trouble).to_be_hidden()
    await expect(browser_page.locator("[data-test=phone-trouble]")).to_contain_text("另一个窗口")


@pytest.mark.parametrize(
    ("code", "words"),
    [(4401, "登录已失效"), (4403, "拒绝了这部话机的身份"), (4009, "另一台电脑或浏览器")],
)
async def test_a_closed_line_says_what_to_do(
    browser_page: Page, fake: FakeServer, code: int, words: str
) -> None:
    _at_work(fake)
    await fake.signed_in_desk(browser_page)
    await _registered(fake)
    await fake.sip.close(code)
    await expect(browser_page.locator("[data-test=phone-trouble]")).to_contain_text(words)
    await expect(browser_page.locator("[data-test=lamp-sip]")).to_have_attribute(
        "data-light", "bad"
    )


async def test_a_phone_taken_elsewhere_is_taken_back_by_a_press(
    browser_page: Page, fake: FakeServer
) -> None:
    _at_work(fake)
    await fake.signed_in_desk(browser_page)
    await _registered(fake)
    await fake.sip.close(4009)
    await browser_page.locator("[data-test=saying-act]").click()
    await _registered(fake, 2)
    await expect(browser_page.locator("[data-test=phone-trouble]")).to_be_hidden()


async def test_a_lost_line_comes_back_by_itself(browser_page: Page, fake: FakeServer) -> None:
    _at_work(fake)
    await fake.signed_in_desk(browser_page)
    await _registered(fake)
    await fake.sip.close(1012)
    await expect(browser_page.locator("[data-test=phone-trouble]")).to_contain_text("自动重连")
    await _registered(fake, 2)
    await expect(browser_page.locator("[data-test=lamp-sip]")).to_have_attribute(
        "data-light", "good"
    )


async def test_a_person_without_an_extension_is_told_so(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.phone = (409, {"code": "desk.no_extension", "message": "您的账号没有分机"})
    await fake.signed_in_desk(browser_page)
    await browser_page.locator("[data-test=log-on]").click()
    await expect(browser_page.locator("[data-test=phone-trouble]")).to_contain_text("没有分机")


async def test_a_password_that_changed_is_fetched_again(
    browser_page: Page, fake: FakeServer
) -> None:
    _at_work(fake)
    fake.sip.refuse = 403
    await fake.signed_in_desk(browser_page)
    await expect(browser_page.locator("[data-test=phone-trouble]")).to_contain_text("密码已更换")
    fake.sip.refuse = 0
    await expect(browser_page.locator("[data-test=lamp-sip]")).to_have_attribute(
        "data-light", "good", timeout=10_000
    )
    assert [path for _, path, _ in fake.requests].count("/phone") == 2


async def test_a_supervisor_with_an_extension_has_a_phone_on_his_own_page(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.session = SUPERVISOR_SESSION | {"agentId": "1023"}
    await fake.signed_in_desk(browser_page)
    await browser_page.locator("[data-test=begin-phone]").click()
    await browser_page.locator("[data-kind=browser]").click()
    await browser_page.locator("[data-test=begin]").click()
    await fake.sent("logOn")
    await expect(browser_page.locator("[data-test=lamp-sip]")).to_contain_text("话机已就绪")
    fake.ring()
    await browser_page.locator("[data-control=answer]").click()
    await fake.sent("answerCall")
