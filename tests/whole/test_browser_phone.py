"""Real calls to an agent whose phone is his browser: menu, queue, sound both ways, and what may go wrong."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from cti.simulation.phones import Leg, Phone, Phones, Registrar
from tests.asterisk.hearing import MUSIC
from tests.asterisk.house import CALLER_TONE_HZ, DIRECT, ROOT, hearing, quick_configuration
from tests.asterisk.short_ways import SHORT_MENU
from tests.asterisk.site import Site, running_site
from tests.browser.conftest import AGENT_CONTEXT, CHROMIUM_ARGS, chromium_path
from tests.browser.sound import (
    HUM_HZ,
    KEEP_PEERS,
    humming,
    microphone_args,
    sound_needs_a_network,
    until_heard,
)
from tests.servers import free_port

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

AGENT = "1001"
LIMIT_MS = 20_000
OVER = "DISCONNECTED"
TALK_S = 1.5
"""So long a voice is heard on, to be found in a recording."""


@dataclass
class Centre:
    """A running hotline with callers' phones, and browsers to sit at."""

    site: Site
    phones: Phones
    chromium: Browser
    without_microphone: Browser
    folder: Path
    callers: int = 0

    async def context(self, browser: Browser | None = None) -> BrowserContext:
        context = await (browser or self.chromium).new_context(**AGENT_CONTEXT)
        context.set_default_timeout(LIMIT_MS)
        await context.add_init_script(KEEP_PEERS)
        return context

    def caller(self) -> Phone:
        """A phone of its own for each call, which keeps what it hears."""
        self.callers += 1
        registrar = Registrar(host="127.0.0.1", port=self.site.configuration.settings.sip.port)
        phone = Phone(f"1399700{self.callers:04}", registrar, tone_hz=CALLER_TONE_HZ)
        self.phones.add(phone)
        phone.record(self.folder)
        return phone

    def hang_up(self) -> None:
        """Every caller that is still there."""
        for leg in (leg for phone in self.phones.phones for leg in phone.legs):
            if leg.state != OVER:
                leg.hang_up()

    async def until_quiet(self) -> None:
        async with asyncio.timeout(30):
            while await self.site.busy():  # noqa: ASYNC110 (Asterisk must be asked)
                await asyncio.sleep(0.2)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    sound_needs_a_network()
    folder = tmp_path_factory.mktemp("browser-phone")
    more = {
        "CTI_CONFIG": str(quick_configuration(folder, free_port())),
        "CTI_FOLDERS_PROMPTS": str(ROOT / "prompts"),
        "CTI_SIP_NUMBERS": ",".join(("95518", *DIRECT.values(), SHORT_MENU)),
        "CTI_DESK_GONE_S": "30",
        "CTI_BROWSER_PHONE_CALLER_PAGE": "open",
    }
    args = [*CHROMIUM_ARGS, *microphone_args(humming(folder / "hum.wav"))]
    async with (
        running_site(folder / "run", more) as site,
        Phones().running() as phones,
        async_playwright() as playwright,
    ):
        launch, path = playwright.chromium.launch, chromium_path()
        chromium = await launch(executable_path=path, args=args)
        plain = await launch(executable_path=path, args=CHROMIUM_ARGS)
        yield Centre(site, phones, chromium, plain, folder)
        await chromium.close()
        await plain.close()


