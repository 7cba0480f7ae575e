"""Phones in a real browser, through the real server and a real Asterisk: signalling, sound, and who may."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.asterisk.house import DIRECT, ROOT, quick_configuration
from tests.asterisk.short_ways import SHORT_MENU
from tests.asterisk.site import Desktop, Site, desktop, running_site
from tests.browser.conftest import AGENT_CONTEXT
from tests.browser.softphone import Softphone, bundled

pytestmark = pytest.mark.asyncio(loop_scope="module")

AGENT, OTHER, NUMBER = "1001", "1002", "13997000002"
HZ = 440
FOREIGN = """\
REGISTER sip:95518.invalid SIP/2.0\r
Via: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r
From: <sip:8002w@95518.invalid>;tag=1\r
To: <sip:8002w@95518.invalid>\r
Call-ID: 1\r
CSeq: 1 REGISTER\r
Contact: <sip:x@x.invalid;transport=ws>\r
Content-Length: 0\r
\r
"""


@dataclass
class Place:
    """A hotline, and a browser to open pages with."""

    site: Site
    browser: Browser
    script: str
    board: Desktop

    async def phone(self, login: str = "") -> Softphone:
        """A page of its own, signed in where a login is named."""
        context = await self.browser.new_context(**AGENT_CONTEXT)
        phone = await Softphone(await context.new_page(), self.site, self.script).open()
        if login:
            await phone.sign_in(login)
        return phone

    async def agent(self, login: str = AGENT) -> Softphone:
        """An agent at work, with the phone of his page."""
        phone = await self.phone(login)
        await phone.start(await phone.ask("GET", "/api/v1/phone"), hz=HZ, register=True)
        await phone.command("logOn", phone="browser")
        await phone.command("setAgentState", status="ready")
        return phone

    async def caller(self, number: str) -> Softphone:
        """Somebody who is not signed in rings ``number`` up as NUMBER, and reads along."""
        phone = await self.phone()
        account = await phone.ask("GET", f"/api/v1/caller-phone?number={NUMBER}")
        await phone.read_along(account["token"])
        await phone.start(account, hz=2 * HZ, register=False)
        identity = f"P-Asserted-Identity: <sip:{NUMBER}@95518>"
        await phone.dial(number, f"X-Call-Token: {account['token']}", identity)
        await phone.until("confirmed")
        return phone


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(
    tmp_path_factory: pytest.TempPathFactory, chromium_url: str
) -> AsyncIterator[Place]:
    folder = tmp_path_factory.mktemp("phones")
    more = {
        "CTI_CONFIG": str(quick_configuration(folder)),
        "CTI_SIP_NUMBERS": ",".join(("95518", SHORT_MENU, *DIRECT.values())),
        "CTI_FOLDERS_PROMPTS": str(ROOT / "prompts"),
        "CTI_BROWSER_PHONE_CALLER_PAGE": "open",
    }
    async with running_site(folder / "run", more) as site, async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium_url)
        async with desktop(site, "2001") as board:
            yield Place(site, browser, bundled(tmp_path_factory.mktemp("softphone")), board)
        await browser.close()


async def test_a_page_hears_the_menu_and_reads_along_and_its_keys_count(place: Place) -> None:
    caller = await place.caller("95518")
    masked = f"{NUMBER[:3]}****{NUMBER[-4:]}"
    offered = await place.board.until(type="offered", callerNumber=masked)
    await caller.until_heard()
    await caller.until_said(type="said", node="root", text="车险报案")
    await caller.press("1")
    await place.board.until(type="digitsDialed", callId=offered["callId"], digits="1")
    await caller.hang_up()
    assert (await caller.until_said(state="ended"))["callId"] == offered["callId"]


async def test_two_pages_talk_and_a_sign_out_ends_the_socket_but_not_the_talk(
    place: Place,
) -> None:
    agent = await place.agent()
    caller = await place.caller(DIRECT["motor"])
    await caller.until_said(state="connected")
    await agent.until_heard()
    await caller.until_heard()
    record = await place.board.until_agent(AGENT, "talking")
    assert record["phone"] == "browser"
    assert (await agent.ask("DELETE", "/api/v1/session"))["ok"]
    assert (await agent.until("disconnected"))["code"] == 4401
    await caller.until_heard()
    await caller.hang_up()
    await place.board.until_agent(AGENT, "wrap_up")


async def test_a_phone_that_loses_its_connection_goes_on_talking_and_comes_back(
    place: Place,
) -> None:
    agent = await place.agent(OTHER)
    caller = await place.caller(DIRECT["consult"])
    await caller.until_said(state="connected")
    await agent.page.evaluate("phone.events.length = 0")
    await agent.cut()
    await agent.until("registered")
    await agent.until_heard()
    await agent.hang_up()
    await place.board.until_agent(OTHER, "wrap_up")


async def test_a_page_that_speaks_as_another_is_closed(place: Place) -> None:
    phone = await place.phone(AGENT)
    assert await phone.raw("/sip", FOREIGN) == [4403, "registers as another"]


async def test_a_caller_cannot_show_a_number_that_is_not_his_tokens(place: Place) -> None:
    phone = await place.phone()
    account = await phone.ask("GET", f"/api/v1/caller-phone?number={NUMBER}")
    await phone.start(account, hz=HZ, register=False)
    shown = "P-Asserted-Identity: <sip:13900000000@95518>"
    await phone.dial("95518", f"X-Call-Token: {account['token']}", shown)
    assert (await phone.until("disconnected"))["code"] == 4403


async def test_nobody_reads_along_with_another_persons_call(place: Place) -> None:
    mine = await place.phone(AGENT)
    token = (await mine.ask("GET", f"/api/v1/caller-phone?number={NUMBER}"))["token"]
    other = await place.phone(OTHER)
    await other.read_along(token)
    await other.page.wait_for_function("() => phone.closed === 4403")


async def test_a_person_hears_himself(place: Place) -> None:
    phone = await place.phone(AGENT)
    await phone.start(await phone.ask("GET", "/api/v1/phone"), hz=HZ, register=True)
    await phone.dial("echo")
    await phone.until("confirmed")
    await phone.until_heard()
    await phone.hang_up()
