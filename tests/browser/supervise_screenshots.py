"""Pictures of supervision's pages, for ``take_screenshots``."""

from pathlib import Path

from playwright.async_api import Page

from tests.browser.fake_server import FakeServer
from tests.browser.samples import ago, call
from tests.browser.supervise_samples import recording, ticket, work_item

PAGES = {
    "board": ("/board", "[data-test=plots] canvas >> nth=0"),
    "wall": ("/wall", "[data-test=plots] canvas >> nth=0"),
    "calls": ("/calls", "[data-test=history]"),
    "recordings": ("/recordings", "[data-test=recordings]"),
    "reports": ("/reports", "[data-test=figures-table]"),
    "callbacks": ("/callbacks", "[data-test=callbacks]"),
    "work": ("/work", "[data-test=work]"),
}

OVER = {
    "board": ("[data-agent='1024'] [data-test=acts]",),
    "calls": ("[data-test=history] tbody button", "[data-test=story]"),
    "recordings": ("[data-recording=rec-0] button", "[data-test=hear]"),
    "reports": ("[data-table=queues]", "[data-row=motor] [data-cell=answered]"),
    "work": ("[data-item='0'] [data-test=work-open]",),
}
"""What is clicked there, one after the other."""
SHOWN = {
    "board": "[data-test=act-menu]",
    "calls": "[data-test=story]",
    "recordings": "[data-test=wave]",
    "reports": "[data-test=numerator]",
    "work": "[data-test=work-item]",
}


def fill(fake: FakeServer) -> None:
    """A house with something in each list."""
    fake.calls.append(call(callId="alarm", queue="major", alert="open", queuedAt=ago(9)))
    fake.others[0] |= {"asked": "MEETING", "askedUntil": ago(-60)}
    fake.supervised.recordings = [
        recording(recordingId=f"rec-{i}", startedAt=ago(3600 * (i + 1)), seconds=8.0 + 61 * i)
        for i in range(9)
    ]
    fake.supervised.recordings[3] |= {"onHold": True, "heldBy": "banzhang", "heldWhy": "投诉"}
    fake.supervised.tickets = [
        ticket(callId=f"cb-{i}", dueAt=ago(600 - 500 * i), dials=i % 3) for i in range(6)
    ]
    kinds = ("voicemail", "survey_follow_up", "callback_failed", "sms_failed")
    fake.supervised.work = [
        work_item(itemId=i, kind=kinds[i % 4], dueAt=ago(4000 - 3000 * i)) for i in range(7)
    ]


async def pictures(page: Page, fake: FakeServer, out: Path, name: str) -> None:
    """Every page of supervision, and what opens over some of them."""
    for shown, (path, ready) in PAGES.items():
        await fake.signed_in_desk(page, path, ready)
        await page.screenshot(path=out / f"{shown}-{name}.png", animations="disabled")
        if shown in OVER:
            for click in OVER[shown]:
                await page.locator(click).first.click()
            await page.locator(SHOWN[shown]).first.wait_for()
            await page.screenshot(path=out / f"{shown}-open-{name}.png", animations="disabled")
