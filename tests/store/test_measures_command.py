"""``cti measures`` as an administrator runs it, on a real database."""

import asyncio
import json
from pathlib import Path

import pytest

from cti.cli import main
from cti.core.ids import EventId
from cti.services.ports import Recorded
from cti.store.sql_journal import SqlJournal
from cti.store.sql_link import migrate, open_engine
from cti.store.tables_measures import contact_fact
from tests.unit.core.measures.lives import any_day

DAY = ("--from", "2026-11-22", "--to", "2026-11-23")


async def _fill(url: str) -> None:
    await migrate(url)
    engine = open_engine(url)
    await SqlJournal(engine).save(
        [Recorded(EventId(f"{n + 1}-0"), event) for n, event in enumerate(any_day(31, 50))]
    )
    await engine.dispose()


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A history without measures, as one of before this version."""
    found = f"sqlite:///{tmp_path / 'history.db'}"
    asyncio.run(_fill(found))
    monkeypatch.setenv("CTI_SQL_URL", found)
    monkeypatch.setenv("CTI_FOLDERS_INSTANCE", str(tmp_path))
    monkeypatch.setenv("CTI_LANGUAGE", "en")
    return found


def test_a_history_of_before_is_counted_and_then_checked(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["measures", "recompute", "--check"]) == 1
    assert "contact call-0: 0 rows kept" in capsys.readouterr().out
    assert main(["measures", "recompute"]) == 0
    assert main(["measures", "recompute", "--check"]) == 0
    assert "0 differences" in capsys.readouterr().out


def test_what_was_changed_by_hand_is_named(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measures", "recompute"]) == 0
    asyncio.run(_change(url))
    capsys.readouterr()
    assert main(["measures", "recompute", "--check", "--from", "2026-11-22"]) == 1
    shown = capsys.readouterr().out
    assert "'value': 7" in shown
    assert "13900" not in shown


async def _change(url: str) -> None:
    engine = open_engine(url)
    async with engine.begin() as connection:
        changed = contact_fact.update().where(contact_fact.c.kind == "talk.in").values(value=7)
        await connection.execute(changed)
    await engine.dispose()


def test_figures_are_shown_by_row_and_as_json(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["measures", "recompute"])
    capsys.readouterr()
    assert main(["measures", "show", *DAY, "--by", "queue", "--interval", "1h"]) == 0
    shown = capsys.readouterr().out
    assert "answer rate" in shown
    assert "2026-11-22 00:00 motor" in shown
    command = ["measures", "show", *DAY, "--figures", "arrived", "--json", "--compare-year"]
    assert main(command) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row["values"]["arrived"][0] > 20
    assert row["yearBefore"]["arrived"] == [0, None, 0]


def test_a_figure_that_there_is_not_is_refused(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["measures", "show", *DAY, "--figures", "luck"]) == 2
    assert "luck" in capsys.readouterr().err
