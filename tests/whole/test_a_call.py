"""The hotline's main job in one go: two SIP phones, a real browser, the real menu.

A caller dials 95518, hears the menu, presses keys; of two agents with different skills the right one's
browser pops up before his phone is answered; they talk, he wraps up, and the call can be read back.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from cti.simulation.phones import Answering, Phone, Phones, Registrar
from tests.asterisk.site import Site, running_site
from tests.browser.conftest import NewPage, browser, chromium_url, new_page

__all__ = ["browser", "chromium_url", "new_page"]

CALLER = "13997000002"
LIMIT_MS = 30_000


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(tmp_path / "run") as found:
        yield found


async def sit_down(site: Site, page: Page, login: str) -> None:
    """Sign in and go ready, as people do."""
    await page.goto(site.url)
    await page.locator("input[name=login]").fill(login)
    await page.locator("input[name=password]").fill(site.passwords[login])
    await page.locator("[data-test=sign-in] button[type=submit]").click()
    await page.locator("[data-kind=desk]").click()
    await page.locator("[data-test=begin]").click()
    state = page.locator("[data-test=my-state]")
    await expect(state).to_contain_text("示忙", timeout=LIMIT_MS)
    await page.locator("[data-test=ready]").click()
    await expect(state).to_contain_text("示闲", timeout=LIMIT_MS)


@pytest.mark.timeout(180)
async def test_a_call_goes_from_the_menu_to_the_right_agent_and_into_history(
    site: Site, new_page: NewPage, tmp_path: Path
) -> None:
    registrar = Registrar(host="127.0.0.1", port=site.configuration.settings.sip.port)
    async with Phones().running() as phones:
        caller = phones.add(Phone(CALLER, registrar, tone_hz=500))
        motor = Phone("8001", registrar, tone_hz=350, answering=Answering(after_s=None))
        consult = Phone("8002", registrar, tone_hz=400, answering=Answering(after_s=None))
        for phone in (motor, consult):
            phones.add(phone, site.secrets.get(f"sip_{phone.name}"))
            await phone.until_registered()
        mine, other = await new_page(), await new_page()
        await sit_down(site, mine, "1001")
        await sit_down(site, other, "1002")

        call = caller.dial("95518")
        await call.until("CONFIRMED", 20)
        # Motor, general, this plate: kept over the notice that no key may cut short.
        call.press("121")
        leg = await motor.until_rung(60)
        await expect(mine.locator("[data-test=pop]")).to_contain_text("王先生", timeout=LIMIT_MS)
        assert leg.state == "EARLY", "the pop came before the phone was answered"
        await expect(mine.locator("[data-test=number]")).to_have_text("139****0002")
        await expect(mine.locator("[data-test=pressed]")).to_contain_text("车险报案")
        if pictures := os.environ.get("CTI_PICTURES"):
            await mine.screenshot(path=Path(pictures) / "pop-real.png")
        await expect(mine.locator("[data-test=policies]")).to_contain_text("PDAA")
        await expect(mine.locator("[data-test=claims]")).to_contain_text("已支付")
        await expect(other.locator("[data-test=pop]")).to_contain_text("没有来电")
        assert not consult.legs, "the agent without the skill must not ring"

        leg.pick_up()
        await expect(mine.locator("[data-test=my-state]")).to_contain_text("通话", timeout=LIMIT_MS)
        await expect(mine.locator("[data-test=call-timer]")).to_contain_text(
            "0:02", timeout=LIMIT_MS
        )
        await mine.locator("[data-test=hang-up]").click()
        await expect(mine.locator("[data-test=my-state]")).to_contain_text("话后", timeout=LIMIT_MS)
        await asyncio.sleep(2)
        call.press("1")  # what the survey asks
        await call.until("DISCONNECTED", 30)
        await wrap_up(mine)
        await expect(mine.locator("[data-test=my-state]")).to_contain_text("示闲", timeout=LIMIT_MS)
        await read_back(site, new_page)
        assert await site.channels() == 0


async def wrap_up(page: Page) -> None:
    """Choose 报案 / 车险单方 and save."""
    await page.locator("[data-test=wrap-up] .el-cascader input").first.click()
    for label in ("报案", "车险单方"):
        await page.locator(".el-cascader-node", has_text=label).first.click()
    await page.locator("[data-test=wrap-up] textarea").fill("青A·A0018 追尾")
    await page.locator("[data-test=save]").click()


async def read_back(site: Site, new_page: NewPage) -> None:
    """The supervisor finds the call and its story."""
    page = await new_page()
    await page.goto(site.url)
    await page.locator("input[name=login]").fill("2001")
    await page.locator("input[name=password]").fill(site.passwords["2001"])
    await page.locator("[data-test=sign-in] button[type=submit]").click()
    await page.locator("[data-test=page-calls]").click()
    await expect(page.locator("[data-test=history]")).to_contain_text(
        "139****0002", timeout=LIMIT_MS
    )
    await page.locator("[data-test=history] tbody tr").first.locator("button").first.click()
    story = page.locator("[data-test=story]")
    await expect(story).to_contain_text("进入队列 motor", timeout=LIMIT_MS)
    await expect(story).to_contain_text("与座席 1001 接通")
    if pictures := os.environ.get("CTI_PICTURES"):
        await page.screenshot(path=Path(pictures) / "story-real.png")
