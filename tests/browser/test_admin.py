"""The admins' pages on the real web server: real draft, real checks, real tables; versions in memory."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.admin_screenshots import SEEN, sample_world
from tests.browser.conftest import NewPage
from tests.browser.test_language_and_access import LOOKS, _violations
from tests.web.admin_world import AdminWorld
from tests.web.samples import NOW, PASSWORD

TREE = "dialplan/95518.yaml"
SLOW_MS = 30_000
"""A check of every file, on a machine that does other things."""


@pytest.fixture
async def admins(built: Path, tmp_path: Path) -> AsyncIterator[AdminWorld]:
    async with sample_world(tmp_path, built) as found:
        yield found


async def _open(page: Page, admins: AdminWorld, path: str, login: str = "admin") -> None:
    await page.goto(f"{admins.world.origin}{path}")
    await page.locator("#login").fill(login)
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")


async def _draft(page: Page) -> None:
    await page.locator("[data-test=begin-folder]").click()
    await page.locator("[data-test=editor] .cm-content").wait_for(timeout=SLOW_MS)
    await expect(page.locator("[data-test=save-state]")).to_have_attribute("data-state", "saved")


async def _replace(page: Page, old: str, new: str) -> None:
    """In the open file, by the editor's own search."""
    await page.locator("[data-test=editor] .cm-content").click()
    await page.keyboard.press("Control+f")
    await page.locator(".cm-search input[name=search]").fill(old)
    await page.locator(".cm-search input[name=replace]").fill(new)
    await page.locator(".cm-search button[name=replaceAll]").click()
    await page.keyboard.press("Escape")


async def _text(admins: AdminWorld, path: str) -> str:
    drafts = admins.world.parts.admin.drafts  # type: ignore[union-attr]
    return str((await drafts.draft("admin")).texts()[path])


