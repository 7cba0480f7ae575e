"""The agents' page around the call: tabs beside the record, and a layout that stays where it is."""

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.fake_server import FakeServer
from tests.browser.samples import CALL_ID, agent, ago, call, pop
from tests.browser.supervise_samples import work_item

LONG = "海东地震，通往循化、化隆的多处道路中断，查勘员改由西宁统一调派，请告知客户耐心等候。" * 3
SCREENS = [(1280, 720), (1600, 900)]
WATCH_SHIFTS = """() => {
  const LIVE = 'table'  /* its words are states of others, and as long as they are */
  window.shifted = []
  new PerformanceObserver((list) => {
    for (const it of list.getEntries())
      for (const { node, previousRect: was, currentRect: is } of it.sources)
        if ((was.x !== is.x || was.y !== is.y) && !node?.parentElement?.closest(LIVE))
          window.shifted.push([node?.textContent, was.x, was.y, is.x, is.y].join(' '))
  }).observe({ type: 'layout-shift' })
}"""


@pytest.fixture(autouse=True)
async def desk(browser_page: Page, fake: FakeServer) -> None:
    fake.me = agent(status="ready", reason=None)
    fake.supervised.work = [
        work_item(state="open", takenBy=None),
        work_item(itemId=9, kind="follow_up", state="open", takenBy=None, dueAt=ago(600)),
        work_item(itemId=10, state="taken", takenBy="wangqiang"),
    ]
    await fake.signed_in_desk(browser_page)


async def test_a_pop_brings_the_script_to_the_front_once(
    browser_page: Page, fake: FakeServer
) -> None:
    board = browser_page.get_by_role("tab", name="看板")
    knowledge = browser_page.get_by_role("tab", name="知识与话术")
    await expect(board).to_have_attribute("aria-selected", "true")
    fake.ring(contacts=None)
    await expect(knowledge).to_have_attribute("aria-selected", "true")
    await expect(browser_page.locator("[data-test=script]")).to_contain_text("请问有人受伤吗")
    await board.click()
    fake.say(pop())
    await browser_page.locator("[data-test=contacts]").wait_for()
    await expect(board).to_have_attribute("aria-selected", "true")


async def test_the_chosen_tab_is_remembered(browser_page: Page) -> None:
    await browser_page.get_by_role("tab", name="待办").click()
    await browser_page.reload()
    chosen = browser_page.get_by_role("tab", name="待办")
    await expect(chosen).to_have_attribute("aria-selected", "true")


async def test_another_article_is_one_click_and_a_search_finds_more(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring()
    article = browser_page.locator("[data-test=article]")
    await browser_page.locator("[data-test=articles] button", has_text="现场拍照要点").click()
    await expect(article).to_contain_text("前后左右各一张")
    await browser_page.keyboard.press("Control+Shift+I")
    search = browser_page.locator("[data-test=knowledge-q]")
    await expect(search).to_be_focused()
    await search.fill("牧区")
    found = browser_page.locator("[data-test=articles] button")
    await expect(found).to_have_text(["查勘员多久到达"])
    await expect(article).to_contain_text("前后左右各一张")
    await found.click()
    await expect(article).to_contain_text("按路程另行告知")
    await search.fill("不存在的词")
    await expect(browser_page.locator("[data-test=articles]")).to_contain_text("没有符合的条目")


async def test_the_badge_counts_what_he_can_see_to(browser_page: Page, fake: FakeServer) -> None:
    badge = browser_page.locator("[data-test=work-badge]")
    await expect(badge).to_have_attribute("data-count", "2")
    fake.supervised.work.pop(0)
    fake.event("workItemClosed", callId="x")
    await expect(badge).to_have_attribute("data-count", "1")


async def test_work_is_taken_and_closed_beside_the_record(
    browser_page: Page, fake: FakeServer
) -> None:
    await browser_page.get_by_role("tab", name="待办").click()
    rows = browser_page.locator("[data-test=work-list] li")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(1)).to_contain_text("已逾期")
    await browser_page.locator("[data-kind=follow_up]").click()
    await expect(rows).to_have_count(1)
    await browser_page.get_by_role("button", name="全部").click()
    await browser_page.locator("[data-test=work-open]").first.click()
    await browser_page.locator("[data-test=work-take]").click()
    await expect(rows.first).to_contain_text("处理中")


