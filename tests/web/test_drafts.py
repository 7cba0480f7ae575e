"""The admin's draft over HTTP: real tables, real checks in a process of their own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cti.services.ports import Role
from tests.web.admin_world import ADMIN, AdminWorld, admin_world
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser
from tests.web.samples import LIMIT_S

DRAFT = f"{ADMIN}/draft"
TREE, QUEUES = "dialplan/95518.yaml", "config/queues.yaml"
FLOW = "dialplan/tests/motor.yaml"


@pytest.fixture
async def admins(static: Path) -> AsyncIterator[AdminWorld]:
    async with admin_world(static) as found:
        found.world.versions.files = {
            path.removeprefix("dialplan/"): text
            for path, text in found.folder.read().items()
            if path.startswith("dialplan/")
        }
        yield found


@pytest.fixture
async def browser(admins: AdminWorld, open_browser: OpenBrowser) -> Browser:
    return await open_browser(admins.world, "admin")


async def begin(browser: Browser, source: object = "folder", **more: object) -> dict[str, Any]:
    status, body, _ = await browser.request("POST", DRAFT, json={"from": source, **more})
    assert status == 201, body
    found: dict[str, Any] = body
    return found


async def read(browser: Browser, path: str) -> dict[str, Any]:
    status, body, _ = await browser.request("GET", f"{DRAFT}/file?path={path}")
    assert status == 200
    found: dict[str, Any] = body
    return found


async def write(browser: Browser, path: str, text: str, etag: str | None) -> tuple[int, Any]:
    fields = {"path": path, "text": text, "etag": etag}
    return (await browser.request("PUT", f"{DRAFT}/file", json=fields))[:2]


async def change(browser: Browser, path: str, old: str, new: str) -> None:
    found = await read(browser, path)
    assert old in found["text"]
    status, body = await write(browser, path, found["text"].replace(old, new, 1), found["etag"])
    assert status == 200, body


def file_of(draft: Mapping[str, Any], path: str) -> dict[str, Any]:
    return next(each for each in draft["files"] if each["path"] == path)


async def test_a_draft_begins_from_the_folder_with_every_file_but_the_settings(
    browser: Browser,
) -> None:
    assert (await browser.request("GET", DRAFT))[1]["code"] == "admin.no_draft"
    draft = await begin(browser)
    assert draft["base"] == {"kind": "folder", "number": 0}
    areas = {path: file_of(draft, path)["area"] for path in (TREE, QUEUES, FLOW)}
    assert list(areas.values()) == ["dialplan", "config", "tests"]
    assert file_of(draft, "config/rules/house.yaml")["schema"] == "rules"
    assert file_of(draft, "dialplan/hours.yaml")["schema"] == "hours"
    assert not any("cti.yaml" in each["path"] for each in draft["files"])
    assert not any(each["changed"] for each in draft["files"])


async def test_a_draft_is_kept_and_is_its_owners_alone(
    admins: AdminWorld, browser: Browser, open_browser: OpenBrowser
) -> None:
    await begin(browser)
    await change(browser, TREE, "welcome_night", "welcome")
    other = await open_browser(admins.world, "second")
    assert (await other.request("GET", DRAFT))[0] == 404
    again = await open_browser(admins.world, "admin")
    _, draft, _ = await again.request("GET", DRAFT)
    assert file_of(draft, TREE)["changed"]
    assert draft["revision"] == 2


async def test_a_second_draft_needs_a_yes(browser: Browser) -> None:
    await begin(browser)
    status, body, _ = await browser.request("POST", DRAFT, json={"from": "folder"})
    assert (status, body["code"]) == (409, "admin.draft_exists")
    await begin(browser, replace=True)
    assert (await browser.request("DELETE", DRAFT))[0] == 200
    assert (await browser.request("DELETE", DRAFT))[0] == 404


async def test_who_writes_over_another_window_is_told_what_is_there(browser: Browser) -> None:
    await begin(browser)
    seen = await read(browser, TREE)
    await write(browser, TREE, "first: window\n", seen["etag"])
    status, body = await write(browser, TREE, "second: window\n", seen["etag"])
    assert (status, body["code"], body["text"]) == (409, "admin.stale", "first: window\n")
    assert (await write(browser, TREE, "second: window\n", body["etag"]))[0] == 200
    assert (await read(browser, TREE))["base"] == seen["text"]


async def test_of_two_windows_that_save_at_once_one_is_told(browser: Browser) -> None:
    await begin(browser)
    seen = await read(browser, TREE)
    found = await asyncio.gather(
        *(write(browser, TREE, f"window: {n}\n", seen["etag"]) for n in range(4))
    )
    assert sorted(status for status, _ in found) == [200, 409, 409, 409]


async def test_trees_and_tests_come_and_go(browser: Browser) -> None:
    await begin(browser)
    new = "dialplan/tests/new.yaml"
    assert (await write(browser, new, "flows: []\n", None))[0] == 200
    assert (await write(browser, new, "x", None))[0] == 409
    seen = await read(browser, new)
    assert seen["base"] is None
    url = f"{DRAFT}/file?path={new}&etag="
    assert (await browser.request("DELETE", url + "old"))[0] == 409
    assert (await browser.request("DELETE", url + seen["etag"]))[0] == 200
    assert (await browser.request("GET", f"{DRAFT}/file?path={new}"))[0] == 404
    assert (await write(browser, new, "flows: []\n", None))[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "config/cti.yaml",
        "config/new.yaml",
        "dialplan/../config/x.yaml",
        "/etc/passwd",
        "dialplan/scripts/x.py",
        "dialplan/tests/a/b.yaml",
        "",
    ],
)
async def test_no_other_file_can_be_written(browser: Browser, path: str) -> None:
    await begin(browser)
    assert (await write(browser, path, "x", None))[0] == 400


@pytest.mark.parametrize("text", ["\x00", "\ud800", "x" * 1_000_001])
async def test_what_no_file_could_hold_is_refused(browser: Browser, text: str) -> None:
    await begin(browser)
    seen = await read(browser, TREE)
    raw = f'{{"path": "{TREE}", "etag": "{seen["etag"]}", "text": {_json(text)}}}'
    status, _, _ = await browser.request("PUT", f"{DRAFT}/file", data=raw.encode())
    assert status in (400, 413)


def _json(text: str) -> str:
    return '"' + "".join(f"\\u{ord(each):04x}" if ord(each) != 120 else "x" for each in text) + '"'


async def test_the_check_tells_place_rule_and_cure_in_both_languages(browser: Browser) -> None:
    await begin(browser)
    await change(browser, TREE, "welcome_night", "welcome_nigth")
    _, body, _ = await browser.request("POST", f"{DRAFT}/check", json={})
    found = next(each for each in body["findings"] if each["severity"] == "error")
    assert (found["file"], found["line"]) == (TREE, found["line"])
    assert found["line"] > 1
    assert "welcome_nigth" in found["what"]["zh"]
    assert "welcome_nigth" in found["what"]["en"]
    assert found["rule"]
    assert body["errors"] >= 1


async def test_the_check_looks_at_configuration_and_dialplan_together(browser: Browser) -> None:
    await begin(browser)
    await change(browser, QUEUES, "  staff:\n", "  staffs:\n")
    _, body, _ = await browser.request("POST", f"{DRAFT}/check", json={})
    assert {each["file"] for each in body["findings"] if each["severity"] == "error"} >= {TREE}


async def test_a_draft_without_mistakes_has_no_errors(browser: Browser) -> None:
    await begin(browser)
    _, body, _ = await browser.request("POST", f"{DRAFT}/check", json={})
    assert body["errors"] == 0


async def flows_run(browser: Browser, **fields: str) -> dict[str, Any]:
    status, body, _ = await browser.request("POST", f"{DRAFT}/test", json=fields)
    assert (status, body["state"]) == (202, "running")
    async with asyncio.timeout(60):
        while body["state"] == "running":
            await asyncio.sleep(0.05)
            _, body, _ = await browser.request("GET", f"{DRAFT}/test")
    found: dict[str, Any] = body
    return found


async def test_flow_tests_of_the_draft_tell_results_and_coverage(browser: Browser) -> None:
    await begin(browser)
    await change(browser, TREE, '"5": complaint', '"5": rescue')
    run = await flows_run(browser)
    assert run["state"] == "done"
    assert run["done"] == run["total"] > 100
    result = run["result"]
    assert result["failed"] > 0
    failed = result["flows"][0]
    assert not failed["passed"]
    assert failed["what"]["zh"]
    assert failed["file"].startswith("dialplan/tests/")
    assert 0 < result["coverage"]["edges"] <= 100
    assert "entered" in result["trees"]["95518"]


async def test_flow_tests_of_a_tree_with_errors_are_not_run_but_told_why(browser: Browser) -> None:
    await begin(browser)
    await change(browser, TREE, '"5": complaint', '"5": nowhere')
    run = await flows_run(browser)
    assert (run["state"], run["result"]) == ("failed", None)
    assert "nowhere" in run["findings"][0]["what"]["en"]


async def test_only_the_flows_asked_for_are_run(browser: Browser) -> None:
    await begin(browser)
    run = await flows_run(browser, only="at night")
    assert 0 < run["total"] < 100


async def test_a_run_can_be_stopped_and_only_one_runs_at_a_time(browser: Browser) -> None:
    await begin(browser)
    await browser.request("POST", f"{DRAFT}/test", json={})
    status, body, _ = await browser.request("POST", f"{DRAFT}/test", json={})
    assert (status, body["code"]) == (409, "admin.test_running")
    assert (await browser.request("DELETE", f"{DRAFT}/test"))[0] == 200
    assert (await browser.request("GET", f"{DRAFT}/test"))[1]["state"] == "stopped"


async def test_the_difference_is_told_as_callers_notice_it(browser: Browser) -> None:
    await begin(browser)
    await change(browser, TREE, '"5": complaint', '"5": rescue')
    _, body, _ = await browser.request("GET", f"{DRAFT}/diff?against=base")
    assert body["files"] == [{"path": TREE, "new": 1, "gone": 1}]
    said = [each["en"] for each in body["words"]]
    assert said == ["key 5 of root now leads to rescue (was complaint)"]
    await write(browser, TREE, "{", (await read(browser, TREE))["etag"])
    _, body, _ = await browser.request("GET", f"{DRAFT}/diff?against=folder")
    assert (body["readable"], body["words"]) == (False, [])


async def test_a_draft_is_published_as_it_is_and_goes_on_from_there(
    admins: AdminWorld, browser: Browser
) -> None:
    await begin(browser)
    await change(browser, TREE, '"5": complaint', '"5": rescue')
    fields = {"way": "all", "message": "five is rescue"}
    status, body, _ = await browser.request("POST", f"{DRAFT}/publish", json=fields)
    assert (status, body["number"]) == (201, 1)
    assert '"5": rescue' in admins.world.versions.contents[1].files["95518.yaml"]
    assert "config/queues.yaml" not in admins.world.versions.contents[1].files
    _, draft, _ = await browser.request("GET", DRAFT)
    assert draft["base"] == {"kind": "version", "number": 1}
    assert not file_of(draft, TREE)["changed"]
    assert (await admins.acts())[-1][1:] == (
        "dialplan.publish.all",
        "version 1",
        "five is rescue",
    )
    fresh = await begin(browser, 1, replace=True)
    assert fresh["base"]["number"] == 1
    assert '"5": rescue' in (await read(browser, TREE))["text"]


async def test_a_refused_publish_keeps_the_draft(admins: AdminWorld, browser: Browser) -> None:
    await begin(browser)
    await change(browser, TREE, '"5": complaint', '"5": broken')
    fields = {"way": "all", "message": "x", "sequence": 0}
    status, body, _ = await browser.request("POST", f"{DRAFT}/publish", json=fields)
    assert (status, body["code"]) == (422, "versions.unfit")
    assert body["findings"][0]["what"]["zh"]
    assert '"5": broken' in (await read(browser, TREE))["text"]
    assert await admins.acts() == []


async def test_who_saw_another_state_in_force_is_told(admins: AdminWorld, browser: Browser) -> None:
    await begin(browser)
    await change(browser, TREE, '"5": complaint', '"5": rescue')
    fields = {"way": "all", "message": "x", "sequence": 7}
    status, body, _ = await browser.request("POST", f"{DRAFT}/publish", json=fields)
    assert (status, body["code"]) == (409, "versions.outrun")


async def test_changed_configuration_goes_into_the_servers_folder(
    admins: AdminWorld, browser: Browser
) -> None:
    await begin(browser)
    await change(browser, QUEUES, "ring_s: 15", "ring_s: 18")
    status, body, _ = await browser.request(
        "POST", f"{DRAFT}/apply", json={"reason": "slow phones"}
    )
    assert (status, body["written"], body["takesEffect"]) == (200, [QUEUES], "restart")
    assert "ring_s: 18" in (admins.site / QUEUES).read_text("utf-8")
    assert (await admins.acts())[-1] == ("admin", "configuration.apply", QUEUES, "slow phones")
    status, body, _ = await browser.request("POST", f"{DRAFT}/apply", json={"reason": "again"})
    assert (status, body["code"]) == (409, "admin.nothing_changed")


async def test_configuration_with_errors_is_not_written(
    admins: AdminWorld, browser: Browser
) -> None:
    await begin(browser)
    before = (admins.site / QUEUES).read_bytes()
    await change(browser, QUEUES, "ring_s: 15", "ring_s: 1500")
    status, body, _ = await browser.request("POST", f"{DRAFT}/apply", json={"reason": "x"})
    assert (status, body["code"]) == (422, "admin.unfit")
    assert body["findings"][0]["file"] == QUEUES
    assert (admins.site / QUEUES).read_bytes() == before


async def test_a_folder_that_somebody_else_changed_is_not_overwritten(
    admins: AdminWorld, browser: Browser
) -> None:
    await begin(browser)
    await change(browser, QUEUES, "ring_s: 15", "ring_s: 18")
    theirs = (admins.site / QUEUES).read_text("utf-8") + "# theirs\n"
    (admins.site / QUEUES).write_text(theirs, "utf-8")
    status, body, _ = await browser.request("POST", f"{DRAFT}/apply", json={"reason": "x"})
    assert (status, body["code"], body["files"]) == (409, "admin.folder_changed", [QUEUES])
    assert (admins.site / QUEUES).read_text("utf-8") == theirs


async def test_every_kind_of_file_has_its_schema(browser: Browser) -> None:
    _, body, _ = await browser.request("GET", f"{ADMIN}/schemas")
    for name in set(body["files"].values()):
        status, schema, _ = await browser.request("GET", f"{ADMIN}/schemas/{name}")
        assert status == 200
        assert schema["type"] == "object" or "$defs" in schema or "anyOf" in schema
    assert (await browser.request("GET", f"{ADMIN}/schemas/cti"))[0] == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_nobody_else_has_drafts(
    admins: AdminWorld, open_browser: OpenBrowser, role: Role
) -> None:
    browser = await open_browser(admins.world, "ma" if role is Role.AGENT else role)
    assert (await browser.request("POST", DRAFT, json={}))[0] == 403


async def test_the_servers_own_checks_go_on_when_a_draft_hangs(
    admins: AdminWorld, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cti.draft_bench.LIMIT_S", 0.01)
    await begin(browser)
    async with asyncio.timeout(LIMIT_S):
        status, body, _ = await browser.request("POST", f"{DRAFT}/check", json={})
    assert (status, body["code"]) == (409, "admin.too_long")
