"""The editor: what is typed is never lost, mistakes are named at their line, files come and go."""

from playwright.async_api import Page, expect

from tests.browser.admin.pages import SLOW_MS, TREE, begin_draft, open_page, text_of
from tests.browser.editor import is_saved, open_file, replace_all
from tests.web.admin_world import AdminWorld
from tests.web.samples import PASSWORD

NEW_TREE, NEW_FLOW = "dialplan/snow.yaml", "dialplan/tests/snow.yaml"
GONE = "dialplan/tests/rescue.yaml"


async def test_a_changed_greeting_is_checked_and_published(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "files")
    await begin_draft(page)
    await replace_all(page, "welcome: {say: welcome,", "welcome: {say: welcome_night,")
    await page.locator("[data-test=check]").click()
    await expect(page.locator("[data-test=check-result]")).to_contain_text("0", timeout=SLOW_MS)
    await expect(page.locator(f"[data-file='{TREE}']")).to_contain_text("已改")
    await page.locator("[data-test=publish]").click()
    await page.locator("[data-test=publish-message]").fill("夜间问候全天使用")
    await page.locator("[data-test=publish-done]").click(timeout=SLOW_MS)
    await expect(page.locator("[data-test=publish-dialog]")).to_be_hidden(timeout=SLOW_MS)
    newest = admins.world.versions.contents[max(admins.world.versions.contents)]
    assert "welcome: {say: welcome_night," in newest.files["95518.yaml"]
    assert ("admin", "夜间问候全天使用") in [(who, why) for who, _, _, why in await admins.acts()]


async def test_a_mistake_is_named_at_its_line_with_its_cure(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "files")
    await begin_draft(page)
    await replace_all(page, "welcome: {say: welcome,", "welcome: {say: welcom,")
    await page.locator("[data-test=check]").click()
    found = page.locator("[data-test=findings] .error").first
    await expect(found).to_contain_text("welcome", timeout=SLOW_MS)
    await found.locator("button").click()
    await expect(page.locator("[data-test=editor] .cm-activeLine")).to_contain_text("say: welcom,")
    await expect(page.locator("[data-test=editor] .cm-lint-marker-error")).to_be_visible()


async def test_what_was_typed_survives_a_server_that_is_away_and_a_reload(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "files")
    await begin_draft(page)
    await page.route("**/api/v1/admin/draft/file", lambda route: route.abort())
    await page.locator("[data-test=editor] .cm-content").press("Control+Home")
    await page.keyboard.type("# typed while it was away\n")
    await expect(page.locator("[data-test=save-state]")).to_have_attribute("data-state", "failed")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.reload()
    await expect(page.locator("[data-test=editor] .cm-content")).to_contain_text("typed while")
    await page.unroute("**/api/v1/admin/draft/file")
    await page.locator("[data-test=editor] .cm-content").press("Control+s")
    await expect(page.locator("[data-test=save-state]")).to_have_attribute("data-state", "saved")
    assert (await text_of(admins, TREE) or "").startswith("# typed while it was away\n")


async def test_two_windows_see_both_texts_of_a_file(browser_page: Page, admins: AdminWorld) -> None:
    page = browser_page
    await open_page(page, admins, "files")
    await begin_draft(page)
    drafts = admins.world.parts.admin.drafts  # type: ignore[union-attr]
    seen = (await drafts.draft("admin")).files[TREE]
    await drafts.write("admin", TREE, f"# theirs\n{seen.text}", seen.etag)
    await page.locator("[data-test=editor] .cm-content").press("Control+Home")
    await page.keyboard.type("# mine\n")
    conflict = page.locator("[data-test=conflict]")
    await expect(conflict).to_contain_text("# theirs")
    await expect(conflict).to_contain_text("# mine")
    await page.locator("[data-test=keep-mine]").click()
    await expect(page.locator("[data-test=save-state]")).to_have_attribute("data-state", "saved")
    assert (await text_of(admins, TREE) or "").startswith("# mine\n")


async def test_a_session_that_ends_while_somebody_types_takes_nothing_away(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "files")
    await begin_draft(page)
    await page.locator("[data-test=editor] .cm-content").press("Control+Home")
    await page.keyboard.type("# begun before\n")
    await admins.world.sessions.end_all("admin")
    await page.keyboard.type("# typed after\n")
    again = page.locator("[data-test=sign-in-again]")
    await expect(again).to_contain_text("您输入的内容都还在")
    await expect(page.locator("[data-test=editor] .cm-content")).to_contain_text("# typed after")
    await page.locator("#again-password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(again).to_be_hidden()
    await is_saved(page)
    text = await text_of(admins, TREE) or ""
    assert text.startswith("# begun before\n# typed after\n")
    await page.locator("[data-test=editor] .cm-content").press("Control+Home")
    await page.keyboard.type("# and on\n")
    await is_saved(page)


async def test_menus_and_flow_tests_are_made_in_the_page(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "files")
    await begin_draft(page)
    for area, path in (("dialplan", NEW_TREE), ("tests", NEW_FLOW)):
        await page.locator(f"[data-test=new-{area}]").click()
        name = page.locator(f"[data-test=new-name-{area}]")
        await name.fill("雪")
        await expect(page.locator("[data-test=file-tree] [role=alert]")).to_contain_text("字母")
        await expect(page.locator(f"[data-test=new-done-{area}]")).to_be_disabled()
        await name.fill("snow")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-test=open-file]")).to_have_text(path)
        await expect(page.locator(f"[data-file='{path}']")).to_contain_text("新增")
    assert "tree: snow\n" in (await text_of(admins, NEW_TREE) or "")
    assert "flows:\n" in (await text_of(admins, NEW_FLOW) or "")


async def test_a_file_is_deleted_and_put_back_as_it_was(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "files")
    await begin_draft(page)
    before = await text_of(admins, GONE)
    await open_file(page, GONE)
    await page.locator("[data-test=remove-file]").click()
    await page.locator("[data-test=ask-done]").click()
    await expect(page.locator(f"[data-file='{GONE}']")).to_have_count(0)
    assert await text_of(admins, GONE) is None
    await page.locator(f"[data-restore='{GONE}']").click()
    await expect(page.locator("[data-test=open-file]")).to_have_text(GONE)
    assert await text_of(admins, GONE) == before


async def test_a_file_changed_by_another_window_is_not_deleted_unseen(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "files")
    await begin_draft(page)
    await open_file(page, GONE)
    drafts = admins.world.parts.admin.drafts  # type: ignore[union-attr]
    seen = (await drafts.draft("admin")).files[GONE]
    await drafts.write("admin", GONE, f"# theirs\n{seen.text}", seen.etag)
    await page.locator("[data-test=remove-file]").click()
    await page.locator("[data-test=ask-done]").click()
    await expect(page.locator("[data-test=admin-failure]")).to_contain_text("被改过")
    assert (await text_of(admins, GONE) or "").startswith("# theirs\n")


async def test_the_editor_completes_keys_and_says_what_they_mean(
    browser_page: Page, admins: AdminWorld
) -> None:
    page = browser_page
    await open_page(page, admins, "files")
    await begin_draft(page)
    await page.locator("[data-test=editor] .cm-content").press("Control+End")
    await page.keyboard.type("\n  snow:\n    enq")
    await page.keyboard.press("Control+Space")
    offered = page.locator(".cm-tooltip-autocomplete li")
    await expect(offered.first).to_contain_text("enqueue")
    await offered.first.click()
    await expect(page.locator("[data-test=editor] .cm-activeLine")).to_contain_text("enqueue")
