"""Scripts by name: read anew for each run; whatever is wrong with one, only that run fails."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from cti.asterisk.agi_wire import CallerHungUp
from cti.asterisk.fastagi import AgiConnection
from cti.asterisk.script_files import ScriptFolder
from cti.services.caller_line import ScriptBroke
from tests.wire.agi_desk import DEAD, Act, talk

LIMIT_S = 3.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def running(
    folder: Path,
    name: str = "weather",
    arguments: Mapping[str, str] | None = None,
    limit_s: float = LIMIT_S,
) -> Act:
    """A visit that runs the script and gives its values, or the ScriptBroke it ended in."""

    async def act(agi: AgiConnection) -> object:
        try:
            return await ScriptFolder(folder, folder / "secrets").run(
                agi, name, arguments or {}, limit_s
            )
        except ScriptBroke as broke:
            return broke

    return act


async def broken(folder: Path, text: str, limit_s: float = LIMIT_S) -> str:
    """What is said of a script that must fail."""
    (folder / "weather.py").write_text(text, "utf-8")
    outcome = await talk(running(folder, limit_s=limit_s))
    assert isinstance(outcome, ScriptBroke), outcome
    return str(outcome)


async def test_a_script_gets_its_arguments_and_the_line_and_gives_values(folder: Path) -> None:
    (folder / "weather.py").write_text(
        "def run(agi, city):\n    return {'city': city, 'level': agi.get_variable('LEVEL'), 3: 4}\n"
    )
    outcome = await talk(
        running(folder, arguments={"city": "西宁"}),
        ('GET VARIABLE "LEVEL"', "200 result=1 (2)\n"),
    )
    assert outcome == {"city": "西宁", "level": "2", "3": "4"}


async def test_a_script_that_returns_nothing_has_no_values(folder: Path) -> None:
    (folder / "weather.py").write_text("def run(agi):\n    pass\n")
    assert await talk(running(folder)) == {}


async def test_an_edit_is_in_force_with_the_next_run_even_one_of_the_same_length(
    folder: Path,
) -> None:
    for sky in ("grey", "blue"):
        (folder / "weather.py").write_text(f"def run(agi):\n    return {{'sky': '{sky}'}}\n")
        assert await talk(running(folder)) == {"sky": sky}


async def test_a_run_leaves_nothing_in_the_admins_folder(folder: Path) -> None:
    (folder / "weather.py").write_text("def run(agi):\n    pass\n")
    await talk(running(folder))
    assert os.listdir(folder) == ["weather.py"]  # noqa: PTH208 (short, and the loop waits for it)


@pytest.mark.parametrize("name", ["gone", "../weather", "Weather", "weather.py", ""])
async def test_a_name_that_is_no_script_is_refused(folder: Path, name: str) -> None:
    (folder / "weather.py").write_text("def run(agi):\n    pass\n")
    outcome = await talk(running(folder / "inner" if "/" in name else folder, name))
    assert isinstance(outcome, ScriptBroke)
    assert "no script" in str(outcome)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def run(agi:\n", "SyntaxError"),
        ("import no_such_module_95518\n", "ModuleNotFoundError"),
        ("x = 1\n", "run"),
        ("def run(agi):\n    return 1 / 0\n", "ZeroDivisionError"),
        ("def run(agi, city):\n    pass\n", "city"),
        ("def run(agi):\n    return 'rain'\n", "returned str"),
        ("raise SystemExit(3)\n", "SystemExit"),
        (
            "class Odd:\n    def __str__(self):\n        raise ValueError('odd')\n"
            "def run(agi):\n    return {'sky': Odd()}\n",
            "odd",
        ),
    ],
)
async def test_a_wrong_script_fails_by_name_and_says_why(
    folder: Path, text: str, said: str
) -> None:
    told = await broken(folder, text)
    assert told.startswith("weather: ")
    assert said in told


@pytest.mark.parametrize(
    "text",
    [
        "def run(agi):\n    while True:\n        pass\n",
        "while True:\n    pass\n",
    ],
)
async def test_a_script_without_end_is_stopped_while_it_runs_or_loads(
    folder: Path, text: str
) -> None:
    async with asyncio.timeout(LIMIT_S):
        assert "more than" in await broken(folder, text, limit_s=0.1)


async def test_a_hang_up_in_a_script_is_no_failure_of_it(folder: Path) -> None:
    (folder / "weather.py").write_text("def run(agi):\n    agi.wait_for_digit(1000)\n")
    outcome = await talk(
        running(folder),
        ("WAIT FOR DIGIT 1000", "200 result=-1\n"),
        ("CHANNEL STATUS", DEAD),
    )
    assert isinstance(outcome, CallerHungUp)
