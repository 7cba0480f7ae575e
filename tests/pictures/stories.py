"""What each person does while his pages are taken."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

from playwright.async_api import Page, expect

from tests.pictures.album import Album
from tests.pictures.house import ADMIN, AGENT, SUPERVISOR, WALL, House
from tests.whole.browser_centre import sign_out

CUSTOMER = "13997000003"
LIMIT_MS = 30_000
TRIES = 4
Clicks = Sequence[str]

WATCHED: Mapping[str, tuple[str, str, Clicks, str]] = {
    "board": (
        "/board",
        "[data-test=plots] canvas >> nth=0",
        (),
        "",
    ),
    "calls": ("/calls", "[data-test=history] tbody button", (), ""),
    "call": (
        "/calls",
        "[data-test=history] tbody button",
        ("[data-test=history] tbody tr:last-child button",),
        "[data-test=story]",
    ),
    "recordings": (
        "/recordings",
        "[data-recording]",
        ("[data-recording] button", "[data-test=hear]"),
        "[data-test=wave]",
    ),
    "reports": ("/reports", "[data-test=figures-table]", (), ""),
    "callbacks": ("/callbacks", "[data-test=callbacks], [data-test=list-none]", (), ""),
    "work": ("/work", "[data-test=work], [data-test=list-none]", (), ""),
}
"""A supervisor's page: where it is, what shows that it is there, what is clicked, what opens then."""

ADMINS: Mapping[str, Clicks] = {
    "menu": (),
    "files": ("[data-test=editor] .cm-content", "[data-test=check]"),
    "queues": ("[data-entry='queues.motor']",),
    "skills": (),
    "agents": ("[data-entry='agents.0']",),
    "hours": (),
    "days": (),
    "users": (),
    "audit": ("[data-test=audit-verify]",),
    "health": (),
}
"""An admin's page, and what is clicked there."""


@contextlib.asynccontextmanager
async def seat(
    house: House, album: Album, login: str = "", size: dict[str, int] | None = None
) -> AsyncIterator[Page]:
    """A page of his own for somebody, signed in where a login is named; where a story fails, ``failed-*.png``
    shows what he saw."""
    context = await house.context(album.language, size)
    context.set_default_timeout(LIMIT_MS)
    page = await context.new_page()
    if login:
        await house.sign_in(page, login)
    try:
        yield page
    except Exception:
        await page.screenshot(path=album.folder / f"failed-{page.url.rpartition('/')[2]}.png")
        raise
    finally:
        await context.close()


async def caller(house: House, album: Album) -> None:
    """A caller without a phone: before the call, and in the middle of the menu."""
    async with seat(house, album) as page:
        await _dial(house, page)
        await _at(page, "root")
        await page.keyboard.press("1")
        await _at(page, "motor")
        await album.take(page, "caller")
        await page.locator("[data-test=caller-hang-up]").click()


async def _dial(house: House, page: Page) -> None:
    await page.goto(f"{house.site.url}/caller")
    await expect(page.locator("[data-test=caller-dial]")).to_be_enabled()
    await page.locator("[data-test=caller-number]").fill(CUSTOMER)
    await page.locator("[data-test=caller-dial]").click()


async def _at(page: Page, node: str) -> None:
    await expect(page.locator("[data-test=caller-said] code").last).to_have_text(
        node, timeout=LIMIT_MS
    )


async def agent(house: House, album: Album) -> None:
    """From the sign-in to the record of a call."""
    async with seat(house, album) as page:
        await page.goto(house.site.url)
        await page.locator("[data-test=sign-in]").wait_for()
        await album.take(page, "sign-in")
        await house.sign_in(page, AGENT)
        await page.locator("[data-kind=browser]").click()
        await expect(page.locator("[data-test=lamp-sip]")).to_have_attribute("data-light", "good")
        await album.take(page, "shift")
        await page.locator("[data-test=begin]").click()
        await page.locator("[data-test=shift]").wait_for(state="hidden")
        await _call(house, album, page)
        await sign_out(page)


