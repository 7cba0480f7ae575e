"""Pictures of the admins' pages over the sample files: ``python -m tests.browser.admin_screenshots FOLDER``.

A second word takes only the looks whose name has it in: ``zh-light-1600``; a third only pages.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from cti.services.health import Part, Probe, State
from tests.browser.admin_traffic import traffic
from tests.browser.conftest import AGENT_CONTEXT, CHROMIUM_ARGS, chromium_path
from tests.browser.static_server import BUILT
from tests.browser.take_screenshots import VARIANTS
from tests.web.admin_world import AdminWorld, admin_world
from tests.web.samples import PASSWORD


def _part(name: str, state: State, what: tuple[str, str], cure: tuple[str, str] = ("", "")) -> Part:
    told = [dict(zip(("zh", "en"), each, strict=True)) for each in (what, cure)]
    return Part(part=name, state=state, code=f"doctor.{name}", what=told[0], cure=told[1])


LARGE = {"1280": {"width": 1280, "height": 720}, "1600": {"width": 1600, "height": 900}}
SEEN = (
    _part("redis", State.OK, ("Redis 在线，数据会存盘", "Redis answers and writes to disk")),
    _part("sql", State.OK, ("数据库在线", "The database answers")),
    _part("asterisk", State.OK, ("Asterisk 22 在线", "Asterisk 22 answers")),
    _part(
        "disk",
        State.WARNING,
        ("磁盘只剩 4 GB", "4 GB are left on the disk"),
        ("清理旧录音，或换一块更大的盘", "Delete old recordings, or take a larger disk"),
    ),
)
PLACES = (
    "menu",
    "files",
    "queues",
    "skills",
    "agents",
    "hours",
    "days",
    "users",
    "audit",
    "health",
)


@asynccontextmanager
async def sample_world(folder: Path, built: Path = BUILT) -> AsyncIterator[AdminWorld]:
    """The real server over the sample files, which were published once."""
    static = folder / "static"
    static.symlink_to(built)
    async with admin_world(static) as found:
        files = found.folder.read()
        found.world.versions.files = {
            path.removeprefix("dialplan/"): text
            for path, text in files.items()
            if path.startswith("dialplan/")
        }
        found.probes.update({part.part: _seeing(part) for part in SEEN})
        yield found


def _seeing(part: Part) -> Probe:
    async def look() -> AsyncIterator[Part]:
        yield part

    return look


async def sign_in(page: Page, world: AdminWorld) -> None:
    await page.goto(f"{world.world.origin}/admin/menu")
    await page.locator("#login").fill("admin")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator("[data-test=admin-menu]").wait_for()


async def story(page: Page, world: AdminWorld, out: Path, name: str, only: str) -> None:
    await sign_in(page, world)
    for place in PLACES:
        if only and only != place:
            continue
        await page.locator(f"[data-test=admin-{place}]").click()
        await page.wait_for_load_state("networkidle")
        await STEPS.get(place, _nothing)(page)
        await page.screenshot(path=out / f"admin-{place}-{name}.png", animations="disabled")


async def _nothing(_page: Page) -> None:
    pass


async def _menu(page: Page) -> None:
    await page.locator("[data-test=menu-search] input, input[data-test=menu-search]").fill(
        "车险报案请按"
    )
    await page.keyboard.press("Enter")
    await page.locator("[data-test=open-place]").wait_for()


async def _files(page: Page) -> None:
    editor = page.locator("[data-test=editor] .cm-content")
    begin = page.locator("[data-test=begin-folder]")
    await begin.or_(editor).first.wait_for()
    if await begin.is_visible():
        await begin.click()
    await editor.wait_for()
    await page.locator("[data-test=check]").click()
    await page.locator("[data-test=findings], .clean").first.wait_for()


async def _queues(page: Page) -> None:
    await page.locator("[data-entry='queues.motor']").click()
    await _form(page)


async def _agents(page: Page) -> None:
    await page.locator("[data-entry='agents.0']").click()
    await _form(page)


async def _form(page: Page) -> None:
    await page.locator("[data-test=form]").wait_for()


async def _users(page: Page) -> None:
    await page.locator("[data-user=admin]").wait_for()


async def _audit(page: Page) -> None:
    await page.locator("[data-test=audit-verify]").click()
    await page.locator("[data-test=audit-verified]").wait_for()


async def _health(page: Page) -> None:
    await page.locator("[data-test=health-worst]").wait_for()


STEPS: dict[str, Any] = {
    "menu": _menu,
    "files": _files,
    "queues": _queues,
    "skills": _form,
    "hours": _form,
    "days": _form,
    "users": _users,
    "agents": _agents,
    "audit": _audit,
    "health": _health,
}


async def _look(browser: Browser, world: AdminWorld, options: dict[str, Any]) -> Page:
    context = await browser.new_context(**{**AGENT_CONTEXT, **options})
    return await context.new_page()


async def main(out: Path, looks: str, only: str) -> None:
    with TemporaryDirectory() as folder:
        async with async_playwright() as playwright, sample_world(Path(folder)) as world:
            await traffic(world, walks=800, inside=23)
            browser = await playwright.chromium.launch(
                executable_path=chromium_path(), args=CHROMIUM_ARGS
            )
            for variant, options in VARIANTS.items():
                for size, viewport in LARGE.items():
                    name = f"{variant}-{size}"
                    if looks in name:
                        page = await _look(browser, world, options | {"viewport": viewport})
                        await story(page, world, out, name, only)
            await browser.close()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    words = [*sys.argv[2:], "", ""]
    asyncio.run(main(Path(sys.argv[1]), words[0], words[1]))
