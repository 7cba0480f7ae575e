"""Every way out of a node is counted, once, and nothing is taken that is not counted."""

from datetime import datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.core.ivr import session as out
from cti.core.ivr.coverage import Count, coverage_of, in_all, ways_of
from cti.core.ivr.flows import FlowRun
from cti.core.ivr.session import Facts
from cti.core.ivr.tree import Tree
from cti.core.problems import Mark
from cti.dialplan_files import load_dialplan
from tests.unit.core.ivr.trees import site_of, tree_of

NOW = "2026-11-23T10:00+08:00"
TREE = """
tree: "1"
numbers: ["1"]
defaults: {human: people, keys: {"*": back, "0": human, "00": human}}
start: main
nodes:
  main: {menu: main, human: people, keys: {"1": ask, "*": sorted, "2": shop}, on_failure: bye}
  ask: {collect: ask, into: a, digits: 1, next: main}
  sorted:
    branch:
      - {caller: vip, go: bye}
      - {var: a, is: "1", go: people}
    else: main
  shop: {subtree: shop, next: main}
  bye: {hangup: done}
  people: {enqueue: desk}
"""
SHOP = """
tree: shop
start: one
nodes:
  one: {menu: one, keys: {"1": return}, on_no_input: return, attempts: 1}
"""


def linked() -> Tree:
    site, problems = site_of(TREE, SHOP)
    assert site is not None, problems
    return site.trees["1"]


def test_written_ways_are_the_keys_cases_and_targets_of_each_node() -> None:
    written = [way.step for way in ways_of(linked()) if way.written]
    assert written == [
        ("main", "keys.1"), ("main", "keys.*"), ("main", "keys.2"), ("main", "on_failure"),
        ("ask", "next"),
        ("sorted", "branch.1"), ("sorted", "branch.2"), ("sorted", "else"),
        ("shop", "subtree"),
        ("shop/one", "keys.1"), ("shop/one", "on_no_input"),
    ]  # fmt: skip


def test_what_holds_without_a_word_is_counted_where_it_can_happen() -> None:
    implied = [way.step for way in ways_of(linked()) if not way.written]
    assert implied == [
        ("main", "defaults.0"), ("main", "defaults.00"), ("main", "no_input"), ("main", "no_match"),
        # `0` and `*` are numbers of one digit there.
        ("ask", "defaults.00"), ("ask", "no_input"), ("ask", "no_match"), ("ask", "failure"),
        # One attempt: the first wrong key is the last one, and silence has its own way.
        ("shop/one", "defaults.*"), ("shop/one", "defaults.0"), ("shop/one", "defaults.00"),
        ("shop/one", "failure"),
    ]  # fmt: skip


def test_a_way_knows_the_line_it_is_written_on() -> None:
    tree = tree_of(
        'tree: "1"\nstart: a\nnodes:\n  a:\n    menu: a\n    keys:\n      "1": a\n      "2": a\n'
    )
    places = {way.name: way.mark for way in ways_of(tree)}
    assert places["keys.2"] == Mark("tree.yaml", 8, 7)
    assert places["no_input"] == Mark("tree.yaml", 4, 3)


def test_per_cent_is_a_hundred_only_when_nothing_is_left() -> None:
    found = coverage_of(linked(), {"main", "ask", "elsewhere"}, {("main", "keys.1")})
    assert (found.nodes.walked, found.nodes.total) == (2, 7)
    assert (found.edges.per_cent, found.branches.walked) == (9.0, 1)
    assert Count(walked=1999, total=2000).per_cent == 99.9
    assert Count(walked=0, total=0).per_cent == 100
    assert in_all([found, found])[0] == Count(walked=4, total=14)


def _trees() -> list[Tree]:
    sites = [load_dialplan(Path(folder)).site for folder in ("tests/flows/golden", "dialplan")]
    assert all(sites)
    return [linked(), *(tree for site in sites if site for tree in site.trees.values())]


TREES = _trees()
HEARD = st.one_of(
    st.text("0123456789*#", min_size=1, max_size=9).map(out.Pressed),
    st.sampled_from([*"0123456789*"]).map(out.Pressed),
    st.sampled_from([out.NoInput(), out.Found({"state": "paid"}), out.Missing(), out.Failed()]),
    st.just(out.Done()),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TREES), st.lists(HEARD, max_size=25), st.booleans())
def test_no_walk_takes_a_way_that_is_not_counted(
    tree: Tree, does: list[out.Heard], vip: bool
) -> None:
    facts = Facts(
        caller_number="1",
        dialed_number="1",
        now=datetime.fromisoformat(NOW),
        caller={"vip": vip},
    )
    run = FlowRun.begin(tree, facts)
    for heard in does:
        if not run.over:
            run.act(heard)
    assert run.ways <= {way.step for way in ways_of(tree)}
    assert run.nodes <= set(tree.nodes)
