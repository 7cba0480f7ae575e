"""Forms over the files: what is touched changes, what is not stays as it was, mistakes are not written."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.admin_world import ADMIN, AdminWorld, admin_world
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser

FORMS = f"{ADMIN}/forms"


@pytest.fixture
async def admins(static: Path) -> AsyncIterator[AdminWorld]:
    async with admin_world(static) as found:
        yield found


@pytest.fixture
async def browser(admins: AdminWorld, open_browser: OpenBrowser) -> Browser:
    return await open_browser(admins.world, "admin")


async def read(browser: Browser, area: str) -> dict[str, Any]:
    status, body, _ = await browser.request("GET", f"{FORMS}/{area}")
    assert status == 200, body
    found: dict[str, Any] = body
    return found


async def save(browser: Browser, form: dict[str, Any], **more: Any) -> tuple[int, Any]:
    fields = {"etag": form["etag"], "fields": form["fields"], "reason": "summer", **more}
    return (await browser.request("PUT", f"{FORMS}/{form['area']}", json=fields))[:2]


async def test_every_form_can_be_read_and_saved_as_it_is(
    browser: Browser, admins: AdminWorld
) -> None:
    _, listed, _ = await browser.request("GET", FORMS)
    before = admins.folder.read()
    for each in listed:
        form = await read(browser, each["area"])
        assert (form["file"], form["takesEffect"]) == (each["file"], each["takesEffect"])
        status, body = await save(browser, form)
        assert (status, body["changed"], body["etag"]) == (200, [], form["etag"])
    assert admins.folder.read() == before
    assert await admins.acts() == []


async def test_a_changed_figure_changes_its_line_and_is_in_the_audit(
    browser: Browser, admins: AdminWorld
) -> None:
    before = (admins.site / "config/queues.yaml").read_text("utf-8")
    form = await read(browser, "queues")
    form["fields"]["queues"]["motor"]["priority"] = 61
    status, body = await save(browser, form)
    assert (status, body["takesEffect"]) == (200, "restart")
    assert body["changed"] == ["queues.motor.priority"]
    after = (admins.site / "config/queues.yaml").read_text("utf-8")
    assert after == before.replace("    priority: 60\n", "    priority: 61\n", 1)
    [line] = await admins.acts()
    assert line == ("admin", "form.queues", "config/queues.yaml queues.motor.priority", "summer")


async def test_a_new_agent_and_his_skills_are_written(browser: Browser, admins: AdminWorld) -> None:
    form = await read(browser, "agents")
    assert "motor" in [each["code"] for each in form["choices"]["skills"]]
    form["fields"]["agents"].append(
        {"id": "1005", "name": "新同事", "extension": "8005", "skills": {"motor": 1}}
    )
    assert (await save(browser, form))[0] == 200
    text = (admins.site / "config/agents.yaml").read_text("utf-8")
    assert '{id: "1005", name: 新同事, extension: "8005", skills: {motor: 1}}' in text


@pytest.mark.parametrize(
    "change",
    [
        {"skills": {"moter": 1}},
        {"skills": {"motor": 9}},
        {"extension": "8001"},
        {"id": "1002"},
        {"name": ""},
        {"languages": ["xx"]},
        {"further": 1},
    ],
)
async def test_an_agent_who_cannot_be_is_told_with_place_and_not_written(
    browser: Browser, admins: AdminWorld, change: dict[str, Any]
) -> None:
    before = (admins.site / "config/agents.yaml").read_bytes()
    form = await read(browser, "agents")
    form["fields"]["agents"][2] |= change
    status, body = await save(browser, form)
    assert (status, body["code"]) == (422, "admin.unfit")
    assert any(each["file"] == "config/agents.yaml" for each in body["findings"])
    assert (admins.site / "config/agents.yaml").read_bytes() == before
    assert await admins.acts() == []


async def test_who_fills_in_an_old_form_is_told_what_is_there(browser: Browser) -> None:
    first, second = await read(browser, "skills"), await read(browser, "skills")
    first["fields"]["skills"]["claims"] = {"zh": "理赔", "en": "Claims"}
    assert (await save(browser, first))[0] == 200
    second["fields"]["skills"]["other"] = {"zh": "其他", "en": "Other"}
    status, body = await save(browser, second)
    assert (status, body["code"]) == (409, "admin.stale")
    assert "claims" in body["fields"]["skills"]
    assert (await save(browser, {**second, "etag": body["etag"]}))[0] == 200


async def test_closed_days_go_into_the_draft_to_be_published(
    browser: Browser, admins: AdminWorld
) -> None:
    before = (admins.site / "dialplan/hours.yaml").read_bytes()
    form = await read(browser, "days")
    assert set(form["fields"]) == {"calendar", "holidays", "make_up_days"}
    form["fields"]["holidays"].append({"from": "2027-02-06", "to": "2027-02-12", "name": "春节"})
    status, body = await save(browser, form)
    assert (status, body["takesEffect"]) == (200, "publish")
    _, file, _ = await browser.request("GET", f"{ADMIN}/draft/file?path=dialplan/hours.yaml")
    assert "  - {from: 2027-02-06, to: 2027-02-12, name: 春节}\n" in file["text"]
    assert (admins.site / "dialplan/hours.yaml").read_bytes() == before
    again = await read(browser, "days")
    assert len(again["fields"]["holidays"]) == 2


async def test_opening_hours_with_a_hole_are_refused(browser: Browser) -> None:
    form = await read(browser, "hours")
    form["fields"]["hours"]["consult"] = {"mon-fri": ["08:00-20:00"]}
    status, body = await save(browser, form)
    assert (status, body["code"]) == (422, "admin.unfit")
    assert body["findings"][0]["what"]["zh"]


async def test_a_form_keeps_to_its_own_keys(browser: Browser) -> None:
    form = await read(browser, "hours")
    form["fields"]["holidays"] = []
    assert (await save(browser, form))[0] == 400
    assert (await browser.request("GET", f"{FORMS}/cti"))[0] == 404
    assert (await save(browser, {**form, "fields": []}))[0] == 400
    assert (await save(browser, {**form, "reason": ""}, reason=""))[0] == 400


async def test_a_folder_that_cannot_be_written_says_so(
    browser: Browser, admins: AdminWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("cti.server_folder.tempfile.mkstemp", refuse)
    form = await read(browser, "skills")
    form["fields"]["skills"]["claims"] = {"zh": "理赔", "en": "Claims"}
    status, body = await save(browser, form)
    assert (status, body["code"]) == (409, "admin.read_only")
