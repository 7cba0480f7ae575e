"""A server whose people write what should become a script, behind every text meant for human eyes."""

import json
import re
from collections.abc import Mapping
from typing import Any

from playwright.async_api import Page, Route, WebSocketRoute

from tests.browser.fake_server import FakeServer

HOSTILE = (
    "\"'><img src=x onerror=window.owned=1><svg/onload=window.owned=1>"
    "</textarea></title><script>window.owned=1</script>"
    "<a href=javascript:window.owned=1>${window.owned=1}{{window.owned=1}}@:x|y%s\u202e"
)
LONG = "W" * 60
"""A word that no line breaks by itself."""
MARK = "onerror=window.owned=1"
TEXTS = frozenset({"name", "remarks", "text", "title", "note", "message", "summary", "reason"})
"""Keys of people's words that need not be Chinese, where they are more than a code."""
_HUMAN = re.compile(r"[\u3400-\u9fff]|\S \S")
_CODE = re.compile(r"[A-Za-z0-9_.:/+-]*")


def planted(found: Any, key: str = "") -> Any:
    """The same answer with a hostile end at every text that people wrote or read."""
    if isinstance(found, Mapping):
        return {name: planted(value, name) for name, value in found.items()}
    if isinstance(found, list):
        return [planted(value, key) for value in found]
    if isinstance(found, str) and found and _is_text(found, key):
        return f"{found}{HOSTILE}{LONG}"
    return found


def _is_text(found: str, key: str) -> bool:
    if _HUMAN.search(found):
        return True
    return key in TEXTS and not _CODE.fullmatch(found)


class HostileServer(FakeServer):
    """The usual one, whose answers and frames are planted."""

    def say(self, frame: dict[str, Any]) -> None:
        super().say(frame if "ref" in frame and frame.get("ok") else planted(frame))

    async def _http(self, route: Route) -> None:
        await super()._http(_Planting(route))  # type: ignore[arg-type]


class _Planting:
    """A route whose JSON is planted."""

    def __init__(self, route: Route) -> None:
        self._route, self.request = route, route.request

    async def fulfill(self, **answer: Any) -> None:
        if "json" in answer:
            answer["json"] = planted(answer["json"])
        await self._route.fulfill(**answer)


async def plant_real(page: Page) -> None:
    """A real server's answers and frames, planted on their way."""

    async def answered(route: Route) -> None:
        answer = await route.fetch()
        if "json" not in answer.headers.get("content-type", ""):
            return await route.fulfill(response=answer)
        return await route.fulfill(response=answer, json=planted(await answer.json()))

    def connected(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda text: socket.send(json.dumps(planted(json.loads(text)))))

    await page.route("**/api/v1/**", answered)
    await page.route_web_socket("**/ws?language=*", connected)


LOOK = """() => {
  const values = () => [...document.querySelectorAll('input, textarea')].map((it) => it.value)
  return {
  owned: window.owned ?? null,
  made: document.querySelectorAll('img[src="x"], svg[onload], a[href^="javascript"]').length,
  wide: document.scrollingElement.scrollWidth - window.innerWidth,
  text: [document.body.innerText, ...values()].join(),
  }
}"""


async def is_unharmed(page: Page, where: str, shown: bool = True) -> None:
    """The words are there as words, where some are ``shown``, and nothing else came of them."""
    seen = await page.evaluate(LOOK)
    assert (where, seen["owned"], seen["made"]) == (where, None, 0)
    assert not shown or MARK in seen["text"], where
    assert seen["wide"] <= 0, (where, seen["wide"])
