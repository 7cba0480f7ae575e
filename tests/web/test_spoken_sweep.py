"""An admin has words spoken and gives them up: their sounds go, those of every version stay."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cti.dialplans import sweep_parts
from cti.own_words import files_of
from cti.services.menus import LiveMenus
from cti.spoken_sweep import SpokenSweep, SweepParts
from cti.store.sql_drafts import SqlDrafts
from tests.asterisk.phrase_voice import speech_settings
from tests.web.admin_world import ADMIN, AdminWorld, admin_world
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser
from tests.web.test_drafts import begin, change
from tests.web.test_words import CATALOGUE, NEW, OLD, spoken_words, words

OTHER = "您好，这里是人保财险。"


@pytest.fixture
async def admins(static: Path, tmp_path: Path) -> AsyncIterator[AdminWorld]:
    async with admin_world(static) as found:
        found.use_voice(speech_settings(tmp_path / "voice")["CTI_SPEECH_PYTHON"])
        yield found


def sweep(admins: AdminWorld) -> SpokenSweep:
    """As the server does it, a month later."""
    settings, drafts = admins.booth.settings, SqlDrafts(admins.engine)
    parts = sweep_parts(settings, admins.world.versions.parts().desk, drafts, LiveMenus())
    later = {name: getattr(parts, name) for name in SweepParts.__slots__}
    later["now"] = lambda: datetime.now(UTC) + timedelta(days=30)
    return SpokenSweep(SweepParts(**later))


def lies(admins: AdminWorld) -> set[str]:
    return {each.name for each in files_of(admins.settings.folders).kept()}


async def spoken(browser: Browser, old: str, new: str) -> str:
    await change(browser, CATALOGUE, old, new)
    assert (await browser.request("POST", f"{ADMIN}/draft/speech"))[0] == 202
    return (await spoken_words(browser)).removeprefix("spoken/")


async def publish(browser: Browser) -> None:
    found = (await browser.request("GET", "/api/v1/versions"))[1]
    fields = {"way": "all", "message": "x", "sequence": found["inForce"]["sequence"]}
    status, body, _ = await browser.request("POST", f"{ADMIN}/draft/publish", json=fields)
    assert status == 201, body


async def test_words_of_a_draft_stay_with_it_and_go_after_it(
    admins: AdminWorld, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(admins.world, "admin")
    await begin(browser)
    first = await spoken(browser, OLD, NEW)
    second = await spoken(browser, NEW, OTHER)
    await sweep(admins).sweep()
    assert lies(admins) == {second}
    assert first != second
    await browser.request("DELETE", f"{ADMIN}/draft")
    await sweep(admins).sweep()
    assert lies(admins) == set()


async def test_every_version_keeps_its_sounds_and_can_be_brought_back(
    admins: AdminWorld, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(admins.world, "admin")
    await begin(browser)
    sounds = []
    for old, new in ((OLD, NEW), (NEW, OTHER), (OTHER, OLD)):
        if new != OLD:
            sounds.append(await spoken(browser, old, new))
        else:
            await change(browser, CATALOGUE, old, new)
        await publish(browser)
    await browser.request("DELETE", f"{ADMIN}/draft")
    month_ago = (datetime.now(UTC) - timedelta(days=30)).timestamp()
    for path in files_of(admins.settings.folders).folder.glob("*.alaw"):
        os.utime(path, (month_ago, month_ago))
    assert (await sweep(admins).sweep()).gone == 0
    assert lies(admins) > set(sounds)
    await begin(browser, 1)
    heard = next(each for each in await words(browser) if each["prompt"] == "welcome")
    assert heard["now"] == {"text": NEW, "sound": f"spoken/{sounds[0]}"}