async def _call(house: House, album: Album, page: Page) -> None:
    async with seat(house, album) as calling:
        await _reach(house, calling, page)
        await page.locator("[data-test=customer]").wait_for()
        await album.take(page, "ringing")
        await _press(page, "answer")
        await expect(page.locator("[data-control=survey]")).to_be_enabled()
        await album.take(page, "talking")
        await _press(page, "transfer")
        await page.locator("[data-test=targets]").wait_for()
        await album.take(page, "transfer")
        await page.keyboard.press("Escape")
        await calling.locator("[data-test=caller-hang-up]").click()
        await page.locator("[data-test=wrap-up-countdown]").wait_for()
        await page.locator("[data-test=remarks]").fill(REMARKS[album.language])
        await album.take(page, "wrap-up")


REMARKS = {
    "zh": "青A12345 追尾,右前灯破损,无人伤,已派查勘员。",
    "en": "Rear-end collision, right headlamp broken, nobody hurt, surveyor sent.",
}


async def _reach(house: House, calling: Page, page: Page) -> None:
    """Roadside assistance: nobody else in the room can do that."""
    for _ in range(TRIES):
        await _dial(house, calling)
        await _at(calling, "root")
        await calling.keyboard.press("6")
        await _at(calling, "rescue")
        await calling.keyboard.press("1")
        await _at(calling, "rescue_agent")
        await page.locator("[data-test=ready]").click()
        ring = page.locator("[data-test=ring]")
        with contextlib.suppress(AssertionError):
            await expect(ring).to_be_visible(timeout=LIMIT_MS)
            await expect(page.locator("[data-test=pop]")).to_contain_text("139****0003")
            return
        await calling.locator("[data-test=caller-hang-up]").click()
    raise AssertionError("the customer never came to this agent")


async def _press(page: Page, control: str) -> None:
    await page.locator(f"[data-control={control}]").click()


async def supervisor(house: House, album: Album) -> None:
    """Every page of supervision, and the wall."""
    async with seat(house, album, SUPERVISOR) as page:
        for name, (path, ready, clicks, opened) in WATCHED.items():
            await page.goto(house.site.url + path)
            await page.locator(ready).first.wait_for()
            if name == "reports":
                await _today(page)
            for click in clicks:
                await page.locator(click).first.click()
            if opened:
                await page.locator(opened).first.wait_for()
            await _settled(page)
            await album.take(page, name)
    async with seat(house, album, SUPERVISOR, WALL) as page:
        await page.goto(f"{house.site.url}/wall")
        await page.locator("[data-test=plots] canvas").first.wait_for()
        await _settled(page)
        await album.take(page, "wall")


async def _today(page: Page) -> None:
    """The queues of today: the house has worked on this day alone."""
    await page.locator("[data-test=report-period]").select_option("today")
    await page.locator("[data-test=report-ask]").click()
    await page.locator("[data-table=queues]").click()


async def _settled(page: Page) -> None:
    """Plots have drawn what they got."""
    await page.wait_for_load_state("networkidle")
    await asyncio.sleep(1)


async def admin(house: House, album: Album) -> None:
    """Every page of the admins."""
    async with seat(house, album, ADMIN) as page:
        await page.goto(f"{house.site.url}/admin/menu")
        for name, clicks in ADMINS.items():
            await page.locator(f"[data-test=admin-{name}]").click()
            await page.wait_for_load_state("networkidle")
            if name == "files":
                await _begin_draft(page)
            for click in clicks:
                await page.locator(click).first.click()
            await _settled(page)
            await album.take(page, f"admin-{name}")


async def _begin_draft(page: Page) -> None:
    begin = page.locator("[data-test=begin-folder]")
    await begin.or_(page.locator("[data-test=editor] .cm-content")).first.wait_for()
    if await begin.is_visible():
        await begin.click()


STORIES: Mapping[str, Callable[[House, Album], Awaitable[None]]] = {
    "supervisor": supervisor,
    "admin": admin,
    "caller": caller,
    "agent": agent,
}
