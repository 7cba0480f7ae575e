"""Every call control sends its command, in its place, when it makes sense."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.fake_server import FakeServer
from tests.browser.samples import agent, party

COLLEAGUE = agent(agentId="1024", name="王强", extension="8002", status="ready", reason=None)


@pytest.fixture(autouse=True)
async def desk(browser_page: Page, fake: FakeServer) -> None:
    fake.me = agent(status="ready", reason=None)
    fake.others = [
        COLLEAGUE,
        agent(agentId="1025", name="马晓燕", status="ready", state="talking"),
    ]
    await fake.signed_in_desk(browser_page)


def _consulting(fake: FakeServer, **over: object) -> None:
    fake.ring()
    fake.answer()
    fake.call_is(
        "consultationAnswered", "consulting", phase="held", heldBy="desk", parties=[party(**over)]
    )


async def _press(page: Page, control: str) -> None:
    await page.locator(f"[data-control={control}]").click()


async def _boxes(page: Page) -> list[Any]:
    return [await one.bounding_box() for one in await page.locator("[data-control]").all()]


async def test_a_ringing_call_is_answered_or_refused(browser_page: Page, fake: FakeServer) -> None:
    fake.ring()
    await _press(browser_page, "answer")
    await fake.sent("answerCall")
    await browser_page.locator("[data-test=refuse]").click()
    await fake.sent("clearConnection")


@pytest.mark.parametrize(
    ("control", "cmd"),
    [
        ("hold", "holdCall"),
        ("mute", "setMute"),
        ("survey", "transferToSurvey"),
        ("record", "pauseRecording"),
        ("hangUp", "clearConnection"),
    ],
)
async def test_in_a_talk_each_control_sends_its_command(
    browser_page: Page, fake: FakeServer, control: str, cmd: str
) -> None:
    fake.ring()
    fake.answer()
    await _press(browser_page, control)
    await fake.sent(cmd)


@pytest.mark.parametrize(
    ("control", "cmd"),
    [
        ("complete", "transferCall"),
        ("reconnect", "reconnectCall"),
        ("alternate", "alternateCall"),
        ("conference", "conferenceCall"),
    ],
)
async def test_in_a_consultation_each_control_sends_its_command(
    browser_page: Page, fake: FakeServer, control: str, cmd: str
) -> None:
    _consulting(fake)
    await expect(browser_page.locator("[data-test=party]")).to_contain_text("王强")
    await _press(browser_page, control)
    await fake.sent(cmd)


async def test_what_was_switched_on_is_switched_off_by_the_same_control(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring()
    fake.answer()
    fake.call_is("held", "held", phase="held", heldBy="desk", muted=True, recordingPaused="1023")
    await expect(browser_page.locator("[data-control=hold]")).to_have_text("取回")
    await _press(browser_page, "hold")
    await fake.sent("retrieveCall")
    await _press(browser_page, "record")
    await fake.sent("resumeRecording")
    await _press(browser_page, "mute")
    assert (await fake.sent("setMute"))["on"] is False
    await expect(browser_page.locator("[data-test=hold-timer]")).to_contain_text("客户保持")


async def test_controls_keep_their_place_and_size_whatever_happens(
    browser_page: Page, fake: FakeServer
) -> None:
    before = await _boxes(browser_page)
    assert len(before) == 15
    fake.ring()
    await browser_page.locator("[data-test=ring]").wait_for()
    assert await _boxes(browser_page) == before
    fake.answer()
    await browser_page.locator("[data-test=call-timer]").wait_for()
    assert await _boxes(browser_page) == before
    fake.call_is(
        "consultationAnswered", "consulting", phase="held", heldBy="desk", parties=[party()]
    )
    await browser_page.locator("[data-test=party]").wait_for()
    assert await _boxes(browser_page) == before
    fake.wrap_up()
    await browser_page.locator("[data-test=wrap-up-countdown]").wait_for()
    assert await _boxes(browser_page) == before


async def test_digits_are_sent_by_keys_while_the_keypad_is_open(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring()
    fake.answer()
    await _press(browser_page, "keypad")
    await browser_page.locator("[data-key='5']").click()
    assert (await fake.sent("sendDigits"))["digits"] == "5"
    await browser_page.keyboard.type("12#")
    await expect(browser_page.locator("[data-test=digits-sent]")).to_have_text("512#")
    await browser_page.wait_for_timeout(0)
    sent = [it["digits"] for it in fake.commands if it["cmd"] == "sendDigits"]
    assert re.fullmatch("5(1|12|12#)?.*", "".join(sent))
    await browser_page.keyboard.press("Escape")
    await expect(browser_page.locator("[data-test=keypad]")).to_be_hidden()


async def test_a_caller_is_transferred_to_a_free_colleague_at_once(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring()
    fake.answer()
    await _press(browser_page, "transfer")
    await browser_page.locator("[data-target='agent:1024']").click()
    sent = await fake.sent("singleStepTransfer")
    assert (sent["kind"], sent["target"]) == ("agent", "1024")
    await expect(browser_page.locator("[data-test=targets]")).to_be_hidden()


async def test_whom_to_consult_is_found_by_typing_and_enter(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring()
    fake.answer()
    await _press(browser_page, "consult")
    await browser_page.locator("[data-test=target-search]").fill("重大")
    await browser_page.keyboard.press("Enter")
    sent = await fake.sent("consultationCall")
    assert (sent["kind"], sent["target"]) == ("queue", "major")


async def test_an_outside_number_is_consulted(browser_page: Page, fake: FakeServer) -> None:
    fake.ring()
    fake.answer()
    await _press(browser_page, "consult")
    await browser_page.locator("[data-test=target-search]").fill("139 9700 0002")
    await browser_page.keyboard.press("Enter")
    sent = await fake.sent("consultationCall")
    assert (sent["kind"], sent["target"]) == ("number", "13997000002")


async def test_who_is_busy_is_shown_and_cannot_be_chosen(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring()
    fake.answer()
    await _press(browser_page, "transfer")
    busy = browser_page.locator("[data-target='agent:1025']")
    await expect(busy).to_contain_text("通话")
    await busy.click(force=True)
    fake.event("agentReady", agentId="1025", agent=fake.others[1] | {"state": "idle"})
    await expect(busy).to_contain_text("示闲")
    await busy.click()
    assert (await fake.sent("singleStepTransfer"))["target"] == "1025"
    assert len([it for it in fake.commands if it["cmd"] == "singleStepTransfer"]) == 1


async def test_a_refused_transfer_keeps_the_dialog_and_says_why(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.refusals["singleStepTransfer"] = ("desk.target_not_free", "对方座席现在不空闲。")
    fake.ring()
    fake.answer()
    await _press(browser_page, "transfer")
    await browser_page.locator("[data-target='agent:1024']").click()
    await expect(browser_page.locator(".el-message")).to_contain_text("对方座席现在不空闲")
    await expect(browser_page.locator("[data-test=targets]")).to_be_visible()


async def test_the_dialog_closes_when_the_caller_is_gone(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring()
    fake.answer()
    await _press(browser_page, "transfer")
    await browser_page.locator("[data-test=targets]").wait_for()
    fake.wrap_up()
    await expect(browser_page.locator("[data-test=targets]")).to_be_hidden()


async def test_a_caller_is_sent_to_the_menu_and_fetched_back(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring()
    fake.answer()
    await _press(browser_page, "menu")
    await browser_page.locator("[data-task=identity]").click()
    assert (await fake.sent("sendToMenu"))["task"] == "identity"
    fake.call_is("sentToMenu", "held", phase="menu", task="identity")
    await expect(browser_page.locator("[data-test=in-menu]")).to_contain_text("身份核验")
    await _press(browser_page, "hold")
    await fake.sent("retrieveCall")


async def test_a_number_is_dialled_with_the_chosen_caller_id(
    browser_page: Page, fake: FakeServer
) -> None:
    await _press(browser_page, "dial")
    await browser_page.locator("[data-test=dial-number]").fill("12ab")
    await expect(browser_page.locator("[data-test=dial-form] [role=alert]")).to_contain_text("数字")
    await expect(browser_page.locator("[data-test=dial-now]")).to_be_disabled()
    await browser_page.locator("[data-test=dial-number]").fill("139 9700 0002")
    await browser_page.locator("[data-test=dial-shown]").click()
    await browser_page.get_by_role("option", name="09718200000").click()
    await browser_page.locator("[data-test=dial-now]").click()
    sent = await fake.sent("makeCall")
    assert (sent["number"], sent["shownNumber"]) == ("13997000002", "09718200000")


async def test_the_keyboard_reaches_every_control(browser_page: Page, fake: FakeServer) -> None:
    fake.ring()
    await browser_page.locator("[data-test=ring]").wait_for()
    await browser_page.keyboard.press("Control+Shift+Y")
    await fake.sent("answerCall")
    fake.answer()
    await browser_page.locator("[data-test=call-timer]").wait_for()
    for letter, cmd in (("L", "holdCall"), ("U", "setMute"), ("V", "pauseRecording")):
        await browser_page.keyboard.press(f"Control+Shift+{letter}")
        await fake.sent(cmd)
    await browser_page.keyboard.press("Control+Shift+F")
    await browser_page.locator("[data-test=targets]").wait_for()
    await browser_page.keyboard.press("Escape")
    await browser_page.keyboard.press("Control+Shift+H")
    await browser_page.keyboard.press("Control+Shift+H")
    await fake.sent("clearConnection")
    await browser_page.locator("[data-test=wrap-up-countdown]").wait_for()
    assert len([it for it in fake.commands if it["cmd"] == "clearConnection"]) == 1


async def test_a_shortcut_is_changed_in_the_overview_and_kept(
    browser_page: Page, fake: FakeServer
) -> None:
    await browser_page.keyboard.press("Shift+?")
    await browser_page.locator("[data-does=hold] button").click()
    await browser_page.keyboard.press("t")
    await expect(browser_page.get_by_text("这个字母浏览器自己要用")).to_be_visible()
    await browser_page.keyboard.press("j")
    await expect(browser_page.locator("[data-does=hold]")).to_contain_text("J")
    await browser_page.reload()
    await browser_page.locator("[data-link=online]").wait_for()
    fake.ring()
    fake.answer()
    await browser_page.locator("[data-test=call-timer]").wait_for()
    await browser_page.keyboard.press("Control+Shift+J")
    await fake.sent("holdCall")


async def test_a_pending_choice_and_a_wish_are_taken_back(
    browser_page: Page, fake: FakeServer
) -> None:
    fake.ring()
    fake.answer()
    fake.i_am("agentChoicePending", pending="not_ready", pendingReason="BREAK")
    await browser_page.locator("[data-test=cancel-pending]").click()
    await fake.sent("cancelPending")
    await expect(browser_page.locator("[data-test=pending]")).to_be_hidden()
    fake.i_am("agentChoicePending", pending="logged_out", forced=True)
    await expect(browser_page.locator("[data-test=pending]")).to_contain_text("班长设定")
    await expect(browser_page.locator("[data-test=cancel-pending]")).to_be_hidden()


async def test_reasons_tell_what_is_left_of_them(browser_page: Page, fake: FakeServer) -> None:
    today = await browser_page.evaluate("() => new Date().toLocaleDateString('sv')")
    fake.i_am("agentReady", uses={"BREAK": {"times": 1, "seconds": 600}}, usesOn=today)
    await browser_page.locator("[data-test=not-ready]").click()
    await expect(browser_page.locator("[data-reason=BREAK]")).to_contain_text("今天剩 1 次 20 分钟")
    await expect(browser_page.locator("[data-reason=MEETING]")).to_contain_text("需班长批准")
    fake.i_am("agentReady", uses={"BREAK": {"times": 2, "seconds": 600}}, usesOn=today)
    await expect(browser_page.locator("[data-reason=BREAK]")).to_contain_text("今天已用完")
    await expect(browser_page.locator("[data-reason=BREAK]")).to_have_attribute(
        "aria-disabled", "true"
    )


async def test_nothing_needs_scrolling_on_a_small_screen(
    browser_page: Page, fake: FakeServer
) -> None:
    await browser_page.set_viewport_size({"width": 1280, "height": 720})
    _consulting(fake)
    await browser_page.locator("[data-test=party]").wait_for()
    for selector in ("html", "[data-test=call-bar]", ".agent-bar"):
        over = await browser_page.locator(selector).evaluate(
            "it => [it.scrollWidth - it.clientWidth, it.scrollHeight - it.clientHeight]"
        )
        assert over == [0, 0], selector
    box = await browser_page.locator("[data-control=hangUp]").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 1280
