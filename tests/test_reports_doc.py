"""docs/reports.md says which reports are shipped, and what a file looks like."""

import asyncio
import re
from pathlib import Path

import pytest
import yaml

from cti.cli import main
from cti.config_reports import ReportsFile
from tests.store.test_report_command import _fill

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "reports.md").read_text("utf-8")
SHIPPED = ReportsFile.model_validate(
    yaml.safe_load((ROOT / "config" / "reports.yaml").read_text("utf-8"))
)


def test_every_shipped_report_is_listed_with_title_period_and_time() -> None:
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| `")]
    listed = {row[0].strip(" `"): [cell.strip() for cell in row[1:]] for row in rows}
    assert list(listed) == list(SHIPPED.reports)
    for name, report in SHIPPED.reports.items():
        zh, en, period, due, _ = listed[name]
        assert (zh, en, period) == (report.title.zh, report.title.en, report.period)
        assert report.schedule
        assert due.startswith(f"{report.schedule.at:%H:%M}")


def test_the_example_of_a_report_is_a_right_one() -> None:
    (example, mail) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    found = ReportsFile.model_validate(yaml.safe_load(example)).all()
    assert found["rescue_week"].mail_to == ("lead@example.cn",)
    assert "mail:" in mail


def test_the_printed_csv_is_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'history.db'}"
    asyncio.run(_fill(url))
    monkeypatch.setenv("CTI_SQL_URL", url)
    monkeypatch.setenv("CTI_FOLDERS_INSTANCE", str(tmp_path))
    period = ("--from", "2026-11-22", "--to", "2026-11-23")
    assert main(["report", "run", "waits", *period, "--format", "csv", "--out", str(tmp_path)]) == 0
    written = (tmp_path / "waits_2026-11-22_hours.csv").read_text("utf-8-sig")
    (printed,) = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    assert written.splitlines()[:3] == printed.splitlines()
