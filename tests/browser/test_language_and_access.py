"""Two languages, people with other eyes and hands, and the page's security policy."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.fake_server import FakeServer
from tests.browser.samples import agent, ago, call, party, pop

AXE = Path(__file__).parents[2] / "desktop/node_modules/axe-core/axe.min.js"
AXE_RUN = """async () => {
  const tags = ['wcag2a', 'wcag2aa']
  const found = await axe.run(document, { runOnly: { type: 'tag', values: tags } })
  return found.violations.map(it => it.id + ': ' + it.nodes.map(node => node.html).join(' | '))
}"""
LOOKS: list[dict[str, Any]] = [
    {"locale": locale, "color_scheme": scheme}
    for locale in ("zh-CN", "en-US")
    for scheme in ("light", "dark")
]


async def _violations(page: Page) -> list[str]:
    # Isolated worlds are outside the page's policy, which lets no foreign script in.
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = await page.evaluate(AXE_RUN)
    return found


async def test_english_is_one_click_and_stays(browser_page: Page, fake: FakeServer) -> None:
    fake.me = agent(status="ready")
    await fake.signed_in_desk(browser_page)
    await expect(browser_page.locator("[data-test=my-state]")).to_contain_text("示闲")
    await browser_page.locator("[data-test=language]").click()
    await expect(browser_page.locator("[data-test=my-state]")).to_contain_text("Ready")
    await expect(browser_page.locator("html")).to_have_attribute("lang", "en")
    assert (await fake.resumed(2))["after"] is None
    await browser_page.reload()
    await expect(browser_page.locator("[data-test=ready]")).to_have_text("Ready")


async def test_the_sign_in_page_speaks_the_browsers_language(
    new_page: NewPage, static_url: str
) -> None:
    page = await new_page(locale="en-GB")
    await FakeServer(static_url).attach(page)
    await page.goto(static_url)
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look['locale']}-{look['color_scheme']}")
async def test_axe_finds_nothing_in_any_view(
    new_page: NewPage, static_url: str, look: dict[str, Any]
) -> None:
    page = await new_page(**look)
    fake = FakeServer(static_url)
    fake.me = agent(status="ready", reason=None)
    fake.calls = [call(callId="c1", head=True)]
    await fake.attach(page)
    await page.goto(static_url)
    await page.locator("[data-test=sign-in]").wait_for()
    assert await _violations(page) == []
    await fake.signed_in_desk(page)
    assert await _violations(page) == []
    fake.ring()
    await page.locator("[data-test=customer]").wait_for()
    assert await _violations(page) == []
    fake.say(pop(customers=None, contacts=None, cases=None))
    await page.locator("[data-test=looking-up]").first.wait_for()
    assert await _violations(page) == []
    fake.say(pop())
    fake.answer()
    await page.locator("[data-test=contacts] .toggle").first.click()
    await page.locator("[data-test=refer]").first.click()
    fake.wrap_up()
    await page.locator("[data-test=wrap-up-countdown]").wait_for()
    assert await _violations(page) == []
    for tab in ("board", "work", "own"):
        await page.locator(f"#tab-{tab}").click()
        assert await _violations(page) == []
    fake.i_am("diverted", status="not_ready", reason="RNA", state="idle", callId=None)
    await page.locator("[data-test=missed]").wait_for()
    assert await _violations(page) == []
    fake.modes[0]["on"] = {"since": ago(), "until": ago(-60), "by": "banzhang", "reason": "雪"}
    fake.event("modeSwitched", mode="night", on=True)
    await page.locator("[data-saying=mode-night]").wait_for()
    assert await _violations(page) == []
    fake.say({"type": "replaced"})
    await page.locator("[data-saying=replaced]").wait_for()
    await page.locator("[data-test=status-all]").click()
    assert await _violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_what_opens_over_the_page(
    new_page: NewPage, static_url: str, scheme: str
) -> None:
    page = await new_page(color_scheme=scheme)
    fake = FakeServer(static_url)
    fake.me = agent(status="ready", reason=None)
    fake.refusals["setAgentState"] = ("desk.no_phone", "您的话机未注册")
    await fake.attach(page)
    await fake.signed_in_desk(page)
    await page.locator("[data-test=not-ready]").click()
    await page.locator("[data-reason=MEAL]").click()
    await page.locator(".el-message").wait_for()
    fake.ring(customers=[])
    await page.locator("[data-test=reveal]").click()
    await page.locator("[data-test=reveal-form]").wait_for()
    assert await _violations(page) == []
    await page.keyboard.press("Escape")
    await page.locator("[data-test=keys]").click()
    await page.locator("[data-test=keys-table]").wait_for()
    assert await _violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_the_phone_and_the_call_controls(
    new_page: NewPage, static_url: str, scheme: str
) -> None:
    page = await new_page(color_scheme=scheme)
    fake = FakeServer(static_url)
    fake.others = [agent(agentId="1024", status="ready", reason=None)]
    await fake.attach(page)
    await fake.signed_in_desk(page)
    await page.locator("[data-test=log-on]").click()
    await page.locator("[data-test=microphone-trouble]").wait_for()
    assert await _violations(page) == []
    await page.locator("[data-kind=desk]").click()
    await page.locator("[data-test=begin]").click()
    await page.locator("[data-test=shift]").wait_for(state="hidden")
    fake.ring()
    fake.answer(muted=True)
    await page.locator("[data-control=keypad]").click()
    await page.locator("[data-test=keypad]").wait_for()
    assert await _violations(page) == []
    await page.keyboard.press("Escape")
    await page.locator("[data-control=consult]").click()
    await page.locator("[data-test=targets]").wait_for()
    assert await _violations(page) == []
    await page.keyboard.press("Escape")
    await page.locator("[data-test=targets]").wait_for(state="hidden")
    parties = [party()]
    fake.call_is("alternated", "consulting", phase="held", heldBy="desk", parties=parties)
    await page.locator("[data-test=party]").wait_for()
    assert await _violations(page) == []
    fake.i_am("wrapUpEnded", state="idle", callId=None, overstayed=True)
    await page.locator("[data-control=dial]").click()
    await page.locator("[data-test=dial-form]").wait_for()
    assert await _violations(page) == []


async def test_a_whole_call_breaks_no_rule_of_the_security_policy(
    browser_page: Page, fake: FakeServer
) -> None:
    complaints: list[str] = []
    browser_page.on(
        "console", lambda it: complaints.append(it.text) if it.type == "error" else None
    )
    browser_page.on("pageerror", lambda error: complaints.append(str(error)))
    fake.me = agent(status="ready", reason=None)
    await fake.signed_in_desk(browser_page)
    fake.ring()
    fake.answer()
    await browser_page.locator("[data-test=wrap-up] .el-cascader input").first.click()
    await browser_page.locator(".el-cascader-node").first.wait_for()
    fake.wrap_up()
    await browser_page.locator("[data-test=wrap-up-countdown]").wait_for()
    await browser_page.get_by_role("tab", name="我的").click()
    await browser_page.locator("[data-test=own-story]").click()
    await browser_page.locator("[data-test=story]").wait_for()
    assert complaints == []
