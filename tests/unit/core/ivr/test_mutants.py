"""Small mistakes in a tree, each of which some flow test should notice."""

from cti.core.ivr.check import Site
from cti.core.ivr.mutants import mutants_of
from cti.core.ivr.tree import Tree
from cti.flow_tests.mutate import mutate, mutation_as_json
from cti.flow_tests.run import run_flows
from tests.unit.core.ivr.test_coverage import linked


def changed(tree: Tree) -> list[tuple[str, str, str, str]]:
    return [(each.node, each.code, each.was, each.now) for each in mutants_of(tree)]


def test_each_way_key_condition_queue_and_prompt_is_changed_once() -> None:
    found = changed(linked())
    assert len(found) == len(set(found))
    assert [each[1:] for each in found if each[0] == "main"] == [
        ("astray", "keys.1: ask", "sorted"),
        ("astray", "keys.*: sorted", "ask"),
        ("astray", "keys.2: shop", "ask"),
        ("astray", "on_failure: bye", "ask"),
        ("key_lost", "1", "-"),
        ("key_lost", "*", "-"),
        ("key_lost", "2", "-"),
        ("words", "main", "a_prompt_of_another_tree"),
    ]
    assert ("sorted", "turned", "branch.2", "not") in found
    assert ("sorted", "astray", "else: main", "ask") in found
    assert ("people", "queue", "desk", "desk.") in found
    assert ("people", "priority", "-", "1") in found
    assert ("shop", "astray", "subtree: shop/one", "main") in found


def test_a_mutant_differs_from_its_tree_in_one_node() -> None:
    tree = linked()
    for mutant in mutants_of(tree):
        other = [name for name, node in tree.nodes.items() if mutant.tree.nodes[name] is not node]
        assert other == [mutant.node]
        assert mutant.tree.nodes[mutant.node] != tree.nodes[mutant.node]


def test_mistakes_at_nodes_without_flows_go_unnoticed() -> None:
    site = Site(trees={"1": linked()})
    mutation = mutate(site, run_flows(site, []))
    assert mutation.noticed == 0
    assert len(mutation.unnoticed) == len(changed(linked()))
    assert mutation_as_json(mutation)["score"] == 0


def test_what_there_is_no_time_for_is_counted() -> None:
    site = Site(trees={"1": linked()})
    mutation = mutate(site, run_flows(site, []), limit_s=-1)
    assert mutation.untried == len(changed(linked()))
    assert mutation.score.per_cent == 100
