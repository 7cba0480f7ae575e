"""An admin changes what is said, in his browser: the next caller hears it, who is inside does not."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from cti.asterisk.ivr_visit import sound_file
from cti.simulation.phones import Leg, Phone, Phones, Registrar
from cti.simulation.sip_phone import OVER
from tests.asterisk.house import ROOT, hearing, quick_configuration
from tests.asterisk.phrase_voice import speech_settings
from tests.asterisk.short_ways import SHORT_MENU
from tests.asterisk.site import Desktop, Site, desktop, running_site
from tests.browser.conftest import AGENT_CONTEXT, CHROMIUM_ARGS, chromium_path
from tests.browser.editor import open_file, replace_all
from tests.servers import free_port

pytestmark = pytest.mark.timeout(300)

GREETING = "welcome"
OLD = "您好，欢迎致电中国人保财险95518服务热线。"
NEW = "各位车主好，这里是人保财险。冰雪路滑，请小心驾驶。"
CATALOGUE = "prompts/catalogue.yaml"
REAL_VOICE = ROOT / ".runtime/prompts-venv/bin/python"
"""Where it is not installed, a voice of tones says what is new."""
FLOW = f"""\
flows:
  - name: the greeting leads to a person
    tree: "{SHORT_MENU}"
    at: 2026-11-23T10:00+08:00
    from: "13897000001"
    to: "{SHORT_MENU}"
    steps:
      - hear: {GREETING}
      - press: 1
    ends: {{queue: motor}}
"""
HEARD_S = 1.5
"""One voice says both: single words of one greeting are alike in the other."""
VOICE_MS = 120_000
LIMIT_MS = 30_000


@dataclass
class Hotline:
    """Asterisk, the server, callers with phones; its short menu greets with ``GREETING``."""

    site: Site
    phones: Phones
    board: Desktop
    folder: Path
    callers: int = 0

    async def call(self) -> tuple[Leg, str]:
        """A new caller in the menu: the leg and the call's id."""
        self.callers += 1
        registrar = Registrar(host="127.0.0.1", port=self.site.configuration.settings.sip.port)
        phone = self.phones.add(Phone(f"1399700{self.callers:04}", registrar))
        phone.record(self.folder)
        leg = phone.dial(SHORT_MENU)
        await leg.until("CONFIRMED", 15)
        masked = f"{phone.name[:3]}****{phone.name[-4:]}"
        offered = await self.board.until(type="offered", callerNumber=masked)
        call_id = str(offered["callId"])
        await self.board.until(15, type="nodeEntered", callId=call_id, node="main")
        return leg, call_id

    async def heard(self, leg: Leg) -> tuple[bool, bool]:
        """The call ends: did he hear the old greeting, the new one?"""
        leg.hang_up()
        await leg.until(OVER, 15)
        found = await hearing(leg)
        new = [found.sound(each).seconds for each in self.new_sounds()]
        return found.prompt(GREETING).seconds > HEARD_S, max(new, default=0.0) > HEARD_S

    def new_sounds(self) -> list[Path]:
        """What was spoken; copies of the server's own sounds lie beside it."""
        own = {path.read_bytes() for path in (ROOT / "prompts").glob("??/*.alaw")}
        spoken = (self.site.folder / "asterisk/spoken").glob("*.alaw")
        return [path for path in spoken if path.read_bytes() not in own]


