"""Every page of the admins in four looks, for people who use a screen reader or need contrast."""

from typing import Any

import pytest

from tests.browser.admin.pages import SLOW_MS, begin_draft, open_page
from tests.browser.conftest import NewPage
from tests.browser.editor import open_file, replace_all
from tests.browser.test_language_and_access import LOOKS, _violations
from tests.web.admin_world import AdminWorld

CATALOGUE = "prompts/catalogue.yaml"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look['locale']}-{look['color_scheme']}")
async def test_axe_finds_nothing_on_any_page(
    new_page: NewPage, admins: AdminWorld, look: dict[str, Any]
) -> None:
    page = await new_page(**look, viewport={"width": 1280, "height": 720})
    await open_page(page, admins, "files")
    await begin_draft(page)
    assert await _violations(page) == []
    await page.locator("[data-test=new-tests]").click()
    await open_file(page, CATALOGUE)
    await replace_all(page, "您好，欢迎致电中国人保财险95518服务热线。", "您好，这里是95518。")
    assert await _violations(page) == []
    await page.locator("[data-test=publish]").click()
    await page.locator("[data-test=speech]").wait_for(timeout=SLOW_MS)
    await page.locator("[data-test=noticed]").wait_for(timeout=SLOW_MS)
    assert ("publish", await _violations(page)) == ("publish", [])
    await page.keyboard.press("Escape")
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
        if place == "menu":
            await page.locator("[data-test=menu-as-list]").click()
            assert ("list", await _violations(page)) == ("list", [])
