"""Rules over several tree files; single bad files are in tests/broken."""

from cti.core.ivr.check import Site
from cti.core.ivr.check_nodes import Known
from cti.core.ivr.link import sensitive_variables
from cti.core.ivr.tree import Tree
from cti.core.ivr.ways import graph_of, menu_depths, reachable
from cti.core.problems import Problem
from tests.unit.core.ivr.trees import draft_of, site_of

MAIN = """
tree: "1"
numbers: ["1", "2"]
defaults: {human: people}
start: main
nodes:
  main: {menu: main, keys: {"1": visit}}
  visit: {subtree: shop, next: main}
  people: {enqueue: desk}
"""
SHOP = """
tree: shop
start: shop
nodes:
  shop: {menu: shop, keys: {"1": return, "2": cellar}}
  cellar: {subtree: cellar, next: return}
"""
CELLAR = """
tree: cellar
start: cellar
nodes:
  cellar: {menu: cellar, keys: {"1": return, "2": deeper}}
  deeper: {menu: deeper, keys: {"1": human}}
"""


def codes(problems: list[Problem]) -> list[str]:
    return [f"{each.mark.file}:{each.mark.line} {each.code}" for each in problems]


def site(*texts: str) -> Site:
    found, problems = site_of(*texts)
    assert found is not None, codes(problems)
    return found


def test_trees_are_found_by_the_number_that_was_dialed() -> None:
    found = site(MAIN, SHOP, CELLAR)
    tree = found.tree_for("2")
    assert tree is not None
    assert tree.name == "1"
    assert found.tree_for("3") is None


def test_two_trees_with_one_name_and_one_number_are_refused() -> None:
    found, problems = site_of(MAIN, SHOP, CELLAR, MAIN)
    assert found is None
    assert codes(problems) == [
        "4.yaml:2 check.tree_twice",
        "4.yaml:3 check.number_twice",
        "4.yaml:3 check.number_twice",
    ]
    assert problems[1].values == {"number": "1", "other": "1.yaml:3:10"}


def test_subtrees_are_linked_under_their_own_names() -> None:
    tree = site(MAIN, SHOP, CELLAR).trees["1"]
    assert set(tree.nodes) == {
        "main", "visit", "people", "shop/shop", "shop/cellar", "cellar/cellar", "cellar/deeper",
    }  # fmt: skip
    assert reachable(graph_of(tree), ["main"]) == set(tree.nodes)


def test_menus_in_subtrees_count_towards_the_depth() -> None:
    _, problems = site_of(MAIN, SHOP, CELLAR)
    assert codes(problems) == ["3.yaml:6 check.menu_too_deep"]
    assert menu_depths(site(MAIN, SHOP, CELLAR).trees["1"])["cellar/deeper"] == 4


def test_a_broken_file_stops_the_whole_tree_rules_of_all_but_not_the_names() -> None:
    broken = SHOP.replace("menu: shop,", "meu: shop,")
    found, problems = site_of(MAIN, broken, CELLAR, known=Known(queues={"sales"}))
    assert found is None
    assert codes(problems) == ["1.yaml:9 check.unknown_queue"]
    found, problems = site_of(MAIN, broken, CELLAR)
    assert (found, problems) == (None, [])


def test_a_script_that_may_set_anything_makes_every_variable_possible() -> None:
    text = MAIN.replace(
        "{subtree: shop, next: main}", "{script: a, next: told, failed: people, timeout_s: 3}"
    )
    text += "  told: {say: {digits: $whatever}, next: main}\n"
    assert site_of(text)[1] == []


def test_what_is_set_from_personal_data_is_personal_data() -> None:
    text = """
tree: a
start: ask
nodes:
  ask: {collect: ask, into: secret, digits: 4, sensitive: true, next: one}
  two: {set: {second: $first, other: $caller_number}, next: three}
  one: {set: {first: $secret}, next: two}
  three: {enqueue: desk, set: {third: $second, plain: 1}}
"""
    nodes = draft_of(text).tree.nodes.values()
    assert sensitive_variables(nodes) == {"secret", "first", "second", "third"}


def test_without_any_menu_back_leads_to_the_start() -> None:
    text = """
tree: "1"
numbers: ["1"]
defaults: {human: people}
start: number
nodes:
  number: {collect: ask, into: number, digits: 4, next: people}
  people: {enqueue: desk}
"""
    tree = site(text).trees["1"]
    assert graph_of(tree)["number"] == {"number", "people"}


def test_a_return_with_a_reserved_way_on_is_followed() -> None:
    text = MAIN.replace("next: main", "next: human")
    tree = site(
        text,
        SHOP.replace('"2": cellar', '"2": return').replace(
            "  cellar: {subtree: cellar, next: return}\n", ""
        ),
    ).trees["1"]
    assert "people" in graph_of(tree)["shop/shop"]


def test_a_tree_that_was_never_linked_has_no_ways_into_nowhere() -> None:
    tree = draft_of(MAIN).tree
    assert isinstance(tree, Tree)
    assert graph_of(tree)["visit"] == set()
    assert menu_depths(draft_of(MAIN.replace("start: main", "start: nowhere")).tree) == {}
