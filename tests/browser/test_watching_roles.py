"""Quality assurance and auditors see the pages of those who watch, without acts: for everybody's eyes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.browser.admin.pages import SLOW_MS, open_page
from tests.browser.conftest import NewPage
from tests.browser.fake_server import SUPERVISOR_SESSION, FakeServer
from tests.browser.samples import agent, call
from tests.browser.test_hostile_words import TOLD_PAGES
from tests.browser.test_hostile_words import admins as admins
from tests.browser.test_language_and_access import LOOKS, _violations
from tests.web.admin_world import AdminWorld

OPENED = ("calls", "recordings", "work", "callbacks")
"""Pages whose rows open something."""


def named(look: dict[str, Any]) -> str:
    return f"{look['locale']}-{look['color_scheme']}"


@pytest.mark.parametrize("look", LOOKS, ids=named)
@pytest.mark.parametrize("role", ["qa", "auditor"])
async def test_axe_finds_nothing_on_any_page_of_theirs(
    new_page: NewPage, static_url: str, role: str, look: dict[str, Any]
) -> None:
    page = await new_page(**look)
    fake = FakeServer(static_url)
    fake.session = SUPERVISOR_SESSION | {"role": role}
    fake.others = [agent(status="not_ready", reason="BREAK"), agent(agentId="1024", name="王芳")]
    fake.calls = [call(callId="w1"), call(callId="w2", phase="talking", agentId="1023")]
    await fake.attach(page)
    await fake.signed_in_desk(page, "/board", TOLD_PAGES["board"])
    for name, shown in TOLD_PAGES.items():
        await page.goto(f"{static_url}/{name}")
        await page.locator(shown).first.wait_for()
        await page.wait_for_load_state("networkidle")
        assert (name, await _violations(page)) == (name, [])
        if name in OPENED:
            await page.locator("tbody tr").first.click()
            await page.wait_for_load_state("networkidle")
            assert (f"{name}, a row", await _violations(page)) == (f"{name}, a row", [])


@pytest.mark.parametrize("look", LOOKS, ids=named)
async def test_axe_finds_nothing_on_the_auditors_page(
    new_page: NewPage, admins: AdminWorld, look: dict[str, Any]
) -> None:
    await admins.audit.note("admin", "user.add", "li", reason="新人", at=datetime.now(UTC))
    page = await new_page(**look)
    await open_page(page, admins, "audit", "auditor")
    await page.locator("[data-test=audit] td").first.wait_for(timeout=SLOW_MS)
    assert await _violations(page) == []
