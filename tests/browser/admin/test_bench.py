"""What becomes of a draft: tested, compared, spoken, published, tried on some callers, taken back."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from cti.core.ids import CallId
from cti.core.measures.canary import Counts
from cti.core.version_events import ShadowDiffered
from tests.asterisk.phrase_voice import speech_settings
from tests.browser.admin.pages import SLOW_MS, TREE, begin_draft, give_reason, open_page
from tests.browser.editor import open_file, replace_all
from tests.web.admin_world import AdminWorld
from tests.web.samples import NOW

QUEUES, CATALOGUE = "config/queues.yaml", "prompts/catalogue.yaml"
GREETS, GREETS_AT_NIGHT = "welcome: {say: welcome,", "welcome: {say: welcome_night,"
OLD_WORDS, NEW_WORDS = "您好，欢迎致电中国人保财险95518服务热线。", "您好，这里是95518。"
RUN_MS = 120_000
"""Every flow test of the sample dialplan, in a process of low priority."""


async def tab(page: Page, name: str) -> None:
    await page.locator(f"#tab-{name}").click()


async def publish(page: Page, way: str = "all", why: str = "夜间问候") -> None:
    await page.locator("[data-test=publish]").click()
    await page.locator(f"[data-test=way-{way}]").click()
    await page.locator("[data-test=publish-message]").fill(why)
    await page.locator("[data-test=publish-done]").click(timeout=SLOW_MS)
    await expect(page.locator("[data-test=publish-dialog]")).to_be_hidden(timeout=SLOW_MS)


async def published_once(page: Page, admins: AdminWorld) -> None:
    """A draft whose base is version 1."""
    await open_page(page, admins, "files")
    await begin_draft(page)
    await publish(page, why="第一版")


def current(admins: AdminWorld) -> int:
    return admins.world.versions.held.current if admins.world.versions.held else 0


async def test_flow_tests_show_how_far_they_are_and_what_they_came_to(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "files")
    await begin_draft(page)
    await replace_all(page, GREETS, GREETS_AT_NIGHT)
    await tab(page, "test")
    await page.locator("[data-test=run-tests]").click()
    await expect(page.get_by_role("progressbar", name="流程测试")).to_be_visible()
    result = page.locator("[data-test=test-result]")
    await expect(result).to_contain_text("覆盖：节点", timeout=RUN_MS)
    failed = result.locator("details").first
    await failed.locator("summary").click()
    await expect(failed).to_contain_text("welcome_night")
    await failed.locator("button").first.click()
    await expect(page.locator("[data-test=open-file]")).to_contain_text("dialplan/tests/")


async def test_flow_tests_that_run_are_stopped(browser_page: Page, admins: AdminWorld) -> None:
    page = browser_page
    await open_page(page, admins, "files")
    await begin_draft(page)
    await tab(page, "test")
    await page.locator("[data-test=run-tests]").click()
    await page.locator("[data-test=stop-tests]").click()
    await expect(page.locator("[data-test=tests-stopped]")).to_be_visible()
    await expect(page.locator("[data-test=run-tests]")).to_be_enabled()


async def test_only_tests_whose_name_was_asked_for_run(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "files")
    await begin_draft(page)
    await tab(page, "test")
    await page.get_by_label("只运行名称里有").fill("an accident with injuries goes first")
    await page.keyboard.press("Enter")
    result = page.locator("[data-test=test-result]")
    await expect(result).to_contain_text("1 个通过，0 个失败", timeout=RUN_MS)


async def test_the_difference_is_told_in_words_and_lines(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await published_once(page, admins)
    await replace_all(page, GREETS, GREETS_AT_NIGHT)
    await tab(page, "diff")
    diff = page.locator("[data-test=diff]")
    await expect(diff).to_contain_text("welcome_night", timeout=SLOW_MS)
    await expect(diff).to_contain_text(f"{TREE} 新增 1 行，删去 1 行")


async def test_a_canary_is_promoted_and_taken_back_again(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await published_once(page, admins)
    await replace_all(page, GREETS, GREETS_AT_NIGHT)
    admins.world.versions.counts = (Counts(visits=12, failed=1), Counts(visits=108, abandoned=4))
    await publish(page, "canary")
    assert current(admins) == 1
    await tab(page, "versions")
    trial = page.locator("[data-test=canary]")
    await expect(trial).to_contain_text("版本 2 正在对 10% 的客户试用")
    await expect(trial).to_contain_text("试用：12 次来电，失败 1，放弃 0")
    await page.locator("[data-test=promote]").click()
    await give_reason(page, "没有问题")
    await expect(trial).to_have_count(0)
    assert current(admins) == 2
    await page.locator("[data-version='1'] button").click()
    await give_reason(page, "还是退回")
    await expect(page.locator("[data-version='1']")).to_contain_text("现行")
    assert current(admins) == 1
    whys = [why for _, _, _, why in await admins.acts()]
    assert whys[-2:] == ["没有问题", "还是退回"]


async def test_a_shadow_says_who_would_have_gone_elsewhere_and_ends(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await published_once(page, admins)
    await replace_all(page, GREETS, GREETS_AT_NIGHT)
    admins.world.versions.counted = {"same": 412, "differed": 1}
    went = {"node": "root", "was": "queue:motor", "would": "queue:major"}
    admins.world.versions.differed = [
        ShadowDiffered(at=NOW, call_id=CallId("c-1"), version=2, **went)
    ]
    await publish(page, "shadow")
    await tab(page, "versions")
    shadow = page.locator("[data-test=shadow]")
    await expect(shadow).to_contain_text("412 通走向相同，1 通会走到别处")
    await expect(shadow).to_contain_text("queue:major")
    await page.locator("[data-test=end-shadow]").click()
    await give_reason(page, "看过了")
    await expect(shadow).to_have_count(0)
    assert admins.world.versions.held is not None
    assert admins.world.versions.held.shadow is None


async def test_a_publish_that_somebody_outran_is_told_who_it_was_and_keeps_the_message(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await published_once(page, admins)
    await replace_all(page, GREETS, GREETS_AT_NIGHT)
    await page.locator("[data-test=publish]").click()
    await page.locator("[data-test=publish-message]").fill("我的")
    await expect(page.locator("[data-test=publish-done]")).to_be_enabled(timeout=SLOW_MS)
    desk = admins.world.versions.parts().desk
    await desk.roll_back(await desk.in_force(), "li", "先一步") if current(admins) > 1 else None
    from cti.services.version_desk import Wish

    other = {**admins.world.versions.contents[1].files, "tests/other.yaml": "flows: []"}
    await desk.publish(await desk.in_force(), Wish(files=other, author="li", message="先一步"))
    await page.locator("[data-test=publish-done]").click()
    dialog = page.locator("[data-test=publish-dialog]")
    await expect(dialog).to_contain_text("先一步")
    await expect(page.locator("[data-test=publish-message]")).to_have_value("我的")


async def test_configuration_is_applied_unless_somebody_changed_it_on_the_server(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "files")
    await begin_draft(page)
    await open_file(page, QUEUES)
    await replace_all(page, "    priority: 60", "    priority: 65")
    file = admins.site / QUEUES
    before = file.read_text("utf-8")
    file.write_text(f"# by hand\n{before}", "utf-8")
    await page.locator("[data-test=apply]").click()
    await give_reason(page, "更急")
    dialog = page.locator("[data-test=reason-dialog]")
    await expect(dialog).to_contain_text("被改过", timeout=SLOW_MS)
    assert file.read_text("utf-8").startswith("# by hand\n")
    file.write_text(before, "utf-8")
    await page.locator("[data-test=reason-done]").click()
    await expect(dialog).to_be_hidden(timeout=SLOW_MS)
    assert "    priority: 65" in file.read_text("utf-8")
    assert ("configuration.apply", QUEUES, "更急") in [line[1:] for line in await admins.acts()]


async def test_changed_words_are_spoken_before_they_can_be_published(
    browser_page: Page, admins: AdminWorld, tmp_path: Path
) -> None:
    page = browser_page
    admins.use_voice(speech_settings(tmp_path / "voice")["CTI_SPEECH_PYTHON"])
    await published_once(page, admins)
    await open_file(page, CATALOGUE)
    await replace_all(page, OLD_WORDS, NEW_WORDS)
    await page.locator("[data-test=check]").click()
    await expect(page.locator("[data-test=findings]")).to_contain_text(
        "新的声音还没有合成", timeout=SLOW_MS
    )
    await page.locator("[data-test=publish]").click()
    await expect(page.locator("[data-test=noticed]")).to_contain_text(NEW_WORDS, timeout=SLOW_MS)
    await page.locator("[data-test=publish-message]").fill("短一些")
    await expect(page.locator("[data-test=speech]")).to_contain_text("welcome（普通话）")
    await expect(page.locator("[data-test=publish-done]")).to_be_disabled()
    await page.locator("[data-test=speak]").click()
    await page.locator("[data-test=spoken]").wait_for(timeout=SLOW_MS)
    await page.locator("[data-test=publish-done]").click()
    await expect(page.locator("[data-test=publish-dialog]")).to_be_hidden(timeout=SLOW_MS)
    assert NEW_WORDS in admins.world.versions.contents[2].files[CATALOGUE]
    assert CATALOGUE not in admins.world.versions.contents[1].files


@pytest.mark.parametrize("voice", ["/nonexistent", "/bin/false"])
async def test_a_voice_that_is_missing_or_broken_is_told_with_the_cure(
    browser_page: Page, admins: AdminWorld, voice: str
) -> None:
    page = browser_page
    admins.use_voice(voice)
    await published_once(page, admins)
    await open_file(page, CATALOGUE)
    await replace_all(page, OLD_WORDS, NEW_WORDS)
    await page.locator("[data-test=publish]").click()
    await page.locator("[data-test=speak]").click(timeout=SLOW_MS)
    cure = "cti prompts render" if voice == "/nonexistent" else "请再试一次"
    await expect(page.locator("[data-test=speech]")).to_contain_text(cure, timeout=SLOW_MS)
    await expect(page.locator("[data-test=speech]")).to_contain_text("welcome")
    await expect(page.locator("[data-test=publish-done]")).to_be_disabled()