async def test_a_changed_greeting_is_checked_and_published(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await _open(page, admins, "/admin/files")
    await _draft(page)
    await _replace(page, "welcome: {say: welcome,", "welcome: {say: welcome_night,")
    await page.locator("[data-test=check]").click()
    await expect(page.locator("[data-test=check-result]")).to_contain_text("0", timeout=SLOW_MS)
    await expect(page.locator(f"[data-file='{TREE}']")).to_contain_text("已改")
    await page.locator("[data-test=publish]").click()
    await page.locator("[data-test=publish-message]").fill("夜间问候全天使用")
    await page.locator("[data-test=publish-done]").click(timeout=SLOW_MS)
    await expect(page.locator("[data-test=publish-dialog]")).to_be_hidden(timeout=SLOW_MS)
    newest = admins.world.versions.contents[max(admins.world.versions.contents)]
    assert "welcome: {say: welcome_night," in newest.files["95518.yaml"]
    assert ("admin", "夜间问候全天使用") in [(who, why) for who, _, _, why in await admins.acts()]


async def test_a_mistake_is_named_at_its_line_with_its_cure(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await _open(page, admins, "/admin/files")
    await _draft(page)
    await _replace(page, "welcome: {say: welcome,", "welcome: {say: welcom,")
    await page.locator("[data-test=check]").click()
    found = page.locator("[data-test=findings] .error").first
    await expect(found).to_contain_text("welcome", timeout=SLOW_MS)
    await found.locator("button").click()
    await expect(page.locator("[data-test=editor] .cm-activeLine")).to_contain_text("say: welcom,")
    await expect(page.locator("[data-test=editor] .cm-lint-marker-error")).to_be_visible()


async def test_what_was_typed_survives_a_server_that_is_away_and_a_reload(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await _open(page, admins, "/admin/files")
    await _draft(page)
    await page.route("**/api/v1/admin/draft/file", lambda route: route.abort())
    await page.locator("[data-test=editor] .cm-content").press("Control+Home")
    await page.keyboard.type("# typed while it was away\n")
    await expect(page.locator("[data-test=save-state]")).to_have_attribute("data-state", "failed")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.reload()
    await expect(page.locator("[data-test=editor] .cm-content")).to_contain_text("typed while")
    await page.unroute("**/api/v1/admin/draft/file")
    await page.locator("[data-test=editor] .cm-content").press("Control+s")
    await expect(page.locator("[data-test=save-state]")).to_have_attribute("data-state", "saved")
    assert (await _text(admins, TREE)).startswith("# typed while it was away\n")


async def test_two_windows_see_both_texts_of_a_file(browser_page: Page, admins: AdminWorld) -> None:
    page = browser_page
    await _open(page, admins, "/admin/files")
    await _draft(page)
    drafts = admins.world.parts.admin.drafts  # type: ignore[union-attr]
    seen = (await drafts.draft("admin")).files[TREE]
    await drafts.write("admin", TREE, f"# theirs\n{seen.text}", seen.etag)
    await page.locator("[data-test=editor] .cm-content").press("Control+Home")
    await page.keyboard.type("# mine\n")
    conflict = page.locator("[data-test=conflict]")
    await expect(conflict).to_contain_text("# theirs")
    await expect(conflict).to_contain_text("# mine")
    await page.locator("[data-test=keep-mine]").click()
    await expect(page.locator("[data-test=save-state]")).to_have_attribute("data-state", "saved")
    assert (await _text(admins, TREE)).startswith("# mine\n")


async def test_a_queue_is_changed_by_its_form(browser_page: Page, admins: AdminWorld) -> None:
    page = browser_page
    await _open(page, admins, "/admin/queues")
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
    await _open(page, admins, "/admin/menu")
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


async def test_a_one_time_password_is_shown_once_and_must_be_changed(
    browser_page: Page, new_page: NewPage, admins: AdminWorld
) -> None:
    page = browser_page
    await _open(page, admins, "/admin/users")
    await page.locator("[data-test=reset-supervisor]").click()
    await page.locator("[data-test=reason]").fill("忘了密码")
    await page.locator("[data-test=reason-done]").click()
    one_time = await page.locator("[data-test=one-time]").inner_text()
    await page.locator("[data-test=one-time-done]").click()
    await expect(page.locator("[data-test=one-time]")).to_have_count(0)
    other = await new_page()
    await other.goto(admins.world.origin)
    await other.locator("#login").fill("supervisor")
    await other.locator("#password").fill(one_time)
    await other.keyboard.press("Enter")
    await other.locator("[data-test=must-change]").wait_for()
    await other.locator("#password-current").fill(one_time)
    for field in ("#password-new", "#password-again"):
        await other.locator(field).fill("青海湖 马 五月 铁路")
    await other.locator("[data-test=password-done]").click()
    await other.locator("[data-test=my-name]").wait_for()


async def test_an_auditor_sees_the_audit_and_nothing_else_of_it(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await admins.audit.note("admin", "user.lock", "li", reason="<b>left</b>", at=NOW)
    await _open(page, admins, "/admin/users", login="auditor")
    await expect(page.locator("[data-test=audit] tbody tr")).to_have_count(1)
    await expect(page.locator("[data-test=audit]")).to_contain_text("<b>left</b>")
    await expect(page.locator("[data-test=admin-users]")).to_have_count(0)
    await page.locator("[data-test=audit-verify]").click()
    await expect(page.locator("[data-test=audit-verified]")).to_have_class("verified whole")


async def test_health_says_what_is_wrong_and_what_to_do(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await _open(page, admins, "/admin/health")
    first = page.locator("[data-test=health] li").first
    await expect(first).to_have_attribute("data-state", "warning")
    await expect(first).to_contain_text(SEEN[-1].cure["zh"])


async def test_a_server_that_refuses_is_told_in_words(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await page.route("**/api/v1/admin/users", lambda route: route.abort())
    await _open(page, admins, "/admin/users")
    await expect(page.locator("[data-test=admin-failure]")).to_contain_text("无法连接服务器")
    await page.unroute("**/api/v1/admin/users")
    await page.locator("[data-test=admin-failure] button").click()
    await page.locator("[data-user=admin]").wait_for()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look['locale']}-{look['color_scheme']}")
async def test_axe_finds_nothing_on_any_page(
    new_page: NewPage, admins: AdminWorld, look: dict[str, Any]
) -> None:
    page = await new_page(**look, viewport={"width": 1280, "height": 720})
    await _open(page, admins, "/admin/files")
    await _draft(page)
    assert await _violations(page) == []
    for place, shown in (
        ("menu", "[data-test=menu-picture]"),
        ("queues", "[data-entry='queues.motor']"),
        ("skills", "[data-test=form]"),
        ("agents", "[data-entry='agents.0']"),
        ("hours", "[data-test=form]"),
        ("days", "[data-test=form]"),
        ("users", "[data-user=admin]"),
        ("audit", "[data-test=audit]"),
        ("health", "[data-test=health]"),
    ):
        await page.locator(f"[data-test=admin-{place}]").click()
        await page.locator(shown).wait_for(timeout=SLOW_MS)
        if "data-entry" in shown:
            await page.locator(shown).click()
        assert (place, await _violations(page)) == (place, [])
