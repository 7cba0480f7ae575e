"""Names of files that an admin types, or that somebody brings by git: refused with words, or plain text."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.prompts.check import check_prompts
from tests.web.admin_world import ADMIN, AdminWorld, admin_world
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser
from tests.web.test_drafts import DRAFT, begin, file_of, read, write

IMAGE = "<img src=x onerror=window.owned=1>"
TYPED = {
    "markup": f"dialplan/{IMAGE}.yaml",
    "above": "dialplan/../x.yaml",
    "above the folder": "../x.yaml",
    "absolute": "/etc/x.yaml",
    "encoded": "dialplan/%2e%2e%2fx.yaml",
    "line break": "dialplan/a\nb.yaml",
    "carriage return": "dialplan/a\r.yaml",
    "end of text": "dialplan/a\x00.yaml",
    "turned": "dialplan/a\u202elmay.yaml",
    "no character": "dialplan/\udcff.yaml",
    "very long": f"dialplan/{'w' * 300}.yaml",
    "deep": "dialplan/a/b.yaml",
    "backslash": "dialplan\\x.yaml",
    "another kind": "dialplan/x.py",
    "settings": "config/cti.yaml",
    "sound": "prompts/zh/welcome.alaw",
}
REFUSED = {TYPED["no character"]: "request.not_json"}
UNSEEN = {
    "line break": "a\nb",
    "turned": "a\u202elmay",
    "escape": "a\x1b[31m",
    "no character": os.fsdecode(b"\xff"),
    "very long": "w" * 200,
}
ODD = {
    "markup": IMAGE,
    "chinese": "菜单",
    "blanks": "a b",
    "encoded": "%2e%2e%2fx",
    "dots": "..x",
    "option": "-rf",
    "backslash": "a\\b",
}
TREE = 'tree: "odd"\nstart: bye\nnodes:\n  bye: {hangup: over, say: goodbye}\n'


@pytest.fixture
async def admins(static: Path) -> AsyncIterator[AdminWorld]:
    async with admin_world(static) as found:
        yield found


@pytest.fixture
async def browser(admins: AdminWorld, open_browser: OpenBrowser) -> Browser:
    return await open_browser(admins.world, "admin")


def bring(admins: AdminWorld, name: str, folder: str = "dialplan") -> Path:
    path = admins.site / folder / f"{name}.yaml"
    path.write_text(TREE, "utf-8")
    return path


@pytest.mark.parametrize("path", TYPED.values(), ids=TYPED)
@pytest.mark.parametrize("etag", [None, "x"])
async def test_a_name_that_is_typed_must_be_a_plain_one(
    admins: AdminWorld, browser: Browser, path: str, etag: str | None
) -> None:
    await begin(browser)
    before = {each for each in admins.site.rglob("*") if "prompts" not in each.parts}
    body = (
        f'{{"path": {_json(path)}, "text": "x", "etag": {"null" if etag is None else _json(etag)}}}'
    )
    status, answer, _ = await browser.request("PUT", f"{DRAFT}/file", data=body)
    assert (status, answer["code"]) == (400, REFUSED.get(path, "request.wrong_choice"))
    assert answer["message"]
    assert {each for each in admins.site.rglob("*") if "prompts" not in each.parts} == before


def _json(text: str) -> str:
    """With codes for all that JSON need not carry as it is."""
    return '"' + "".join(f"\\u{ord(each):04x}" for each in text) + '"'


@pytest.mark.parametrize("name", UNSEEN.values(), ids=UNSEEN)
async def test_a_name_that_cannot_be_shown_is_refused_with_words(
    admins: AdminWorld, browser: Browser, name: str
) -> None:
    bring(admins, name)
    status, answer, _ = await browser.request("POST", DRAFT, json={"from": "folder"})
    assert (status, answer["code"]) == (422, "admin.unfit")
    [finding] = answer["findings"]
    assert finding["code"] == "check.file_name"
    assert finding["file"].isprintable()
    assert len(finding["file"]) < 250
    assert "改个名字" in finding["cure"]["zh"]
    status, answer, _ = await browser.request("GET", f"{ADMIN}/forms/hours")
    assert (status, answer["code"]) == (422, "admin.unfit")


@pytest.mark.parametrize("name", ODD.values(), ids=ODD)
async def test_an_odd_name_of_the_folder_is_a_file_like_any_other(
    admins: AdminWorld, browser: Browser, name: str
) -> None:
    bring(admins, name)
    path = f"dialplan/{name}.yaml"
    draft = await begin(browser)
    assert (file_of(draft, path)["area"], file_of(draft, path)["schema"]) == (
        "dialplan",
        "dialplan",
    )
    seen = (await browser.request("GET", f"{DRAFT}/file", params={"path": path}))[1]
    assert (await write(browser, path, TREE + "# changed\n", seen["etag"]))[0] == 200
    _, checked, _ = await browser.request("POST", f"{DRAFT}/check")
    assert path in {each["file"] for each in checked["findings"]}
    _, apart, _ = await browser.request("GET", f"{DRAFT}/diff?against=folder")
    assert [each["path"] for each in apart["files"]] == [path]
    seen = (await browser.request("GET", f"{DRAFT}/file", params={"path": path}))[1]
    gone = {"path": path, "etag": seen["etag"]}
    assert (await browser.request("DELETE", f"{DRAFT}/file", params=gone))[0] == 200


async def test_a_test_of_an_odd_name_stands_among_the_tests(
    admins: AdminWorld, browser: Browser
) -> None:
    bring(admins, IMAGE, "dialplan/tests").write_text("flows: []\n", "utf-8")
    draft = await begin(browser)
    found = file_of(draft, f"dialplan/tests/{IMAGE}.yaml")
    assert (found["area"], found["schema"]) == ("tests", "flows")


async def test_a_sound_of_a_hostile_name_is_told_in_signs(
    admins: AdminWorld, tmp_path: Path
) -> None:
    prompts = tmp_path / "prompts"
    shutil.copytree(admins.site / "prompts", prompts, symlinks=True)
    (prompts / "zh" / "a\n\u202eb.alaw").write_bytes(b"\xd5")
    [found] = [each for each in check_prompts(prompts, 270) if each.code == "prompts.unknown_sound"]
    assert found.mark.file == "prompts/zh/a\\u000a\\u202eb.alaw"


async def test_the_texts_of_other_files_are_read_as_ever(browser: Browser) -> None:
    await begin(browser)
    assert (await read(browser, "dialplan/95518.yaml"))["text"].startswith("#")
