"""The live page and the wallboard: figures with words, and what a supervisor does to agents and calls."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.fake_server import SUPERVISOR_SESSION, FakeServer
from tests.browser.samples import agent, ago, call, mode
from tests.browser.supervise_samples import board

WITH_PHONE = SUPERVISOR_SESSION | {"agentId": "2001"}


async def _board(page: Page, fake: FakeServer) -> None:
    """A supervisor with an extension, an agent who talks, and a call that waits."""
    fake.session = WITH_PHONE
    fake.me = agent(agentId="2001", name="张敏", extension="8101", status="logged_out")
    fake.others = [agent(status="ready", reason=None, state="talking", callId="t1")]
    fake.calls = [call(callId="w1"), call(callId="t1", phase="talking", agentId="1023")]
    await fake.signed_in_desk(page, "/board")


async def _act(page: Page, row: str, act: str) -> None:
    await page.locator(f"{row} [data-test=acts]").click()
    await page.locator(f"[data-test=act-menu] [data-act={act}]").click()


async def _confirm(page: Page, reason: str = "质量抽查") -> None:
    await page.locator("[data-test=act-reason]").fill(reason)
    await page.locator("[data-test=act-confirm]").click()


@pytest.mark.parametrize(
    ("act", "command"),
    [
        ("listen", {"cmd": "monitorStart", "mode": "listen"}),
        ("whisper", {"cmd": "monitorStart", "mode": "whisper"}),
        ("barge", {"cmd": "monitorStart", "mode": "barge"}),
        ("intercept", {"cmd": "interceptCall"}),
        ("release", {"cmd": "releaseCall"}),
        ("force_ready", {"cmd": "forceAgentState", "status": "ready"}),
        ("force_not_ready", {"cmd": "forceAgentState", "status": "not_ready"}),
        ("force_logged_out", {"cmd": "forceAgentState", "status": "logged_out"}),
    ],
)
async def test_each_act_at_an_agent_asks_for_its_reason(
    browser_page: Page, fake: FakeServer, act: str, command: dict[str, Any]
) -> None:
    await _board(browser_page, fake)
    await _act(browser_page, "[data-agent='1023']", act)
    await expect(browser_page.locator("[data-test=act-confirm]")).to_be_disabled()
    await _confirm(browser_page)
    sent = await fake.sent(command["cmd"])
    assert sent == command | {"agentId": "1023", "reason": "质量抽查", "ref": sent["ref"]}
    await expect(browser_page.locator("[data-test=act-form]")).to_be_hidden()


async def test_a_waiting_call_is_moved_raised_and_picked_up(
    browser_page: Page, fake: FakeServer
) -> None:
    await _board(browser_page, fake)
    await _act(browser_page, "[data-call=w1]", "move")
    await browser_page.locator("[data-test=act-queue]").click()
    await browser_page.get_by_role("option", name="重大事故").click()
    await _confirm(browser_page)
    moved = await fake.sent("changeWaitingCall")
    assert (moved["callId"], moved["queue"], moved["reason"]) == ("w1", "major", "质量抽查")
    await expect(browser_page.locator("[data-test=act-form]")).to_be_hidden()
    await _act(browser_page, "[data-call=w1]", "priority")
    await browser_page.get_by_role("spinbutton").fill("95")
    await _confirm(browser_page)
    assert (await fake.sent("changeWaitingCall", 2))["priority"] == 95
    await expect(browser_page.locator("[data-test=act-form]")).to_be_hidden()
    await _act(browser_page, "[data-call=w1]", "pickUp")
    await _confirm(browser_page)
    assert (await fake.sent("pickUpCall"))["callId"] == "w1"


async def test_skills_are_changed_live(browser_page: Page, fake: FakeServer) -> None:
    await _board(browser_page, fake)
    await _act(browser_page, "[data-agent='1023']", "skills")
    await expect(browser_page.locator("[data-skill=motor]")).to_have_value("3")
    await browser_page.locator("[data-skill=rescue]").select_option("2")
    await browser_page.locator("[data-skill=consult]").select_option("0")
    await _confirm(browser_page)
    assert (await fake.sent("changeSkills"))["skills"] == {"motor": 3, "rescue": 2}


async def test_a_notice_goes_to_everybody(browser_page: Page, fake: FakeServer) -> None:
    await _board(browser_page, fake)
    await browser_page.locator("[data-test=notice]").click()
    await browser_page.locator("[data-test=act-text]").fill("海东大雪,救援电话增多")
    await browser_page.locator("[data-test=act-confirm]").click()
    sent = await fake.sent("sendNotice")
    assert sent == {"cmd": "sendNotice", "text": "海东大雪,救援电话增多", "ref": sent["ref"]}


async def test_a_reason_asked_for_is_granted_from_its_row(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.session = SUPERVISOR_SESSION
    fake.others = [agent(status="ready", reason=None, asked="MEETING"), agent(agentId="1024")]
    await fake.signed_in_desk(browser_page, "/board")
    row = browser_page.locator("[data-test=agents] tbody tr").first
    await expect(row).to_have_attribute("data-trouble", "asks")
    await expect(row).to_contain_text("会议")
    await row.locator("[data-act=grant]").click()
    await _confirm(browser_page, "同意")
    sent = await fake.sent("decideReason")
    assert (sent["agentId"], sent["granted"]) == ("1023", True)


async def test_whoever_listens_goes_on_in_another_mode_without_a_new_reason(
    browser_page: Page, fake: FakeServer
) -> None:
    await _board(browser_page, fake)
    heard = {"callId": "t1", "agentId": "1023", "mode": "listen", "heard": True}
    fake.say({"type": "ownState", "id": "101-0", "me": fake.me, "monitoring": heard})
    strip = browser_page.locator("[data-test=monitoring]")
    await expect(strip).to_contain_text("李梅")
    await strip.locator("[data-mode=whisper]").click()
    assert (await fake.sent("monitorChange"))["mode"] == "whisper"
    await browser_page.locator("[data-test=monitor-stop]").click()
    await fake.sent("monitorStop")
    fake.say({"type": "ownState", "id": "102-0", "me": fake.me, "monitoring": None})
    await expect(strip).to_be_hidden()


async def test_without_an_extension_nobody_listens_and_the_menu_says_why(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.session = SUPERVISOR_SESSION
    fake.others = [agent(status="ready", reason=None, state="talking")]
    await fake.signed_in_desk(browser_page, "/board")
    await browser_page.locator("[data-agent='1023'] [data-test=acts]").click()
    listen = browser_page.locator("[data-act=listen]")
    await expect(listen).to_have_attribute("aria-disabled", "true")
    await expect(listen).to_contain_text("您没有分机")
    await listen.click(force=True)
    await expect(browser_page.locator("[data-test=act-form]")).to_be_hidden()


async def test_a_refusal_is_told_and_the_reason_stays(browser_page: Page, fake: FakeServer) -> None:
    fake.refusals["releaseCall"] = ("desk.no_talk", "该座席没有通话")
    await _board(browser_page, fake)
    await _act(browser_page, "[data-agent='1023']", "release")
    await _confirm(browser_page, "客户要求")
    await expect(browser_page.locator(".el-message")).to_contain_text("该座席没有通话")
    await expect(browser_page.locator("[data-test=act-reason]")).to_have_value("客户要求")


async def test_who_only_looks_has_no_acts(browser_page: Page, fake: FakeServer) -> None:
    fake.session = SUPERVISOR_SESSION | {"role": "auditor"}
    fake.others = [agent(status="ready")]
    await fake.signed_in_desk(browser_page, "/board")
    await expect(browser_page.locator("[data-agent='1023']")).to_be_visible()
    await expect(browser_page.locator("[data-test=acts]")).to_have_count(0)
    await expect(browser_page.locator("[data-test=notice]")).to_have_count(0)


async def test_figures_carry_a_word_beside_their_colour(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.session = SUPERVISOR_SESSION
    await fake.signed_in_desk(browser_page, "/board")
    longest = browser_page.locator("[data-kpi=longest]")
    await expect(longest).to_have_attribute("data-level", "bad")
    await expect(longest).to_contain_text("告急")
    fake.say({"type": "wallboard"} | board(waiting=0, waitingSince=None))
    await expect(browser_page.locator("[data-kpi=waiting]")).to_contain_text("0")
    await expect(longest).to_contain_text("—")


async def test_old_figures_say_that_they_are_old(browser_page: Page, fake: FakeServer) -> None:
    fake.session = SUPERVISOR_SESSION
    fake.supervised.board = (200, board(at=ago(300)))
    await fake.signed_in_desk(browser_page, "/board")
    await expect(browser_page.locator("[data-test=data-age]")).to_contain_text("数据已陈旧")
    fake.supervised.board = (200, board())
    await expect(browser_page.locator("[data-test=data-age]")).not_to_contain_text("陈旧")


async def test_an_urgent_call_is_acknowledged(browser_page: Page, fake: FakeServer) -> None:
    fake.session = SUPERVISOR_SESSION
    fake.calls = [call(callId="u1", queue="major", alert="open")]
    await fake.signed_in_desk(browser_page, "/board")
    await browser_page.locator("[data-test=acknowledge]").click()
    await expect(browser_page.locator("[data-test=acknowledge]")).to_be_enabled()
    assert ("POST", "/calls/u1/acknowledge", {}) in fake.requests


async def test_an_urgent_call_moves_nothing_that_somebody_is_about_to_press(
    browser_page: Page, fake: FakeServer
) -> None:
    await _board(browser_page, fake)
    rows = [
        browser_page.locator(f"[{row}] [data-test=acts]")
        for row in ("data-agent='1023'", "data-call=w1")
    ]
    before = [await each.bounding_box() for each in rows]
    assert None not in before
    urgent = call(callId="u1", queue="major", phase="ringing", alert="open")
    fake.event("supervisorAlerted", callId="u1", call=urgent)
    await browser_page.locator("[data-test=acknowledge]").wait_for()
    assert [await each.bounding_box() for each in rows] == before


async def test_the_wall_is_dark_has_its_queues_and_no_bars(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.session = SUPERVISOR_SESSION
    on = {"since": ago(), "until": ago(-60), "by": "banzhang", "reason": "地震"}
    fake.modes = [mode("disaster", "大灾应急") | {"on": on}]
    fake.calls = [call(callId="u1", queue="major", alert="open")]
    await fake.signed_in_desk(browser_page, "/wall", "[data-test=wall-queues]")
    await expect(browser_page.locator("[data-test=wall-alerts]")).to_contain_text("1")
    for key, number in (("complaints", "3"), ("undispatched", "5")):
        await expect(browser_page.locator(f"[data-kpi={key}]")).to_contain_text(number)
    await expect(browser_page.locator("[data-test=top-five] li")).to_have_count(5)
    await expect(browser_page.locator("html")).to_have_class("dark")
    await expect(browser_page.locator("[data-test=sign-out]")).to_have_count(0)
    await expect(browser_page.locator("[data-queue=motor]")).to_contain_text("告急")
    await expect(browser_page.locator("[data-test=wall]")).to_contain_text("大灾应急")
    await browser_page.locator("[data-test=wall-look]").click()
    await expect(browser_page.locator("html")).not_to_have_class("dark")


async def test_a_notice_is_seen_on_every_desk_until_it_was_read_and_on_the_wall(
    browser_page: Page, fake: FakeServer
) -> None:
    await fake.signed_in_desk(browser_page)
    words = "湟源段大雪<img src=x onerror=alert(1)>,绕行"
    fake.event("noticeSent", by="banzhang", text=words, queues=["motor"])
    card = browser_page.locator("[data-test=notice-card]")
    await expect(card).to_contain_text(words)
    await expect(card).to_contain_text("车险报案")
    await browser_page.locator("[data-test=notice-read]").click()
    await expect(card).to_be_hidden()
    await browser_page.locator("[data-test=notices]").click()
    await expect(card).to_contain_text(words)
    fake.session = SUPERVISOR_SESSION
    await fake.signed_in_desk(browser_page, "/wall", "[data-test=wall-queues]")
    fake.event("noticeSent", by="banzhang", text=words, queues=[])
    await expect(browser_page.locator("[data-test=wall-notice]")).to_contain_text(words)
