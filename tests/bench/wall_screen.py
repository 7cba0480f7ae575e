"""The wallboard in a browser: main-thread time a second while a room of agents works.

``python -m tests.bench.wall_screen [AGENTS [SECONDS]]``. Each second brings a new wallboard and the changes
of a tenth of the agents. The built desktop against a server faked in the page: what is measured is the
page alone.
"""

import asyncio
import sys

from playwright.async_api import CDPSession, Page, async_playwright

from tests.browser.conftest import AGENT_CONTEXT, CHROMIUM_ARGS, chromium_path
from tests.browser.fake_server import SUPERVISOR_SESSION, FakeServer
from tests.browser.samples import agent, ago
from tests.browser.static_server import serve_static
from tests.browser.supervise_samples import board

SCREEN = {"width": 1920, "height": 1080}
WARM_UP_S = 3


async def task_seconds(devtools: CDPSession) -> float:
    """What the main thread has worked since the page began."""
    found = await devtools.send("Performance.getMetrics")
    return float(next(one["value"] for one in found["metrics"] if one["name"] == "TaskDuration"))


async def room_works(fake: FakeServer, seconds: int) -> None:
    for second in range(seconds):
        fake.say({"type": "wallboard"} | board(waiting=second % 7))
        for i in range(len(fake.others) // 10):
            at = (second * 4 + i) % len(fake.others)
            state = "idle" if fake.others[at]["state"] == "talking" else "talking"
            fake.others[at] |= {"state": state, "since": ago()}
            fake.event("established", agentId=fake.others[at]["agentId"], agent=fake.others[at])
        await asyncio.sleep(1)


async def measured(page: Page, url: str, agents: int, seconds: int) -> float:
    """Milliseconds of main-thread time a second."""
    fake = FakeServer(url)
    fake.session = SUPERVISOR_SESSION
    fake.others = [agent(agentId=str(1000 + i), status="ready", reason=None) for i in range(agents)]
    await fake.attach(page)
    await fake.signed_in_desk(page, "/wall", "[data-test=plots] canvas >> nth=0")
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Performance.enable")
    await room_works(fake, WARM_UP_S)
    before = await task_seconds(devtools)
    await room_works(fake, seconds)
    return (await task_seconds(devtools) - before) / seconds * 1000


async def main(agents: int, seconds: int) -> None:
    async with async_playwright() as playwright, serve_static() as url:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(), args=CHROMIUM_ARGS
        )
        page = await browser.new_page(**AGENT_CONTEXT | {"viewport": SCREEN})
        found = await measured(page, url, agents, seconds)
        print(f"{agents} agents, {seconds} s: {found:.1f} ms of main-thread time a second")
        await browser.close()


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    asyncio.run(main(*(given + [40, 20][len(given) :])))
