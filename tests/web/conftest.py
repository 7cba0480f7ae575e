"""A running web server, and browsers to use it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.web.browsers import Browser, Desk
from tests.web.parts import World

OpenWorld = Callable[..., Awaitable[World]]
OpenBrowser = Callable[..., Awaitable[Browser]]
OpenDesk = Callable[..., Awaitable[Desk]]


@pytest.fixture
def static(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>95518</title>", "utf-8")
    (folder / "assets" / "index-1a2b.js").write_text("1", "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    return folder


@pytest.fixture
async def open_world(static: Path) -> AsyncIterator[OpenWorld]:
    """Starts a world with given limits or deadlines."""
    async with AsyncExitStack() as stack:

        async def opened(**options: Any) -> World:
            return await stack.enter_async_context(World(static, **options))

        yield opened


@pytest.fixture
async def world(open_world: OpenWorld) -> World:
    return await open_world()


@pytest.fixture
async def open_browser() -> AsyncIterator[OpenBrowser]:
    """Opens a browser, signed in where a login is given."""
    async with AsyncExitStack() as stack:

        async def opened(world: World, login: str = "") -> Browser:
            jar = aiohttp.CookieJar(unsafe=True)  # cookies for an address without a name
            http = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
            browser = Browser(world, http)
            if login:
                assert (await browser.sign_in(login))[0] == 200
            return browser

        yield opened


@pytest.fixture
async def open_desk(open_browser: OpenBrowser) -> OpenDesk:
    """Opens the desktop of a person who signs in first."""

    async def opened(world: World, login: str = "ma") -> Desk:
        browser = await open_browser(world, login)
        return Desk(await browser.socket())

    return opened
