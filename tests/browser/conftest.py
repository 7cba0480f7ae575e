"""A real Chromium for tests of the desktop.

``browser_page`` is one page as an agent in Qinghai has it; ``new_page`` opens more, with other
languages, colours or sizes. Neither cares who serves the page: a test with the whole server opens its
address with them, the tests in this folder open the built files behind ``fake`` (no server at all).
"""

import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from tests.browser.fake_server import FakeServer
from tests.browser.static_server import BUILT, serve_static

CHROMIUM_ARGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AGENT_CONTEXT: dict[str, Any] = {
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "viewport": {"width": 1440, "height": 900},
    "reduced_motion": "reduce",
}
WAIT_MS = 5_000
START_S = 20.0

NewPage = Callable[..., Awaitable[Page]]


def chromium_path() -> str:
    """Debian's Chromium; the test fails where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.fail("no Chromium: make setup-test installs it")
    return found


@pytest.fixture(scope="session")
def chromium_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One Chromium for the session; it belongs to no event loop, so any test may connect."""
    profile = tmp_path_factory.mktemp("chromium")
    command = [chromium_path(), *CHROMIUM_ARGS, "--remote-debugging-port=0"]
    with subprocess.Popen(
        [*command, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield _devtools_address(process, profile / "DevToolsActivePort")
        finally:
            process.kill()


def _devtools_address(process: subprocess.Popen[bytes], written: Path) -> str:
    """What Chromium writes into its profile once it listens: its port and its path."""
    until = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until:
        lines = written.read_text().split() if written.is_file() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.02)
    pytest.fail(f"Chromium did not start (exit code {process.poll()})")


@pytest.fixture
async def browser(chromium_url: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.connect_over_cdp(chromium_url)
        yield chromium
        await chromium.close()


@pytest.fixture
async def new_page(browser: Browser) -> AsyncIterator[NewPage]:
    """Opens a page in a fresh context (its own cookies); keywords override AGENT_CONTEXT. The test fails
    when a page raised an error that nobody caught, or did what its Content-Security-Policy forbids."""
    wrong: list[str] = []

    async def open_page(**over: Any) -> Page:
        context = await browser.new_context(**{**AGENT_CONTEXT, **over})
        context.set_default_timeout(WAIT_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{error.name}: {error.message}"))
        page.on("console", lambda said: _forbidden(said, wrong))
        return page

    yield open_page
    assert not wrong, wrong


def _forbidden(said: ConsoleMessage, wrong: list[str]) -> None:
    if "Content Security Policy" in said.text:
        wrong.append(said.text)


@pytest.fixture
async def browser_page(new_page: NewPage) -> Page:
    """One page in Chinese, 1440x900, light."""
    return await new_page()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built desktop as it was when the session began: a build in between harms no test."""
    if not (BUILT / "index.html").is_file():
        pytest.fail(
            "the desktop is not built: npm --prefix desktop ci && npm --prefix desktop run build"
        )
    return shutil.copytree(BUILT, tmp_path_factory.mktemp("desktop") / "static")


@pytest.fixture
async def static_url(built: Path) -> AsyncIterator[str]:
    """Where the built desktop is served, with the server's Content-Security-Policy."""
    async with serve_static(built) as url:
        yield url


@pytest.fixture
async def fake(browser_page: Page, static_url: str) -> FakeServer:
    """The server faked in front of ``browser_page``: HTTP and WebSocket."""
    server = FakeServer(static_url)
    await server.attach(browser_page)
    return server
