"""A supervisor at a browser takes part in real talks between a browser's agent and a caller's phone."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from cti.simulation.phones import Leg
from cti.simulation.sip_phone import OVER
from tests.asterisk.hearing import Hearing
from tests.asterisk.house import CALLER_TONE_HZ, DIRECT, hearing
from tests.browser.sound import HUM_HZ, tones, until_heard, until_tones
from tests.whole.browser_centre import (
    SUPERVISOR,
    TALK_S,
    Centre,
    answered,
    is_in,
    press,
    they_talk,
)

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(150)]

SUPERVISOR_HZ = 900
WHY = "新人首日"
SitDown = Callable[..., Awaitable[Page]]


async def supervisor_of(sit_down: SitDown) -> Page:
    """He sits before the live page, with a voice of his own."""
    page = await sit_down(SUPERVISOR, hum_hz=SUPERVISOR_HZ)
    await page.locator("[data-test=agents]").wait_for()
    return page


async def act(page: Page, row: str, key: str) -> None:
    """An act of a row's menu, with its reason."""
    await begin(page, row, key)
    await confirm(page)


async def begin(page: Page, row: str, key: str) -> None:
    """Choose an act; its form asks."""
    await page.locator(f"{row} [data-test=acts]").click()
    await page.locator(f"[data-act={key}]").click()


async def confirm(page: Page) -> None:
    """Give the reason, and see that the server took it."""
    await page.locator("[data-test=act-reason]").fill(WHY)
    await page.locator("[data-test=act-confirm]").click()
    await expect(page.locator("[data-test=act-form]")).to_be_hidden()


async def listens(page: Page) -> None:
    """Asked for once, his phone answers by itself."""
    await act(page, "[data-agent='1001']", "listen")
    await expect(page.locator("[data-test=monitoring]")).to_contain_text("正在收听")
    await until_heard(page)


async def takes_part(page: Page, mode: str) -> None:
    """Changes from one way to another without a new reason."""
    button = page.locator(f"[data-test=monitoring] [data-mode={mode}]")
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "true")


async def are_kept(centre: Centre, since: datetime, *acts: str) -> None:
    """The audit has a line of each act, with its reason, of this test alone."""
    query = f"limit=500&who={SUPERVISOR}&since={since:%Y-%m-%dT%H:%M:%S.%fZ}"
    found = await centre.board.get(f"/api/v1/admin/audit?{query}")
    lines = [(line["action"], line["reason"]) for line in found["lines"]]
    assert [each for each in acts if (f"supervise.{each}", WHY) not in lines] == []


async def over(leg: Leg) -> Hearing:
    leg.hang_up()
    await leg.until(OVER, 15)
    return await hearing(leg)


async def test_whoever_is_meant_to_hear_the_supervisor_does_and_nobody_else(
    centre: Centre, sit_down: SitDown
) -> None:
    began = datetime.now(UTC)
    agent, boss = await sit_down(), await supervisor_of(sit_down)
    leg = await answered(centre, agent)
    await listens(boss)
    await are_kept(centre, began, "listen")
    await until_tones(boss, HUM_HZ, CALLER_TONE_HZ)
    assert await tones(agent, SUPERVISOR_HZ) == {SUPERVISOR_HZ: False}
    await takes_part(boss, "whisper")
    await until_tones(agent, CALLER_TONE_HZ, SUPERVISOR_HZ)
    await boss.locator("[data-test=monitor-stop]").click()
    await is_in(boss, "not_ready")
    heard = await over(leg)
    assert heard.part(SUPERVISOR_HZ).seconds < 0.2
    assert heard.part(HUM_HZ).seconds > 1


async def test_who_barges_in_is_heard_by_both(centre: Centre, sit_down: SitDown) -> None:
    agent, boss = await sit_down(), await supervisor_of(sit_down)
    leg = await answered(centre, agent)
    await listens(boss)
    await takes_part(boss, "barge")
    await until_tones(agent, CALLER_TONE_HZ, SUPERVISOR_HZ)
    await press(agent, "hangUp")
    await is_in(agent, "wrap_up")
    await is_in(boss, "not_ready")
    heard = await over(leg)
    assert heard.part(SUPERVISOR_HZ).seconds > 1
    assert heard.part(HUM_HZ).seconds > 1


async def test_the_supervisor_takes_the_caller_over_and_the_agent_wraps_up(
    centre: Centre, sit_down: SitDown
) -> None:
    began = datetime.now(UTC)
    agent, boss = await sit_down(), await supervisor_of(sit_down)
    leg = await answered(centre, agent)
    await listens(boss)
    await act(boss, "[data-agent='1001']", "intercept")
    await are_kept(centre, began, "listen", "intercept")
    await is_in(agent, "wrap_up")
    await boss.locator("[data-test=ring]").wait_for()
    await press(boss, "answer")
    await they_talk(boss)
    assert await tones(boss, HUM_HZ, CALLER_TONE_HZ) == {HUM_HZ: False, CALLER_TONE_HZ: True}
    await asyncio.sleep(TALK_S)
    heard = await over(leg)
    assert heard.tone(HUM_HZ).seconds > 0.3
    assert heard.tone(SUPERVISOR_HZ).seconds > 1
    assert heard.tone(HUM_HZ).last_s < heard.tone(SUPERVISOR_HZ).first_s


async def test_a_talk_is_ended_by_force_and_the_caller_goes_on_to_the_survey(
    centre: Centre, sit_down: SitDown
) -> None:
    began = datetime.now(UTC)
    agent, boss = await sit_down(), await supervisor_of(sit_down)
    leg = await answered(centre, agent)
    await until_heard(agent)
    await act(boss, "[data-agent='1001']", "release")
    await are_kept(centre, began, "release")
    await is_in(agent, "wrap_up")
    ended = await centre.board.until(type="callReleased", by=SUPERVISOR, reason=WHY)
    await centre.board.until(15, type="nodeEntered", callId=ended["callId"], node="after_call/ask")
    assert leg.state == "CONFIRMED"
    await over(leg)


async def test_a_waiting_caller_is_picked_up_by_the_supervisor(
    centre: Centre, sit_down: SitDown
) -> None:
    began = datetime.now(UTC)
    boss = await supervisor_of(sit_down)
    leg = centre.caller().dial(DIRECT["motor"])
    await leg.until("CONFIRMED", 15)
    await act(boss, "[data-test=waiting] [data-call]", "pickUp")
    await are_kept(centre, began, "pick_up")
    await boss.locator("[data-test=ring]").wait_for()
    await press(boss, "answer")
    await they_talk(boss)
    await until_heard(boss)
    await asyncio.sleep(TALK_S)
    assert (await over(leg)).tone(SUPERVISOR_HZ).seconds > 1
