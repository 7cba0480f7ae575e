"""What admins do on their pages, and what the server has of it."""

from playwright.async_api import Page

from tests.browser.editor import is_saved
from tests.web.admin_world import AdminWorld
from tests.web.samples import PASSWORD

TREE = "dialplan/95518.yaml"
SLOW_MS = 30_000
"""A check of every file, on a machine that does other things."""


async def open_page(page: Page, admins: AdminWorld, place: str, login: str = "admin") -> None:
    await page.goto(f"{admins.world.origin}/admin/{place}")
    await page.locator("#login").fill(login)
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")


async def begin_draft(page: Page, source: str = "folder") -> None:
    await page.locator(f"[data-test=begin-{source}]").click()
    await page.locator("[data-test=editor] .cm-content").wait_for(timeout=SLOW_MS)
    await is_saved(page)


async def give_reason(page: Page, reason: str) -> None:
    await page.locator("[data-test=reason]").fill(reason)
    await page.locator("[data-test=reason-done]").click()


async def text_of(admins: AdminWorld, path: str) -> str | None:
    """Of the admin's draft; None for a file that is not there."""
    drafts = admins.world.parts.admin.drafts  # type: ignore[union-attr]
    return (await drafts.draft("admin")).texts().get(path)
