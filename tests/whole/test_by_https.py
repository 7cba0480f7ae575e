"""All of it by https of our own: page, events, signalling and sound, with certificate files."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from cti.simulation.phones import Phone, Phones, Registrar
from cti.simulation.sip_phone import OVER
from tests.asterisk.house import CALLER_TONE_HZ, DIRECT, ROOT, hearing, quick_configuration
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
from tests.whole.browser_centre import AGENT, LIMIT_MS, TALK_S, press, they_talk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


def certificate(folder: Path) -> dict[str, str]:
    """Settings that name a new certificate and its key."""
    files = {"certificate": folder / "cert.pem", "key": folder / "key.pem"}
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=95518", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", files["key"], "-out", files["certificate"]),
        ],
        check=True,
        capture_output=True,
    )
    return {f"CTI_HTTP_{name.upper()}": str(file) for name, file in files.items()}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    sound_needs_a_network()
    folder = tmp_path_factory.mktemp("https")
    more = {
        **certificate(folder),
        "CTI_CONFIG": str(quick_configuration(folder)),
        "CTI_FOLDERS_PROMPTS": str(ROOT / "prompts"),
        "CTI_SIP_NUMBERS": ",".join(("95518", *DIRECT.values())),
    }
    async with running_site(folder / "run", more) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def page(site: Site, tmp_path: Path) -> AsyncIterator[Page]:
    """A browser that takes this certificate."""
    args = [*CHROMIUM_ARGS, *microphone_args(humming(tmp_path / "hum.wav"))]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=args)
        context = await browser.new_context(**AGENT_CONTEXT, ignore_https_errors=True)
        context.set_default_timeout(LIMIT_MS)
        await context.add_init_script(KEEP_PEERS)
        yield await context.new_page()
        await browser.close()


async def test_a_browser_agent_signs_in_is_rung_and_talks_by_https(
    site: Site, page: Page, tmp_path: Path
) -> None:
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    await page.goto(site.configuration.settings.http.url)
    await page.locator("input[name=login]").fill(AGENT)
    await page.locator("input[name=password]").fill(site.passwords[AGENT])
    await page.locator("[data-test=sign-in] button[type=submit]").click()
    await page.locator("[data-kind=browser]").click()
    await expect(page.locator("[data-test=lamp-sip]")).to_have_attribute("data-light", "good")
    await page.locator("[data-test=begin]").click()
    await page.locator("[data-face=not_ready]").first.wait_for()
    await page.locator("[data-test=ready]").click()
    [cookie] = await page.context.cookies()
    assert cookie["secure"]
    assert cookie["httpOnly"]
    assert {url.partition(":")[0] for url in sockets} == {"wss"}
    async with Phones().running() as phones:
        registrar = Registrar(host="127.0.0.1", port=site.configuration.settings.sip.port)
        caller = phones.add(Phone("13997000001", registrar, tone_hz=CALLER_TONE_HZ))
        caller.record(tmp_path)
        leg = caller.dial(DIRECT["motor"])
        await page.locator("[data-test=ring]").wait_for()
        await press(page, "answer")
        await they_talk(page)
        await until_heard(page)
        await asyncio.sleep(TALK_S)
        leg.hang_up()
        await leg.until(OVER, 15)
        assert (await hearing(leg)).tone(HUM_HZ).seconds > 1


async def test_nothing_is_served_by_http(site: Site) -> None:
    http = site.configuration.settings.http
    reader, writer = await asyncio.open_connection(http.host, http.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    async with asyncio.timeout(5):
        assert not (await reader.read(64)).startswith(b"HTTP")
    writer.close()
