"""A hotline with simulated callers and agents, and one seat left free for a person."""

import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from cti.commands.up import demo_program
from cti.processes import Program
from tests.asterisk.house import ROOT
from tests.asterisk.site import CONFIG, Site, running_site
from tests.browser.conftest import CHROMIUM_ARGS, chromium_path
from tests.browser.sound import humming, microphone_args

AGENT, SUPERVISOR, ADMIN = "1001", "2001", "admin"
LOCALES = {"zh": "zh-CN", "en": "en-US"}
SIZE = {"width": 1280, "height": 720}
WALL = {"width": 1920, "height": 1080}
CALLS_PER_HOUR = 700
STAFF = """\
  - {id: "1005", name: 王强, extension: "8005", skills: {motor: 3}, languages: [zh]}
  - {id: "1006", name: 马晓燕, extension: "8006", skills: {consult: 3, sales: 3}, languages: [zh, en]}
  - {id: "1007", name: 赵建国, extension: "8007", skills: {nonmotor: 3, agri: 3, consult: 1}, languages: [zh]}
  - {id: "1008", name: 韩丽, extension: "8008", skills: {complaint: 3, consult: 2}, languages: [zh]}
  - {id: "1009", name: 扎西, extension: "8009", skills: {consult: 2, sales: 2}, languages: [zh, bo-adx]}
  - {id: "1010", name: 陈晨, extension: "8010", skills: {sales: 4}, languages: [zh, en]}
people:
"""


@dataclass(frozen=True, slots=True)
class House:
    """The running hotline, and a browser to sit at."""

    site: Site
    browser: Browser

    async def context(self, language: str, size: dict[str, int] | None = None) -> BrowserContext:
        """A person's own browser, in Qinghai."""
        return await self.browser.new_context(
            locale=LOCALES[language],
            timezone_id="Asia/Shanghai",
            viewport={"width": (size or SIZE)["width"], "height": (size or SIZE)["height"]},
            reduced_motion="reduce",
        )

    async def sign_in(self, page: Page, login: str) -> None:
        """From the first page to the person's own."""
        await page.goto(self.site.url)
        await page.locator("input[name=login]").fill(login)
        await page.locator("input[name=password]").fill(self.site.passwords[login])
        await page.locator("[data-test=sign-in] button[type=submit]").click()
        await page.locator("[data-test=sign-in]").wait_for(state="hidden")


@contextlib.asynccontextmanager
async def running_house(folder: Path) -> AsyncIterator[House]:
    """Everything real; all of it is gone afterwards."""
    more = {
        "CTI_CONFIG": str(_fuller_configuration(folder)),
        "CTI_FOLDERS_PROMPTS": str(ROOT / "prompts"),
        "CTI_BROWSER_PHONE_CALLER_PAGE": "open",
        "CTI_SIP_NUMBERS": "95518",
    }
    args = [*CHROMIUM_ARGS, *microphone_args(humming(folder / "hum.wav"))]
    async with (
        running_site(folder / "run", more) as site,
        async_playwright() as playwright,
    ):
        await site.programs.start(_crowd(site))
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=args)
        yield House(site, browser)
        await browser.close()


def _fuller_configuration(folder: Path) -> Path:
    """The sample configuration with a room full of agents, of whom one alone knows roadside assistance."""
    shutil.copytree(CONFIG, folder / "config")
    shutil.copytree(ROOT / "dialplan", folder / "dialplan")
    agents = folder / "config" / "agents.yaml"
    written = agents.read_text("utf-8").replace("people:\n", STAFF, 1)
    agents.write_text(written.replace("{motor: 4, rescue: 3,", "{rescue: 3,"), "utf-8")
    return folder / "config"


def _crowd(site: Site) -> Program:
    """Simulated callers and agents; agent 1001 is left to a person, as in ``make demo``."""
    demo = demo_program(site.configuration)
    command = [*demo.command, "--calls-per-hour", str(CALLS_PER_HOUR)]
    return replace(demo, command=command, environment=site.environment)
