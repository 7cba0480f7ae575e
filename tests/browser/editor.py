"""The admins' editor as a person at the keyboard uses it."""

from playwright.async_api import Page, expect


async def open_file(page: Page, path: str) -> None:
    """Choose it in the list of files, and wait until it can be typed into."""
    await page.locator(f"[data-file='{path}']").click()
    await expect(page.locator("[data-test=open-file]")).to_have_text(path)
    await is_saved(page)


async def is_saved(page: Page) -> None:
    await expect(page.locator("[data-test=save-state]")).to_have_attribute("data-state", "saved")


async def replace_all(page: Page, old: str, new: str) -> None:
    """In the open file, by the editor's own search; and save."""
    await page.locator("[data-test=editor] .cm-content").click()
    await page.keyboard.press("Control+f")
    await page.locator(".cm-search input[name=search]").fill(old)
    await page.locator(".cm-search input[name=replace]").fill(new)
    await page.locator(".cm-search button[name=replaceAll]").click()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+s")
    await is_saved(page)
