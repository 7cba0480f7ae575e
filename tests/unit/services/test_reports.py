"""Reports as files: what is in them is what the figures are."""

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cti.core.measures.measuring import CHINA
from cti.core.report_document import File
from cti.core.reports import Format, Way
from cti.core.sheet_text import safe
from cti.reports.folder import ReportFolder
from cti.services.measures import MeasureQuery, NotMeasured, ReportRow
from cti.services.report_ports import NotDelivered
from cti.services.reports import Order, Reports
from tests.reporting import (
    AGENTS,
    DAILY,
    HOURS,
    QUEUES,
    SINCE,
    UNTIL,
    Mailbox,
    measures_of_a_day,
    reports_of_a_day,
)
from tests.web.memory import Clock, MemoryAudit


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = UNTIL
    return clock


@pytest.fixture
def audit() -> MemoryAudit:
    return MemoryAudit()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def reports(tmp_path: Path, audit: MemoryAudit, clock: Clock, mailbox: Mailbox) -> Reports:
    return reports_of_a_day(tmp_path, audit, clock, mailbox)


def order(language: str = "zh", **changed: Any) -> Order:
    given: dict[str, Any] = {"name": "daily", "since": SINCE, "until": UNTIL, "by": "lu"}
    return Order(**{**given, "language": language, **changed})


async def opened(reports: Reports, wanted: Order) -> openpyxl.Workbook:
    (file,) = await reports.export(wanted, Format.XLSX)
    return openpyxl.load_workbook(io.BytesIO(file.body))


async def rows_of(clock: Clock, **asked: Any) -> dict[str, ReportRow]:
    measures = measures_of_a_day(clock)
    found = await measures.report(MeasureQuery(since=SINCE, until=UNTIL, **asked))
    return {f"{row.at or ''}{row.row}": row for row in found.rows}


async def test_the_numbers_of_a_workbook_are_the_figures(reports: Reports, clock: Clock) -> None:
    sheet = (await opened(reports, order()))["各队列"]
    expected = await rows_of(clock, by=QUEUES.by, names=QUEUES.figures)
    (heading, *lines) = list(sheet.iter_rows(values_only=True))
    assert heading[:3] == ("队列", "人工请求量", "人工请求量(上年同期)")
    for line, (name, row) in zip(lines, expected.items(), strict=True):
        shown = dict(zip(heading, line, strict=True))
        assert shown["队列"] == ("合计" if name == "*" else f"zh:{name}")
        assert shown["人工请求量"] == row.values["requests"].numerator
        rate, speed = row.values["answer_rate"].shown, row.values["answer_speed"].shown
        assert shown["人工接通率"] == pytest.approx(rate, abs=1e-6)
        assert shown["平均应答速度(ASA)"] == pytest.approx(speed, abs=1e-3)


async def test_numerators_and_denominators_stand_on_a_sheet_of_their_own(
    reports: Reports, clock: Clock
) -> None:
    sheet = (await opened(reports, order()))["各队列 核对"]
    expected = await rows_of(clock, by=QUEUES.by, names=QUEUES.figures)
    (heading, *lines) = list(sheet.iter_rows(values_only=True))
    place = heading.index("人工接通率(分子)")
    sums = [(line[place], line[place + 1]) for line in lines]
    values = [row.values["answer_rate"] for row in expected.values()]
    assert sums == [(value.numerator, value.denominator) for value in values]
    assert sum(above for above, _ in sums[:-1]) == sums[-1][0]


async def test_cells_have_the_formats_of_what_they_are(reports: Reports) -> None:
    book = await opened(reports, order())
    formats = {cell.value: book["各队列"].cell(2, cell.column) for cell in book["各队列"][1]}
    assert formats["人工接通率"].number_format == "0.00%"
    assert formats["人工请求量"].number_format == "#,##0"
    signed_in = book["座席 甲"].cell(2, 2)
    assert signed_in.number_format == "[h]:mm:ss"
    assert isinstance(signed_in.value, timedelta)
    assert f"{book['每小时'].cell(2, 1).value:%F %T}" == "2026-11-22 00:00:00"
    assert book["各队列"].freeze_panes == "B2"


async def test_charts_are_native_and_drawn_from_the_rows_without_the_sum(
    reports: Reports, clock: Clock
) -> None:
    book = await opened(reports, order())
    queues, hours = book["图表"]._charts
    expected = await rows_of(clock, by=QUEUES.by, names=QUEUES.figures)
    series = queues.series[0]
    assert series.val.numRef.f == f"各队列!$B$2:$B${len(expected)}"
    assert len(queues.series) == 2
    by_hour = await rows_of(clock, length=HOURS.interval, names=HOURS.figures)
    assert hours.series[0].val.numRef.f == f"每小时!$C$2:$C${len(by_hour)}"


async def test_every_figure_is_explained_and_leads_to_its_contacts(reports: Reports) -> None:
    sheet = (await opened(reports, order("en")))["Formulas"]
    rows = {row[4].value: row for row in sheet.iter_rows(min_row=2)}
    assert set(rows) == {*QUEUES.figures, *AGENTS.figures, *HOURS.figures}
    assert rows["answer_rate"][1].value == "answered ÷ requests"
    link = rows["answer_rate"][5].hyperlink.target
    assert link.startswith(
        "https://95518.example.cn/api/v1/measures/calls?figure=answer_rate&from="
    )


