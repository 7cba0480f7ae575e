"""docs/nodes.md names every node type, key and target, and its examples are good YAML."""

import re
from pathlib import Path

import pytest

from cti.core.ivr.conditions import Operator
from cti.core.ivr.parse import TREE_KEYS
from cti.core.ivr.parts import SPOKEN_KINDS, Reserved
from cti.core.ivr.reading_cases import CONDITION_KEYS
from cti.core.ivr.shapes import shapes_of
from cti.core.ivr.tree import NODE_TYPES, Defaults
from tests.unit.core.ivr.trees import draft_of

PAGE = Path("docs/nodes.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("key", NODE_TYPES)
def test_each_node_type_has_a_section_with_an_example_of_all_its_keys(key: str) -> None:
    example = "".join(re.findall(r"```yaml\n(.*?)```", SECTIONS[key], re.DOTALL))
    for shape in shapes_of(NODE_TYPES[key]):
        assert re.search(rf"\b{shape.key}:", example), shape.key


def test_no_section_is_about_a_type_that_does_not_exist() -> None:
    assert set(SECTIONS) - set(NODE_TYPES) == set()


def test_every_other_word_of_the_files_is_on_the_page() -> None:
    words = [*TREE_KEYS, *Reserved, *(shape.key for shape in shapes_of(Defaults))]
    assert [word for word in words if f"`{word}`" not in PAGE] == []
    assert [kind for kind in SPOKEN_KINDS if kind not in PAGE] == []
    used = "".join(BLOCKS)
    assert [word for word in (*CONDITION_KEYS, *Operator) if f"{word}:" not in used + PAGE] == []


def test_all_examples_together_are_one_tree_without_a_problem() -> None:
    nodes = "".join(f"  {line}\n" for block in BLOCKS for line in block.splitlines())
    text = f"tree: '1'\nstart: counted\nnodes:\n{nodes}  motor: {{enqueue: motor}}\n"
    draft = draft_of(text)
    assert draft.whole
    assert set(draft.tree.nodes) == set(draft.declared)
    assert {type(node) for node in draft.tree.nodes.values()} == set(NODE_TYPES.values())
