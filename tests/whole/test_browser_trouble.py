"""What may go wrong in the middle of a browser agent's talk: lines that break, servers that start anew, other
windows and people, browsers that say no, pages that die."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from cti.simulation.phones import Phone, Registrar
from cti.simulation.sip_phone import OVER
from tests.asterisk.house import CALLER_TONE_HZ, DIRECT, hearing
from tests.asterisk.site import desktop
from tests.browser.cable import Cable, cable_to
from tests.browser.conftest import AGENT_CONTEXT, CHROMIUM_ARGS, chromium_path
from tests.browser.sound import HUM_HZ, KEEP_PEERS, until_heard
from tests.whole.browser_centre import (
    AGENT,
    COLLEAGUE,
    LIMIT_MS,
    TALK_S,
    Centre,
    answered,
    begin_shift,
    go_ready,
    is_in,
    press,
    sign_in,
    sign_out,
    they_talk,
)

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(150)]

AT_REST = re.compile("wrap_up|ready")
REMARKS = "青A·A0018 追尾，对方全责"
OTHER_HUM_HZ = 1150
TOLD_S, BACK_WITHIN_S = 5, 15
"""The sentence, and all from the end of a leg to an agent's voice again: sentence, ring, whisper."""
LOST_TALK_S = 35
"""Asterisk gives a phone up that has sent no sound for 30 s."""
SitDown = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="module")
async def cable(centre: Centre) -> AsyncIterator[Cable]:
    async with cable_to(centre.site.configuration.settings.http.port) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def by_cable(centre: Centre, cable: Cable) -> AsyncIterator[Page]:
    """An agent whose browser hangs on the cable, ready."""
    context = await centre.context()
    page = await context.new_page()
    await sign_in(centre, page, AGENT, cable.url)
    await begin_shift(page)
    await go_ready(page)
    yield page
    centre.hang_up()
    await centre.until_quiet()
    await sign_out(page)
    await context.close()


async def lamp(page: Page, light: str) -> None:
    await expect(page.locator("[data-test=lamp-sip]")).to_have_attribute("data-light", light)


async def seconds_of_talk(page: Page) -> int:
    minutes, seconds = (await page.locator("[data-test=call-timer]").inner_text()).split(":")[-2:]
    return 60 * int(minutes[-2:]) + int(seconds[:2])


@pytest.mark.parametrize(
    "paths", [("/ws",), ("/sip",), ("/ws", "/sip")], ids=["events", "signalling", "both"]
)
async def test_a_line_that_breaks_in_mid_talk_cuts_no_sound_and_comes_back(
    centre: Centre, cable: Cable, by_cable: Page, paths: tuple[str, ...]
) -> None:
    page = by_cable
    leg = await answered(centre, page)
    await until_heard(page)
    await page.locator("[data-test=remarks]").fill(REMARKS)
    cable.pull(*paths)
    if "/sip" in paths:
        await lamp(page, "bad")
        await expect(page.locator("[data-test=phone-trouble]")).to_contain_text("通话继续")
    if "/ws" in paths:
        await page.locator("[data-test=broken]").wait_for()
    await until_heard(page)
    cable.plug()
    await page.locator("[data-link=online]").wait_for()
    await lamp(page, "good")
    await until_heard(page)
    await expect(page.locator("[data-test=remarks]")).to_have_value(REMARKS)
    await press(page, "hangUp")
    await is_in(page, "wrap_up")
    leg.hang_up()
    await leg.until(OVER, 15)
    assert (await hearing(leg)).tone(HUM_HZ).longest_gap_s < 1


async def test_a_caller_who_hangs_up_while_the_line_is_broken_is_gone_when_it_is_back(
    centre: Centre, cable: Cable, by_cable: Page
) -> None:
    page = by_cable
    leg = await answered(centre, page)
    await until_heard(page)
    cable.pull("/ws", "/sip")
    await page.locator("[data-test=broken]").wait_for()
    leg.hang_up()
    await leg.until(OVER, 15)
    cable.plug()
    await page.locator("[data-link=online]").wait_for()
    await expect(page.locator("[data-test=my-state]")).to_have_attribute("data-face", AT_REST)
    await lamp(page, "good")
    await expect(page.locator("[data-test=lamp-media]")).to_contain_text("无通话")


