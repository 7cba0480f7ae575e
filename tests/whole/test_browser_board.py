"""A supervisor's other acts at the live page of a running house: what each does, its line in the audit."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from cti.simulation.phones import Leg
from tests.asterisk.house import DIRECT
from tests.whole.browser_centre import SUPERVISOR, WITH_LEAVE, Centre, is_in
from tests.whole.test_browser_supervisor import WHY, act, begin, confirm, supervisor_of

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(150)]

SitDown = Callable[..., Awaitable[Page]]


async def waits(centre: Centre, queue: str) -> tuple[Leg, str]:
    """A caller in a queue that nobody serves."""
    phone = centre.caller()
    leg = phone.dial(DIRECT[queue])
    await leg.until("CONFIRMED", 15)
    call_id = await centre.call_of(phone)
    await centre.board.until(type="queued", callId=call_id)
    return leg, call_id


async def test_a_waiting_call_gets_another_priority_and_another_queue(
    centre: Centre, sit_down: SitDown
) -> None:
    boss = await supervisor_of(sit_down)
    _, call_id = await waits(centre, "motor")
    row = f"[data-test=waiting] [data-call='{call_id}']"
    await begin(boss, row, "priority")
    await boss.get_by_role("spinbutton").fill("95")
    await confirm(boss)
    await expect(boss.locator(row)).to_contain_text("95")
    await begin(boss, row, "move")
    await boss.locator("[data-test=act-queue]").click()
    await boss.get_by_role("option", name="业务咨询").click()
    await confirm(boss)
    await expect(boss.locator(row)).to_contain_text("业务咨询")


async def test_an_urgent_call_is_acknowledged(centre: Centre, sit_down: SitDown) -> None:
    boss = await supervisor_of(sit_down)
    _, call_id = await waits(centre, "major")
    alert = boss.locator(f"[data-test=alerts] [data-call='{call_id}']")
    await alert.locator("[data-test=acknowledge]").click()
    await expect(alert).to_contain_text(SUPERVISOR)


async def test_an_agents_state_is_forced_and_he_is_signed_out(
    centre: Centre, sit_down: SitDown
) -> None:
    agent, boss = await sit_down(), await supervisor_of(sit_down)
    await act(boss, "[data-agent='1001']", "force_not_ready")
    await is_in(agent, "not_ready")
    await act(boss, "[data-agent='1001']", "force_ready")
    await is_in(agent, "ready")
    await act(boss, "[data-agent='1001']", "force_logged_out")
    await expect(agent.locator("[data-test=log-on]")).to_be_visible()


async def test_a_break_that_needs_it_is_granted(centre: Centre, sit_down: SitDown) -> None:
    agent, boss = await sit_down(), await supervisor_of(sit_down)
    await agent.locator("[data-test=not-ready]").click()
    await agent.locator(f"[data-reason={WITH_LEAVE}]").click()
    await expect(agent.locator("[data-test=asked]")).to_be_visible()
    await boss.locator("[data-agent='1001'] [data-act=grant]").click()
    await confirm(boss)
    await is_in(agent, "not_ready")
    await expect(agent.locator("[data-test=my-state]")).to_contain_text("辅导")


async def test_a_notice_reaches_the_agent(centre: Centre, sit_down: SitDown) -> None:
    agent, boss = await sit_down(), await supervisor_of(sit_down)
    await boss.locator("[data-test=notice]").click()
    await boss.locator("textarea[data-test=act-text]").fill("湟源段大雪")
    await boss.locator("[data-test=act-confirm]").click()
    await expect(agent.locator("[data-test=notice-card]")).to_contain_text("湟源段大雪")


async def test_the_disaster_switch_is_thrown_with_a_reason_and_taken_back(
    centre: Centre, sit_down: SitDown
) -> None:
    agent, boss = await sit_down(), await supervisor_of(sit_down)
    for on in (True, False):
        await boss.locator("[data-test=modes]").click()
        await boss.locator("[data-mode=disaster] button").click()
        await boss.locator("[data-test=mode-reason]").fill(WHY)
        await boss.locator("[data-test=mode-off]" if not on else "[data-test=mode-on]").click()
        await expect(agent.locator("[data-test=mode-banner]")).to_have_count(int(on))
        await boss.keyboard.press("Escape")


async def test_every_one_of_these_acts_is_in_the_audit(centre: Centre) -> None:
    found = await centre.board.get(f"/api/v1/admin/audit?limit=500&who={SUPERVISOR}")
    reasons = [line["reason"] for line in found["lines"]]
    actions = {line["action"] for line in found["lines"]}
    assert reasons.count(WHY) >= 8, found["lines"]
    assert len(actions) >= 6, actions
