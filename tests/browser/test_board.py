"""The live board, the history, and the story of a call."""

from playwright.async_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.fake_server import SUPERVISOR_SESSION, FakeServer
from tests.browser.samples import agent, ago, call, call_row


async def test_waiting_times_run_and_change_colour(browser_page: Page, fake: FakeServer) -> None:
    await browser_page.clock.install()
    fake.calls = [call(callId="c1", queuedAt=ago(5))]
    await fake.signed_in_desk(browser_page)
    waited = browser_page.locator("[data-call=c1] [data-level]")
    await expect(waited).to_have_attribute("data-level", "good")
    await browser_page.clock.run_for(20_000)
    await expect(waited).to_have_attribute("data-level", "warn")
    await browser_page.clock.run_for(40_000)
    await expect(waited).to_have_attribute("data-level", "bad")
    await expect(waited).to_contain_text("1:0")


async def test_timers_follow_the_servers_clock(browser_page: Page, fake: FakeServer) -> None:
    await browser_page.clock.install(time="2020-01-01T00:00:00Z")
    fake.calls = [call(callId="c1", queuedAt=ago(125))]
    await fake.signed_in_desk(browser_page)
    await expect(browser_page.locator("[data-call=c1] [data-level]")).to_contain_text("2:0")


async def test_the_next_call_to_be_served_stands_first(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.calls = [
        call(callId="old", queuedAt=ago(90)),
        call(callId="urgent", priority=100, queue="major"),
        call(callId="missed", head=True),
        call(callId="talking", phase="talking"),
    ]
    await fake.signed_in_desk(browser_page)
    rows = browser_page.locator("[data-test=waiting] tbody tr")
    await expect(rows).to_have_count(3)
    order = [await row.get_attribute("data-call") for row in await rows.all()]
    assert order == ["missed", "urgent", "old"]
    await expect(rows.first).to_contain_text("队首")


async def test_who_waits_is_shown_with_where_his_number_was_issued(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.calls = [call(callId="near"), call(callId="unknown", place=None)]
    await fake.signed_in_desk(browser_page)
    places = browser_page.locator("[data-test=waiting] [data-test=issued]")
    await expect(places).to_have_text(["青海西宁"])


async def test_an_empty_board_says_so(browser_page: Page, fake: FakeServer) -> None:
    await fake.signed_in_desk(browser_page)
    await expect(browser_page.locator("[data-test=no-waiting]")).to_have_text("没有等候的来电")


async def test_agents_are_shown_with_word_and_time(browser_page: Page, fake: FakeServer) -> None:
    fake.others = [
        agent(agentId="1024", name="王强", status="ready", state="talking", since=ago(70))
    ]
    await fake.signed_in_desk(browser_page)
    row = browser_page.locator("[data-agent='1024']")
    await expect(row).to_contain_text("通话")
    await expect(row).to_contain_text("1:1")


async def test_an_agent_sees_his_own_calls_of_today(browser_page: Page, fake: FakeServer) -> None:
    await fake.signed_in_desk(browser_page)
    await browser_page.get_by_role("tab", name="我的").click()
    await expect(browser_page.locator("[data-test=history] tbody tr")).to_contain_text(
        ["138****1234 青海西宁"]
    )
    await expect(browser_page.locator("[data-test=history]")).to_contain_text("车险单方")


async def test_a_supervisor_reads_the_story_of_a_call(browser_page: Page, fake: FakeServer) -> None:
    fake.session = SUPERVISOR_SESSION
    fake.others = [agent(status="ready")]
    fake.rows = [call_row(), call_row(callId="c2", outcome="abandoned", agentId=None)]
    await fake.signed_in_desk(browser_page, "/calls")
    rows = browser_page.locator("[data-test=history] tbody tr")
    await expect(rows.nth(1)).to_contain_text("放弃")
    await expect(rows.first).to_contain_text("李梅")
    await rows.first.get_by_role("button").click()
    await expect(browser_page.locator("[data-test=story] li")).to_have_count(5)
    await expect(browser_page.locator("[data-test=story]")).to_contain_text("进入队列 车险报案")


async def test_the_history_is_read_anew_when_a_call_ended(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.session = SUPERVISOR_SESSION
    await fake.signed_in_desk(browser_page, "/calls")
    await expect(browser_page.locator("[data-test=history] tbody tr")).to_have_count(1)
    fake.rows = [call_row(callId="new"), *fake.rows]
    fake.event("callCleared", callId="new", call=None)
    await expect(browser_page.locator("[data-test=history] tbody tr")).to_have_count(2)


async def test_everything_fits_a_small_screen(new_page: NewPage, static_url: str) -> None:
    for session in ({}, SUPERVISOR_SESSION):
        page = await new_page(viewport={"width": 1280, "height": 720}, locale="en-US")
        fake = FakeServer(static_url)
        fake.me = agent(status="ready")
        fake.session = fake.session | session
        await fake.attach(page)
        await fake.signed_in_desk(page)
        size = await page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        assert size == [1280, 720]
