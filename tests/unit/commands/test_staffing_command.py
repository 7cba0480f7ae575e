"""`cti staffing`: the calculator at the keyboard."""

import json

import pytest

from cti.cli import main

BUSY_HOUR = ("staffing", "--calls", "89", "--aht", "210")


def test_the_answer_stands_above_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*BUSY_HOUR, "--shrinkage", "0.3", "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "8 agents answer at least 80% of the calls within 20 s" in said
    assert "12 people are to be on the roster" in said
    assert [line.split()[0] for line in said.splitlines()[-7:]] == [str(n) for n in range(5, 12)]


def test_the_table_is_in_chinese_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*BUSY_HOUR]) == 0
    assert "8 名座席可在 20 秒内接起至少 80% 的来电" in capsys.readouterr().out


def test_json_has_the_same_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*BUSY_HOUR, "--patience", "90", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["agents"] == 7


def test_a_senseless_figure_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["staffing", "--calls", "89", "--aht", "0", "--language", "en"]) == 2
    assert "--aht" in capsys.readouterr().err