async def test_the_first_sheet_says_what_it_is_about(reports: Reports) -> None:
    book = await opened(reports, order())
    told = {row[0]: row[1] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert told["报表"] == "运营日报"
    assert told["统计期间"] == "2026-11-22 至 2026-11-22"
    assert (told["时区"], told["生成人"]) == ("Asia/Shanghai", "lu")


async def test_a_name_that_is_a_formula_stays_text_in_every_file(reports: Reports) -> None:
    book = await opened(reports, order("en"))
    names = [row[0] for row in book["=Agents"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in names} == {"s"}
    assert names[0].value.startswith("=cmd ")
    files = await reports.export(order("en"), Format.CSV)
    agents = next(file for file in files if "agents" in file.name).body.decode("utf-8-sig")
    assert all(
        line.startswith(("'=cmd ", "agent", "together", "all")) for line in agents.splitlines()
    )


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_compute_is_neutralised(begin: str) -> None:
    assert safe(f"{begin}1+1") == f"'{begin}1+1"
    assert safe("motor") == "motor"


async def test_csv_opens_in_chinese_and_has_sums_beside_the_figures(
    reports: Reports, clock: Clock
) -> None:
    files = {file.name: file for file in await reports.export(order(), Format.CSV)}
    assert list(files) == [f"daily_2026-11-22_{one.name}.csv" for one in DAILY.tables]
    body = files["daily_2026-11-22_queues.csv"].body
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    expected = (await rows_of(clock, by=QUEUES.by, names=QUEUES.figures))["*"].values
    assert rows[-1]["人工接通率(分子)"] == str(expected["answer_rate"].numerator)
    assert rows[-1]["人工接通率(分母)"] == str(expected["answer_rate"].denominator)


async def test_json_has_the_values_of_the_interface(reports: Reports, clock: Clock) -> None:
    (file,) = await reports.export(order(), Format.JSON)
    found = json.loads(file.body)
    expected = (await rows_of(clock, by=QUEUES.by, names=QUEUES.figures))["*"].values
    row = next(row for row in found["tables"][0]["rows"] if row["row"] == "*")
    assert row["values"]["answered"] == [
        expected["answered"].numerator,
        None,
        expected["answered"].numerator,
    ]
    assert row["yearBefore"]["answered"] == [0, None, 0]
    assert found["from"] == "2026-11-22T00:00:00+08:00"


async def test_who_must_not_know_agents_gets_their_numbers(reports: Reports) -> None:
    (file,) = await reports.export(order(named=False), Format.JSON)
    labels = [row["label"] for row in json.loads(file.body)["tables"][1]["rows"]]
    assert not any(label.startswith("=cmd") for label in labels)


async def test_every_export_is_in_the_audit(reports: Reports, audit: MemoryAudit) -> None:
    await reports.export(order(), Format.CSV)
    assert audit.lines == [("lu", "report.export", "daily_2026-11-22", "csv")]


async def test_without_audit_there_is_no_report(reports: Reports, audit: MemoryAudit) -> None:
    audit.broken = True
    with pytest.raises(ConnectionError):
        await reports.export(order(), Format.JSON)


async def test_a_report_that_is_too_large_is_refused_before_it_is_counted(
    reports: Reports,
) -> None:
    ages = order(since=datetime(1990, 1, 1, tzinfo=CHINA))
    with pytest.raises(NotMeasured) as no:
        await reports.export(ages, Format.XLSX)
    assert no.value.code in ("too_large", "too_many_intervals")


async def test_a_report_that_is_not_there_has_words(reports: Reports) -> None:
    with pytest.raises(NotMeasured) as no:
        await reports.export(order(name="luck"), Format.XLSX)
    assert no.value.code == "unknown_report"


async def test_a_period_has_its_own_file_and_a_repeat_replaces_it_whole(
    reports: Reports, tmp_path: Path, audit: MemoryAudit
) -> None:
    before = order(since=SINCE - timedelta(days=1), until=SINCE)
    for wanted in (before, order(), order()):
        await reports.deliver(wanted, Way.FOLDER)
    found = sorted(path.name for path in (tmp_path / "reports").iterdir())
    stems = {name.partition(".")[0] for name in found if name.endswith("xlsx")}
    assert stems == {"daily_2026-11-21", "daily_2026-11-22"}
    assert not [name for name in found if name.startswith(".")]
    assert audit.lines[0][1:3] == ("report.folder", "daily_2026-11-21")


async def test_a_folder_that_cannot_be_written_is_told(
    reports: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reports").write_text("a file")
    with pytest.raises(NotDelivered):
        await reports.deliver(order(), Way.FOLDER)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_a_write_that_breaks_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, file = ReportFolder(tmp_path), File(name="a", media_type="", body=b"1")
    await shelf.put("", [file])

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(NotDelivered):
        await shelf.put("", [File(name="a", media_type="", body=b"22")])
    assert files_of(tmp_path) == {"a": b"1"}


async def test_a_letter_says_which_days_and_carries_all_formats(
    reports: Reports, mailbox: Mailbox
) -> None:
    await reports.deliver(order(), Way.MAIL)
    (letter,) = mailbox.letters
    assert letter.subject == "运营日报 2026-11-22"
    assert letter.files[0].name == "daily_2026-11-22.xlsx"
    assert len(letter.files) == 4
    assert "统计期间: 2026-11-22" in letter.text
