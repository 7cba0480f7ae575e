"""A phone in a real Chromium, without any looks: JsSIP on a page of the server's own origin."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from playwright.async_api import Page, TimeoutError

from tests.asterisk.site import Site

DESKTOP = Path(__file__).resolve().parents[3] / "desktop"
PAGE = "/healthz"
"""Any page of the server's own: what it may connect to is as for the desktop."""
LIMIT_MS = 15_000


def bundled(folder: Path) -> str:
    """The page's script with JsSIP in it, by the desktop's own tools."""
    bundler = DESKTOP / "node_modules" / ".bin" / "rolldown"
    if not bundler.is_file():
        raise RuntimeError("the desktop's tools are missing: make setup installs them")
    # Imports are looked up from where the script lies.
    entry = folder / "softphone.js"
    shutil.copy(Path(__file__).with_name("softphone.js"), entry)
    (folder / "node_modules").symlink_to(DESKTOP / "node_modules")
    made = folder / "made.js"
    venv = Path(os.environ.get("VIRTUAL_ENV", DESKTOP.parent / ".venv")) / "bin"
    subprocess.run(
        [bundler, str(entry), "--format", "iife", "--file", str(made)],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=60,
        env={**os.environ, "PATH": f"{os.environ['PATH']}{os.pathsep}{venv}"},
    )
    return made.read_text("utf-8")


class Softphone:
    """One page; ``sign_in`` first where its phone wants a session."""

    def __init__(self, page: Page, site: Site, script: str) -> None:
        self.page, self._site, self._script = page, site, script

    async def open(self) -> "Softphone":
        self.page.set_default_timeout(LIMIT_MS)
        await self.page.goto(self._site.url + PAGE)
        await self.page.evaluate(self._script)
        await self.page.mouse.click(1, 1)  # without a gesture no page may sound
        return self

    async def sign_in(self, login: str) -> None:
        told = await self.ask(
            "POST", "/api/v1/session", {"login": login, "password": self._site.passwords[login]}
        )
        assert told["login"] == login, told

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """An answer of the HTTP interface, as the page's own script would get it."""
        return await self.page.evaluate(
            """async ([method, path, body]) => {
                const answer = await fetch(path, {method, headers: {'X-Requested-With': 'cti'},
                    body: body === null ? undefined : JSON.stringify(body)})
                return await answer.json()
            }""",
            [method, path, body],
        )

    async def command(self, cmd: str, **fields: Any) -> None:
        told = await self.ask("POST", "/api/v1/commands", {"cmd": cmd, "ref": cmd, **fields})
        assert told["ok"], told

    async def start(self, account: dict[str, Any], *, hz: int, register: bool) -> None:
        await self.page.evaluate("([a, hz, r]) => phone.start(a, hz, r)", [account, hz, register])
        await self.until("registered" if register else "connected")

    async def dial(self, number: str, *headers: str) -> None:
        await self.page.evaluate("([n, h]) => phone.dial(n, h)", [number, list(headers)])

    async def until(self, name: str) -> Any:
        """The first event of this name. Raises AssertionError with what came instead."""
        try:
            found = await self.page.wait_for_function(
                "name => phone.events.find(each => each.name === name)", arg=name
            )
        except TimeoutError as late:
            raise AssertionError(await self.page.evaluate("phone.events")) from late
        return await found.json_value()

    async def until_said(self, **wanted: str) -> Any:
        """The first line of what is told of its call that has all these words."""
        found = await self.page.wait_for_function(
            "w => phone.words.find(l => Object.entries(w).every(([k, v]) => l[k]?.includes(v)))",
            arg=wanted,
        )
        return await found.json_value()

    async def until_heard(self) -> None:
        """More sound comes than until now."""
        async with asyncio.timeout(LIMIT_MS / 1000):
            await self.page.evaluate("phone.untilHeard()")

    async def press(self, keys: str) -> None:
        await self.page.evaluate("keys => phone.press(keys)", keys)

    async def hang_up(self) -> None:
        await self.page.evaluate("phone.session.terminate()")
        await self.until("ended")

    async def cut(self) -> None:
        """Lose the connection, as a network does."""
        await self.page.evaluate("phone.cut()")

    async def read_along(self, token: str) -> None:
        await self.page.evaluate("token => phone.readAlong(token)", token)

    async def raw(self, path: str, text: str) -> Any:
        """Send one text by a WebSocket of its own; how it was closed: code and reason."""
        return await self.page.evaluate("([path, text]) => phone.raw(path, text)", [path, text])
