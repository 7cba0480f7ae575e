"""The schema that editors get says the same as the parser."""

import json
from pathlib import Path

import jsonschema
import pytest

from cti.core.ivr.parts import Reads
from cti.core.ivr.schema import SCHEMAS, dialplan_schema, hours_schema
from cti.core.ivr.schema_examples import EXAMPLES
from cti.core.ivr.tree import NODE_TYPES
from cti.store.yaml_files import read_yaml
from tests.unit.core.ivr.trees import draft_of

TREES = [Path("dialplan/95518.yaml"), *Path("tests/flows/golden").glob("[!h]*.yaml")]
HOURS = [Path("dialplan/hours.yaml"), Path("tests/flows/golden/hours.yaml")]


def plain(path: Path) -> object:
    data, _ = read_yaml(path)
    assert data is not None
    return data.plain()


def refuses(schema: dict[str, object], value: object) -> bool:
    return not jsonschema.Draft202012Validator(schema).is_valid(value)


def test_the_schemas_are_schemas() -> None:
    jsonschema.Draft202012Validator.check_schema(dialplan_schema())
    jsonschema.Draft202012Validator.check_schema(hours_schema())


def test_every_node_type_and_every_kind_of_key_has_a_schema() -> None:
    nodes = dialplan_schema()["properties"]["nodes"]["additionalProperties"]["anyOf"]
    assert [node["title"] for node in nodes] == list(NODE_TYPES)
    assert set(SCHEMAS) == set(Reads)


@pytest.mark.parametrize("path", TREES, ids=str)
def test_a_good_tree_fits_the_schema(path: Path) -> None:
    jsonschema.validate(plain(path), dialplan_schema())


@pytest.mark.parametrize("path", HOURS, ids=str)
def test_good_hours_fit_the_schema(path: Path) -> None:
    jsonschema.validate(plain(path), hours_schema())


@pytest.mark.parametrize(
    "name",
    ["option_typo", "option_missing", "not_a_key", "seconds_out_of_range", "operator_unknown",
     "spoken_kind_unknown", "digits_too_many", "hours_state_unknown", "barge_in_not_yes_no"],
)  # fmt: skip
def test_a_bad_tree_does_not_fit(name: str) -> None:
    assert refuses(dialplan_schema(), plain(Path(f"tests/broken/trees/{name}.yaml")))


@pytest.mark.parametrize("name", ["span_bad", "day_typo", "file_incomplete", "holiday_incomplete"])
def test_bad_hours_do_not_fit(name: str) -> None:
    assert refuses(hours_schema(), plain(Path(f"tests/broken/hours/{name}.yaml")))


@pytest.mark.parametrize("key", NODE_TYPES)
def test_the_example_of_a_node_type_fits_its_schema_and_is_a_node(key: str) -> None:
    whole = dialplan_schema()
    nodes = whole["properties"]["nodes"]["additionalProperties"]["anyOf"]
    node = next(each for each in nodes if each["title"] == key)
    jsonschema.validate(EXAMPLES[key], {**node, "$defs": whole["$defs"]})
    text = json.dumps({"tree": "1", "start": "one", "nodes": {"one": EXAMPLES[key]}})
    assert "one" in draft_of(text).tree.nodes
