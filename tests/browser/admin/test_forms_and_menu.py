"""Forms over the configuration, and the menu as a picture."""

import re

from playwright.async_api import Page, expect

from tests.browser.admin.pages import SLOW_MS, give_reason, open_page
from tests.browser.admin_traffic import traffic
from tests.web.admin_world import AdminWorld

QUEUES = "config/queues.yaml"
ZOOMED_MS = """async () => {
  const svg = document.querySelector('[data-test=menu-picture]')
  const box = svg.getBoundingClientRect()
  const frame = () => new Promise((then) => requestAnimationFrame(then))
  const at = { clientX: box.x + 400, clientY: box.y + 200, bubbles: true, cancelable: true }
  const spent = []
  for (let n = 0; n < 40; n += 1) {
    const began = performance.now()
    svg.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: n % 2 ? 60 : -60 }))
    await new Promise((then) => queueMicrotask(() => queueMicrotask(then)))
    spent.push(performance.now() - began)
    await frame()
  }
  return spent.sort((a, b) => a - b)[20]
}"""
"""What the page works for one step of zooming; the middle of forty."""


async def test_a_queue_is_changed_by_its_form(browser_page: Page, admins: AdminWorld) -> None:
    page = browser_page
    await open_page(page, admins, "queues")
    await page.locator("[data-entry='queues.motor']").click()
    priority = page.locator("[data-field='queues.motor.priority'] input")
    await priority.fill("500")
    await priority.press("Tab")
    await expect(page.locator("[data-field='queues.motor.priority'] .wrong")).to_contain_text("100")
    await expect(page.locator("[data-test=form-save]")).to_be_disabled()
    await priority.fill("70")
    await priority.press("Tab")
    await page.locator("[data-test=form-save]").click()
    await page.locator("[data-test=reason]").fill("更急")
    await page.locator("[data-test=reason-done]").click()
    await expect(page.locator("[data-test=reason-dialog]")).to_be_hidden(timeout=SLOW_MS)
    assert "priority: 70" in (admins.site / "config/queues.yaml").read_text("utf-8")


async def test_the_menu_leads_to_its_place_in_the_file(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "menu")
    await page.locator("[data-test=menu-picture]").wait_for(timeout=SLOW_MS)
    await page.locator("[data-test=menu-search]").fill("motor_plate_yes")
    await page.keyboard.press("Enter")
    panel = page.locator("[data-test=node-panel]")
    await expect(panel.locator("h2")).to_have_text("motor_plate_yes")
    await expect(page.locator("[data-test=menu-live]")).to_contain_text("0")
    await panel.locator("[data-test=open-place]").click()
    await page.locator("[data-test=begin-folder]").click()
    line = page.locator("[data-test=editor] .cm-activeLine")
    await expect(line).to_contain_text("motor_plate_yes", timeout=SLOW_MS)


async def test_a_form_that_is_stale_shows_both_sides_and_keeps_what_was_typed(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "queues")
    await page.locator("[data-entry='queues.motor']").click()
    field = page.locator("[data-field='queues.motor.priority'] input")
    file = admins.site / QUEUES
    before = file.read_text("utf-8")
    theirs = before.replace("    priority: 60\n", "    priority: 61\n", 1)
    assert theirs != before
    file.write_text(theirs, "utf-8")
    await field.fill("72")
    await field.press("Tab")
    await page.locator("[data-test=form-save]").click()
    await give_reason(page, "更急")
    conflict = page.locator("[data-test=form-conflict]")
    row = conflict.locator("tr", has_text="queues.motor.priority")
    await expect(row).to_contain_text("72", timeout=SLOW_MS)
    await expect(row).to_contain_text("61")
    await expect(field).to_have_value("72")
    await page.locator("[data-test=form-mine]").click()
    await page.locator("[data-test=form-save]").click()
    await give_reason(page, "更急")
    await expect(page.locator("[data-test=reason-dialog]")).to_be_hidden(timeout=SLOW_MS)
    assert file.read_text("utf-8") == before.replace("    priority: 60\n", "    priority: 72\n", 1)


async def test_callers_are_counted_at_nodes_and_edges_in_the_picture_and_in_the_list(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    picture = await traffic(admins, walks=200, inside=7)
    first = picture["roots"][0]
    await open_page(page, admins, "menu")
    await expect(page.locator("[data-test=menu-live]")).to_contain_text("7", timeout=SLOW_MS)
    card = page.locator(f"[data-test=menu-picture] [data-node='{first}']")
    await expect(card).to_contain_text("200")
    await expect(card).to_have_attribute("aria-label", re.compile("今天 200 次"))
    await page.locator("[data-test=menu-as-list]").click()
    rows = page.locator("[data-test=menu-table] tbody tr")
    await expect(rows).to_have_count(len(picture["nodes"]))
    counts = [int(each) for each in await rows.locator("td:nth-child(3)").all_inner_texts()]
    assert sum(counts) == 7
    assert counts == sorted(counts, reverse=True)
    await page.locator(f"[data-row='{first}'] button").click()
    await expect(page.locator("[data-test=node-panel] h2")).to_have_text(first)


async def test_the_picture_is_walked_by_keyboard_and_stays_quick(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await traffic(admins, walks=200, inside=7)
    await open_page(page, admins, "menu")
    first = page.locator("[data-test=menu-picture] [tabindex='0']")
    await first.wait_for(timeout=SLOW_MS)
    await first.focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("[data-test=node-panel] h2")).not_to_be_empty()
    took_ms = await page.evaluate(ZOOMED_MS)
    assert took_ms < 8, took_ms
