"""What the shipped menu notes about a call is told to agents in words."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent


def noted() -> set[tuple[str, str]]:
    """Every variable and value that a node of the menu sets; numbers speak for themselves."""
    nodes = yaml.safe_load((ROOT / "dialplan" / "95518.yaml").read_text("utf-8"))["nodes"]
    pairs = [pair for node in nodes.values() for pair in (node.get("set") or {}).items()]
    return {
        (name, str(value).lower()) for name, value in pairs if not isinstance(value, int | float)
    }


def words(area: str, language: str) -> dict[str, Any]:
    """The desktop's own messages of an area."""
    file = ROOT / "desktop" / "src" / "i18n" / language / f"{area}.json"
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_variable_and_value_of_the_menu_has_a_word(language: str) -> None:
    values, variables = words("value", language), words("variable", language)
    for name, value in noted():
        assert name in variables
        assert value in values.get(name, {}) or isinstance(values.get(value), str), (name, value)
