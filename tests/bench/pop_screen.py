"""The screen-pop in a browser: from the frame that says "delivered" to the caller on the screen.

``python -m tests.bench.pop_screen [CALLS]``. The built desktop against a server faked in the page: what is
measured is the page alone, from the message event of its socket to the moment after the frame that shows the
customer, his cases and contacts and the script was painted.
"""

import asyncio
import sys

from playwright.async_api import Page, async_playwright

from tests.browser.conftest import AGENT_CONTEXT, CHROMIUM_ARGS, chromium_path
from tests.browser.fake_server import FakeServer
from tests.browser.samples import agent
from tests.browser.static_server import serve_static

SCREEN = {"width": 1280, "height": 720}
# A task of its own after the frame runs when that frame is on the screen.
WATCH = """
const Socket = window.WebSocket
window.paints = []
const parts = ['customer', 'policies', 'claims', 'cases', 'contacts', 'script']
const seen = () => parts.every((part) => document.querySelector(`[data-test=${part}]`))
function painted(began) {
  if (!seen()) return requestAnimationFrame(() => painted(began))
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => window.paints.push(performance.now() - began)
  port2.postMessage(null)
}
window.WebSocket = class extends Socket {
  constructor(...given) {
    super(...given)
    this.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(data)
      if (frame.type !== 'delivered' || !frame.agent) return
      const began = performance.now()
      requestAnimationFrame(() => painted(began))
    })
  }
}
"""


async def measured(page: Page, url: str, calls: int) -> list[float]:
    """Milliseconds of each call, in order."""
    fake = FakeServer(url)
    fake.me = agent(status="ready", reason=None)
    await fake.attach(page)
    await page.add_init_script(WATCH)
    await fake.signed_in_desk(page)
    for number in range(1, calls + 1):
        fake.ring()
        await page.wait_for_function(f"() => window.paints.length === {number}")
        fake.i_am("diverted", state="idle", callId=None)
        await page.locator("[data-test=customer]").wait_for(state="hidden")
    found: list[float] = await page.evaluate("window.paints")
    return found


async def main(calls: int) -> None:
    async with async_playwright() as playwright, serve_static() as url:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(), args=CHROMIUM_ARGS
        )
        page = await browser.new_page(**AGENT_CONTEXT | {"viewport": SCREEN})
        found = await measured(page, url, calls)
        await browser.close()
    in_order = sorted(found)
    middle, worst = in_order[len(in_order) // 2], in_order[-1]
    print(f"{calls} calls: painted after {middle:.0f} ms (median), {worst:.0f} ms (worst)")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30))
