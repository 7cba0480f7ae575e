"""``cti trace``: one call's story on the terminal, from a real database."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cti.cli import main
from cti.services.ports import Recorded
from cti.store.sql_journal import SqlJournal
from cti.store.sql_link import migrate, open_engine
from tests.store.samples import NOW, offered
from tests.store.test_sql_history import recorded, whole_call

CONFIG = Path(__file__).parents[2] / "config"


async def _fill(url: str, story: list[Recorded]) -> None:
    await migrate(url)
    engine = open_engine(url)
    await SqlJournal(engine).save(story)
    await engine.dispose()


@pytest.fixture
def url(tmp_path: Path) -> str:
    found = f"sqlite:///{tmp_path / 'history.db'}"
    earlier = replace(offered("1763.9"), at=NOW - timedelta(hours=1))
    twins = [replace(offered(f"1762.{n}"), at=NOW - timedelta(hours=2)) for n in (1, 2)]
    asyncio.run(_fill(found, recorded([*whole_call(), earlier, *twins])))
    return found


def trace(url: str, *arguments: str) -> int:
    return main(["trace", "--config", str(CONFIG), "--database", url, *arguments])


def test_a_call_is_told_in_words_with_times(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert trace(url, "1764000000.1", "--language", "en") == 0
    shown = capsys.readouterr().out
    assert "09:02:03.456    +0.000 s  Call from 139****0001 to 95518 reached the menu" in shown
    assert "Agent 1023 did not take the call: no answer (attempt 1)" in shown
    assert "Connected with agent 1023 after 20.0 s" in shown
    assert "13997000001" not in shown


def test_the_story_is_chinese_unless_told_otherwise(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(url, "1764000000.1") == 0
    assert "与座席 1023 接通,共等候 20.0 秒" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["17640", "last"])
def test_the_beginning_of_an_id_or_last_will_do(
    url: str, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert trace(url, name) == 0
    assert capsys.readouterr().out.startswith("1764000000.1  2026-11-22")


def test_json_carries_sentences_and_events_with_the_number_masked(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(url, "last", "--json", "--language", "en") == 0
    shown = capsys.readouterr().out
    story = json.loads(shown)
    assert [line["type"] for line in story["lines"]] == [e["type"] for e in story["events"]]
    assert story["callId"] == "1764000000.1"
    assert "13997000001" not in shown


def test_an_unknown_call_is_said_to_be_unknown(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(url, "999", "--language", "en") == 1
    assert capsys.readouterr().err == "No call's id begins with 999\n"


def test_several_calls_of_one_beginning_are_listed(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(url, "1762", "--language", "en") == 2
    assert capsys.readouterr().err.splitlines()[1:] == ["1762.2", "1762.1"]


def test_a_broken_configuration_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", "--config", str(tmp_path), "last"]) == 3
    assert "cti.yaml" in capsys.readouterr().err


def test_a_database_out_of_reach_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert trace("postgresql://nobody@127.0.0.1:1/none", "last", "--language", "en") == 3
    assert "out of reach" in capsys.readouterr().err
