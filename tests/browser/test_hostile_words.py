"""Whatever people write, in every text of every page: it stays words, and breaks no page."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.admin.pages import SLOW_MS, begin_draft, open_page
from tests.browser.admin_screenshots import sample_world
from tests.browser.conftest import NewPage
from tests.browser.editor import is_saved
from tests.browser.fake_server import SUPERVISOR_SESSION
from tests.browser.hostile import (
    HOSTILE,
    LONG,
    MARK,
    HostileServer,
    is_unharmed,
    plant_real,
    planted,
)
from tests.browser.samples import agent, ago, call
from tests.web.admin_world import AdminWorld

WORDLESS = ("hours", "days")
"""Pages of admins that show nobody's words over the sample files."""
SMALL = {"viewport": {"width": 1280, "height": 720}}
TOLD_PAGES = {
    "board": "tr[data-agent='1023']",
    "calls": "[data-test=history]",
    "recordings": "[data-test=recordings]",
    "reports": "h1, h2",
    "callbacks": "[data-test=callbacks]",
    "work": "[data-test=work]",
    "wall": "[data-test=wall]",
}


@pytest.fixture
async def page(new_page: NewPage) -> Page:
    return await new_page(**SMALL)


@pytest.fixture
async def hostile(page: Page, static_url: str) -> HostileServer:
    server = HostileServer(static_url)
    await server.attach(page)
    return server


@pytest.fixture
async def admins(built: Path, tmp_path: Path) -> AsyncIterator[AdminWorld]:
    async with sample_world(tmp_path, built) as found:
        yield found


async def test_an_agents_page_from_ring_to_wrap_up(page: Page, hostile: HostileServer) -> None:
    hostile.me = agent(status="ready", reason=None)
    hostile.others = [agent(agentId="1024", name="王芳", status="ready")]
    hostile.calls = [call(callId="w1")]
    await hostile.signed_in_desk(page)
    await is_unharmed(page, "at rest")
    hostile.ring()
    await page.locator("[data-test=customer]").wait_for()
    await is_unharmed(page, "ringing")
    hostile.answer()
    await page.locator("[data-test=remarks]").wait_for()
    await page.locator("[data-test=remarks]").fill(HOSTILE * 3)
    hostile.event("noticeSent", text="请注意", by="2001", queues=None, agentId="2001")
    await is_unharmed(page, "talking")
    for name in ("transfer", "consult", "dial"):
        control = page.locator(f"[data-control={name}]")
        if await control.count() and await control.first.is_enabled():
            await control.first.click()
            await is_unharmed(page, name)
            await page.keyboard.press("Escape")
    hostile.wrap_up()
    await page.locator("[data-test=wrap-up-countdown]").wait_for()
    await is_unharmed(page, "wrap-up")


@pytest.mark.parametrize("role", ["supervisor", "qa", "auditor"])
@pytest.mark.parametrize(("name", "shown"), TOLD_PAGES.items(), ids=TOLD_PAGES)
async def test_a_page_of_those_who_watch(
    page: Page, hostile: HostileServer, name: str, shown: str, role: str
) -> None:
    hostile.session = SUPERVISOR_SESSION | {"role": role}
    hostile.others = [agent(status="not_ready", reason="BREAK"), agent(agentId="1024", name="王芳")]
    hostile.calls = [call(callId="w1"), call(callId="w2", phase="talking", agentId="1023")]
    for one in hostile.modes:
        one["on"] = {"since": ago(), "until": ago(-7200), "by": "banzhang", "reason": "冰雹 很大"}
    await hostile.signed_in_desk(page, f"/{name}", shown)
    await page.wait_for_load_state("networkidle")
    await is_unharmed(page, name)
    if name in ("calls", "recordings", "work", "callbacks"):
        await page.locator("tbody tr").first.click()
        await page.wait_for_load_state("networkidle")
        await is_unharmed(page, f"{name}, a row")


async def test_the_pages_of_admins(page: Page, admins: AdminWorld) -> None:
    await admins.audit.note("admin", "create_user", "li", reason=HOSTILE, at=datetime.now(UTC))
    await plant_real(page)
    await open_page(page, admins, "files")
    await begin_draft(page)
    await is_unharmed(page, "files", shown=False)
    for place, shown in (
        ("menu", "[data-test=menu-picture]"),
        ("queues", "[data-entry='queues.motor']"),
        ("skills", "[data-test=form]"),
        ("agents", "[data-entry='agents.0']"),
        ("hours", "[data-test=form]"),
        ("days", "[data-test=form]"),
        ("users", "[data-user=admin]"),
        ("audit", "[data-test=audit] td"),
        ("health", "[data-test=health]"),
    ):
        await page.locator(f"[data-test=admin-{place}]").click()
        await page.locator(shown).first.wait_for(timeout=SLOW_MS)
        if "data-entry" in shown:
            await page.locator(shown).click()
        await is_unharmed(page, place, shown=place not in WORDLESS)


