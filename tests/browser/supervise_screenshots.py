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


async def pictures(page: Page, fake: FakeServer, out: Path, name: str, only: str) -> None:
    for shown, (path, ready) in PAGES.items():
        if only and only != shown:
            continue
        await fake.signed_in_desk(page, path, ready)
        await page.screenshot(path=out / f"{shown}-{name}.png", animations="disabled")
