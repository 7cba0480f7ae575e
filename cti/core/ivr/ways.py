"""Where a caller can get from each node: the graph that the whole-tree checks look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cti.core.ivr.parts import Reads, Reserved
from cti.core.ivr.shapes import shapes_of
from cti.core.ivr.tree import Collect, Menu, Node, Subtree, Tree
from cti.core.problems import Mark

Graph = Mapping[str, frozenset[str]]


def targets(node: Node) -> list[tuple[str, Mark]]:
    """Return each target that the node names, with the place where it is written."""
    found: list[tuple[str, Mark]] = []
    for shape in shapes_of(type(node)):
        value, mark = getattr(node, shape.attribute), node.marks.get(shape.key, node.mark)
        if value is None:
            continue
        if shape.reads is Reads.TARGET:
            found.append((value, mark))
        elif shape.reads is Reads.KEYS:
            found += [(target, mark) for target in value.values()]
        elif shape.reads is Reads.CASES:
            found += [(case.go, case.mark) for case in value]
    return found


def graph_of(tree: Tree) -> Graph:
    """Return node → the nodes it can lead to, with reserved targets and defaults followed.

    ``back`` may lead to any menu, ``human`` to any node named as such, ``return`` to any subtree's
    ``next``: never fewer ways than a caller has.
    """
    followed: dict[str, list[str]] = {each: _follow(tree, each) for each in Reserved}
    return {
        name: frozenset(
            found
            for target in _named_and_implied(tree, node)
            for found in ([name] if target == Reserved.REPEAT else followed.get(target, [target]))
            if found in tree.nodes
        )
        for name, node in tree.nodes.items()
    }


def _named_and_implied(tree: Tree, node: Node) -> list[str]:
    named = [target for target, _ in targets(node)]
    if isinstance(node, Subtree):
        # ``next`` is reached by ``return``, after the subtree.
        return [node.subtree]
    if isinstance(node, Menu | Collect):
        own = node.keys if isinstance(node, Menu) else {}
        named += [target for key, target in tree.defaults.keys.items() if key not in own]
        named += [] if node.on_failure else [Reserved.BACK, Reserved.HUMAN]
    return named


def _follow(tree: Tree, reserved: Reserved) -> list[str]:
    menus = [node for node in tree.nodes.values() if isinstance(node, Menu)]
    match reserved:
        case Reserved.BACK:
            return [menu.id for menu in menus] or [tree.start]
        case Reserved.HUMAN:
            return [tree.defaults.human, *(menu.human for menu in menus if menu.human)]
        case Reserved.RETURN:
            nexts = [node.next for node in tree.nodes.values() if isinstance(node, Subtree)]
            return [each for name in nexts for each in _return_target(tree, name)]
    return []


def _return_target(tree: Tree, name: str) -> list[str]:
    if name in tree.nodes:
        return [name]
    return [] if name == Reserved.RETURN else _follow(tree, Reserved(name))


def reachable(graph: Graph, start: Iterable[str]) -> frozenset[str]:
    """Return every node that can be reached, the starts included."""
    found: set[str] = set()
    waiting = [name for name in start if name in graph]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph[name]
    return frozenset(found)


def reversed_graph(graph: Graph) -> Graph:
    """Return the graph with every way turned round."""
    backwards: dict[str, set[str]] = {name: set() for name in graph}
    for name, nexts in graph.items():
        for each in nexts:
            backwards[each].add(name)
    return {name: frozenset(nexts) for name, nexts in backwards.items()}


def menu_depths(tree: Tree) -> Mapping[str, int]:
    """Return menu → how many menus a caller hears, this one included, on the shortest way to it."""
    depths: dict[str, int] = {}
    named = {
        name: [target for target, _ in targets(node) if target in tree.nodes]
        + ([node.subtree] if isinstance(node, Subtree) else [])
        for name, node in tree.nodes.items()
    }
    level = {tree.start} & set(tree.nodes)
    depth = 0
    seen: set[str] = set()
    while level:
        inside = _until_menus(tree, named, level, seen)
        depth += 1
        depths |= dict.fromkeys(inside, depth)
        level = {each for menu in inside for each in named[menu]} - seen
    return depths


def _until_menus(
    tree: Tree, named: Mapping[str, list[str]], level: set[str], seen: set[str]
) -> list[str]:
    menus: list[str] = []
    waiting = sorted(level)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if isinstance(tree.nodes[name], Menu):
            menus.append(name)
        else:
            waiting += named[name]
    return menus