async def test_the_audit_as_its_auditor_reads_it(page: Page, admins: AdminWorld) -> None:
    for action in ("create_user", HOSTILE):
        await admins.audit.note(HOSTILE, action, HOSTILE, reason=HOSTILE, at=datetime.now(UTC))
    await plant_real(page)
    await open_page(page, admins, "audit", "auditor")
    await page.locator("[data-test=audit] td").first.wait_for(timeout=SLOW_MS)
    await is_unharmed(page, "audit")
    await page.locator("[data-test=audit] tbody tr").first.click()
    await is_unharmed(page, "a line of the audit")


async def test_files_whose_names_are_hostile_stand_there_as_text(
    page: Page, admins: AdminWorld
) -> None:
    for folder in ("dialplan", "dialplan/tests"):
        path = admins.site / folder / f"<img src=x {MARK}>{LONG[:30]}.yaml"
        path.write_text("tree: odd\n", "utf-8")
    await open_page(page, admins, "files")
    await begin_draft(page)
    await is_unharmed(page, "list of files")
    for odd in await page.locator(f"[data-file*='{MARK}']").all():
        await odd.click()
        await is_saved(page)
        await is_unharmed(page, "its editor")
    await page.locator("[data-test=check]").click()
    await page.locator("[data-test=findings] li").first.wait_for(timeout=SLOW_MS)
    await is_unharmed(page, "findings")
    await page.locator("[data-test=remove-file]").first.click()
    await is_unharmed(page, "asked whether it shall go")
    await page.get_by_role("dialog").get_by_role("button", name="删除").click()
    await page.locator("#tab-diff").click()
    await page.locator("[data-test=diff]").get_by_text(MARK).first.wait_for(timeout=SLOW_MS)
    await is_unharmed(page, "differences")
    await page.locator("[data-test=publish]").click()
    await page.locator("[data-test=publish-message]").wait_for()
    await is_unharmed(page, "publish")


@pytest.mark.parametrize("name", ["a\nb", "a\u202elmay", "w" * 200])
async def test_a_file_whose_name_cannot_be_shown_is_refused_with_words(
    page: Page, admins: AdminWorld, name: str
) -> None:
    (admins.site / f"dialplan/{name}.yaml").write_text("tree: odd\n", "utf-8")
    await open_page(page, admins, "files")
    await page.locator("[data-test=begin-folder]").click()
    refusal = page.get_by_role("alert").filter(has_text="文件")
    await refusal.first.wait_for(timeout=SLOW_MS)
    await is_unharmed(page, "refused", shown=False)


async def test_the_caller_page(page: Page, static_url: str) -> None:
    account = {
        "endpoint": "caller",
        "uri": "sip:caller@95518",
        "realm": "95518",
        "password": "x",
        "socket": "/sip?as=caller",
        "address": "192.0.2.7",
        "number": "",
        "token": "c0ffee",
        "numbers": ["95518"],
        "customers": [
            {"number": "13997000002", "name": "张三", "area": "西宁", "about": "普通客户"}
        ],
    }
    line: dict[str, Any] = {"n": 1, "callId": "1.0", "at": ago(), "type": "said", "node": "root"}
    said = line | {"language": "zh", "text": "欢迎致电。"}
    state = line | {"n": 2, "type": "state", "state": "menu", "text": "您正在听菜单。"}

    await page.route("**/api/v1/session", lambda route: route.fulfill(status=401, json={}))
    await page.route("**/api/v1/caller-phone*", lambda route: route.fulfill(json=planted(account)))
    await page.route_web_socket("**/sip?as=caller", lambda socket: None)

    def reads(socket: Any) -> None:
        socket.on_message(lambda _: [socket.send(json.dumps(planted(it))) for it in (said, state)])

    await page.route_web_socket("**/ws/caller*", reads)
    await page.goto(f"{static_url}/caller")
    await is_unharmed(page, "caller at rest", shown=False)
    await page.locator("[data-test=caller-dial]").click()
    await page.locator("[data-test=caller-said] .said").first.wait_for()
    await is_unharmed(page, "caller")
