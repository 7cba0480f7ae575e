"""The record of a call: never lost."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.fake_server import FakeServer
from tests.browser.samples import CALL_ID, agent, ago, call

REMARKS = "[data-test=wrap-up] textarea"


@pytest.fixture(autouse=True)
async def talking(browser_page: Page, fake: FakeServer) -> None:
    fake.me = agent(status="ready", reason=None)
    await fake.signed_in_desk(browser_page)
    fake.ring()
    fake.answer()
    await browser_page.locator(REMARKS).wait_for()


async def _pick(page: Page, *labels: str) -> None:
    await page.locator("[data-test=wrap-up] .el-cascader input").first.click()
    for label in labels:
        await page.locator(".el-cascader-node", has_text=label).first.click()


async def test_a_draft_survives_a_reload(browser_page: Page, fake: FakeServer) -> None:
    await _pick(browser_page, "报案", "车险双方")
    await browser_page.locator(REMARKS).fill("右前灯破损")
    await expect(browser_page.locator("[data-test=kept]")).to_contain_text("草稿已保存")
    await browser_page.reload()
    await expect(browser_page.locator(REMARKS)).to_have_value("右前灯破损")
    await browser_page.locator("[data-test=save]").click()
    assert (await fake.sent("saveWrapUp"))["reason"] == "report.motor_both"


async def test_the_form_sends_the_record_and_closes(browser_page: Page, fake: FakeServer) -> None:
    fake.wrap_up()
    await _pick(browser_page, "查询", "理赔进度")
    await browser_page.locator(REMARKS).fill("已告知进度")
    await browser_page.get_by_text("需要跟进").click()
    await browser_page.keyboard.press("Control+Shift+S")
    sent = await fake.sent("saveWrapUp")
    assert {key: sent[key] for key in ("callId", "reason", "remarks", "solved", "followUp")} == {
        "callId": CALL_ID,
        "reason": "enquiry.claim",
        "remarks": "已告知进度",
        "solved": True,
        "followUp": True,
    }
    await expect(browser_page.locator("[data-test=wrap-up]")).to_be_hidden()
    await expect(browser_page.locator("[data-test=my-state]")).to_contain_text("示闲")
    await expect(browser_page.locator("[data-test=open-drafts]")).to_be_hidden()


async def test_the_reason_must_be_chosen(browser_page: Page, fake: FakeServer) -> None:
    await browser_page.locator("[data-test=save]").click()
    await expect(browser_page.locator("[role=alert]")).to_have_text("请选择来电原因")
    assert fake.commands == []


async def test_a_refused_record_stays_in_the_form(browser_page: Page, fake: FakeServer) -> None:
    fake.refusals["saveWrapUp"] = ("store.down", "历史库暂时不可用")
    await browser_page.locator(REMARKS).fill("右前灯破损")
    await _pick(browser_page, "无效")
    await browser_page.locator("[data-test=save]").click()
    await expect(browser_page.locator(".el-message")).to_contain_text("历史库暂时不可用")
    await expect(browser_page.locator(REMARKS)).to_have_value("右前灯破损")


async def test_a_record_that_timed_out_can_be_sent_later(
    browser_page: Page, fake: FakeServer
) -> None:
    await browser_page.locator(REMARKS).fill("右前灯破损")
    fake.wrap_up()
    fake.i_am("wrapUpEnded", state="idle", callId=None, wrapUpUntil=None)
    await browser_page.locator("[data-test=open-drafts] button").click()
    await expect(browser_page.locator(REMARKS)).to_have_value("右前灯破损")
    await _pick(browser_page, "报案", "车险单方")
    await browser_page.locator("[data-test=save]").click()
    assert (await fake.sent("saveWrapUp"))["callId"] == CALL_ID
    await expect(browser_page.locator("[data-test=open-drafts]")).to_be_hidden()


async def test_a_call_that_ended_while_the_desktop_was_away_still_wants_its_record(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.wrap_up()
    fake.i_am("wrapUpEnded", state="idle", callId=None, wrapUpUntil=None)
    other = call(callId="c-away", phase="talking", callerNumber="139****8888")
    talking = fake.me | {"state": "talking", "callId": "c-away"}
    idle = fake.me | {"state": "idle", "callId": None}
    fake.missed = [
        {"id": "201-0", "type": "established", "at": ago(9), "agent": talking, "call": other},
        {"id": "202-0", "type": "wrapUpEnded", "at": ago(1), "agent": idle},
    ]
    await fake.close(1012)
    await fake.resumed(2)
    await expect(browser_page.locator("[data-test=open-drafts]")).to_contain_text("139****8888")


async def test_an_old_draft_can_be_given_up(browser_page: Page, fake: FakeServer) -> None:
    await expect(browser_page.locator("[data-test=discard]")).to_be_hidden()
    fake.wrap_up()
    fake.i_am("wrapUpEnded", state="idle", callId=None, wrapUpUntil=None)
    await browser_page.locator("[data-test=open-drafts] button").click()
    await browser_page.locator("[data-test=discard]").click()
    await expect(browser_page.locator("[data-test=open-drafts]")).to_be_hidden()
    await expect(browser_page.locator("[data-test=wrap-up]")).to_be_hidden()