async def test_a_server_that_starts_anew_gives_the_page_its_call_back_with_all_that_was_typed(
    centre: Centre, sit_down: SitDown
) -> None:
    page = await sit_down()
    leg = await answered(centre, page)
    await until_heard(page)
    await page.locator("[data-test=remarks]").fill(REMARKS)
    number = await page.locator("[data-test=pop]").inner_text()
    talked = await seconds_of_talk(page)
    centre.site.kill("server")
    await page.locator("[data-test=broken]").wait_for()
    await until_heard(page)
    await centre.site.start("server")
    await page.locator("[data-link=online]").wait_for()
    await they_talk(page)
    assert await seconds_of_talk(page) > talked
    assert (await page.locator("[data-test=pop]").inner_text())[:20] == number[:20]
    await expect(page.locator("[data-test=remarks]")).to_have_value(REMARKS)
    await press(page, "hold")
    await is_in(page, "held")
    await press(page, "hold")
    await they_talk(page)
    await until_heard(page)
    await press(page, "hangUp")
    await is_in(page, "wrap_up")
    await expect(page.locator("[data-test=remarks]")).to_have_value(REMARKS)
    leg.hang_up()
    await leg.until(OVER, 15)


async def test_the_same_person_at_another_computer_is_told_and_the_talk_goes_on(
    centre: Centre, sit_down: SitDown
) -> None:
    page = await sit_down()
    leg = await answered(centre, page)
    await until_heard(page)
    elsewhere = await centre.context()
    try:
        other = await elsewhere.new_page()
        await other.goto(centre.site.url)
        await other.locator("input[name=login]").fill(AGENT)
        await other.locator("input[name=password]").fill(centre.site.passwords[AGENT])
        await other.locator("[data-test=sign-in] button[type=submit]").click()
        await page.locator("[data-test=replaced]").wait_for()
        await until_heard(page)
        await asyncio.sleep(TALK_S)
        await until_heard(page)
    finally:
        await elsewhere.close()
    await page.locator("[data-test=saying-act]").click()
    await page.locator("[data-link=online]").wait_for()
    await expect(page.locator("[data-saying=replaced]")).to_have_count(0)
    if await page.locator("[data-saying^=phone-]").is_visible():
        await page.locator("[data-test=saying-act]").click()
    await lamp(page, "good")
    await until_heard(page)
    await press(page, "hangUp")
    await is_in(page, "wrap_up")
    leg.hang_up()
    await leg.until(OVER, 15)
    assert (await hearing(leg)).tone(HUM_HZ).longest_gap_s < 1


async def test_who_wants_a_seat_that_is_taken_is_told_whose_it_is_and_disturbs_no_talk(
    centre: Centre, sit_down: SitDown
) -> None:
    page = await sit_down()
    leg = await answered(centre, page)
    await until_heard(page)
    registrar = Registrar(host="127.0.0.1", port=centre.site.configuration.settings.sip.port)
    desk_phone = Phone("8001", registrar, tone_hz=CALLER_TONE_HZ)
    centre.phones.add(desk_phone, centre.site.secrets.get("sip_8001"))
    await desk_phone.until_registered()
    async with desktop(centre.site, COLLEAGUE) as colleague:
        told = await colleague.command("logOn", extension="8001")
        async with asyncio.timeout(10):
            while told["code"] == "desk.phone_missing":  # Asterisk asks a new phone once first
                await asyncio.sleep(0.2)
                told = await colleague.command("logOn", extension="8001")
    assert told["code"] == "desk.seat_taken"
    assert AGENT in told["message"]
    await until_heard(page)
    await they_talk(page)
    leg.hang_up()
    await leg.until(OVER, 15)
    assert (await hearing(leg)).tone(HUM_HZ).longest_gap_s < 1


