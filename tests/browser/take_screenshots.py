"""Pictures of the desktop in every look: ``python -m tests.browser.take_screenshots FOLDER``.

A second word takes only the looks whose name has it in: ``zh-light-1440``.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from tests.browser.conftest import AGENT_CONTEXT, CHROMIUM_ARGS, chromium_path
from tests.browser.fake_server import SUPERVISOR_SESSION, FakeServer
from tests.browser.samples import agent, ago, call, call_row
from tests.browser.static_server import serve_static
from tests.browser.supervise_samples import work_item
from tests.browser.supervise_screenshots import fill, pictures

VARIANTS: dict[str, dict[str, Any]] = {
    "zh-light": {},
    "en-dark": {"locale": "en-US", "color_scheme": "dark"},
    "zh-dark": {"color_scheme": "dark"},
    "en-light": {"locale": "en-US"},
}
SIZES = {
    "1280": {"width": 1280, "height": 720},
    "1440": {"width": 1440, "height": 900},
    "1600": {"width": 1600, "height": 900},
}
MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
QUEUES = ("motor", "consult", "major", "rescue")


def busy(fake: FakeServer) -> None:
    """A room at work: other agents and waiting calls."""
    fake.me = agent(status="ready", reason=None, since=ago(64))
    states: list[dict[str, Any]] = [
        {"status": "ready", "state": "talking", "since": ago(312), "callId": "w9"},
        {"status": "ready", "state": "wrap_up", "since": ago(21)},
        {"status": "not_ready", "reason": "BREAK", "since": ago(1000)},
        {"status": "not_ready", "reason": "MEAL", "since": ago(900)},
        {"status": "ready", "reason": None, "since": ago(95)},
        {"status": "ready", "state": "held", "since": ago(33)},
        {"status": "logged_out", "since": None},
    ]
    names = ["王强", "马晓燕", "才让卓玛", "赵建国", "韩丽", "Tashi Dorje", "陈晨"]
    fake.others = [
        agent(agentId=str(1024 + i), name=name, **state)
        for i, (name, state) in enumerate(zip(names, states, strict=True))
    ]


def busy_calls() -> list[dict[str, Any]]:
    waiting = [
        call(
            callId=f"w{i}",
            callerNumber=f"139****00{i}1",
            queue=QUEUES[i % 4],
            priority=[60, 20, 100, 80, 60][i],
            queuedAt=ago([75, 41, 9, 22, 5][i]),
            head=i == 0,
        )
        for i in range(5)
    ]
    return [*waiting, call(callId="w9", phase="talking"), call(callId="w8", phase="ivr")]


async def desk(
    browser: Browser, url: str, options: dict[str, Any], who: str
) -> tuple[Page, FakeServer]:
    context = await browser.new_context(**{**AGENT_CONTEXT, **options})
    page = await context.new_page()
    fake = FakeServer(url)
    busy(fake)
    fake.calls = busy_calls()
    fake.rows = [
        call_row(
            callId=f"h{i}",
            arrivedAt=ago(600 * i + 60),
            queue=QUEUES[i % 4],
            agentId=str(1023 + i % 6),
        )
        for i in range(12)
    ]
    fake.supervised.work = [
        work_item(dueAt=ago(900)),
        work_item(itemId=2, kind="follow_up", queue="motor", dueAt=ago(-1200), details={}),
        work_item(itemId=3, kind="callback_failed", queue="consult", dueAt=ago(-9000), details={}),
        work_item(itemId=4, state="taken", takenBy="wangqiang", dueAt=ago(-20_000)),
    ]
    fake.rows[1] |= {"agentId": "1023", "wrapUpReason": None}
    fake.rows[2] |= {"outcome": "abandoned", "talkedS": None, "agentId": None, "wrapUpReason": None}
    if who == "supervisor":
        fake.session = SUPERVISOR_SESSION
        fake.others.insert(0, fake.me)
    await fake.attach(page)
    return page, fake


async def agent_story(page: Page, fake: FakeServer, out: Path, name: str) -> None:
    await page.goto(fake.url)
    await page.locator("[data-test=sign-in]").wait_for()
    await page.screenshot(path=out / f"sign-in-{name}.png")
    fake.me = agent(status="logged_out", reason=None)
    await fake.signed_in_desk(page)
    await page.locator("[data-test=log-on]").click()
    await page.locator("[data-test=shift]").wait_for()
    await page.locator("[data-test=lamp-sip][data-light=good]").wait_for()
    await page.screenshot(path=out / f"shift-{name}.png", animations="disabled")
    await page.locator("[data-test=begin]").click()
    await page.locator("[data-test=shift]").wait_for(state="hidden")
    fake.i_am("agentReady", status="ready", reason=None)
    await page.screenshot(path=out / f"ready-{name}.png")
    fake.ring()
    for other in busy_calls():
        fake.event("queued", call=other)
    await page.locator("[data-test=customer]").wait_for()
    await page.screenshot(path=out / f"ringing-{name}.png")
    fake.answer()
    await page.locator("[data-test=remarks]").wait_for()
    await page.locator("[data-control=transfer]").click()
    await page.locator("[data-test=targets]").wait_for()
    await page.screenshot(path=out / f"transfer-{name}.png", animations="disabled")
    await page.keyboard.press("Escape")
    fake.wrap_up()
    await page.locator("[data-test=remarks]").fill("青A12345 追尾,右前灯破损,无人伤,已派查勘员。")
    await page.locator("[data-test=wrap-up-countdown]").wait_for()
    await page.locator("[data-test=refer]").last.click()
    await page.locator("[data-test=contacts] .toggle").first.click()
    await page.locator("[data-kept=both]").wait_for()
    await page.screenshot(path=out / f"wrap-up-{name}.png")
    for tab in ("work", "own"):
        await page.locator(f"#tab-{tab}").click()
        await page.locator(
            {"work": "[data-item]", "own": "[data-test=history] [data-call]"}[tab]
        ).first.wait_for()
        await page.screenshot(path=out / f"{tab}-tab-{name}.png", animations="disabled")
    fake.i_am("diverted", status="not_ready", reason="RNA", state="idle", callId=None)
    await page.locator("[data-test=missed]").wait_for()
    await page.screenshot(path=out / f"missed-{name}.png", animations="disabled")
    await trouble(page, fake, out, name)


async def trouble(page: Page, fake: FakeServer, out: Path, name: str) -> None:
    """All that is said above the page and over it, and the list of it opened."""
    for one in fake.modes:
        one["on"] = {"since": ago(), "until": ago(-7200), "by": "banzhang", "reason": "海东地震"}
    fake.event("modeSwitched", mode="disaster", on=True)
    await page.locator("[data-test=mode-banner]").first.wait_for()
    await page.screenshot(path=out / f"mode-{name}.png", animations="disabled")
    fake.event("noticeSent", by="张敏", text="湟源段大雪封路，查勘员改由西宁调派。", queues=[])
    await fake.sip.close(4009)
    await page.locator("[data-saying=phone-takenOver]").wait_for()
    await page.locator("[data-test=status-all]").click()
    await page.screenshot(path=out / f"trouble-{name}.png", animations="disabled")


async def main(out: Path, only: str) -> None:
    async with async_playwright() as playwright, serve_static() as url:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(), args=[*CHROMIUM_ARGS, *MICROPHONE]
        )
        for variant, options in VARIANTS.items():
            for size, viewport in SIZES.items():
                name = f"{variant}-{size}"
                if only not in name:
                    continue
                with_size = options | {"viewport": viewport}
                await agent_story(*await desk(browser, url, with_size, "agent"), out, name)
                page, fake = await desk(browser, url, with_size, "supervisor")
                fill(fake)
                await pictures(page, fake, out, name)
        await browser.close()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""))
