"""The knowledge of the house, searched by those who talk to callers."""

import pytest

from tests.web.conftest import OpenBrowser
from tests.web.parts import World

PATH = "/api/v1/knowledge"


async def ids(world: World, open_browser: OpenBrowser, query: str) -> list[str]:
    browser = await open_browser(world, "ma")
    status, found, _ = await browser.request("GET", f"{PATH}{query}")
    assert status == 200
    return [article["articleId"] for article in found["articles"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["motor", "rescue"]),
        ("?queue=motor", ["motor", "rescue"]),
        ("?q=%E6%8B%96%E8%BD%A6", ["rescue"]),
        ("?q=%E4%BA%BA%E4%BC%A4", ["motor"]),
        ("?q=ROADSIDE", ["rescue"]),
        ("?q=%E5%87%BA%E9%99%A9", ["motor"]),
        ("?q=nothing", []),
    ],
)
async def test_articles_are_found_by_words_in_any_language(
    world: World, open_browser: OpenBrowser, query: str, expected: list[str]
) -> None:
    assert await ids(world, open_browser, query) == expected


async def test_articles_come_in_the_language_asked_for_else_in_chinese(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "qa")
    _, found, _ = await browser.request("GET", f"{PATH}?language=en&q=injuries")
    assert found["articles"] == [
        {
            "articleId": "motor",
            "title": "Motor report",
            "script": "请问人员是否受伤?",
            "text": "Ask about injuries first.",
        }
    ]


async def test_too_long_a_question_is_refused(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "ma")
    assert (await browser.request("GET", f"{PATH}?q={'x' * 101}"))[0] == 400


async def test_nobody_reads_it_without_a_session(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world)
    assert (await browser.request("GET", PATH))[0] == 401
