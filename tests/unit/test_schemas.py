"""config/schema/*.json, by which editors complete and check, is what the models say."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from cti.commands import render
from cti.config_models import FILES
from cti.store.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "config" / "schema"
PACKS = sorted((ROOT / "config" / "rules").glob("*.yaml"))
DIALPLAN_FILES = {"dialplan": "95518.yaml", "hours": "hours.yaml", "flows": "tests/motor.yaml"}
NAMES = (*FILES, *DIALPLAN_FILES, "rules", "prompts")


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that ``cti render --schema`` fills."""
    monkeypatch.setenv("CTI_CONFIG", str(tmp_path))
    assert render.run(argparse.Namespace(schema=True, out=None)) == 0
    return tmp_path / "schema"


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((COMMITTED / f"{name}.json").read_text("utf-8"))
    return found


def test_the_committed_schemas_are_the_generated_ones(written: Path) -> None:
    fresh = {path.name: path.read_text("utf-8") for path in written.iterdir()}
    kept = {path.name: path.read_text("utf-8") for path in COMMITTED.iterdir()}
    assert kept == fresh, "run `cti render --schema` and commit config/schema"


def test_every_file_that_people_edit_has_a_schema() -> None:
    names = {path.stem for path in COMMITTED.iterdir()}
    assert names == set(NAMES)


def undescribed(found: object, path: str = "") -> Iterator[str]:
    """Every property without a description."""
    if isinstance(found, list):
        for each in found:
            yield from undescribed(each, path)
    if isinstance(found, dict):
        for key, each in found.get("properties", {}).items():
            if isinstance(each, dict) and not each.get("description"):
                yield f"{path}.{key}"
        for key, each in found.items():
            yield from undescribed(each, f"{path}/{key}")


@pytest.mark.parametrize("name", NAMES)
def test_every_key_of_every_file_is_explained(name: str) -> None:
    assert list(undescribed(schema(name))) == []


def test_a_key_is_explained_in_chinese_first_and_in_english() -> None:
    nodes = schema("dialplan")["properties"]["nodes"]["additionalProperties"]["anyOf"]
    menu = next(node for node in nodes if node["title"] == "menu")
    chinese, english = menu["properties"]["menu"]["description"].splitlines()
    assert (chinese, english) == ("菜单的提示音", "What the menu says")


def test_no_explanation_is_of_a_key_that_does_not_exist() -> None:
    shown = {text for name in NAMES for text in explanations(schema(name))}
    told, _ = read_yaml(ROOT / "cti/messages/zh/schema.yaml")
    assert told is not None
    assert set(leaves(told.plain())) - {text.splitlines()[0] for text in shown} == set()


def explanations(found: object) -> Iterator[str]:
    if isinstance(found, list):
        for each in found:
            yield from explanations(each)
    if isinstance(found, dict):
        for each in found.get("properties", {}).values():
            if isinstance(each, dict):
                yield each.get("description", " ")
        for each in found.values():
            yield from explanations(each)


def leaves(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        for each in found.values():
            yield from leaves(each)
    else:
        yield str(found)


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_a_rule_pack_meets_its_schema_and_names_it(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schema/rules.json\n")
    # YAML 1.1 of PyYAML reads `off` as false; ours is YAML 1.2.
    data, problems = read_yaml(path)
    assert data is not None
    assert problems == []
    plain = json.loads(json.dumps(data.plain()))
    jsonschema.validate(plain, schema("rules"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**plain, "rules": {"unknown_target": "off"}}, schema("rules"))


@pytest.mark.parametrize("name", FILES)
def test_a_configuration_file_names_its_schema_for_editors(name: str) -> None:
    first = (ROOT / "config" / f"{name}.yaml").read_text("utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema=schema/{name}.json"


@pytest.mark.parametrize("name", FILES)
def test_the_sample_configuration_meets_its_schema(name: str) -> None:
    content = yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text("utf-8"))
    jsonschema.validate(content, schema(name))


@pytest.mark.parametrize("name", FILES)
def test_a_schema_refuses_a_key_nobody_knows(name: str) -> None:
    content = yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text("utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**content, "colour": "blue"}, schema(name))
