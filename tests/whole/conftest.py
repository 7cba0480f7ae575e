"""One hotline with browsers a module, and who sits down at them for one test."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from tests.browser.sound import HUM_HZ
from tests.whole.browser_centre import (
    AGENT,
    SUPERVISOR,
    Centre,
    begin_shift,
    go_ready,
    running_centre,
    sign_in,
    sign_out,
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    async with running_centre(tmp_path_factory.mktemp("browser-phone")) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def sit_down(centre: Centre) -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    """Signs somebody in at his browser phone; an agent goes ready. His pages are closed after the test,
    when nothing is left in Asterisk and nobody is bound to a call."""
    opened: list[BrowserContext] = []

    async def sit(
        login: str = AGENT, *, hum_hz: int = HUM_HZ, begin: bool = True, ready: bool = True
    ) -> Page:
        context = await centre.context(hum_hz)
        opened.append(context)
        page = await context.new_page()
        await sign_in(centre, page, login)
        if begin:
            await begin_shift(page)
        if begin and ready and login != SUPERVISOR:
            await go_ready(page)
        return page

    yield sit
    centre.hang_up()
    await centre.until_quiet()
    for context in opened:
        await sign_out(context.pages[0])
        await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def call_by_page(centre: Centre) -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    """Calls a number from the caller page; its pages are closed after the test, which ends their calls."""
    opened: list[BrowserContext] = []

    async def call(dialled: str, number: str, hum_hz: int = HUM_HZ) -> Page:
        context = await centre.context(hum_hz)
        opened.append(context)
        page = await context.new_page()
        await page.goto(f"{centre.site.url}/caller")
        await expect(page.locator("[data-test=caller-dial]")).to_be_enabled()
        await page.locator("[data-test=caller-number]").fill(number)
        await page.locator("[data-test=caller-dialled]").select_option(dialled)
        await page.locator("[data-test=caller-dial]").click()
        await page.locator("[data-test=caller-said] .said").first.wait_for()
        return page

    yield call
    for context in opened:
        await context.close()
    await centre.until_quiet()
