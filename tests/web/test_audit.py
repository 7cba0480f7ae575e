"""The audit as admins and auditors read it."""

import csv
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from cti.services.ports import Role
from cti.store.tables_admin import audit
from tests.web.admin_world import ADMIN, AdminWorld, admin_world
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser
from tests.web.samples import NOW

AUDIT = f"{ADMIN}/audit"


@pytest.fixture
async def admins(static: Path) -> AsyncIterator[AdminWorld]:
    async with admin_world(static) as found:
        for number in range(5):
            at = NOW + timedelta(minutes=number)
            await found.audit.note("lin", f"act.{number}", "=cmd()", reason=f"why {number}", at=at)
        yield found


@pytest.fixture
async def browser(admins: AdminWorld, open_browser: OpenBrowser) -> Browser:
    return await open_browser(admins.world, "auditor")


async def test_lines_come_newest_first_page_by_page(browser: Browser) -> None:
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        _, body, _ = await browser.request("GET", f"{AUDIT}?limit=2&cursor={cursor}")
        seen += [each["reason"] for each in body["lines"]]
        cursor = body["next"]
    assert seen == [f"why {number}" for number in (4, 3, 2, 1, 0)]
    assert cursor is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("who=lin&action=act.3", ["why 3"]),
        ("who=nobody", []),
        ("action=ac", ["why 4", "why 3", "why 2", "why 1", "why 0"]),
        ("until=" + (NOW + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ"), ["why 0"]),
    ],
)
async def test_lines_are_found(browser: Browser, query: str, found: list[str]) -> None:
    _, body, _ = await browser.request("GET", f"{AUDIT}?{query}")
    assert [each["reason"] for each in body["lines"]] == found


@pytest.mark.parametrize("query", ["since=yesterday", "cursor=-1", "limit=x", "who=" + "x" * 101])
async def test_a_question_that_makes_no_sense_is_refused(browser: Browser, query: str) -> None:
    assert (await browser.request("GET", f"{AUDIT}?{query}"))[0] == 400


async def test_the_export_is_a_file_without_formulas_and_is_itself_a_line(
    browser: Browser, admins: AdminWorld
) -> None:
    status, body, headers = await browser.request("GET", f"{AUDIT}/export?who=lin")
    assert status == 200
    assert "attachment" in headers["Content-Disposition"]
    rows = list(csv.DictReader(body.lstrip("\ufeff").splitlines()))
    assert [row["reason"] for row in rows] == [f"why {number}" for number in (4, 3, 2, 1, 0)]
    assert rows[0]["subject"] == "'=cmd()"
    assert (await admins.acts())[-1][:2] == ("auditor", "audit.export")


async def test_a_whole_chain_is_said_to_be_whole(browser: Browser) -> None:
    _, body, _ = await browser.request("GET", f"{AUDIT}/verify")
    assert (body["whole"], body["lines"], body["breaks"]) == (True, 5, [])
    _, noted, _ = await browser.request("GET", f"{AUDIT}/verify?noted={body['head']}")
    assert noted["whole"]
    _, unknown, _ = await browser.request("GET", f"{AUDIT}/verify?noted={'0' * 64}")
    assert not unknown["whole"]


async def test_a_changed_line_is_told_with_its_place(browser: Browser, admins: AdminWorld) -> None:
    async with admins.engine.begin() as connection:
        changed = update(audit).where(audit.c.audit_id == 3).values(actor="wang")
        await connection.execute(changed)
    _, body, _ = await browser.request("GET", f"{AUDIT}/verify")
    assert not body["whole"]
    [found] = body["breaks"]
    assert (found["id"], found["kind"]) == (3, "changed")
    assert "3" in found["what"]["zh"]


async def test_the_actions_there_are_can_be_chosen_from(browser: Browser) -> None:
    _, body, _ = await browser.request("GET", f"{AUDIT}/actions")
    assert body == [f"act.{number}" for number in range(5)]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.QA])
async def test_others_do_not_read_it(
    admins: AdminWorld, open_browser: OpenBrowser, role: Role
) -> None:
    browser = await open_browser(admins.world, role)
    assert (await browser.request("GET", AUDIT))[0] == 403
