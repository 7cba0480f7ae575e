"""Users, audit, health: who may what, who did what, how the system is."""

import csv
import io
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.admin.pages import give_reason, open_page
from tests.browser.admin_screenshots import SEEN
from tests.browser.conftest import NewPage
from tests.web.admin_world import AdminWorld
from tests.web.samples import NOW


async def test_a_one_time_password_is_shown_once_and_must_be_changed(
    browser_page: Page, new_page: NewPage, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "users")
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
    await other.wait_for_load_state("networkidle")


async def test_an_auditor_sees_the_audit_and_nothing_else_of_it(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await admins.audit.note("admin", "user.lock", "li", reason="<b>left</b>", at=NOW)
    await open_page(page, admins, "users", login="auditor")
    await expect(page.locator("[data-test=audit] tbody tr")).to_have_count(1)
    await expect(page.locator("[data-test=audit]")).to_contain_text("<b>left</b>")
    await expect(page.locator("[data-test=admin-users]")).to_have_count(0)
    await page.locator("[data-test=audit-verify]").click()
    await expect(page.locator("[data-test=audit-verified]")).to_have_class("verified whole")


async def test_health_says_what_is_wrong_and_what_to_do(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "health")
    first = page.locator("[data-test=health] li").first
    await expect(first).to_have_attribute("data-state", "warning")
    await expect(first).to_contain_text(SEEN[-1].cure["zh"])


async def test_a_server_that_refuses_is_told_in_words(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await page.route("**/api/v1/admin/users", lambda route: route.abort())
    await open_page(page, admins, "users")
    await expect(page.locator("[data-test=admin-failure]")).to_contain_text("无法连接服务器")
    await page.unroute("**/api/v1/admin/users")
    await page.locator("[data-test=admin-failure] button").click()
    await page.locator("[data-user=admin]").wait_for()


async def test_a_user_is_made_with_a_one_time_password_and_locked(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "users")
    await page.locator("[data-test=add-user]").click()
    await page.locator("#user-login").fill("bad login")
    await expect(page.locator("[data-test=user-dialog] [role=alert]")).to_be_visible()
    await page.locator("#user-login").fill("zhou")
    await page.locator("#user-name").fill("周敏")
    await page.locator("[data-test=user-dialog] .el-select").click()
    await page.locator(".el-select-dropdown__item", has_text="质检").last.click()
    await page.locator("[data-test=user-reason]").fill("新同事")
    await page.locator("[data-test=user-done]").click()
    assert await page.locator("[data-test=one-time]").inner_text() == "one-time-0"
    await page.locator("[data-test=one-time-done]").click()
    row = page.locator("[data-user=zhou]")
    await expect(row).to_contain_text("周敏")
    await row.locator("[data-test=lock-zhou]").click()
    await give_reason(page, "离职")
    await expect(row).to_contain_text("锁定")
    told = [(action, subject, why) for _, action, subject, why in await admins.acts()]
    assert [each[2] for each in told if "zhou" in each[1]] == ["新同事", "离职"]


async def test_the_audit_is_filtered_and_exported_as_it_is_filtered(
    browser_page: Page, admins: AdminWorld, tmp_path: Path
) -> None:
    page = browser_page
    for who, why in (("li", "rest"), ("wang", "ill")):
        await admins.audit.note(who, "agent.state", "1023", reason=why, at=NOW)
    await open_page(page, admins, "audit")
    rows = page.locator("[data-test=audit] tbody tr")
    await expect(rows).to_have_count(2)
    await page.locator("[data-test=audit-who]").fill("wang")
    await page.keyboard.press("Enter")
    await expect(rows).to_have_count(1)
    async with page.expect_download() as waiting:
        await page.locator("[data-test=audit-export]").click()
    saved = tmp_path / "audit.csv"
    await (await waiting.value).save_as(saved)
    lines = list(csv.reader(io.StringIO(saved.read_text("utf-8-sig"))))
    assert [line[2:6] for line in lines[1:]] == [["wang", "agent.state", "1023", "ill"]]
