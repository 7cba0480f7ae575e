"""A working day of browser agents on a real line: callbacks, a transfer nobody takes, recordings, and books
that agree at its end."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from cti.simulation.phones import Answering, Leg
from cti.simulation.sip_phone import OVER
from tests.asterisk.house import (
    CALLER_TONE_HZ,
    CUSTOMER_TONE_HZ,
    DIRECT,
    OFFERED_AFTER_S,
    hearing,
)
from tests.asterisk.test_recordings import Stereo
from tests.browser.sound import HUM_HZ, until_heard, until_tones
from tests.shift.run import said_by
from tests.whole.browser_centre import (
    COLLEAGUE,
    SUPERVISOR,
    TALK_S,
    Centre,
    answered,
    is_in,
    press,
    they_talk,
)

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(150)]

SitDown = Callable[..., Awaitable[Page]]
BOOKS_S = 20.0
"""So long after the last call its books may be incomplete; each look at them is a run of the command."""


async def registers(centre: Centre) -> str:
    """A caller waits for motor and asks to be called where he is; the ticket's id."""
    phone = centre.caller()
    leg = phone.dial(DIRECT["motor"])
    await leg.until("CONFIRMED", 15)
    call_id = await centre.call_of(phone)
    await asyncio.sleep(OFFERED_AFTER_S)
    for node in ("which_number", ""):
        await chooses(centre, leg, call_id, node)
    asked = await centre.board.until(15, type="callbackRequested", origin=call_id)
    await leg.until(OVER, 15)
    return str(asked["callId"])


async def chooses(centre: Centre, leg: Leg, call_id: str, node: str) -> None:
    """Keys are pressed until they are heard: one that falls between two steps of a dialplan is lost."""
    wanted = {"type": "nodeEntered", "node": node} if node else {"type": "queueLeft"}
    for _ in range(5):
        leg.press("2" if node else "1")
        try:
            await centre.board.until(2.0, callId=call_id, **wanted)
        except TimeoutError:
            continue
        return
    raise AssertionError("the key was not heard")


async def recorded(centre: Centre, call_id: str) -> Stereo:
    """What was recorded of a call, as soon as a search finds it."""
    async with asyncio.timeout(20):
        path = f"/api/v1/recordings?callId={call_id}"
        while not (found := await centre.board.get(path)):  # noqa: ASYNC110 (SQL must be asked)
            await asyncio.sleep(0.2)
    [recording] = found
    path = f"/api/v1/recordings/{recording['recordingId']}/audio"
    _, content = await centre.board.fetch(path)
    return Stereo(content)


async def test_a_callback_rings_the_agents_browser_and_then_the_customer(
    centre: Centre, sit_down: SitDown
) -> None:
    centre.customer.answer_like(Answering(after_s=0.5))
    centre.customer.record(centre.folder)
    ticket = await registers(centre)
    page = await sit_down(ready=False)
    await page.locator("[data-test=ready]").click()
    await page.locator("[data-test=ring]").wait_for()
    await press(page, "answer")
    await centre.board.until(20, type="callbackConnected", callId=ticket, agentId="1001")
    await until_tones(page, CUSTOMER_TONE_HZ)
    await asyncio.sleep(TALK_S)
    centre.customer.leg.hang_up()
    await is_in(page, "wrap_up")
    await centre.board.until(type="callbackClosed", callId=ticket, result="served")
    assert (await hearing(centre.customer.leg)).tone(HUM_HZ).seconds > 1


async def test_a_transfer_that_the_colleagues_browser_does_not_take_brings_the_caller_back(
    centre: Centre, sit_down: SitDown
) -> None:
    page, other = await sit_down(), await sit_down(COLLEAGUE)
    leg = await answered(centre, page)
    await page.locator("[data-control=transfer]").click()
    await page.locator(f"[data-target='agent:{COLLEAGUE}']").click()
    await other.locator("[data-test=ring]").wait_for()
    await expect(other.locator("[data-test=ring]")).to_be_hidden(timeout=15_000)
    missed = await centre.board.until(type="diverted", agentId=COLLEAGUE)
    await centre.board.until(type="queued", callId=missed["callId"], why="transfer")
    await page.locator("[data-test=ready]").click()
    await page.locator("[data-test=ring]").wait_for()
    await press(page, "answer")
    await they_talk(page)
    await until_heard(page)
    assert leg.state == "CONFIRMED"


async def test_the_recording_has_the_caller_left_and_the_browsers_voice_right(
    centre: Centre, sit_down: SitDown
) -> None:
    page = await sit_down()
    phone = centre.caller()
    leg = phone.dial(DIRECT["motor"])
    await page.locator("[data-test=ring]").wait_for()
    await press(page, "answer")
    await they_talk(page)
    await until_heard(page)
    await asyncio.sleep(2 * TALK_S)
    call_id = await centre.call_of(phone)
    leg.hang_up()
    await is_in(page, "wrap_up")
    heard = await recorded(centre, call_id)
    assert heard.tone_s(heard.left, CALLER_TONE_HZ) > 1
    assert heard.tone_s(heard.right, HUM_HZ) > 1
    assert heard.tone_s(heard.left, HUM_HZ) < 0.3


async def test_the_supervisor_finds_such_a_call_by_its_number_and_hears_it(
    centre: Centre, sit_down: SitDown
) -> None:
    page = await sit_down(SUPERVISOR)
    await page.goto(f"{centre.site.url}/calls")
    number = centre.phones.phones[-1].name
    await page.locator("[data-test=number]").fill(number)
    await page.locator("[data-test=find]").click()
    rows = page.locator("[data-test=history] tbody tr")
    await expect(rows).to_have_count(1)
    file = await page.locator("[data-test=export]").get_attribute("href")
    text = await (await page.request.get(f"{centre.site.url}{file}")).text()
    assert number not in text
    assert f"****{number[-4:]}" in text
    await rows.get_by_role("button").click()
    await page.get_by_role("tab", name="录音").click()
    await page.locator("[data-test=hear]").click()
    await expect(page.locator("[data-test=wave]")).to_be_visible()


async def test_the_figures_of_the_day_lead_to_its_calls(centre: Centre, sit_down: SitDown) -> None:
    page = await sit_down(SUPERVISOR)
    await page.goto(f"{centre.site.url}/reports")
    await page.locator("[data-report=own]").click()
    await page.locator("[data-test=own-queue]").select_option("motor")
    await page.locator("[data-test=own-ask]").click()
    await page.locator("[data-cell=answered]").last.click()
    await page.locator("[data-test=to-calls]").click()
    await expect(page.locator("[data-test=queue]")).to_have_value("motor")
    await expect(page.locator("[data-test=outcome]")).to_have_value("answered")
    await page.locator("[data-test=history] tbody tr").first.wait_for()


async def differences(centre: Centre) -> Any:
    """What ``cti crosscheck`` finds in today's books."""
    zone = ZoneInfo(centre.site.configuration.settings.time_zone)
    code, told = await said_by(centre.site, "crosscheck", f"{datetime.now(zone).date()}", "--json")
    assert code in (0, 1), told
    assert told["calls"] >= 3
    return told["discrepancies"]


async def test_the_books_of_such_a_day_agree(centre: Centre) -> None:
    """They are written beside the calls, and have a while to be complete."""
    until = time.monotonic() + BOOKS_S
    while (found := await differences(centre)) and time.monotonic() < until:
        pass
    assert found == []