@pytest.fixture
async def hotline(tmp_path: Path) -> AsyncIterator[Hotline]:
    config = quick_configuration(tmp_path, free_port())
    shutil.rmtree(tmp_path / "dialplan/tests", ignore_errors=True)
    (tmp_path / "dialplan/tests").mkdir()
    (tmp_path / "dialplan/tests/short.yaml").write_text(FLOW, "utf-8")
    short = tmp_path / f"dialplan/{SHORT_MENU}.yaml"
    short.write_text(short.read_text("utf-8").replace("whisper_motor", GREETING), "utf-8")
    more = {
        "CTI_CONFIG": str(config),
        "CTI_FOLDERS_PROMPTS": str(ROOT / "prompts"),
        "CTI_SIP_NUMBERS": f"95518,{SHORT_MENU}",
        **({} if REAL_VOICE.is_file() else speech_settings(tmp_path / "voice")),
    }
    async with (
        running_site(tmp_path / "run", more) as site,
        Phones().running() as phones,
        desktop(site, "admin") as board,
    ):
        yield Hotline(site, phones, board, tmp_path)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        launch = playwright.chromium.launch
        chromium = await launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        context = await chromium.new_context(**AGENT_CONTEXT)
        context.set_default_timeout(15_000)
        yield await context.new_page()
        await chromium.close()


async def begin_draft(page: Page, hotline: Hotline) -> None:
    await page.goto(f"{hotline.site.url}/admin/files")
    await page.locator("#login").fill("admin")
    await page.locator("#password").fill(hotline.site.passwords["admin"])
    await page.keyboard.press("Enter")
    await page.locator("[data-test=begin-current]").click()
    await page.locator("[data-test=editor] .cm-content").wait_for(timeout=LIMIT_MS)


async def is_proved(page: Page) -> None:
    """The draft is checked and its flow tests run, in the page."""
    await page.locator("[data-test=check]").click()
    await expect(page.locator("[data-test=check-result]")).to_contain_text(
        "0 个错误", timeout=LIMIT_MS
    )
    await page.locator("#tab-test").click()
    await page.locator("[data-test=run-tests]").click()
    await expect(page.locator("[data-test=test-result]")).to_contain_text(
        "1 个通过，0 个失败", timeout=LIMIT_MS
    )


async def publish(page: Page) -> None:
    await page.locator("[data-test=publish]").click()
    await expect(page.locator("[data-test=noticed]")).to_contain_text(NEW, timeout=LIMIT_MS)
    await page.locator("[data-test=publish-message]").fill("冰雪天气问候")
    await expect(page.locator("[data-test=publish-done]")).to_be_disabled()
    await page.locator("[data-test=speak]").click()
    await page.locator("[data-test=spoken]").wait_for(timeout=VOICE_MS)
    await page.locator("[data-test=publish-done]").click()
    await expect(page.locator("[data-test=publish-dialog]")).to_be_hidden(timeout=LIMIT_MS)


async def roll_back(page: Page) -> None:
    await page.locator("#tab-versions").click()
    await page.locator("[data-version='1'] button").click()
    await page.locator("[data-test=reason]").fill("天气好了")
    await page.locator("[data-test=reason-done]").click()
    await expect(page.locator("[data-test=reason-dialog]")).to_be_hidden(timeout=LIMIT_MS)


async def test_a_greeting_changed_in_the_editor_is_heard_by_the_next_caller_only(
    hotline: Hotline, page: Page
) -> None:
    await begin_draft(page, hotline)
    await open_file(page, CATALOGUE)
    await replace_all(page, OLD, NEW)
    await is_proved(page)
    inside, first = await hotline.call()
    await publish(page)
    await hotline.board.until(15, type="dialplanPublished")
    outside, second = await hotline.call()
    inside.press("2")  # the greeting again
    await hotline.board.until(15, type="digitsDialed", callId=first, digits="2")
    await asyncio.sleep(5)
    assert await hotline.heard(inside) == (True, False)
    assert await hotline.heard(outside) == (False, True)
    ended = [await hotline.board.until(type="visitEnded", callId=each) for each in (first, second)]
    assert [each["version"] for each in ended] == [1, 2]
    await roll_back(page)
    await hotline.board.until(15, type="dialplanRolledBack")
    later, _ = await hotline.call()
    await asyncio.sleep(5)
    assert await hotline.heard(later) == (True, False)


def test_sounds_of_versions_lie_apart_from_the_servers_own() -> None:
    assert sound_file("welcome") == "95518/welcome"
    assert sound_file("spoken/abc") == "95518-spoken/abc"
