"""Recordings, the history, reports, callbacks and work: search, look, act."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.fake_server import SUPERVISOR_SESSION, FakeServer
from tests.browser.samples import ago, call_row
from tests.browser.supervise_samples import work_item
from tests.browser.test_language_and_access import LOOKS, _violations

READY = {
    "/board": "[data-test=plots] canvas >> nth=0",
    "/wall": "[data-test=plots] canvas >> nth=0",
    "/calls": "[data-test=history]",
    "/recordings": "[data-test=recordings]",
    "/reports": "[data-test=figures-table]",
    "/callbacks": "[data-test=callbacks]",
    "/work": "[data-test=work]",
}


async def _open(page: Page, fake: FakeServer, path: str) -> None:
    fake.session = SUPERVISOR_SESSION
    await fake.signed_in_desk(page, path, READY[path])


def _asked(fake: FakeServer, method: str, path: str) -> list[object]:
    return [body for way, at, body in fake.requests if (way, at) == (method, path)]


async def test_a_recording_is_heard_only_when_somebody_asks(
    browser_page: Page, fake: FakeServer
) -> None:
    await _open(browser_page, fake, "/recordings")
    await browser_page.locator("[data-recording=rec-1] button").click()
    player = browser_page.locator("[data-test=player]")
    await expect(player).to_contain_text("记入审计")
    assert _asked(fake, "GET", "/recordings/rec-1/audio") == []
    await browser_page.locator("[data-test=hear]").click()
    await expect(player).to_have_attribute("data-state", "ready")
    assert len(_asked(fake, "GET", "/recordings/rec-1/audio")) == 1
    wave = browser_page.locator("[data-test=wave]")
    await expect(wave).to_have_attribute("aria-valuemax", "8")
    await wave.press("ArrowRight")
    await expect(wave).not_to_have_attribute("aria-valuenow", "0")
    await browser_page.locator("[data-side=left]").click()
    await expect(browser_page.locator("[data-side=left]")).to_have_attribute("aria-pressed", "true")
    await wave.press("ArrowUp")
    await expect(browser_page.locator("[data-test=speed]")).to_have_value("1.25")


async def test_a_sound_that_cannot_be_read_says_so(browser_page: Page, fake: FakeServer) -> None:
    await _open(browser_page, fake, "/recordings")
    await browser_page.route(
        "**/audio",
        lambda route: route.fulfill(status=404, json={"code": "x", "message": "没有录音"}),
    )
    await browser_page.locator("[data-recording=rec-1] button").click()
    await browser_page.locator("[data-test=hear]").click()
    await expect(browser_page.locator("[data-test=player]")).to_contain_text("没有录音")


async def test_a_recording_is_held_and_released_with_a_reason(
    browser_page: Page, fake: FakeServer
) -> None:
    await _open(browser_page, fake, "/recordings")
    await browser_page.locator("[data-recording=rec-1] button").click()
    for way in ("hold", "release"):
        await browser_page.locator("[data-test=hold]").click()
        await browser_page.locator("[data-test=reason]").fill("投诉取证")
        await browser_page.locator("[data-test=reason-confirm]").click()
        await expect(browser_page.locator("[data-test=reason-form]")).to_be_hidden()
        assert _asked(fake, "POST", f"/recordings/rec-1/{way}") == [{"reason": "投诉取证"}]
    await expect(browser_page.locator("[data-recording=rec-1]")).not_to_contain_text("banzhang")


async def test_recordings_are_searched_by_what_was_chosen(
    browser_page: Page, fake: FakeServer
) -> None:
    await _open(browser_page, fake, "/recordings")
    await browser_page.locator("[data-test=queue]").select_option("motor")
    await browser_page.locator("[data-test=class]").select_option("claims")
    await browser_page.locator("[data-test=number]").fill("13812341234")
    await browser_page.locator("[data-test=period]").select_option("yesterday")
    async with browser_page.expect_request("**/recordings?*") as asked:
        await browser_page.locator("[data-test=find]").click()
    url = (await asked.value).url
    for part in ("queue=motor", "class=claims", "number=13812341234", "since=", "until="):
        assert part in url


async def test_a_list_that_fails_says_why_and_tries_again(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.session = SUPERVISOR_SESSION
    away = {"code": "failure.history", "message": "历史数据库暂时不可用"}
    await browser_page.route("**/recordings?*", lambda route: route.fulfill(status=503, json=away))
    await fake.signed_in_desk(browser_page, "/recordings", "[data-test=list-failed]")
    await expect(browser_page.locator("[data-test=list-failed]")).to_contain_text("历史数据库")
    await browser_page.unroute("**/recordings?*")
    await browser_page.get_by_role("button", name="重试").click()
    await expect(browser_page.locator("[data-recording=rec-1]")).to_be_visible()


async def test_an_empty_list_says_so(browser_page: Page, fake: FakeServer) -> None:
    fake.session = SUPERVISOR_SESSION
    fake.supervised.tickets = []
    await fake.signed_in_desk(browser_page, "/callbacks", "[data-test=list-none]")
    await expect(browser_page.locator("[data-test=list-none]")).to_have_text("没有待回拨的客户")


async def test_calls_are_narrowed_and_their_story_and_why_are_told(
    browser_page: Page, fake: FakeServer
) -> None:
    await _open(browser_page, fake, "/calls")
    async with browser_page.expect_request("**/calls?*") as asked:
        await browser_page.locator("[data-test=outcome]").select_option("answered")
    assert "outcome=answered" in (await asked.value).url
    rows = browser_page.locator("[data-test=history] tbody tr")
    await expect(rows).to_have_count(1)
    await rows.first.get_by_role("button").click()
    await expect(browser_page.locator("[data-test=story] li")).to_have_count(5)
    await browser_page.get_by_role("tab", name="派话理由").click()
    offer = browser_page.locator("[data-test=offer]")
    await expect(offer).to_contain_text("车险报案 为 1 级,要求 2 级".replace(",", "，"))
    await expect(offer).to_contain_text("示忙 小休")


async def test_older_calls_come_page_by_page(browser_page: Page, fake: FakeServer) -> None:
    fake.rows = [call_row(callId=f"c{n}") for n in range(100)]
    await _open(browser_page, fake, "/calls")
    rows = browser_page.locator("[data-test=history] tbody tr")
    await expect(rows).to_have_count(100)
    fake.rows = [call_row(callId="old")]
    async with browser_page.expect_request("**/calls?*") as asked:
        await browser_page.locator("[data-test=more]").click()
    assert "c99" in (await asked.value).url
    await expect(rows).to_have_count(101)
    await expect(browser_page.locator("[data-test=more]")).to_have_count(0)


async def test_a_number_is_searched_when_the_button_is_pressed_and_stays_out_of_the_address(
    browser_page: Page, fake: FakeServer
) -> None:
    await _open(browser_page, fake, "/calls")
    number = browser_page.locator("[data-test=number]")
    await number.fill("12")
    await expect(browser_page.locator("[data-test=find]")).to_be_disabled()
    await number.fill("138 1234 1234")
    form = browser_page.locator("[data-test=call-search]")
    await expect(form).to_contain_text("按号码查找将记入审计")
    await browser_page.locator("[data-test=queue]").select_option("motor")
    async with browser_page.expect_request("**/calls?*") as asked:
        await browser_page.locator("[data-test=find]").click()
    assert "number=13812341234" in (await asked.value).url
    assert "number" not in browser_page.url
    assert "queue=motor" in browser_page.url
    file = await browser_page.locator("[data-test=export]").get_attribute("href")
    assert file is not None
    assert file.startswith("/api/v1/calls/export?")
    assert "queue=motor" in file


async def test_a_calls_recording_is_heard_beside_its_story(
    browser_page: Page, fake: FakeServer
) -> None:
    await _open(browser_page, fake, "/calls")
    await browser_page.locator("[data-test=history] tbody button").first.click()
    await browser_page.get_by_role("tab", name="录音").click()
    await browser_page.locator("[data-recording=rec-1] [data-test=hear]").click()
    await expect(browser_page.locator("[data-test=wave]")).to_be_visible()


async def test_a_figure_leads_to_the_calls_behind_it(browser_page: Page, fake: FakeServer) -> None:
    await _open(browser_page, fake, "/reports")
    await browser_page.locator("[data-table=queues]").click()
    async with browser_page.expect_request("**/measures/calls?*") as asked:
        await browser_page.locator("[data-row=motor] [data-cell=answered]").click()
    url = (await asked.value).url
    assert "queue=motor" in url
    assert "figure=answered" in url
    await expect(browser_page.locator("[data-test=numerator]")).to_contain_text("3")
    await browser_page.locator("[data-test=behind-call]").first.click()
    await expect(browser_page.locator("[data-test=story]")).to_be_visible()
    await browser_page.keyboard.press("Escape")
    async with browser_page.expect_request("**/api/v1/calls?*") as found:
        await browser_page.locator("[data-test=to-calls]").click()
    for part in ("queue=motor", "outcome=answered", "since="):
        assert part in (await found.value).url
    await expect(browser_page.locator("[data-test=period]")).to_have_value("custom")


async def test_a_report_compares_with_the_year_before_and_is_exported(
    browser_page: Page, fake: FakeServer
) -> None:
    await _open(browser_page, fake, "/reports")
    row = browser_page.locator("[data-test=figures-table] tbody tr").nth(2)
    await expect(row).to_contain_text("+27.8%")
    await browser_page.locator("[data-test=report-period]").select_option("last_month")
    await expect(browser_page.locator("[data-test=plot-about]")).to_have_text("公式：排队次数")
    async with browser_page.expect_request("**/reports/daily?*") as asked:
        await browser_page.locator("[data-test=report-queue]").select_option("motor")
        await browser_page.locator("[data-test=report-ask]").click()
    assert "queue=motor" in (await asked.value).url
    for form in ("xlsx", "csv", "json"):
        link = browser_page.locator(f"[data-export={form}]")
        address = f"/api/v1/reports/daily?period=last_month&queue=motor&format={form}&language=zh"
        await expect(link).to_have_attribute("href", address)


async def test_figures_of_choice_are_asked_by_queue_and_agent(
    browser_page: Page, fake: FakeServer
) -> None:
    await _open(browser_page, fake, "/reports")
    await browser_page.locator("[data-report=own]").click()
    await browser_page.locator("[data-test=own-queue]").select_option("motor")
    await browser_page.locator("[data-test=own-interval]").select_option("15m")
    await browser_page.locator("[data-test=compare]").check()
    async with browser_page.expect_request("**/measures?*") as asked:
        await browser_page.locator("[data-test=own-ask]").click()
    url = (await asked.value).url
    for part in ("queue=motor", "interval=15m", "compare=year", "service_level_5"):
        assert part in url
    await expect(browser_page.locator("[data-test=figures-table]")).to_be_visible()


async def test_a_callback_is_taken_back_with_a_reason(browser_page: Page, fake: FakeServer) -> None:
    await _open(browser_page, fake, "/callbacks")
    await browser_page.locator("[data-test=cancel]").click()
    await browser_page.locator("[data-test=reason]").fill("客户已来电")
    await browser_page.locator("[data-test=reason-confirm]").click()
    await expect(browser_page.locator("[data-test=list-none]")).to_be_visible()
    assert _asked(fake, "DELETE", "/callbacks/cb-1") == [{"reason": "客户已来电"}]


async def test_a_voice_message_is_taken_heard_and_closed(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.supervised.work = [work_item(dueAt=ago(60))]
    await _open(browser_page, fake, "/work")
    await expect(browser_page.locator("[data-item='1']")).to_contain_text("已逾期")
    await browser_page.locator("[data-test=work-open]").click()
    await browser_page.locator("[data-test=work-take]").click()
    await expect(browser_page.locator("[data-test=work-take]")).to_have_count(0)
    await browser_page.locator("[data-test=hear]").click()
    await expect(browser_page.locator("[data-test=player]")).to_have_attribute(
        "data-state", "ready"
    )
    await browser_page.locator("[data-test=work-remarks]").fill("已回电")
    await browser_page.locator("[data-test=work-close]").click()
    await expect(browser_page.locator("[data-test=work-item]")).to_be_hidden()
    closed = {"result": "done", "remarks": "已回电"}
    assert _asked(fake, "POST", "/work-items/1/close") == [closed]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look['locale']}-{look['color_scheme']}")
async def test_axe_finds_nothing_on_any_page_of_supervision(
    new_page: NewPage, static_url: str, look: dict[str, str]
) -> None:
    page = await new_page(**look)
    fake = FakeServer(static_url)
    await fake.attach(page)
    for path in READY:
        await _open(page, fake, path)
        assert await _violations(page) == [], path


async def test_every_page_of_supervision_fits_a_small_screen(
    new_page: NewPage, static_url: str
) -> None:
    page = await new_page(viewport={"width": 1280, "height": 720}, locale="en-US")
    fake = FakeServer(static_url)
    await fake.attach(page)
    for path in READY:
        await _open(page, fake, path)
        root = "document.documentElement"
        size = await page.evaluate(f"[{root}.scrollWidth, {root}.scrollHeight]")
        assert size == [1280, 720], path
