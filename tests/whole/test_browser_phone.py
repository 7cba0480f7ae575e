"""Real calls to an agent whose phone is his browser: menu, queue, sound both ways, and what may go wrong."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from cti.simulation.sip_phone import OVER
from tests.asterisk.hearing import MUSIC
from tests.asterisk.house import hearing
from tests.asterisk.short_ways import SHORT_MENU
from tests.browser.sound import HUM_HZ, until_heard
from tests.whole.browser_centre import (
    AGENT,
    TALK_S,
    Centre,
    answered,
    is_in,
    press,
    they_talk,
)

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


async def test_a_caller_reaches_a_browser_through_the_menu_and_both_hear_each_other(
    centre: Centre, sit_down: Callable[[], Awaitable[Page]]
) -> None:
    page = await sit_down()
    leg = centre.caller().dial(SHORT_MENU)
    await leg.until("CONFIRMED", 15)
    leg.press("1")
    await page.locator("[data-test=ring]").wait_for()
    await press(page, "answer")
    await they_talk(page)
    await until_heard(page)
    await expect(page.locator("[data-test=lamp-media]")).to_contain_text("语音良好")
    await asyncio.sleep(TALK_S)
    await press(page, "hangUp")
    await is_in(page, "wrap_up")
    leg.hang_up()
    await leg.until(OVER, 15)
    assert (await hearing(leg)).tone(HUM_HZ).seconds > 1


async def test_hold_gives_music_and_retrieving_brings_the_voice_back(
    centre: Centre, sit_down: Callable[[], Awaitable[Page]]
) -> None:
    page = await sit_down()
    leg = await answered(centre, page)
    await until_heard(page)
    await asyncio.sleep(TALK_S)
    await press(page, "hold")
    await is_in(page, "held")
    await asyncio.sleep(TALK_S)
    await press(page, "hold")
    await they_talk(page)
    await until_heard(page)
    await asyncio.sleep(TALK_S)
    leg.hang_up()
    await leg.until(OVER, 15)
    heard = await hearing(leg)
    assert heard.sound(MUSIC).seconds > 1
    assert heard.tone(HUM_HZ).longest_gap_s > 1


async def test_mute_closes_the_microphone_and_warns_who_speaks_on(
    centre: Centre, sit_down: Callable[[], Awaitable[Page]]
) -> None:
    page = await sit_down()
    leg = await answered(centre, page)
    await until_heard(page)
    await press(page, "mute")
    await expect(page.locator("[data-test=muted]")).to_be_visible()
    await expect(page.locator("[data-test=phone-warning]")).to_contain_text("您已静音")
    await asyncio.sleep(TALK_S)
    leg.hang_up()
    await leg.until(OVER, 15)
    heard = await hearing(leg)
    assert heard.tone(HUM_HZ).last_s < len(heard.samples) / 8000 - 1


async def test_a_server_that_starts_anew_in_mid_call_cuts_no_sound(
    centre: Centre, sit_down: Callable[[], Awaitable[Page]]
) -> None:
    page = await sit_down()
    leg = await answered(centre, page)
    await until_heard(page)
    centre.site.kill("server")
    await page.locator("[data-test=broken]").wait_for()
    await expect(page.locator("[data-test=lamp-sip]")).to_have_attribute("data-light", "bad")
    await until_heard(page)
    await centre.site.start("server")
    await page.locator("[data-link=online]").wait_for()
    await expect(page.locator("[data-test=lamp-sip]")).to_have_attribute("data-light", "good")
    await until_heard(page)
    await press(page, "hangUp")
    await is_in(page, "wrap_up")
    leg.hang_up()
    await leg.until(OVER, 15)
    assert (await hearing(leg)).tone(HUM_HZ).longest_gap_s < 1


async def test_an_ended_session_in_mid_call_asks_for_the_password_and_cuts_nothing(
    centre: Centre, sit_down: Callable[[], Awaitable[Page]]
) -> None:
    page = await sit_down()
    leg = await answered(centre, page)
    await page.locator("[data-test=remarks]").fill("青A·A0018 追尾")
    ended = await page.context.request.delete(
        f"{centre.site.url}/api/v1/session",
        headers={"X-Requested-With": "cti", "Origin": centre.site.url},
    )
    assert ended.ok
    form = page.locator("[data-test=sign-in-again]")
    await form.wait_for()
    await until_heard(page)
    await form.locator("input").fill(centre.site.passwords[AGENT])
    await form.locator("button[type=submit]").click()
    await expect(form).to_be_hidden()
    await expect(page.locator("[data-test=lamp-sip]")).to_have_attribute("data-light", "good")
    await expect(page.locator("[data-test=remarks]")).to_have_value("青A·A0018 追尾")
    await press(page, "hangUp")
    await is_in(page, "wrap_up")
    leg.hang_up()
    await leg.until(OVER, 15)
    assert (await hearing(leg)).tone(HUM_HZ).longest_gap_s < 1


async def test_who_begins_his_shift_can_hear_himself_over_the_real_line(
    centre: Centre, sit_down: Callable[..., Awaitable[Page]]
) -> None:
    page = await sit_down(begin=False)
    await page.locator("[data-test=echo]").click()
    await until_heard(page)
    await page.locator("[data-test=echo]").click()
    await expect(page.locator("[data-test=lamp-media]")).to_contain_text("无通话")


async def test_a_reload_breaks_the_talk_off_at_once_and_the_phone_is_back(
    centre: Centre, sit_down: Callable[[], Awaitable[Page]]
) -> None:
    page = await sit_down()
    leg = await answered(centre, page)
    await until_heard(page)
    await centre.board.again()
    await page.reload()
    await centre.board.until(10, type="connectionCleared", why="lost", cause=41)
    await expect(page.locator("[data-test=lamp-sip]")).to_have_attribute("data-light", "good")
    leg.hang_up()
    await leg.until(OVER, 15)


async def test_a_second_window_takes_the_phone_only_when_told(
    centre: Centre, sit_down: Callable[[], Awaitable[Page]]
) -> None:
    first = await sit_down()
    second = await first.context.new_page()
    await second.goto(centre.site.url)
    trouble = second.locator("[data-test=phone-trouble]")
    await expect(trouble).to_contain_text("话机在本浏览器的另一个窗口")
    await second.locator("[data-test=saying-act]").click()
    await expect(second.locator("[data-test=lamp-sip]")).to_have_attribute("data-light", "good")
    leg = await answered(centre, second)
    await until_heard(second)
    leg.hang_up()
    await leg.until(OVER, 15)


async def test_without_a_microphone_the_agent_hears_and_is_told_that_nobody_hears_him(
    centre: Centre, sit_down: Callable[..., Awaitable[Page]]
) -> None:
    page = await sit_down(hum_hz=0)
    leg = await answered(centre, page)
    await until_heard(page)
    await expect(page.locator("[data-test=phone-warning]")).to_contain_text("客户听不到您")
    leg.hang_up()
    await leg.until(OVER, 15)


async def test_a_caller_without_a_phone_reads_the_menu_and_talks_with_the_agent(
    centre: Centre,
    sit_down: Callable[[], Awaitable[Page]],
    call_by_page: Callable[..., Awaitable[Page]],
) -> None:
    page = await sit_down()
    caller = await call_by_page(SHORT_MENU, "13997000002")
    await caller.locator("[data-key='1']").click()
    await page.locator("[data-test=ring]").wait_for()
    await expect(page.locator("[data-test=pop]")).to_contain_text("139****0002")
    await press(page, "answer")
    await they_talk(page)
    await until_heard(page)
    await until_heard(caller)
    await expect(caller.locator("[data-test=caller-said]")).to_contain_text("已接通座席")
    await caller.locator("[data-test=caller-hang-up]").click()
    await is_in(page, "wrap_up")


async def test_a_caller_without_a_microphone_hears_and_reads_the_whole_menu(
    centre: Centre, call_by_page: Callable[..., Awaitable[Page]]
) -> None:
    caller = await call_by_page("95518", "", 0)
    await until_heard(caller)
    await expect(caller.locator("[data-test=caller-listening]")).to_be_visible()
    await expect(caller.locator("[data-test=caller-said] code").last).to_have_text("root")
    await caller.keyboard.press("1")
    await expect(caller.locator("[data-test=caller-said] code").last).to_have_text("motor")
    await caller.locator("[data-test=caller-hang-up]").click()
    await expect(caller.locator("[data-test=caller-dial]")).to_be_enabled()
