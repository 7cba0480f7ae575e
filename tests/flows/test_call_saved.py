"""A walk by keyboard, kept as a flow test, passes as it is: any walk on any tree."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cti.core.ivr.check import Site
from cti.core.ivr.read_flows import read_flows
from cti.core.ivr.session import Facts
from cti.core.ivr.tree import Tree
from cti.dialplan_files import load_dialplan
from cti.flow_tests.keyboard import Keyboard
from cti.flow_tests.run import run_one
from cti.flow_tests.save import NotAFlowFile, NothingToKeep, SavedWalk, append
from cti.prompts.catalogue import Catalogue
from cti.store.yaml_files import read_yaml

NOW = datetime.fromisoformat("2026-11-23T10:00+08:00")


def sites() -> list[Site]:
    found = [load_dialplan(Path(each)).site for each in ("tests/flows/golden", "dialplan")]
    assert all(found)
    return [site for site in found if site]


TREES = [(site, tree) for site in sites() for tree in site.trees.values()]
WORD = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
VALUE = st.one_of(
    WORD, st.sampled_from(["true", "0123", "2026-11-23", "null", "a: b", "{x}", "1e5"])
)
TYPED = st.one_of(
    st.text("0123456789*#", max_size=10),
    st.sampled_from(["", "h", "m", "!", "-", "+", "0", "9", "*", "#"]),
    VALUE.map(lambda value: f"state='{value}'".replace("\n", " ")),
)


def walked(tree: Tree, facts: Facts, typed: list[str]) -> SavedWalk:
    left: Iterator[str] = iter(typed)

    def answer(_question: str) -> str:
        for each in left:
            return each
        raise EOFError

    walk = Keyboard(tree, facts, Catalogue({}, {}), "en")
    walk.go(answer, lambda _line: None)
    return SavedWalk(tree=tree.name, facts=facts, steps=walk.steps, ends=walk.ends)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(TREES) - 1),
    st.lists(TYPED, max_size=20),
    st.dictionaries(st.sampled_from(["queue", "waited_s", "agent_id"]), VALUE, max_size=2),
    st.booleans(),
)
def test_a_kept_walk_passes_as_it_is(
    place: int, typed: list[str], knows: dict[str, str], vip: bool
) -> None:
    site, tree = TREES[place]
    facts = Facts(
        caller_number="13897000001",
        dialed_number="4000",
        now=NOW,
        caller={"vip": True} if vip else {},
        modes=("disaster",) if vip else (),
        variables=knows,
    )
    walk = walked(tree, facts, typed)
    assume(walk.steps)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "kept.yaml")
        names = [append(path, walk, "kept"), append(path, walk, "kept")]
        data, problems = read_yaml(path)
    assert data is not None, problems
    flows, wrong = read_flows(data)
    assert [*problems, *wrong] == []
    assert names == [flow.name for flow in flows] == ["kept", "kept (2)"]
    assert [flow.facts for flow in flows] == [facts, facts]
    assert [run_one(site, flow).problem for flow in flows] == [None, None]


def test_a_walk_in_which_nothing_was_said_is_not_kept(tmp_path: Path) -> None:
    [(_, tree)] = [each for each in TREES if each[1].name == "from_agent"]
    facts = Facts(caller_number="1", dialed_number="4000", now=NOW)
    path = tmp_path / "kept.yaml"
    with pytest.raises(NothingToKeep):
        append(path, walked(tree, facts, []), "kept")
    assert not path.exists()


def test_a_walk_is_added_behind_the_flows_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    first = 'flows:\n- name: "a"  # mine\n  tree: "1"\n'
    path.write_text(first, "utf-8")
    tree = TREES[0][1]
    append(path, walked(tree, Facts(caller_number="1", dialed_number="4000", now=NOW), []), "a")
    text = path.read_text("utf-8")
    assert text.startswith(f"{first}\n- name: a (2)\n".replace("a (2)", '"a (2)"'))


@pytest.mark.parametrize("text", ["flows: [{name: a}]\n", "other: 1\n", "flows: [\n", "- 1\n"])
def test_a_file_that_is_no_list_of_flows_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, "utf-8")
    walk = walked(TREES[0][1], Facts(caller_number="1", dialed_number="1", now=NOW), [])
    with pytest.raises(NotAFlowFile):
        append(path, walk, "a")
    assert path.read_text("utf-8") == text
