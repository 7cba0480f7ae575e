"""A running hotline whose agents, supervisor and callers sit at browsers, and callers with phones."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Page,
    async_playwright,
    expect,
)

from cti.simulation.phones import Leg, Phone, Phones, Registrar
from cti.simulation.sip_phone import OVER
from tests.asterisk.house import (
    CALLER_TONE_HZ,
    CUSTOMER_TONE_HZ,
    DIRECT,
    ROOT,
    await_quiet,
    quick_configuration,
)
from tests.asterisk.short_ways import SHORT_MENU
from tests.asterisk.site import Desktop, Site, desktop, running_site
from tests.browser.conftest import AGENT_CONTEXT, CHROMIUM_ARGS, chromium_path
from tests.browser.sound import (
    HUM_HZ,
    KEEP_PEERS,
    humming,
    microphone_args,
    sound_needs_a_network,
)
from tests.servers import free_port

AGENT, COLLEAGUE, SUPERVISOR = "1001", "1003", "2001"
LIMIT_MS = 20_000
TALK_S = 1.5
"""So long a voice is heard on, to be found in a recording."""
WITH_LEAVE = "COACH"
"""A reason that a supervisor grants."""


@dataclass
class Centre:
    """A running hotline with callers' phones, and browsers to sit at: one for each voice."""

    site: Site
    phones: Phones
    board: Desktop
    customer: Phone
    folder: Path
    chromium: BrowserType
    browsers: dict[int, Browser] = field(default_factory=dict)
    callers: int = 0

    async def browser(self, hum_hz: int = HUM_HZ) -> Browser:
        """Its microphone hums so; with 0 it has none."""
        if hum_hz not in self.browsers:
            sound = humming(self.folder / f"hum{hum_hz}.wav", hz=hum_hz) if hum_hz else None
            args = [*CHROMIUM_ARGS, *(microphone_args(sound) if sound else [])]
            launched = await self.chromium.launch(executable_path=chromium_path(), args=args)
            self.browsers[hum_hz] = launched
        return self.browsers[hum_hz]

    async def context(self, hum_hz: int = HUM_HZ) -> BrowserContext:
        context = await (await self.browser(hum_hz)).new_context(**AGENT_CONTEXT)
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

    async def call_of(self, phone: Phone) -> str:
        """The id of the call that a caller's phone makes."""
        masked = f"{phone.name[:3]}****{phone.name[-4:]}"
        offered = await self.board.until(type="offered", callerNumber=masked)
        return str(offered["callId"])

    def hang_up(self) -> None:
        """Every caller that is still there."""
        for leg in (leg for phone in self.phones.phones for leg in phone.legs):
            if leg.state != OVER:
                leg.hang_up()

    async def until_quiet(self) -> None:
        await await_quiet(self.site, 30)


def ask_first(reasons: Path) -> None:
    """For coaching an agent needs his supervisor's leave."""
    text = reasons.read_text("utf-8")
    changed = text.replace("en: Coaching}}", "en: Coaching}, approval: true}")
    assert changed != text
    reasons.write_text(changed, "utf-8")


@contextlib.asynccontextmanager
async def running_centre(folder: Path) -> AsyncIterator[Centre]:
    """Start it all; nobody sits anywhere yet."""
    sound_needs_a_network()
    customer_port = free_port()
    config = quick_configuration(folder, customer_port)
    ask_first(config / "reasons.yaml")
    more = {
        "CTI_CONFIG": str(config),
        "CTI_FOLDERS_PROMPTS": str(ROOT / "prompts"),
        "CTI_SIP_NUMBERS": ",".join(("95518", *DIRECT.values(), SHORT_MENU)),
        "CTI_DESK_GONE_S": "30",
        "CTI_DESK_CALLS_FROM": "00:00",
        "CTI_DESK_CALLS_UNTIL": "00:00",
        "CTI_BROWSER_PHONE_CALLER_PAGE": "open",
    }
    async with (
        running_site(folder / "run", more) as site,
        Phones().running() as phones,
        async_playwright() as playwright,
        desktop(site, "admin") as board,
    ):
        registrar = Registrar(host="127.0.0.1", port=site.configuration.settings.sip.port)
        customer = Phone(
            "13997009999", registrar, tone_hz=CUSTOMER_TONE_HZ, local_port=customer_port
        )
        phones.add(customer)
        found = Centre(site, phones, board, customer, folder, playwright.chromium)
        try:
            yield found
        finally:
            for browser in found.browsers.values():
                await browser.close()


async def sign_in(centre: Centre, page: Page, login: str, url: str = "") -> None:
    """His desktop, with the question of his phone open and the browser's own chosen and registered."""
    await page.goto(url or centre.site.url)
    await page.locator("input[name=login]").fill(login)
    await page.locator("input[name=password]").fill(centre.site.passwords[login])
    await page.locator("[data-test=sign-in] button[type=submit]").click()
    if login == SUPERVISOR:
        await page.locator("[data-test=log-on]").click()
    await page.locator("[data-kind=browser]").click()
    lamp = page.locator("[data-test=lamp-sip]")
    await expect(lamp).to_have_attribute("data-light", "good", timeout=LIMIT_MS)


async def begin_shift(page: Page) -> None:
    await page.locator("[data-test=begin]").click()
    await page.locator("[data-face=not_ready]").first.wait_for()


async def go_ready(page: Page) -> None:
    await page.locator("[data-test=ready]").click()
    await is_in(page, "ready")


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
