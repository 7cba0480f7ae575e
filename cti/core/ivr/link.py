"""Joins a tree with the subtrees it uses into one: a subtree's nodes are named ``subtree/node``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from cti.core.ivr.conditions import Variable
from cti.core.ivr.parts import Case, Reads, Reserved
from cti.core.ivr.shapes import shapes_of
from cti.core.ivr.tree import Collect, Enqueue, Lookup, Node, Say, SetVariables, Subtree, Tree

Rename = Callable[[str], str]


def link(main: Tree, library: Mapping[str, Tree]) -> Tree:
    """Return ``main`` with every subtree it uses, directly or not. Subtrees must be in ``library``."""
    nodes = {name: _linked(node, library, "") for name, node in main.nodes.items()}
    for name in subtrees_used(main, library):
        for node in library[name].nodes.values():
            linked = _linked(node, library, f"{name}/")
            nodes[linked.id] = linked
    return replace(main, nodes=nodes, sensitive=sensitive_variables(nodes.values()))


def subtrees_used(tree: Tree, library: Mapping[str, Tree]) -> list[str]:
    """Return the names of all subtrees that a walk from ``tree`` can come to."""
    found: list[str] = []
    waiting = [tree]
    while waiting:
        for node in waiting.pop().nodes.values():
            if isinstance(node, Subtree) and node.subtree not in found and node.subtree in library:
                found.append(node.subtree)
                waiting.append(library[node.subtree])
    return found


def _linked(node: Node, library: Mapping[str, Tree], prefix: str) -> Node:
    def rename(target: str) -> str:
        return target if target in set(Reserved) else prefix + target

    renamed = renamed_targets(node, rename)
    if isinstance(renamed, Subtree):
        renamed = replace(renamed, subtree=f"{renamed.subtree}/{library[renamed.subtree].start}")
    return replace(renamed, id=prefix + node.id)


def renamed_targets(node: Node, rename: Rename) -> Node:
    """Return the node with each of its targets renamed."""
    changed: dict[str, Any] = {}
    for shape in shapes_of(type(node)):
        value = getattr(node, shape.attribute)
        if value is None:
            continue
        if shape.reads is Reads.TARGET:
            changed[shape.attribute] = rename(value)
        elif shape.reads is Reads.KEYS:
            changed[shape.attribute] = {key: rename(each) for key, each in value.items()}
        elif shape.reads is Reads.CASES:
            changed[shape.attribute] = tuple(
                Case(case.when, rename(case.go), case.mark) for case in value
            )
    return replace(node, **changed)


def sensitive_variables(nodes: Iterable[Node]) -> frozenset[str]:
    """Return the variables that hold personal data, also by being set from one that does."""
    listed = list(nodes)
    found = {node.into for node in listed if isinstance(node, Collect) and node.sensitive}
    found |= {
        f"{node.into}.{name}"
        for node in listed
        if isinstance(node, Lookup)
        for name in node.sensitive
    }
    assigned = [
        (name, value.name)
        for node in listed
        if isinstance(node, Enqueue | Say | SetVariables)
        for name, value in node.assign.items()
        if isinstance(value, Variable)
    ]
    while fresh := {name for name, source in assigned if source in found} - found:
        found |= fresh
    return frozenset(found)
