"""``cti report`` as an administrator runs it, on a real database and the shipped reports."""

import asyncio
from pathlib import Path

import openpyxl
import pytest

from cti.cli import main
from cti.config_files import load_configuration
from cti.core.ids import EventId
from cti.measuring import measure_rules
from cti.services.ports import Recorded
from cti.store.sql_audit import SqlAudit
from cti.store.sql_link import migrate, open_engine
from cti.store.sql_measures import SqlMeasures
from tests.unit.core.measures.lives import any_day

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION, _ = load_configuration(ROOT / "config")
assert CONFIGURATION is not None
SHIPPED = CONFIGURATION.reports.all()
RULES = measure_rules(CONFIGURATION)
DAY = ("--from", "2026-11-22", "--to", "2026-11-23")


async def _fill(url: str) -> None:
    await migrate(url)
    engine = open_engine(url)
    recorded = [Recorded(EventId(f"{n + 1}-0"), one) for n, one in enumerate(any_day(31, 50))]
    await SqlMeasures(engine, RULES).save(recorded)
    await engine.dispose()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    url = f"sqlite:///{tmp_path / 'history.db'}"
    asyncio.run(_fill(url))
    monkeypatch.setenv("CTI_SQL_URL", url)
    monkeypatch.setenv("CTI_FOLDERS_INSTANCE", str(tmp_path))
    monkeypatch.setenv("CTI_LANGUAGE", "en")
    return tmp_path


async def _audited(folder: Path) -> list[tuple[str, str]]:
    engine = open_engine(f"sqlite:///{folder / 'history.db'}")
    found = [(line.action, line.subject) for line in await SqlAudit(engine).newest()]
    await engine.dispose()
    return found


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_shipped_report_is_made_whole(
    site: Path, name: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--out", str(site / "out"), "--language", language)
    assert main(["report", "run", name, *DAY, *options]) == 0
    (path,) = (site / "out").iterdir()
    assert path.name == f"{name}_2026-11-22.xlsx"
    assert str(path) in capsys.readouterr().out
    book = openpyxl.load_workbook(path)
    titles = [table.title[language] for table in SHIPPED[name].tables]
    assert [title for title in titles if title not in book.sheetnames] == []
    charts = sum(len(sheet._charts) for sheet in book)
    assert charts == sum(len(table.charts) for table in SHIPPED[name].tables)


def test_sending_puts_it_into_its_folder_and_says_so(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "send", "half_hours", *DAY]) == 0
    assert "half_hours, folder" in capsys.readouterr().out
    names = sorted(path.name for path in (site / "reports").iterdir())
    assert names == [
        "half_hours_2026-11-22.xlsx",
        "half_hours_2026-11-22_centre.csv",
        "half_hours_2026-11-22_queues.csv",
    ]
    assert asyncio.run(_audited(site))[0] == ("report.folder", "half_hours_2026-11-22")


def test_the_list_has_every_report(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == list(SHIPPED)
    assert main(["report", "runs"]) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("luck",), "no report called 'luck'"),
        (("daily", "--from", "2026-11-22"), "go together"),
        (("daily", "--from", "2026-11-22", "--to", "2026-11-21"), "no length"),
    ],
)
def test_a_senseless_wish_gets_words(
    site: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert main(["report", "run", *arguments]) == 1
    assert words in capsys.readouterr().err
