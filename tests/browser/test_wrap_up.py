"""The record of a call: never lost."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import AGENT_CONTEXT, NewPage
from tests.browser.fake_server import FakeServer
from tests.browser.samples import CALL_ID, agent, ago, call, call_row, pop

FORM = "[data-test=wrap-up]"
REMARKS = f"{FORM} textarea"
KEPT = "[data-test=kept]"
OPEN = "[data-test=open-drafts]"
STORED = {"remarks": "右前灯破损", "reason": ["report", "report.motor_both"], "callerNumber": "x"}

Seat = Callable[[FakeServer], Awaitable[tuple[Page, FakeServer]]]


@pytest.fixture
async def talking(browser_page: Page, fake: FakeServer) -> None:
    fake.me = agent(status="ready", reason=None)
    await fake.signed_in_desk(browser_page)
    fake.ring()
    fake.answer()
    await browser_page.locator(REMARKS).wait_for()


@pytest.fixture
def other_seat(new_page: NewPage, static_url: str) -> Seat:
    """Another browser of the same agent: its own storage, the same drafts on the server."""

    async def sit(first: FakeServer) -> tuple[Page, FakeServer]:
        page, fake = await new_page(), FakeServer(static_url)
        fake.me, fake.agent_side = first.me, first.agent_side
        await fake.attach(page)
        return page, fake

    return sit


async def _pick(page: Page, *labels: str) -> None:
    await page.locator(f"{FORM} .el-cascader input").first.click()
    for label in labels:
        await page.locator(".el-cascader-node", has_text=label).first.click()


def _time_out(fake: FakeServer) -> None:
    fake.wrap_up()
    fake.i_am("wrapUpEnded", state="idle", callId=None, wrapUpUntil=None)


@pytest.mark.usefixtures("talking")
async def test_a_draft_survives_a_reload(browser_page: Page, fake: FakeServer) -> None:
    await _pick(browser_page, "报案", "车险双方")
    await browser_page.locator(REMARKS).fill("右前灯破损")
    await expect(browser_page.locator(KEPT)).to_contain_text("已存本机")
    await browser_page.reload()
    await expect(browser_page.locator(REMARKS)).to_have_value("右前灯破损")
    await browser_page.locator("[data-test=save]").click()
    assert (await fake.sent("saveWrapUp"))["reason"] == "report.motor_both"


@pytest.mark.usefixtures("talking")
async def test_the_form_sends_every_field_and_closes(browser_page: Page, fake: FakeServer) -> None:
    fake.wrap_up()
    await _pick(browser_page, "查询", "理赔进度")
    await browser_page.locator(f"{FORM} label", has_text="派单").click()
    await browser_page.locator("[data-test=caller-role]").select_option("被保险人")
    await browser_page.locator("[data-test=emotion]").select_option("焦急")
    await browser_page.locator("[data-test=reference]").fill("RDAA2026")
    await browser_page.locator(REMARKS).fill("已告知进度")
    await browser_page.locator("[data-test=solved]").uncheck()
    await browser_page.locator("[data-test=follow-up]").check()
    await browser_page.locator("[data-test=follow-up-due]").fill("2026-12-01")
    await browser_page.keyboard.press("Control+Shift+S")
    sent = await fake.sent("saveWrapUp")
    assert {key: sent[key] for key in sent.keys() - {"cmd", "ref"}} == {
        "callId": CALL_ID,
        "reason": "enquiry.claim",
        "remarks": "已告知进度",
        "solved": False,
        "followUp": True,
        "handling": "dispatched",
        "callerRole": "insured",
        "emotion": "worried",
        "reference": "RDAA2026",
        "followUpDue": "2026-12-01",
    }
    await expect(browser_page.locator(FORM)).to_be_hidden()
    await expect(browser_page.locator("[data-test=my-state]")).to_contain_text("示闲")
    await expect(browser_page.locator(OPEN)).to_be_hidden()


@pytest.mark.usefixtures("talking")
async def test_a_follow_up_is_due_tomorrow_unless_said_otherwise(browser_page: Page) -> None:
    due = browser_page.locator("[data-test=follow-up-due]")
    await expect(due).to_be_disabled()
    await browser_page.locator("[data-test=follow-up]").check()
    tomorrow = datetime.now(UTC) + timedelta(hours=8 + 24)
    await expect(due).to_have_value(tomorrow.date().isoformat())


@pytest.mark.usefixtures("talking")
async def test_the_reason_must_be_chosen(browser_page: Page, fake: FakeServer) -> None:
    await browser_page.locator("[data-test=save]").click()
    await expect(browser_page.locator("[role=alert]")).to_have_text("请选择来电原因")
    assert fake.commands == []


@pytest.mark.usefixtures("talking")
async def test_a_reference_that_cannot_be_one_is_told_before_it_is_sent(
    browser_page: Page, fake: FakeServer
) -> None:
    await _pick(browser_page, "无效")
    await browser_page.locator("[data-test=reference]").fill("保单 12")
    await browser_page.locator("[data-test=save]").click()
    await expect(browser_page.locator("[role=alert]")).to_contain_text("字母、数字和连字符")
    assert fake.commands == []


@pytest.mark.usefixtures("talking")
async def test_one_key_chooses_a_usual_reason_and_digits_in_text_stay_text(
    browser_page: Page, fake: FakeServer
) -> None:
    await expect(browser_page.locator(FORM)).to_be_focused()
    await browser_page.keyboard.press("2")
    usual = browser_page.locator("[data-test=usual-reasons] button")
    await expect(usual.nth(1)).to_have_attribute("aria-pressed", "true")
    await browser_page.locator(REMARKS).click()
    await browser_page.keyboard.type("13")
    await expect(browser_page.locator(REMARKS)).to_have_value("13")
    await browser_page.keyboard.press("Control+Shift+J")
    await browser_page.keyboard.press("1")
    await browser_page.keyboard.press("Control+Shift+S")
    sent = await fake.sent("saveWrapUp")
    assert (sent["reason"], sent["remarks"]) == ("report.motor_single", "13")


@pytest.mark.usefixtures("talking")
async def test_what_is_used_most_comes_first_in_the_next_shift(
    browser_page: Page, fake: FakeServer
) -> None:
    await _pick(browser_page, "报案", "车险双方")
    await browser_page.locator("[data-test=save]").click()
    await fake.sent("saveWrapUp")
    usual = browser_page.locator("[data-test=usual-reasons] button").first
    fake.ring()
    fake.answer()
    await browser_page.reload()
    await expect(usual).to_contain_text("车险双方")


@pytest.mark.usefixtures("talking")
async def test_a_click_on_a_policy_a_claim_or_a_case_puts_its_number_into_the_record(
    browser_page: Page, fake: FakeServer
) -> None:
    numbers = browser_page.locator("[data-test=refer]")
    reference = browser_page.locator("[data-test=reference]")
    for number in ("PDAA202663010000123456", "RDAA202663010000000123", "TS20261118001"):
        await numbers.filter(has_text=number).first.click()
        await expect(reference).to_have_value(number)
    await expect(numbers.filter(has_text="TS20261118001")).to_have_attribute("aria-pressed", "true")
    await _pick(browser_page, "无效")
    await browser_page.locator("[data-test=save]").click()
    assert (await fake.sent("saveWrapUp"))["reference"] == "TS20261118001"


async def test_a_number_chosen_while_it_rings_waits_for_the_form(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.me = agent(status="ready", reason=None)
    await fake.signed_in_desk(browser_page)
    fake.ring()
    await browser_page.locator("[data-test=refer]", has_text="TS20261118001").click()
    fake.answer()
    await expect(browser_page.locator("[data-test=reference]")).to_have_value("TS20261118001")


@pytest.mark.usefixtures("talking")
async def test_a_refused_record_stays_in_the_form(browser_page: Page, fake: FakeServer) -> None:
    fake.refusals["saveWrapUp"] = ("store.down", "历史库暂时不可用")
    await browser_page.locator(REMARKS).fill("右前灯破损")
    await _pick(browser_page, "无效")
    await browser_page.locator("[data-test=save]").click()
    await expect(browser_page.locator(".el-message")).to_contain_text("历史库暂时不可用")
    await expect(browser_page.locator(REMARKS)).to_have_value("右前灯破损")


@pytest.mark.usefixtures("talking")
async def test_the_form_stays_when_its_time_is_over(browser_page: Page, fake: FakeServer) -> None:
    await browser_page.locator(REMARKS).fill("右前灯破损")
    _time_out(fake)
    await expect(browser_page.locator("[data-test=my-state]")).to_contain_text("示闲")
    await expect(browser_page.locator(REMARKS)).to_have_value("右前灯破损")
    await _pick(browser_page, "报案", "车险单方")
    await browser_page.locator("[data-test=save]").click()
    assert (await fake.sent("saveWrapUp"))["callId"] == CALL_ID
    await expect(browser_page.locator(FORM)).to_be_hidden()


@pytest.mark.usefixtures("talking")
async def test_the_next_call_brings_its_own_form_and_the_old_one_waits(
    browser_page: Page, fake: FakeServer
) -> None:
    await browser_page.locator(REMARKS).fill("右前灯破损")
    _time_out(fake)
    following = call(callId="c-next", callerNumber="139****8888", phase="ringing")
    fake.i_am("delivered", state="ringing", callId="c-next")
    fake.event("delivered", callId="c-next", call=following)
    fake.say(pop(callId="c-next", callerNumber="139****8888"))
    await expect(browser_page.locator("[data-test=ring]")).to_be_visible()
    await expect(browser_page.locator(REMARKS)).to_have_value("右前灯破损")
    fake.i_am("established", state="talking", callId="c-next")
    await expect(browser_page.locator(REMARKS)).to_have_value("")
    await browser_page.locator(REMARKS).fill("下一通")
    await browser_page.locator(f"{OPEN} button", has_text="138****1234").click()
    await expect(browser_page.locator(REMARKS)).to_have_value("右前灯破损")
    await browser_page.locator(f"{OPEN} button", has_text="139****8888").click()
    await expect(browser_page.locator(REMARKS)).to_have_value("下一通")


@pytest.mark.usefixtures("talking")
async def test_a_call_that_ended_while_the_desktop_was_away_still_wants_its_record(
    browser_page: Page, fake: FakeServer
) -> None:
    _time_out(fake)
    other = call(callId="c-away", phase="talking", callerNumber="139****8888")
    talking = fake.me | {"state": "talking", "callId": "c-away"}
    idle = fake.me | {"state": "idle", "callId": None}
    fake.missed = [
        {"id": "201-0", "type": "established", "at": ago(9), "agent": talking, "call": other},
        {"id": "202-0", "type": "wrapUpEnded", "at": ago(1), "agent": idle},
    ]
    await fake.close(1012)
    await fake.resumed(2)
    await expect(browser_page.locator(FORM)).to_contain_text("139****8888")


@pytest.mark.usefixtures("talking")
async def test_an_old_draft_can_be_given_up(browser_page: Page, fake: FakeServer) -> None:
    await expect(browser_page.locator("[data-test=discard]")).to_be_hidden()
    await browser_page.locator(REMARKS).fill("打错了")
    await expect(browser_page.locator(KEPT)).to_have_attribute("data-kept", "both")
    _time_out(fake)
    await browser_page.locator("[data-test=discard]").click()
    await expect(browser_page.locator(OPEN)).to_be_hidden()
    await expect(browser_page.locator(FORM)).to_be_hidden()
    assert fake.agent_side.drafts == {}


@pytest.mark.usefixtures("talking")
async def test_the_mark_says_where_the_draft_is(browser_page: Page, fake: FakeServer) -> None:
    kept = browser_page.locator(KEPT)
    await expect(kept).to_have_text("随填随存")
    await browser_page.locator(REMARKS).fill("右")
    await expect(kept).to_contain_text("已存本机，同步中")
    await expect(kept).to_contain_text("已存本机和服务器")
    fake.agent_side.away = True
    await browser_page.locator(REMARKS).fill("右前灯")
    await expect(kept).to_contain_text("只存在本机")
    assert fake.agent_side.drafts[CALL_ID]["fields"]["remarks"] == "右"


@pytest.mark.usefixtures("talking")
async def test_a_draft_is_found_at_another_seat(
    browser_page: Page, fake: FakeServer, other_seat: Seat
) -> None:
    await browser_page.locator(REMARKS).fill("右前灯破损")
    await expect(browser_page.locator(KEPT)).to_have_attribute("data-kept", "both")
    page, there = await other_seat(fake)
    there.me = fake.me | {"state": "wrap_up", "wrapUpUntil": ago(-30)}
    await there.signed_in_desk(page)
    await expect(page.locator(REMARKS)).to_have_value("右前灯破损")
    await expect(page.locator(KEPT)).to_have_attribute("data-kept", "both")


@pytest.mark.usefixtures("talking")
async def test_a_record_sent_at_another_seat_leaves_no_draft_here(
    browser_page: Page, fake: FakeServer
) -> None:
    await browser_page.locator(REMARKS).fill("右前灯破损")
    await expect(browser_page.locator(KEPT)).to_have_attribute("data-kept", "both")
    fake.agent_side.drafts.clear()
    fake.me = fake.me | {"state": "idle", "callId": None}
    fake.calls, fake.pop = [], None
    await browser_page.reload()
    await browser_page.locator("[data-link=online]").wait_for()
    await expect(browser_page.locator(OPEN)).to_be_hidden()


@pytest.mark.usefixtures("talking")
async def test_two_seats_that_wrote_apart_lose_nothing(
    browser_page: Page, fake: FakeServer
) -> None:
    later = datetime.now(UTC) + timedelta(minutes=5)
    stored = {"callId": CALL_ID, "changedAt": later.isoformat(), "fields": STORED}
    fake.agent_side.drafts[CALL_ID] = stored
    await browser_page.locator(REMARKS).fill("保险杠也破了")
    await expect(browser_page.locator(REMARKS)).to_have_value("右前灯破损\n保险杠也破了")
    await expect(browser_page.locator(KEPT)).to_have_attribute("data-kept", "both")
    assert fake.agent_side.drafts[CALL_ID]["fields"]["remarks"] == "右前灯破损\n保险杠也破了"


async def test_a_draft_survives_a_crash_of_the_browser(
    browser: Browser, static_url: str, tmp_path: Any
) -> None:
    """The page is killed without unload; the browser opens again with what was on its disk."""
    context, page, fake = await _sitting(browser, static_url, None)
    fake.agent_side.away = True
    fake.ring()
    fake.answer()
    await page.locator(REMARKS).fill("右前灯破损")
    await expect(page.locator(KEPT)).to_contain_text("已存本机")
    disk = await context.storage_state()
    await context.close()
    context, page, again = await _sitting(browser, static_url, disk, fake.me)
    again.agent_side = fake.agent_side
    await expect(page.locator(REMARKS)).to_have_value("右前灯破损")
    await context.close()


async def _sitting(
    browser: Browser, url: str, disk: Any, me: dict[str, Any] | None = None
) -> tuple[BrowserContext, Page, FakeServer]:
    context = await browser.new_context(**AGENT_CONTEXT, storage_state=disk)
    page, fake = await context.new_page(), FakeServer(url)
    fake.me = me or agent(status="ready", reason=None)
    fake.agent_side.away = True
    await fake.attach(page)
    await fake.signed_in_desk(page)
    return context, page, fake


async def test_a_past_call_gets_its_record_late_or_mended(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.me = agent(status="ready", reason=None)
    fake.rows = [call_row(), call_row(callId="c-late", wrapUpReason=None, wrapUpRemarks=None)]
    await fake.signed_in_desk(browser_page)
    await browser_page.get_by_role("tab", name="我的").click()
    records = browser_page.locator("[data-test=write-record]")
    await records.nth(1).click()
    await expect(browser_page.locator(REMARKS)).to_have_value("")
    await _pick(browser_page, "无效")
    await browser_page.locator("[data-test=save]").click()
    assert (await fake.sent("saveWrapUp"))["callId"] == "c-late"
    await records.nth(0).click()
    await expect(browser_page.locator(REMARKS)).to_have_value("右前灯破损")
    await browser_page.locator(REMARKS).fill("左前灯破损")
    await browser_page.locator("[data-test=save]").click()
    mended = await fake.sent("saveWrapUp", 2)
    assert (mended["callId"], mended["reason"], mended["remarks"], mended["handling"]) == (
        CALL_ID,
        "report.motor_single",
        "左前灯破损",
        "dispatched",
    )
