"""config/reports.yaml: what is wrong in it is named with its place."""

import shutil
from pathlib import Path

import pytest

from cti.config_files import load_configuration

ROOT = Path(__file__).resolve().parents[2]
REPORT = """reports:
  odd:
    title: {zh: 甲, en: A}
    period: yesterday
    folder: reports
    tables:
      - {name: one, title: {zh: 甲, en: A}, figures: [answered]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return tmp_path / "config"


def problems(folder: Path, text: str) -> list[tuple[str, int]]:
    (folder / "reports.yaml").write_text(text, "utf-8")
    _, found = load_configuration(folder)
    assert all("reports.yaml" in str(one.mark) for one in found)
    return [(one.code, one.mark.line) for one in found]


def test_a_plain_report_is_right(folder: Path) -> None:
    assert problems(folder, REPORT) == []


@pytest.mark.parametrize(
    ("wrong", "code", "line"),
    [
        (REPORT.replace("answered]", "luck]"), "config.unknown_name", 7),
        (REPORT.replace("answered]", '"luck_*"]'), "config.unknown_name", 7),
        (REPORT.replace("yesterday", "soon"), "config.bad_value", 4),
        (REPORT.replace("folder: reports", "folder: ../x"), "config.bad_value", 5),
        (REPORT.replace("folder: reports", "mail: {to: [a@b.cn]}"), "config.no_mail_host", 5),
        (REPORT.replace("folder: reports", "mail: {to: [nobody]}"), "config.bad_value", 5),
        (REPORT.replace("folder: reports", "mail: {to: [张@b.cn]}"), "config.bad_value", 5),
        (REPORT.replace("folder: reports", 'schedule: {at: "07:00"}'), "config.bad_value", 2),
        (REPORT.replace("folder: reports", 'schedule: {at: "7h"}'), "config.bad_value", 5),
        (REPORT + "      - {name: one, title: {zh: 甲, en: A}, figures: [answered]}\n",
         "config.twice", 8),
        (REPORT.replace("figures:", "by: moon, figures:"), "config.bad_value", 7),
        (REPORT.replace("figures:", "only: {hour: '9'}, figures:"), "config.bad_value", 7),
        (REPORT.replace("[answered]", "[answered], charts: [{figures: [answered]}]"),
         "config.bad_value", 7),
        (REPORT.replace("[answered]", "[answered], by: queue, charts: [{figures: [requests]}]"),
         "config.unknown_name", 7),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(
    folder: Path, wrong: str, code: str, line: int
) -> None:
    found = problems(folder, wrong)
    assert code in [code for code, _ in found]
    assert abs(found[0][1] - line) <= 1


def test_a_password_by_plain_mail_is_refused(folder: Path) -> None:
    settings = folder / "cti.yaml"
    text = settings.read_text("utf-8") + "mail: {host: mx, tls: none, user: cti}\n"
    settings.write_text(text, "utf-8")
    _, found = load_configuration(folder)
    assert [one.code for one in found] == ["config.bad_value"]
