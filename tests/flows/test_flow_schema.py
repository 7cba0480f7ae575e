"""The schema by which editors complete flow tests, against the files and against mistakes."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cti.cli import parser
from cti.core.ivr.flow_schema import flows_schema
from cti.core.ivr.read_flows import FLOW_KEYS, WORDS, read_flows
from cti.store.yaml_files import parse_yaml, read_yaml

FILES = [*Path("dialplan/tests").glob("*.yaml"), *Path("tests/flows/golden/tests").glob("*.yaml")]
FLOW = """\
flows:
  - name: a
    tree: "1"
    at: 2026-11-23T10:00+08:00
    from: "2"
    steps: [{steps}]
    ends: {{waits: true}}
"""


def flow(steps: str) -> Any:
    data, _ = parse_yaml(FLOW.format(steps=steps), "f.yaml")
    assert data is not None
    return data.plain()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_flow_file_meets_its_schema_and_names_it(path: Path) -> None:
    data, _ = read_yaml(path)
    assert data is not None
    jsonschema.validate(data.plain(), flows_schema())
    if path.is_relative_to("dialplan"):
        first = path.read_text("utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=../../config/schema/flows.json"


@pytest.mark.parametrize(
    "steps",
    ["silence", "{silence: 3}", "{press: 12}", "{hear: [a, {digits: 1}, ...]}", "{done: {a: 1}}"],
)
def test_a_good_step_is_taken(steps: str) -> None:
    jsonschema.validate(flow(steps), flows_schema())


@pytest.mark.parametrize(
    "steps", ["sleep", "{press: x}", "{silence: 0}", "{hear: a, press: 1}", "{hear: {colour: 1}}"]
)
def test_a_bad_step_is_refused(steps: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(flow(steps), flows_schema())


PAPER = Path("docs/flow-tests.md").read_text("utf-8")


def test_the_example_of_the_paper_is_a_flow_test() -> None:
    block = PAPER.split("```yaml\n")[1].split("```")[0]
    data, problems = parse_yaml(block, "flow-tests.md")
    assert data is not None
    assert [*problems, *read_flows(data)[1]] == []
    jsonschema.validate(data.plain(), flows_schema())


def test_every_key_step_and_option_is_in_the_paper() -> None:
    steps = [next(iter(each["properties"])) for each in _object_steps()]
    options = parser()._subparsers._group_actions[0].choices["test"]._option_string_actions  # type: ignore[union-attr,index]
    wanted = [*FLOW_KEYS, *steps, *WORDS]
    assert [word for word in wanted if not re.search(rf"`{word}[`:]", PAPER)] == []
    told = {"--help", "--config", "--language", "-h"}
    assert [each for each in options if each not in told and f"`{each}" not in PAPER] == []


def _object_steps() -> list[Any]:
    return [each for each in flows_schema()["$defs"]["step"]["anyOf"] if "properties" in each]
