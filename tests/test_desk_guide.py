"""The guide for agents and supervisors: every command, with its fields, in both languages; examples that are
commands."""

import re
from pathlib import Path

import pytest

from cti.web.commands import COMMANDS, decode

ROOT = Path(__file__).resolve().parents[1]
GUIDES = [ROOT / "docs" / "desk-guide.md", ROOT / "docs" / "desk-guide.zh-CN.md"]
OF_THE_CONNECTION = {"resume", "ping"}
both = pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)


def rows(guide: Path) -> list[str]:
    """The first cell of every row of the tables."""
    return re.findall(r"^\| (`[^|]*) \|", guide.read_text("utf-8"), re.MULTILINE)


@both
def test_every_command_is_told(guide: Path) -> None:
    named = {word for cell in rows(guide) for word in re.findall(r"`(\w+)`", cell)}
    assert set(COMMANDS) - OF_THE_CONNECTION <= named


@both
def test_only_fields_that_exist_are_named(guide: Path) -> None:
    fields = {name for shape in COMMANDS.values() for name in shape}
    named = {word for cell in rows(guide) for word in re.findall(r"`(\w+)`", cell)}
    assert named - set(COMMANDS) <= fields


@both
def test_every_example_is_a_command(guide: Path) -> None:
    examples = re.findall(r'^\{"cmd".*\}$', guide.read_text("utf-8"), re.MULTILINE)
    assert len(examples) >= 7
    for example in examples:
        assert decode(example).cmd in COMMANDS
