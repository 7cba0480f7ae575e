"""The pop-up of the caller while the phone rings."""

import re
import time
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.fake_server import FakeServer
from tests.browser.samples import CALL_ID, agent, ago, contact, customer, open_case, pop

# fmt: off
POP_WORDS = (
    "138****1234", "青海西宁", "车险报案", "0:17", "普通话", "一般事故",
    "马女士", "贵宾", "投诉未结", "重复来电", "西宁市城东区", "01X",
    "PDAA202663010000123456", "机动车商业险", "青A12345", "2027-03-20", "有效",
    "RDAA202663010000000123", "已定损", "多杰", "行驶证、驾驶证",
    "投诉", "理赔时效", "TS20261118001", "调查中", "已逾期", "补交行驶证", "即将到期",
    "车险双方", "王强", "未解决", "右前灯破损", "理赔进度", "放弃",
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


async def test_the_pop_and_its_script_are_seen_while_it_rings(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring()
    for seen in ("[data-test=customer]", "[data-test=cases]", "[data-test=script]"):
        await browser_page.locator(seen).wait_for()
    await expect(browser_page.locator("[data-test=ring]")).to_be_visible()
    await expect(browser_page.locator("[data-test=script]")).to_contain_text("请问有人受伤吗")
    assert not [sent for sent in fake.commands if sent["cmd"] == "answerCall"]


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


async def test_the_countdown_is_that_of_this_call_not_of_any(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring(rings_s=42)
    left = browser_page.locator("[data-test=ring-left]")
    await expect(left).to_have_text(re.compile("^0:(4[0-2]|3[89])$"))


async def test_a_missed_call_takes_its_pop_away(browser_page: Page, fake: FakeServer) -> None:
    fake.ring()
    await browser_page.locator("[data-test=customer]").wait_for()
    fake.i_am("diverted", status="not_ready", reason="RNA", state="idle", callId=None)
    await expect(browser_page.locator("[data-test=pop]")).to_contain_text("没有来电")
    await expect(browser_page.locator("[data-test=my-state]")).to_contain_text("示忙 · 未应答")
    missed = browser_page.locator("[data-test=missed]")
    await expect(missed).to_contain_text("来电未接听，已停止派话：138****1234")
    await browser_page.locator("[data-test=ready-again]").click()
    assert (await fake.sent("setAgentState"))["status"] == "ready"
    await expect(missed).to_be_hidden()


async def test_the_pop_waits_for_customers_who_are_still_looked_up(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring(customers=None)
    await expect(browser_page.locator("[data-test=customers-loading]")).to_be_visible()
    await expect(browser_page.locator("[data-test=queue]")).to_have_text("车险报案")
    fake.say(pop())
    await expect(browser_page.locator("[data-test=customer]")).to_contain_text("马女士")


async def test_each_part_that_is_looked_up_has_its_place_before_it_comes(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring(customers=None, contacts=None, cases=None, articles=[])
    waiting = browser_page.locator("[data-test=looking-up]")
    await expect(waiting).to_have_count(4)
    places = await _places(browser_page)
    fake.say(pop(contacts=None))
    await expect(waiting).to_have_count(1)
    await expect(browser_page.locator("[data-test=cases] li")).to_have_count(2)
    assert await _places(browser_page) == places
    fake.say(pop())
    await expect(browser_page.locator("[data-test=contacts] li")).to_have_count(3)
    assert await _places(browser_page) == places


async def _places(page: Page) -> list[list[float]]:
    """Where the panels and the tiles of the caller are."""
    script = """() => [...document.querySelectorAll('.panel, .tile, .who')].map((it) => {
      const box = it.getBoundingClientRect()
      return [box.x, box.y, box.width, box.height]
    })"""
    found: list[list[float]] = await page.evaluate(script)
    return found


async def test_a_part_that_never_comes_is_said_to_be_missing(
    browser_page: Page, fake: FakeServer
) -> None:
    await browser_page.clock.install()
    fake.ring(customers=None, contacts=None, cases=None)
    await expect(browser_page.locator("[data-test=looking-up]")).to_have_count(4)
    await browser_page.clock.fast_forward("00:11")
    await expect(browser_page.locator("[data-test=not-available]")).to_have_count(4)
    await expect(browser_page.locator("[data-test=customers-loading]")).to_contain_text("照常受理")


async def test_a_case_turns_overdue_while_it_is_looked_at(
    browser_page: Page, fake: FakeServer
) -> None:
    await browser_page.clock.install()
    fake.ring(cases=[open_case(dueAt=ago(-60), overdue=False)])
    case = browser_page.locator("[data-case=TS20261118001]")
    await expect(case).to_contain_text("即将到期")
    await browser_page.clock.fast_forward("02:00")
    await expect(case).to_contain_text("已逾期")
    await expect(case).to_have_attribute("data-level", "bad")


async def test_the_notes_of_a_contact_open_and_lead_to_its_story_where_it_is_mine(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring()
    contacts = browser_page.locator("[data-test=contacts] .toggle")
    await contacts.nth(0).click()
    note = browser_page.locator("[data-test=contact-note]")
    await expect(note).to_contain_text("已派查勘员多杰。")
    await expect(note).to_contain_text("派单")
    story = browser_page.locator("[data-test=contact-story]")
    await expect(story).to_have_count(0)
    await contacts.nth(1).click()
    await expect(note).to_contain_text("客户无异议")
    await story.click()
    await expect(browser_page.locator("[data-test=story]")).to_contain_text("双方通话")
    await browser_page.keyboard.press("Escape")
    await expect(browser_page.locator("[data-test=story]")).to_be_hidden()


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


HOSTILE = "<img src=x onerror=document.title='owned'><b>${1} {{7*7}} 🀄"
LONG = "长" * 250 + "<script>document.title='owned'</script>" + "w" * 211
RIGHT_TO_LEFT = "\u202e\u2067\u200fابجد 青A12345 \u202e</bdi>"


@pytest.mark.parametrize("words", [HOSTILE, LONG, RIGHT_TO_LEFT], ids=["html", "long", "rtl"])
async def test_hostile_words_stay_words_and_in_their_place(
    browser_page: Page, fake: FakeServer, words: str
) -> None:
    await browser_page.set_viewport_size({"width": 1280, "height": 720})
    fake.ring()
    await browser_page.locator("[data-test=customer]").wait_for()
    places = await _places(browser_page)
    fake.say(_hostile(words))
    for field in ("[data-test=alerts]", "[data-test=place]", "[data-test=cases]"):
        await expect(browser_page.locator(field)).to_contain_text(words.strip())
    await browser_page.locator("[data-test=contacts] .toggle").click()
    await expect(browser_page.locator("[data-test=contact-note]")).to_contain_text(words.strip())
    await expect(browser_page.locator("[data-test=script]")).to_have_text(words.strip())
    assert await _places(browser_page) == places
    assert await browser_page.locator(".panel img, .panel b, .panel script").count() == 0
    assert await _overflow(browser_page) == []
    assert "owned" not in await browser_page.title()


def _hostile(words: str) -> dict[str, Any]:
    policy, claim = customer()["policies"][0], customer()["claims"][0]
    who = customer(
        name=words,
        salutation=words,
        area=words,
        segment=words,
        idTail=words,
        alerts=[words],
        policies=[policy | dict.fromkeys(("line", "plate", "branch", "policyNo"), words)],
        claims=[claim | dict.fromkeys(("reportNo", "plate", "surveyorName"), words)],
    )
    text = dict.fromkeys(("kind", "id", "topic", "stateLabel", "takenBy"), words)
    note = dict.fromkeys(("agentName", "reason", "remarks", "handling", "reference"), words)
    return pop(
        customers=[who],
        place=words,
        callerNumber=words,
        keys=[{"digits": words, "label": words}],
        variables={"auth": words},
        flags=[words],
        cases=[open_case(**text)],
        contacts=[contact(**note)],
        articles=[dict.fromkeys(("articleId", "title", "script", "text"), words)],
    )


async def _overflow(page: Page) -> list[str]:
    """What is wider than the panel it is in, and does not scroll within it."""
    script = """() => [document.documentElement, ...document.querySelectorAll('.panel')]
      .filter((it) => it.scrollWidth > it.clientWidth + 1)
      .map((it) => `${it.ariaLabel} ${it.scrollWidth} > ${it.clientWidth}`)"""
    found: list[str] = await page.evaluate(script)
    return found
