"""The pop-up of the caller while the phone rings."""

import re
import time

import pytest
from playwright.async_api import Page, expect

from tests.browser.fake_server import FakeServer
from tests.browser.samples import CALL_ID, agent, customer, pop

# fmt: off
POP_WORDS = (
    "138****1234", "青海 西宁", "车险报案", "0:17", "普通话", "一般事故",
    "马女士", "贵宾", "投诉未结", "重复来电", "西宁市城东区", "01X",
    "PDAA202663010000123456", "机动车商业险", "青A12345", "2027-03-20", "有效",
    "RDAA202663010000000123", "已定损", "多杰", "行驶证、驾驶证",
)
# fmt: on


@pytest.fixture(autouse=True)
async def desk(browser_page: Page, fake: FakeServer) -> None:
    fake.me = agent(status="ready", reason=None)
    await fake.signed_in_desk(browser_page)


async def test_the_pop_is_there_within_a_second_of_delivered_with_every_field(
    browser_page: Page, fake: FakeServer
) -> None:
    began = time.monotonic()
    fake.ring()
    await browser_page.locator("[data-test=customer]").wait_for()
    assert time.monotonic() - began < 1
    panel = browser_page.locator("[data-test=pop]")
    for words in POP_WORDS:
        await expect(panel).to_contain_text(words)


async def test_ringing_calls_the_agent_back_to_the_tab(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring()
    ring = browser_page.locator("[role=alertdialog]")
    await expect(ring).to_contain_text("来电：车险报案")
    await expect(ring).to_contain_text("马女士")
    await browser_page.wait_for_function("() => document.title === '来电：车险报案'")
    await browser_page.wait_for_function("() => document.title === '95518 座席工作台'")
    icon = browser_page.locator("link[rel=icon]")
    await expect(icon).to_have_attribute("href", "/favicon-ring.svg")
    await expect(browser_page.locator("[data-test=ring-left]")).to_have_text(
        re.compile("^0:1[0-4]$")
    )
    fake.answer()
    await expect(ring).to_be_hidden()
    await expect(icon).to_have_attribute("href", "/favicon.svg")
    await expect(browser_page.locator("[data-test=customer]")).to_be_visible()


async def test_a_missed_call_takes_its_pop_away(browser_page: Page, fake: FakeServer) -> None:
    fake.ring()
    await browser_page.locator("[data-test=customer]").wait_for()
    fake.i_am("diverted", status="not_ready", reason="RNA", state="idle", callId=None)
    await expect(browser_page.locator("[data-test=pop]")).to_contain_text("没有来电")
    await expect(browser_page.locator("[data-test=my-state]")).to_contain_text("示忙 · 未应答")


async def test_the_pop_waits_for_customers_who_are_still_looked_up(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring(customers=None)
    await expect(browser_page.locator("[data-test=customers-loading]")).to_be_visible()
    await expect(browser_page.locator("[data-test=queue]")).to_have_text("车险报案")
    fake.say(pop())
    await expect(browser_page.locator("[data-test=customer]")).to_contain_text("马女士")


async def test_a_stranger_is_a_new_customer(browser_page: Page, fake: FakeServer) -> None:
    fake.ring(customers=[])
    await expect(browser_page.locator("[data-test=new-customer]")).to_contain_text("新客户")


async def test_several_customers_of_one_number_are_a_list_to_pick_from(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring(customers=[customer(), customer(customerId=2, salutation="马先生", alerts=[])])
    await browser_page.locator("[data-test=pick-list] button").nth(1).click()
    await expect(browser_page.locator("[data-test=customer]")).to_contain_text("马先生")
    await browser_page.locator("[data-test=other-customer]").click()
    await expect(browser_page.locator("[data-test=pick-list] button")).to_have_count(2)


async def test_the_full_number_is_shown_for_a_reason(browser_page: Page, fake: FakeServer) -> None:
    fake.ring()
    await browser_page.locator("[data-test=reveal]").click()
    await browser_page.locator("[data-test=reveal-form]").get_by_text("其他原因").click()
    confirm = browser_page.locator("[data-test=reveal-confirm]")
    await expect(confirm).to_be_disabled()
    await browser_page.get_by_placeholder("其他原因").fill("联系事故对方")
    await confirm.click()
    await expect(browser_page.locator("[data-test=number]")).to_have_text("13812341234")
    assert ("POST", f"/calls/{CALL_ID}/reveal", {"reason": "联系事故对方"}) in fake.requests


async def test_hostile_words_of_a_caller_stay_words(browser_page: Page, fake: FakeServer) -> None:
    hostile = "<img src=x onerror=document.title='owned'>${1} {{7*7}} 🀄"
    fake.ring(customers=[customer(name=hostile, alerts=[hostile])], place=hostile)
    await expect(browser_page.locator("[data-test=alerts]")).to_contain_text(hostile)
    await expect(browser_page.locator("[data-test=place]")).to_have_text(hostile)
