"""Reports over HTTP: who may have them, in which formats, and what is written down of it."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cti.services.reports import Reports
from cti.web.parts import MeasureParts, WebLimits
from tests.reporting import DAILY, reports_of_a_day
from tests.unit.core.measures.lives import at
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser, OpenWorld
from tests.web.memory import Clock
from tests.web.parts import World
from tests.web.test_measures import measure_parts

PERIOD = "from=2026-11-22&to=2026-11-23"
ROLES = ("supervisor", "qa", "admin", "auditor")


@pytest.fixture
async def world(open_world: OpenWorld, tmp_path: Path) -> World:
    """A web server on the morning after a made-up day."""

    def parts(world: World) -> MeasureParts:
        found = measure_parts(world)
        reports: Reports = reports_of_a_day(tmp_path, world.audit, world.clock, None)
        return MeasureParts(
            measures=found.measures,
            drill_down=found.drill_down,
            board=found.board,
            lengths=found.lengths,
            reports=reports,
        )

    clock = Clock()
    clock.now = at(24 * 3600 + 9 * 3600)
    return await open_world(clock=clock, measures=parts)


async def body_of(browser: Browser, path: str) -> tuple[bytes, dict[str, str]]:
    async with browser.http.get(f"{browser.world.origin}{path}") as answer:
        assert answer.status == 200
        return await answer.read(), {name.lower(): value for name, value in answer.headers.items()}


async def test_the_list_says_which_reports_there_are_and_when(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    status, (one,), _ = await browser.request("GET", "/api/v1/reports?language=en")
    assert status == 200
    assert (one["name"], one["title"], one["period"]) == ("daily", "Daily operations", "yesterday")
    assert one["schedule"]["at"] == "07:00"
    assert one["ways"] == ["folder", "mail"]


@pytest.mark.parametrize("login", ROLES)
async def test_supervision_may_have_reports(
    world: World, open_browser: OpenBrowser, login: str
) -> None:
    browser = await open_browser(world, login)
    status, body, _ = await browser.request("GET", f"/api/v1/reports/daily?{PERIOD}")
    assert status == 200
    names = [row["label"] for row in body["tables"][1]["rows"][:-1]]
    assert all(name.startswith("=cmd") is (login != "auditor") for name in names)
    assert world.audit.lines[-1] == (login, "report.export", "daily_2026-11-22", "json")


async def test_an_agent_may_not(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "ma")
    for path in ("/api/v1/reports", "/api/v1/reports/daily"):
        assert (await browser.request("GET", path))[0] == 403


async def test_json_is_what_the_interface_of_figures_says(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    _, body, _ = await browser.request("GET", f"/api/v1/reports/daily?{PERIOD}")
    path = f"/api/v1/measures?{PERIOD}&by=queue&figures={','.join(DAILY.tables[0].figures)}"
    _, plain, _ = await browser.request("GET", path)
    shown = {row["row"]: row["values"] for row in body["tables"][0]["rows"]}
    assert shown == {row["row"]: row["values"] for row in plain["rows"]}
    units = {one["figure"]: one["unit"] for one in body["figures"]}
    assert units.items() >= {one["figure"]: one["unit"] for one in plain["figures"]}.items()


async def test_without_a_period_it_is_the_reports_own(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    _, body, _ = await browser.request("GET", "/api/v1/reports/daily")
    assert body["from"] == "2026-11-22T00:00:00+08:00"
    _, body, _ = await browser.request("GET", "/api/v1/reports/daily?period=last_month")
    assert body["to"] == "2026-11-01T00:00:00+08:00"


async def test_a_workbook_is_a_file_that_opens(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "supervisor")
    path = f"/api/v1/reports/daily?{PERIOD}&format=xlsx&language=en"
    body, headers = await body_of(browser, path)
    assert headers["content-disposition"].endswith("daily_2026-11-22.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(body))
    assert book.sheetnames[:2] == ["About", "Queues"]


async def test_several_tables_as_csv_come_in_one_archive(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    body, headers = await body_of(browser, f"/api/v1/reports/daily?{PERIOD}&format=csv")
    assert headers["content-type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    assert names == [f"daily_2026-11-22_{one.name}.csv" for one in DAILY.tables]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("luck", 404, "measures.unknown_report"),
        ("daily?format=pdf", 400, "measures.wrong_word"),
        ("daily?period=soon", 400, "measures.wrong_word"),
        ("daily?from=2026-11-22", 400, "request.wrong_time"),
        ("daily?from=2026-11-22&to=2026-11-21", 400, "measures.empty_period"),
        ("daily?from=1900-01-01&to=2026-11-21", 400, "measures.too_many_intervals"),
        ("daily?from=0001-01-01&to=0001-01-02", 400, "measures.empty_period"),
    ],
)
async def test_a_senseless_wish_gets_words(
    world: World, open_browser: OpenBrowser, path: str, status: int, code: str
) -> None:
    browser = await open_browser(world, "supervisor")
    found, body, _ = await browser.request("GET", f"/api/v1/reports/{path}")
    assert (found, body["code"]) == (status, code)
    assert body["message"]


async def test_without_audit_nobody_gets_a_report(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "supervisor")
    world.audit.broken = True
    assert (await browser.request("GET", f"/api/v1/reports/daily?{PERIOD}"))[0] == 503


def test_a_report_may_take_longer_than_other_answers() -> None:
    assert WebLimits().report_s > WebLimits().request_s


async def test_a_report_is_narrowed_to_a_queue_and_says_so(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    path = f"/api/v1/reports/daily?{PERIOD}"
    _, whole, _ = await browser.request("GET", path)
    status, motor, _ = await browser.request("GET", f"{path}&queue=motor")
    assert status == 200

    def requests(found: dict[str, Any]) -> int:
        rows = [row for row in found["tables"][0]["rows"] if row["at"] is None]
        return int(rows[-1]["values"]["requests"][0])

    assert 0 < requests(motor) < requests(whole)
    _, headers = await body_of(browser, f"{path}&queue=motor&format=xlsx")
    assert "_motor.xlsx" in headers["content-disposition"]
    assert world.audit.lines[-1][2].endswith("_motor")


async def test_a_report_is_not_narrowed_to_what_is_no_name(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    path = f"/api/v1/reports/daily?{PERIOD}&queue=../x"
    status, body, _ = await browser.request("GET", path)
    assert (status, body["code"]) == (400, "request.wrong_field")