@pytest_asyncio.fixture(loop_scope="module")
async def sit_down(centre: Centre) -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    """Signs the agent in at his browser phone and goes ready; his pages are closed after the test."""
    opened: list[BrowserContext] = []

    async def sit(browser: Browser | None = None, *, begin: bool = True) -> Page:
        context = await centre.context(browser)
        opened.append(context)
        page = await context.new_page()
        await page.goto(centre.site.url)
        await page.locator("input[name=login]").fill(AGENT)
        await page.locator("input[name=password]").fill(centre.site.passwords[AGENT])
        await page.locator("[data-test=sign-in] button[type=submit]").click()
        await page.locator("[data-kind=browser]").click()
        await expect(page.locator("[data-test=lamp-sip]")).to_have_attribute("data-light", "good")
        if not begin:
            return page
        await page.locator("[data-test=begin]").click()
        await page.locator("[data-face=not_ready]").first.wait_for()
        await page.locator("[data-test=ready]").click()
        await is_in(page, "ready")
        return page

    yield sit
    centre.hang_up()
    await centre.until_quiet()
    for context in opened:
        await sign_out(context.pages[0])
        await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def call_by_page(centre: Centre) -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    """Calls a number from the caller page; its pages are closed after the test, which ends their calls."""
    opened: list[BrowserContext] = []

    async def call(dialled: str, number: str, browser: Browser | None = None) -> Page:
        context = await centre.context(browser)
        opened.append(context)
        page = await context.new_page()
        await page.goto(f"{centre.site.url}/caller")
        await expect(page.locator("[data-test=caller-dial]")).to_be_enabled()
        await page.locator("[data-test=caller-number]").fill(number)
        await page.locator("[data-test=caller-dialled]").select_option(dialled)
        await page.locator("[data-test=caller-dial]").click()
        await page.locator("[data-test=caller-said] .said").first.wait_for()
        return page

    yield call
    for context in opened:
        await context.close()
    await centre.until_quiet()


async def sign_out(page: Page) -> None:
    """Whatever a test left open: the agent is out when the next one begins."""
    await page.evaluate(
        """async () => {
          const headers = { 'X-Requested-With': 'cti', 'Content-Type': 'application/json' }
          const body = JSON.stringify({ cmd: 'endWrapUp', ref: String(Math.random()) })
          const out = JSON.stringify({ cmd: 'logOff', ref: String(Math.random()) })
          await fetch('/api/v1/commands', { method: 'POST', headers, body })
          await fetch('/api/v1/commands', { method: 'POST', headers, body: out })
        }"""
    )


async def is_in(page: Page, face: str) -> None:
    await expect(page.locator("[data-test=my-state]")).to_have_attribute(
        "data-face", face, timeout=LIMIT_MS
    )


async def press(page: Page, control: str) -> None:
    await page.locator(f"[data-control={control}]").click()


async def they_talk(page: Page) -> None:
    """The whisper is over: caller and agent hear each other."""
    await expect(page.locator("[data-control=survey]")).to_be_enabled()


async def answered(centre: Centre, page: Page) -> Leg:
    """A caller comes to the agent, who answers at the page's button."""
    leg = centre.caller().dial(DIRECT["motor"])
    await leg.until("CONFIRMED", 15)
    await page.locator("[data-test=ring]").wait_for()
    await press(page, "answer")
    await they_talk(page)
    return leg


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
    assert heard.tone(HUM_HZ).last_s < len(heard.samples) / 8000 - 2


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


async def test_a_reload_ends_the_talk_at_once_and_the_phone_is_back(
    centre: Centre, sit_down: Callable[[], Awaitable[Page]]
) -> None:
    page = await sit_down()
    leg = await answered(centre, page)
    await until_heard(page)
    await page.reload()
    await is_in(page, "wrap_up")
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
    await second.locator("[data-test=phone-act]").click()
    await expect(second.locator("[data-test=lamp-sip]")).to_have_attribute("data-light", "good")
    leg = await answered(centre, second)
    await until_heard(second)
    leg.hang_up()
    await leg.until(OVER, 15)


async def test_without_a_microphone_the_agent_hears_and_is_told_that_nobody_hears_him(
    centre: Centre, sit_down: Callable[[Browser], Awaitable[Page]]
) -> None:
    page = await sit_down(centre.without_microphone)
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
    await expect(caller.locator("[data-test=caller-said]")).to_contain_text("已接通坐席")
    await caller.locator("[data-test=caller-hang-up]").click()
    await is_in(page, "wrap_up")


async def test_a_caller_without_a_microphone_hears_and_reads_the_whole_menu(
    centre: Centre, call_by_page: Callable[..., Awaitable[Page]]
) -> None:
    caller = await call_by_page("95518", "", centre.without_microphone)
    await until_heard(caller)
    await expect(caller.locator("[data-test=caller-listening]")).to_be_visible()
    await expect(caller.locator("[data-test=caller-said] code").last).to_have_text("root")
    await caller.keyboard.press("1")
    await expect(caller.locator("[data-test=caller-said] code").last).to_have_text("motor")
    await caller.locator("[data-test=caller-hang-up]").click()
    await expect(caller.locator("[data-test=caller-dial]")).to_be_enabled()