async def test_his_own_figures_are_beside_his_calls(browser_page: Page, fake: FakeServer) -> None:
    await browser_page.get_by_role("tab", name="我的").click()
    own = browser_page.locator("[data-test=own-figures]")
    for words in ("41", "3:11", "0:38", "78 %", "缺小结"):
        await expect(own).to_contain_text(words)
    await expect(browser_page.locator("[data-test=history] tbody tr")).to_have_count(1)
    fake.agent_side.own = fake.agent_side.own | {"answered": 42}
    fake.event("callCleared", callId="x", call=None)
    await expect(own).to_contain_text("42")


@pytest.mark.parametrize("screen", SCREENS, ids=lambda it: f"{it[0]}x{it[1]}")
async def test_nothing_moves_and_nothing_scrolls_in_a_whole_call(
    browser_page: Page, fake: FakeServer, screen: tuple[int, int]
) -> None:
    await browser_page.set_viewport_size({"width": screen[0], "height": screen[1]})
    for _ in range(2):
        await browser_page.evaluate("() => new Promise(requestAnimationFrame)")
    await browser_page.evaluate(WATCH_SHIFTS)
    fake.ring(customers=None, contacts=None, cases=None, articles=[])
    await browser_page.locator("[data-test=looking-up]").first.wait_for()
    fake.say(pop())
    await browser_page.locator("[data-test=contacts]").wait_for()
    fake.answer()
    remarks = browser_page.locator("[data-test=remarks]")
    await remarks.fill("右前灯破损")
    fake.wrap_up()
    await browser_page.locator("[data-test=wrap-up-countdown]").wait_for()
    await fake.close(1012)
    await browser_page.locator("[data-test=broken]").wait_for()
    await fake.resumed(2)
    await browser_page.locator("[data-link=online]").wait_for()
    fake.i_am("wrapUpEnded", state="idle", callId=None, wrapUpUntil=None)
    other = call(callId="c-next", phase="talking")
    fake.event("established", callId="c-next", call=other)
    fake.i_am("established", state="talking", callId="c-next")
    await browser_page.locator("[data-test=open-drafts]").wait_for()
    await expect(browser_page.locator("[data-test=save]")).to_be_in_viewport(ratio=1)
    shifted = await browser_page.evaluate("window.shifted")
    assert not shifted, "\n".join(shifted)
    room = "[document.body.scrollHeight - innerHeight, document.body.scrollWidth - innerWidth]"
    assert await browser_page.evaluate(room) == [0, 0]


async def _take_line_away(page: Page, fake: FakeServer) -> None:
    await fake.close(1012)
    await page.locator("[data-test=broken]").wait_for()


async def _come_back(page: Page, fake: FakeServer) -> None:
    await page.locator("[data-link=online]").wait_for()


async def _wrap_up(page: Page, fake: FakeServer) -> None:
    fake.wrap_up()
    await page.locator("[data-test=wrap-up-countdown]").wait_for()


async def _take_phone_away(page: Page, fake: FakeServer) -> None:
    await fake.sip.close(4009)
    await page.locator("[data-test=phone-trouble]").wait_for()


async def _switch_modes_on(page: Page, fake: FakeServer) -> None:
    for one in fake.modes:
        one["on"] = {"since": ago(), "until": ago(-7200), "by": "banzhang", "reason": LONG}
    fake.event("modeSwitched", mode="night", on=True)
    await page.locator("[data-test=mode-banner]").first.wait_for()


async def _broadcast(page: Page, fake: FakeServer) -> None:
    fake.event("noticeSent", by="张敏", text=LONG, queues=[])
    await page.locator("[data-test=notice-card]").wait_for()


