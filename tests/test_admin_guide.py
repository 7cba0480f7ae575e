"""The admin guide: both languages show the same steps, and the sample menu is a good one."""

import re
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from cti.cli import parser
from cti.config_files import load_configuration
from cti.core.ivr.schema import dialplan_schema
from cti.core.ivr.tree import NODE_TYPES, type_key
from cti.core.problems import Severity
from cti.dialplan_files import known_names, load_dialplan
from cti.house_files import levels_of
from cti.store.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "docs" / "examples" / "menu.yaml"
GUIDES = [ROOT / "docs" / "admin-guide.md", ROOT / "docs" / "admin-guide.zh-CN.md"]


def commands(guide: Path) -> list[str]:
    """Every command that the guide shows being typed, without what is text for people."""
    typed = re.findall(r"^ *\$ (.*)$", guide.read_text("utf-8"), re.MULTILINE)
    return [re.sub(r'"[^"]*"', '"…"', each) for each in typed]


def blocks(guide: Path) -> list[str]:
    return re.findall(r"^ *```yaml\n(.*?)```", guide.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_both_languages_type_the_same_commands() -> None:
    here, there = (commands(guide) for guide in GUIDES)
    assert here == there
    assert len(here) > 20


def test_both_languages_have_as_many_pieces_of_yaml() -> None:
    here, there = (blocks(guide) for guide in GUIDES)
    assert len(here) == len(there) > 5


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_command_of_the_guide_exists(guide: Path) -> None:
    known = parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    text = guide.read_text("utf-8")
    assert set(re.findall(r"\bcti ([a-z]+)", text)) <= set(known)  # type: ignore[arg-type]


def test_the_sample_menu_has_no_error_beside_the_shipped_files(tmp_path: Path) -> None:
    configuration, problems = load_configuration(ROOT / "config", {})
    assert configuration is not None, problems
    for name in ("hours.yaml", "identify.yaml"):
        shutil.copy(ROOT / "dialplan" / name, tmp_path)
    shutil.copy(SAMPLE, tmp_path / "95519.yaml")
    known, _ = known_names(configuration)
    loaded = load_dialplan(tmp_path, known, levels_of(configuration))
    assert [each for each in loaded.problems if each.severity is Severity.ERROR] == []
    assert loaded.site is not None
    used = {type_key(node) for node in loaded.site.trees["95519"].nodes.values()}
    assert used | {"subtree"} >= set(NODE_TYPES)


def test_the_sample_menu_meets_its_schema_and_names_it() -> None:
    assert SAMPLE.read_text("utf-8").startswith(
        "# yaml-language-server: $schema=../../config/schema/dialplan.json\n"
    )
    data, problems = read_yaml(SAMPLE)
    assert data is not None
    assert problems == []
    jsonschema.validate(data.plain(), dialplan_schema())


def written_over(shipped: Any, block: Any) -> Any:
    """The block's keys in place of the shipped ones, at any depth."""
    if not (isinstance(shipped, dict) and isinstance(block, dict)):
        return block
    merged = {key: written_over(shipped.get(key), value) for key, value in block.items()}
    return {**shipped, **merged}


def of_configuration(guide: Path) -> dict[str, str]:
    """The pieces of YAML that begin by naming a file of config/, by its name and place."""
    named = [(re.match(r"# config/(\w+\.yaml)\n", block), block) for block in blocks(guide)]
    return {f"{found[1]} {nth}": block for nth, (found, block) in enumerate(named) if found}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_piece_of_configuration_loads_over_the_shipped_files(
    guide: Path, tmp_path: Path
) -> None:
    pieces = of_configuration(guide)
    assert len(pieces) >= 7
    for name, block in pieces.items():
        folder = tmp_path / name.replace(" ", "_")
        shutil.copytree(ROOT / "config", folder)
        file = folder / name.split()[0]
        merged = written_over(yaml.safe_load(file.read_text("utf-8")), yaml.safe_load(block))
        file.write_text(yaml.safe_dump(merged, allow_unicode=True), "utf-8")
        configuration, problems = load_configuration(folder, {})
        assert configuration is not None, (name, problems)
        assert [each for each in problems if each.severity is Severity.ERROR] == [], name


def test_both_languages_show_the_same_configuration() -> None:
    here, there = (of_configuration(guide) for guide in GUIDES)
    assert here == there
