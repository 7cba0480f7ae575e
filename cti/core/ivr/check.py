"""Rules for all trees of a site together: what one node cannot know of itself.

``check_site`` looks at every file at once: names that do not exist, prompts that nobody recorded, then, on
each linked tree, nodes nobody reaches, loops that never wait and menus without a way to a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cti.core.ivr.check_nodes import Known, check_nodes
from cti.core.ivr.check_sources import Sources, check_value, given_values
from cti.core.ivr.check_tasks import check_from_agent, check_tasks
from cti.core.ivr.conditions import AllOf, AnyOf, Compared, Condition, Not, Variable
from cti.core.ivr.entries import ENTRY_VARIABLES
from cti.core.ivr.link import link, subtrees_used
from cti.core.ivr.parse import Draft
from cti.core.ivr.parts import PlayCase, Reads, Reserved, SayValue, Utterances
from cti.core.ivr.reading import Problems, complain, complain_unknown, warn
from cti.core.ivr.rules.house import NO_HOUSE, House
from cti.core.ivr.rules.longest import loops
from cti.core.ivr.rules.places import graph_of as exact_graph
from cti.core.ivr.rules.places import places_of
from cti.core.ivr.rules.whole import check_whole
from cti.core.ivr.shapes import shapes_of
from cti.core.ivr.tree import (
    Collect,
    Enqueue,
    Lookup,
    Menu,
    Node,
    Say,
    Script,
    SetVariables,
    Transfer,
    Tree,
)
from cti.core.ivr.ways import (
    Graph,
    graph_of,
    menu_depths,
    reachable,
    reversed_graph,
)
from cti.core.ivr.wording import Wording
from cti.core.problems import Mark, Problem, Severity

CALL_VARIABLES = frozenset({"language", "caller_number", "dialed_number"})
"""Variables that every call has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The linked trees that calls come to, by name; ``wording``: what they say in words of their own."""

    trees: Mapping[str, Tree] = field(default_factory=dict)
    wording: Wording = field(default_factory=dict)

    def tree_for(self, dialed_number: str) -> Tree | None:
        """Return the tree that answers a number."""
        return next((tree for tree in self.trees.values() if dialed_number in tree.numbers), None)

    def tree_at(self, entry: str) -> Tree | None:
        """Return the tree that is walked at ``entry`` (one of ``ENTRIES``)."""
        return next((tree for tree in self.trees.values() if tree.entry == entry), None)


def check_site(
    drafts: Sequence[Draft], known: Known, house: House = NO_HOUSE
) -> tuple[Site | None, list[Problem]]:
    """Check all tree files together; the site is None when any error was found here.

    The findings are as strict as the rules of ``house`` say.
    """
    problems: Problems = []
    _check_names(drafts, problems)
    library = {draft.tree.name: draft.tree for draft in drafts if not draft.tree.walked}
    for draft in drafts:
        check_nodes(draft, known, library, problems)
        check_tasks(draft, problems)
    problems = house.rules.applied(problems)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return None, problems
    mains = [draft for draft in drafts if draft.tree.walked]
    whole = all(draft.whole for draft in drafts)
    linked = {draft.tree.name: link(draft.tree, library) for draft in mains} if whole else {}
    for tree in linked.values():
        _check_linked(tree, house, known.sources or {}, problems)
    _check_used(drafts, mains, library, problems)
    problems = house.rules.applied(problems)
    broken = not whole or any(problem.severity is Severity.ERROR for problem in problems)
    return (None if broken else Site(trees=linked)), problems


def _check_names(drafts: Sequence[Draft], problems: Problems) -> None:
    """Two trees must not have one name, nor answer one number."""
    names: dict[str, Mark] = {}
    numbers: dict[str, Mark] = {}
    for draft in drafts:
        mark = draft.marks.get("tree", draft.mark)
        if draft.tree.name in names:
            other = str(names[draft.tree.name])
            complain(problems, mark, "tree_twice", name=draft.tree.name, other=other)
        names.setdefault(draft.tree.name, mark)
        for number in draft.tree.numbers:
            place = draft.marks["numbers"]
            if number in numbers:
                complain(problems, place, "number_twice", number=number, other=str(numbers[number]))
            numbers.setdefault(number, place)


def _check_used(
    drafts: Sequence[Draft],
    mains: Sequence[Draft],
    library: Mapping[str, Tree],
    problems: Problems,
) -> None:
    used = {name for draft in mains for name in subtrees_used(draft.tree, library)}
    for draft in drafts:
        if draft.whole and not draft.tree.walked and draft.tree.name not in used:
            warn(problems, draft.mark, "unused_subtree", name=draft.tree.name)


def _check_linked(tree: Tree, house: House, sources: Sources, problems: Problems) -> None:
    ways = places_of(tree)
    graph = exact_graph(ways) if ways.whole else graph_of(tree)
    reached = reachable(graph, [tree.start])
    for name, node in tree.nodes.items():
        if name not in reached:
            warn(problems, node.mark, "unreachable_node", name=name)
    _check_loops(tree, graph, problems)
    _check_ways_to_human(tree, graph, reached, problems)
    _check_depths(tree, house, problems)
    check_from_agent(tree, problems)
    _check_variables(tree, sources, problems)
    problems += check_whole(ways, house)


def _check_depths(tree: Tree, house: House, problems: Problems) -> None:
    deepest = house.rules.number("menu_too_deep", "levels")
    for name, depth in menu_depths(tree).items():
        if depth > deepest:
            values = {"name": name, "depth": str(depth), "limit": f"{deepest:g}"}
            warn(problems, tree.nodes[name].mark, "menu_too_deep", **values)


def _check_loops(tree: Tree, graph: Graph, problems: Problems) -> None:
    """Report each loop on which nothing waits for the caller, at its first node."""
    passing = {name for name, node in tree.nodes.items() if not isinstance(node, Menu | Collect)}
    without_waits = {name: graph[name] & passing for name in tree.nodes if name in passing}
    numbers = {name: number for number, name in enumerate(without_waits)}
    names = list(without_waits)
    found = loops([[numbers[each] for each in nexts] for nexts in without_waits.values()])
    for first, *rest in sorted(sorted(loop) for loop in found):
        loop = [names[first], *sorted(names[number] for number in rest)]
        mark = tree.nodes[names[first]].mark
        complain(problems, mark, "loop_without_wait", nodes=" → ".join(loop))


def _check_ways_to_human(
    tree: Tree, graph: Graph, reached: frozenset[str], problems: Problems
) -> None:
    if tree.entry:  # the caller is served already, or waits for it
        return
    people = [name for name, node in tree.nodes.items() if isinstance(node, Enqueue | Transfer)]
    to_people = reachable(reversed_graph(_by_keys(tree, graph)), people)
    for name, node in tree.nodes.items():
        if isinstance(node, Menu) and name in reached and name not in to_people:
            complain(problems, node.mark, "no_way_to_human", name=name)


def _by_keys(tree: Tree, graph: Graph) -> Graph:
    """Return the ways a caller takes by choice: failing three times is no way out of a menu."""
    chosen: dict[str, frozenset[str]] = dict(graph)
    for name, node in tree.nodes.items():
        if isinstance(node, Menu):
            keys = {**tree.defaults.keys, **node.keys}
            named = frozenset(keys.values())
            human = {node.human or tree.defaults.human} if Reserved.HUMAN in named else set()
            # A way back is no way to a person of its own: the menu above must say so itself.
            chosen[name] = (named | human) & frozenset(tree.nodes)
    return chosen


def _check_variables(tree: Tree, sources: Sources, problems: Problems) -> None:
    """Every ``$name`` and ``var: name`` must be set somewhere in the tree."""
    assigned, prefixes, anything = _assigned(tree, sources)
    assigned |= given_values(tree, sources)
    assigned |= ENTRY_VARIABLES.get(tree.entry, frozenset())
    if anything:
        return
    for node in tree.nodes.values():
        for name, mark in _used_variables(node):
            if name in assigned or name.startswith(prefixes):
                continue
            if not check_value(tree, sources, name, mark, problems):
                complain_unknown(problems, mark, "unknown_variable", name, assigned)


def _assigned(tree: Tree, sources: Sources) -> tuple[frozenset[str], tuple[str, ...], bool]:
    """Return the variables that are set, the prefixes of looked-up ones, and "a script may set any"."""
    names, prefixes, anything = set(CALL_VARIABLES), ["\0"], False
    for node in tree.nodes.values():
        match node:
            case Collect():
                names.add(node.into)
            case Lookup() if node.lookup not in sources:
                prefixes.append(f"{node.into}.")
            case Script():
                anything = anything or node.into is None
                prefixes.append(f"{node.into}.")
            case Say() | Enqueue() | SetVariables():
                names.update(node.assign)
    return frozenset(names), tuple(prefixes), anything


def _used_variables(node: Node) -> list[tuple[str, Mark]]:
    found: list[tuple[str, Mark]] = []
    for shape in shapes_of(type(node)):
        value, mark = getattr(node, shape.attribute), node.marks.get(shape.key, node.mark)
        if shape.reads is Reads.UTTERANCES:
            found += [(name, mark) for name in _in_speech(value)]
        elif shape.reads is Reads.EXPRESSION:
            found += [(value.name, mark)] if isinstance(value, Variable) else []
        elif shape.reads is Reads.ASSIGNMENTS:
            found += [(each.name, mark) for each in value.values() if isinstance(each, Variable)]
        elif shape.reads is Reads.CASES:
            found += [(name, case.mark) for case in value for name in _in_condition(case.when)]
    return found


def _in_speech(speeches: Utterances) -> list[str]:
    values = [each.value for each in speeches if isinstance(each, SayValue | PlayCase)]
    return [value.name for value in values if isinstance(value, Variable)]


def _in_condition(condition: Condition) -> list[str]:
    match condition:
        case Compared():
            return [condition.variable]
        case AllOf() | AnyOf():
            return [name for each in condition.conditions for name in _in_condition(each)]
        case Not():
            return _in_condition(condition.condition)
    return []