async def _take_over(page: Page, fake: FakeServer) -> None:
    fake.say({"type": "replaced"})
    await page.locator("[data-test=replaced]").wait_for()


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
async def test_whatever_must_be_said_above_the_record_moves_it_by_no_pixel(
    new_page: NewPage, static_url: str, locale: str
) -> None:
    page = await new_page(viewport={"width": 1280, "height": 720}, locale=locale)
    fake = FakeServer(static_url)
    fake.me = agent(status="ready", reason=None, phone="browser")
    await fake.attach(page)
    await fake.signed_in_desk(page)
    await page.locator("[data-test=lamp-sip][data-light=good]").wait_for()
    await page.evaluate(WATCH_SHIFTS)
    fake.ring()
    await _switch_modes_on(page, fake)
    await page.locator("[data-test=contacts]").wait_for()
    fake.answer()
    await page.locator("[data-test=remarks]").fill("右前灯破损")
    form = page.locator("[data-test=wrap-up]")
    was = await form.bounding_box()
    for happens in (
        _broadcast,
        _take_line_away,
        _come_back,
        _wrap_up,
        _take_phone_away,
        _take_over,
    ):
        await happens(page, fake)
        assert await form.bounding_box() == was, happens.__name__
    await page.locator("[data-test=status-all]").click()
    await expect(page.locator("#status-all li")).to_have_count(4)
    assert await form.bounding_box() == was
    await expect(page.locator("[data-test=save]")).to_be_in_viewport(ratio=1)
    shifted = await page.evaluate("window.shifted")
    assert not shifted, "\n".join(shifted)


async def test_the_most_pressing_is_said_and_all_are_read_by_keyboard(
    browser_page: Page, fake: FakeServer
) -> None:
    line = browser_page.locator("[data-test=status-line]")
    await _switch_modes_on(browser_page, fake)
    await expect(line.locator("[data-saying]")).to_contain_text("夜间值守")
    await _take_over(browser_page, fake)
    said = line.locator("[data-saying]")
    await expect(said).to_have_attribute("role", "alert")
    await expect(said).to_contain_text("已在另一个窗口打开")
    await browser_page.locator("[data-test=status-all]").focus()
    await browser_page.keyboard.press("Enter")
    await expect(line.get_by_role("listitem")).to_have_count(3)
    await expect(line.get_by_role("listitem").nth(1)).to_contain_text(LONG)
    await browser_page.keyboard.press("Escape")
    await expect(line.get_by_role("listitem")).to_have_count(0)


async def test_the_story_of_a_call_does_not_cover_the_record(
    browser_page: Page, fake: FakeServer
) -> None:
    await browser_page.set_viewport_size({"width": 1280, "height": 720})
    fake.ring()
    fake.answer()
    await browser_page.get_by_role("tab", name="我的").click()
    await browser_page.locator("[data-test=own-story]").first.click()
    await browser_page.locator("[data-test=story]").wait_for()
    await browser_page.locator("[data-test=remarks]").fill("边看边写")
    await expect(browser_page.locator("[data-test=remarks]")).to_have_value("边看边写")
    await browser_page.locator("[data-test=save]").click()
    await expect(browser_page.locator("[role=alert]")).to_have_text("请选择来电原因")


async def test_the_page_with_its_phone_is_small(
    new_page: NewPage, static_url: str, built: Path
) -> None:
    """What a shift loads, a browser phone and an opened item of work too: at most 400 kB gzipped."""
    page, fake, loaded = await new_page(), FakeServer(static_url), set[str]()
    fake.me = agent(phone="browser")
    page.on("response", lambda it: loaded.add(urlsplit(it.url).path))
    await fake.attach(page)
    await fake.signed_in_desk(page)
    await page.locator("[data-test=lamp-sip][data-light=good]").wait_for()
    await page.get_by_role("tab", name="待办").click()
    await page.locator("[data-test=work-open]").first.click()
    await page.locator("[data-test=work-item]").wait_for()
    files = [built / path[1:] for path in loaded if path.endswith((".js", ".css"))]
    assert len(files) > 5
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= 400_000


async def test_a_whole_call_needs_no_mouse(browser_page: Page, fake: FakeServer) -> None:
    fake.ring()
    await browser_page.locator("[data-test=ring]").wait_for()
    await browser_page.keyboard.press("Control+Shift+Y")
    await fake.sent("answerCall")
    fake.answer()
    await expect(browser_page.locator("[data-test=wrap-up]")).to_be_focused()
    await browser_page.keyboard.press("1")
    await browser_page.keyboard.press("Control+Shift+H")
    await fake.sent("clearConnection")
    await browser_page.locator("[data-test=wrap-up-countdown]").wait_for()
    await browser_page.keyboard.press("Control+Shift+S")
    sent = await fake.sent("saveWrapUp")
    assert (sent["callId"], sent["reason"]) == (CALL_ID, "report.motor_single")
