"""What opens over supervision's pages, and what callers and agents may have written there."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.fake_server import SUPERVISOR_SESSION, FakeServer
from tests.browser.samples import agent, ago, call, call_row
from tests.browser.supervise_samples import recording, ticket, work_item
from tests.browser.supervise_screenshots import OVER, PAGES, SHOWN, fill
from tests.browser.test_language_and_access import LOOKS, _violations

HOSTILE = "<img src=x onerror=document.title='owned'>{{7*7}}${1}'\"]"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look['locale']}-{look['color_scheme']}")
async def test_axe_finds_nothing_in_what_opens_over_the_pages(
    new_page: NewPage, static_url: str, look: dict[str, Any]
) -> None:
    page = await new_page(**look)
    fake = FakeServer(static_url)
    await fake.attach(page)
    fake.session = SUPERVISOR_SESSION
    fake.others = [agent(agentId="1024", status="ready", state="talking")]
    fill(fake)
    for shown, clicks in OVER.items():
        await fake.signed_in_desk(page, *PAGES[shown])
        fake.event("noticeSent", by="banzhang", text="湟源段大雪", queues=[])
        for click in clicks:
            await page.locator(click).first.click()
        await page.locator(SHOWN[shown]).first.wait_for()
        assert await _violations(page) == [], shown


@pytest.mark.parametrize("path", ["/board", "/calls", "/recordings", "/callbacks", "/work"])
async def test_hostile_words_stay_words(browser_page: Page, fake: FakeServer, path: str) -> None:
    fake.session = SUPERVISOR_SESSION
    fake.others = [agent(agentId="1024", name=HOSTILE, status="ready", asked=HOSTILE)]
    fake.calls = [call(callId="c1", callerNumber=HOSTILE, queue=HOSTILE, queuedAt=ago(9))]
    fake.rows = [
        call_row(
            callerNumber=HOSTILE,
            queue=HOSTILE,
            outcome=HOSTILE,
            wrapUpReason=HOSTILE,
            agentId="1024",
        )
    ]
    said = {"callerNumber": HOSTILE, "heldBy": HOSTILE, "onHold": True, "heldWhy": HOSTILE}
    fake.supervised.recordings = [recording(queue=HOSTILE, agents=["1024"], **said)]
    fake.supervised.tickets = [ticket(number=HOSTILE, queue=HOSTILE)]
    fake.supervised.work = [work_item(number=HOSTILE, queue=HOSTILE, details={"text": HOSTILE})]
    name = path.removeprefix("/")
    await fake.signed_in_desk(browser_page, *PAGES[name])
    await expect(browser_page.locator("main")).to_contain_text(HOSTILE)
    assert await browser_page.locator("main img").count() == 0
    assert "owned" not in await browser_page.title()
    inside = await browser_page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert inside
