"""Admins hear what they changed before they publish it: over HTTP, with real files."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from cti.services.ports import Role
from tests.asterisk.phrase_voice import speech_settings
from tests.web.admin_world import ADMIN, AdminWorld, admin_world
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser
from tests.web.test_drafts import begin, change, read, write

CATALOGUE = "prompts/catalogue.yaml"
OLD, NEW = "您好，欢迎致电中国人保财险95518服务热线。", "您好，这里是95518。"
WELCOME = f"{ADMIN}/sounds/zh/welcome"


@pytest.fixture
async def admins(static: Path) -> AsyncIterator[AdminWorld]:
    async with admin_world(static) as found:
        yield found


@pytest.fixture
async def browser(admins: AdminWorld, open_browser: OpenBrowser) -> Browser:
    found = await open_browser(admins.world, "admin")
    await begin(found)
    return found


async def words(browser: Browser) -> list[dict[str, Any]]:
    status, body, _ = await browser.request("GET", f"{ADMIN}/draft/words")
    assert status == 200, body
    found: list[dict[str, Any]] = body
    return found


async def heard(browser: Browser, path: str, **headers: str) -> tuple[int, bytes, Any]:
    url = browser.world.origin + path
    async with browser.http.get(url, headers={**browser.headers, **headers}) as answer:
        return answer.status, await answer.read(), answer.headers


async def spoken_words(browser: Browser) -> str:
    """The sound of the first sentence, once it is made."""
    for _ in range(100):
        if sound := (await words(browser))[0]["now"]["sound"]:
            return str(sound)
        await asyncio.sleep(0.1)
    raise AssertionError("not spoken")


async def test_a_draft_that_changes_no_word_sounds_as_before(browser: Browser) -> None:
    found = await words(browser)
    assert not any(each["changed"] for each in found)
    assert {each["language"] for each in found} == {"zh", "en"}
    welcome = next(each for each in found if each["prompt"] == "welcome")
    assert welcome["before"] == welcome["now"] == {"text": OLD, "sound": "zh/welcome"}


async def test_changed_words_come_first_and_have_a_sound_once_they_are_spoken(
    admins: AdminWorld, browser: Browser, tmp_path: Path
) -> None:
    admins.use_voice(speech_settings(tmp_path / "voice")["CTI_SPEECH_PYTHON"])
    await change(browser, CATALOGUE, OLD, NEW)
    first, second = (await words(browser))[:2]
    assert (first["prompt"], first["changed"], second["changed"]) == ("welcome", True, False)
    assert first["before"] == {"text": OLD, "sound": "zh/welcome"}
    assert first["now"] == {"text": NEW, "sound": ""}
    assert (await browser.request("POST", f"{ADMIN}/draft/speech"))[0] == 202
    spoken = await spoken_words(browser)
    assert spoken.startswith("spoken/")
    status, body, _ = await heard(browser, f"{ADMIN}/sounds/{spoken}")
    assert status == 200
    with wave.open(io.BytesIO(body)) as sound:
        assert sound.getparams()[:3] == (1, 2, 8000)
        assert sound.getnframes() == 16_000


async def test_a_new_prompt_has_nothing_before_it_and_one_taken_out_nothing_now(
    browser: Browser,
) -> None:
    seen = await read(browser, CATALOGUE)
    text = seen["text"].replace("\n  welcome:", "\n  greeting_of_snow:", 1)
    assert (await write(browser, CATALOGUE, text, seen["etag"]))[0] == 200
    found = {(each["prompt"], each["language"]): each for each in await words(browser)}
    assert found["greeting_of_snow", "zh"]["before"] is None
    assert found["greeting_of_snow", "zh"]["now"]["text"] == OLD
    assert found["welcome", "en"]["now"] is None
    assert found["welcome", "en"]["changed"]


async def test_a_catalogue_that_cannot_be_read_is_refused_with_its_findings(
    browser: Browser,
) -> None:
    seen = await read(browser, CATALOGUE)
    await write(browser, CATALOGUE, "prompts: [", seen["etag"])
    status, body, _ = await browser.request("GET", f"{ADMIN}/draft/words")
    assert (status, body["code"]) == (422, "admin.unfit")
    assert body["findings"][0]["file"] == CATALOGUE


async def test_a_sound_is_served_in_parts_and_never_stored(browser: Browser) -> None:
    status, whole, headers = await heard(browser, WELCOME)
    assert (status, headers["Content-Type"]) == (200, "audio/wav")
    assert (headers["Accept-Ranges"], headers["Cache-Control"]) == ("bytes", "no-store")
    parts = {
        "bytes=0-99": whole[:100],
        "bytes=100-": whole[100:],
        "bytes=-50": whole[-50:],
        f"bytes=10-{len(whole) * 2}": whole[10:],
    }
    for asked, wanted in parts.items():
        status, body, headers = await heard(browser, WELCOME, Range=asked)
        assert (status, body) == (206, wanted), asked
        begin_at = whole.index(wanted) if asked != "bytes=-50" else len(whole) - 50
        told = f"bytes {begin_at}-{begin_at + len(wanted) - 1}/{len(whole)}"
        assert headers["Content-Range"] == told
    status, body, headers = await heard(browser, WELCOME, Range=f"bytes={len(whole)}-")
    assert (status, body, headers["Content-Range"]) == (416, b"", f"bytes */{len(whole)}")


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "bytes=5-2", "lines=1-2", "bytes=-", "x"])
async def test_a_range_that_is_not_understood_is_no_range(browser: Browser, asked: str) -> None:
    status, body, headers = await heard(browser, WELCOME, Range=asked)
    assert status == 200
    assert len(body) == int(headers["Content-Length"]) > 1000


@pytest.mark.parametrize(
    "name",
    [
        "zh/no_such_prompt",
        "zh/..%2f..%2fconfig%2fcti.yaml",
        "zh/%2e%2e",
        "recordings/welcome",
        "spoken/welcome",
        "spoken/" + "0" * 40,
        "spoken/" + "0" * 39 + "%0a",
        "..%2fzh/welcome",
        "zh/welcome%00",
        "zh/" + "a" * 5000,
    ],
)
async def test_a_name_of_no_sentence_leads_nowhere(browser: Browser, name: str) -> None:
    url = URL(f"{browser.world.origin}{ADMIN}/sounds/{name}", encoded=True)
    async with browser.http.get(url, headers=browser.headers) as answer:
        assert answer.status == 404
        assert (await answer.json())["code"] == "http.404"


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.ADMIN])
async def test_only_admins_hear_drafts(
    admins: AdminWorld, open_browser: OpenBrowser, role: Role
) -> None:
    browser = await open_browser(admins.world, "ma" if role is Role.AGENT else role)
    assert (await browser.request("GET", WELCOME))[0] == 403
    assert (await browser.request("GET", f"{ADMIN}/draft/words"))[0] == 403


async def test_nobody_hears_them_without_a_session(
    admins: AdminWorld, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(admins.world)
    assert (await browser.request("GET", WELCOME))[0] == 401


async def test_hearing_leaves_no_line_in_the_audit(admins: AdminWorld, browser: Browser) -> None:
    before = await admins.acts()
    await heard(browser, WELCOME)
    assert await admins.acts() == before
