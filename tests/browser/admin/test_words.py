"""Admins listen to what callers hear, and to what they would hear, before they publish it."""

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, Request, expect

from tests.asterisk.phrase_voice import VOICE_S, speech_settings
from tests.browser.admin.pages import SLOW_MS, begin_draft, open_page
from tests.browser.conftest import NewPage
from tests.browser.editor import open_file, replace_all
from tests.web.admin_world import AdminWorld

CATALOGUE = "prompts/catalogue.yaml"
OLD_WORDS, NEW_WORDS = "您好，欢迎致电中国人保财险95518服务热线。", "您好，这里是95518。"
WATCHED = """
const Made = Audio
window.sounds = []
window.Audio = function () { window.sounds.push(new Made()); return window.sounds.at(-1) }
"""
SOUNDING = "() => window.sounds.filter((it) => !it.paused).length"
LOUD_MS = (VOICE_S + 10) * 1000


@pytest.fixture
async def page(browser_page: Page, admins: AdminWorld, tmp_path: Path) -> Page:
    """A draft whose greeting was changed, with the list of sentences under the editor."""
    await browser_page.add_init_script(WATCHED)
    admins.use_voice(speech_settings(tmp_path / "voice")["CTI_SPEECH_PYTHON"])
    await open_page(browser_page, admins, "files")
    await begin_draft(browser_page)
    await open_file(browser_page, CATALOGUE)
    await replace_all(browser_page, OLD_WORDS, NEW_WORDS)
    await browser_page.locator("[data-words='zh/welcome']").wait_for(timeout=SLOW_MS)
    return browser_page


async def speak(page: Page) -> None:
    await page.locator("[data-test=words-speak]").click()
    await play(page, "now").wait_for(timeout=SLOW_MS)


def play(page: Page, side: str, words: str = "zh/welcome") -> Locator:
    return page.locator(f"[data-words='{words}'] [data-test=play-{side}]")


async def test_the_old_words_and_the_new_are_heard_one_at_a_time(page: Page) -> None:
    welcome = page.locator("[data-words='zh/welcome']")
    await expect(welcome).to_contain_text(OLD_WORDS)
    await expect(welcome).to_contain_text(NEW_WORDS)
    await expect(welcome.locator("[data-test=silent]")).to_have_text("还没有声音")
    await speak(page)
    await play(page, "before").click()
    await expect(play(page, "before")).to_have_attribute("data-heard", "playing")
    await play(page, "now").click()
    await expect(play(page, "now")).to_have_attribute("data-heard", "playing")
    await expect(play(page, "before")).to_have_attribute("data-heard", "quiet")
    assert await page.evaluate(SOUNDING) == 1
    await expect(play(page, "now")).to_have_attribute("data-heard", "quiet", timeout=LOUD_MS)


async def test_the_browser_fetches_a_sound_by_ranges_of_the_server(page: Page) -> None:
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))
    await play(page, "before").click()
    await expect(play(page, "before")).to_have_attribute("data-heard", "playing")
    [sound] = [each for each in asked if "/sounds/" in each.url]
    answer = await sound.response()
    assert answer is not None
    assert (answer.status, answer.headers["cache-control"]) == (206, "no-store")


async def test_a_key_begins_a_sentence_and_escape_ends_it_but_not_the_dialog(page: Page) -> None:
    await speak(page)
    await page.locator("[data-test=publish]").click()
    dialog = page.locator("[data-test=publish-dialog]")
    button = dialog.locator("[data-test=play-now]")
    await button.focus(timeout=SLOW_MS)
    await page.keyboard.press("Space")
    await expect(button).to_have_attribute("data-heard", "playing")
    await expect(button).to_have_accessible_name("停止草稿：welcome（普通话）")
    await page.keyboard.press("Escape")
    await expect(button).to_have_attribute("data-heard", "quiet")
    await expect(button).to_have_accessible_name("播放草稿：welcome（普通话）")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()


async def test_a_sound_ends_with_the_dialog(page: Page) -> None:
    await page.locator("[data-test=publish]").click()
    dialog = page.locator("[data-test=publish-dialog]")
    await dialog.locator("[data-test=play-before]").click(timeout=SLOW_MS)
    await expect(dialog.locator("[data-heard=playing]")).to_be_visible()
    assert await page.evaluate(SOUNDING) == 1
    await page.locator(".el-dialog__headerbtn").last.click()
    await expect(dialog).to_be_hidden()
    assert await page.evaluate(SOUNDING) == 0


async def test_a_sound_that_is_gone_is_said_to_fail(page: Page, admins: AdminWorld) -> None:
    await speak(page)
    for path in (admins.settings.folders.of_asterisk / "spoken").glob("*.alaw"):
        path.unlink()
    await play(page, "now").click()
    await expect(page.locator("[data-words='zh/welcome'] [role=alert]")).to_have_text(
        "放不出来，请再试一次"
    )


async def test_every_sentence_is_found_and_heard_in_english_too(
    new_page: NewPage, admins: AdminWorld
) -> None:
    page = await new_page(locale="en-GB")
    await open_page(page, admins, "files")
    await begin_draft(page)
    await open_file(page, CATALOGUE)
    panel = page.locator("[data-test=words-panel]")
    await expect(panel).to_contain_text("The draft changes no sentence.", timeout=SLOW_MS)
    await page.locator("[data-test=words-all]").click()
    await page.locator("[data-test=words-find]").fill("no such words")
    await expect(panel).to_contain_text("There is no such sentence.")
    await page.locator("[data-test=words-find]").fill("welcome")
    button = play(page, "now", "en/welcome")
    await expect(button).to_have_accessible_name("Play welcome (English)")
    await button.press("Enter")
    await expect(button).to_have_attribute("data-heard", "playing")
    await expect(button).to_have_accessible_name("Stop welcome (English)")