async def test_a_browser_that_denies_microphone_and_notifications_rings_and_hears_and_says_what_to_do(
    centre: Centre,
) -> None:
    args = [*CHROMIUM_ARGS, "--use-fake-device-for-media-stream"]
    browser = await centre.chromium.launch(executable_path=chromium_path(), args=args)
    context: BrowserContext = await browser.new_context(**AGENT_CONTEXT)
    context.set_default_timeout(LIMIT_MS)
    await context.add_init_script(KEEP_PEERS)
    await context.grant_permissions([])  # those not named are denied
    page = await context.new_page()
    try:
        await sign_in(centre, page, AGENT)
        await expect(page.locator("[data-test=shift]")).to_contain_text("允许麦克风")
        await expect(page.locator("[data-test=notifications-off]")).to_contain_text("允许通知")
        await begin_shift(page)
        await go_ready(page)
        leg = centre.caller().dial(DIRECT["motor"])
        await leg.until("CONFIRMED", 15)
        await page.locator("[data-test=ring]").wait_for()
        await press(page, "answer")
        await they_talk(page)
        await until_heard(page)
        await expect(page.locator("[data-test=phone-warning]")).to_contain_text("客户听不到您")
        leg.hang_up()
        await leg.until(OVER, 15)
        await is_in(page, "wrap_up")
    finally:
        centre.hang_up()
        await centre.until_quiet()
        await sign_out(page)
        await browser.close()


async def test_a_page_that_dies_in_a_talk_leaves_its_caller_in_silence_for_half_a_minute_at_most(
    centre: Centre, sit_down: SitDown
) -> None:
    context = await centre.context()
    page = await context.new_page()
    await sign_in(centre, page, AGENT)
    await begin_shift(page)
    await go_ready(page)
    leg = await answered(centre, page)
    await until_heard(page)
    colleague = await sit_down(COLLEAGUE, hum_hz=OTHER_HUM_HZ)
    await asyncio.sleep(TALK_S)
    session = await context.new_cdp_session(page)
    await centre.board.again()
    crash = asyncio.create_task(session.send("Page.crash"))
    await centre.board.until_agent(AGENT, "wrap_up", LOST_TALK_S)
    await centre.board.until(5, type="connectionCleared", agentId=AGENT, why="lost", cause=44)
    await colleague.locator("[data-test=ring]").wait_for()
    await expect(colleague.locator("[data-test=broken]")).to_contain_text(AGENT)
    await press(colleague, "answer")
    await they_talk(colleague)
    await until_heard(colleague)
    await asyncio.sleep(TALK_S)
    leg.hang_up()
    await leg.until(OVER, 15)
    caller = await hearing(leg)
    first, again = caller.tone(HUM_HZ), caller.tone(OTHER_HUM_HZ)
    assert TOLD_S < again.first_s - first.last_s < LOST_TALK_S + BACK_WITHIN_S
    await centre.board.until(20, type="agentNotReady", agentId=AGENT)
    await context.close()
    await asyncio.gather(crash, return_exceptions=True)
    await back_and_out(centre)


async def test_a_page_loaded_anew_in_a_talk_gets_its_caller_again(
    centre: Centre, sit_down: SitDown
) -> None:
    page = await sit_down()
    leg = await answered(centre, page)
    await until_heard(page)
    await page.locator("[data-test=remarks]").fill(REMARKS)
    await centre.board.again()
    await page.reload()
    await centre.board.until(10, type="connectionCleared", agentId=AGENT, why="lost", cause=41)
    await page.locator("[data-test=ring]").wait_for()
    await press(page, "answer")
    await they_talk(page)
    await until_heard(page)
    await expect(page.locator("[data-test=remarks]")).to_have_value(REMARKS)
    await press(page, "hangUp")
    await is_in(page, "wrap_up")
    leg.hang_up()
    await leg.until(OVER, 15)
    heard = (await hearing(leg)).tone(HUM_HZ)
    assert TOLD_S < heard.longest_gap_s < BACK_WITHIN_S


async def back_and_out(centre: Centre) -> None:
    """The agent opens another page, and signs out there."""
    context = await centre.context()
    page = await context.new_page()
    await page.goto(centre.site.url)
    await page.locator("input[name=login]").fill(AGENT)
    await page.locator("input[name=password]").fill(centre.site.passwords[AGENT])
    await page.locator("[data-test=sign-in] button[type=submit]").click()
    await lamp(page, "good")
    await centre.until_quiet()
    await sign_out(page)
    await context.close()
