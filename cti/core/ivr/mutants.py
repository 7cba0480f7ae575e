"""Mutants of a tree: the same tree with one small mistake each. A flow test that still passes on one
would not have noticed that mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cti.core.ivr.conditions import Not
from cti.core.ivr.coverage import Way, node_ways
from cti.core.ivr.parts import Case, PlayPrompt
from cti.core.ivr.shapes import shapes_of
from cti.core.ivr.tree import Branch, Callback, Enqueue, Menu, Node, Tree
from cti.core.problems import Mark

OTHER_PROMPT = "a_prompt_of_another_tree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mistake: ``code`` says of which sort, ``was`` and ``now`` what was changed at ``mark``."""

    node: str
    code: str
    was: str
    now: str
    mark: Mark
    tree: Tree


def mutants_of(tree: Tree) -> Iterator[Mutant]:
    """Yield every mutant of a linked tree, node by node."""
    for node in tree.nodes.values():
        for way in node_ways(tree, node):
            if way.written:
                yield _led_astray(tree, node, way)
        if isinstance(node, Menu):
            yield from _keys_lost(tree, node)
        if isinstance(node, Branch):
            yield from _conditions_turned(tree, node)
        if isinstance(node, Enqueue | Callback):
            yield from _other_place(tree, node)
        yield from _other_words(tree, node)


def _mutant(tree: Tree, node: Node, code: str, words: tuple[str, str], mark: Mark) -> Mutant:
    changed = replace(tree, nodes={**tree.nodes, node.id: node})
    return Mutant(node=node.id, code=code, was=words[0], now=words[1], mark=mark, tree=changed)


def _led_astray(tree: Tree, node: Node, way: Way) -> Mutant:
    """The way leads to another node."""
    other = next(each for each in (*tree.nodes, "") if each not in (way.target, node.id))
    kind, _, part = way.name.partition(".")
    if kind == "keys":
        assert isinstance(node, Menu)  # noqa: S101 (only menus have keys)
        changed: Node = replace(node, keys={**node.keys, part: other})
    elif kind == "branch":
        assert isinstance(node, Branch)  # noqa: S101
        changed = _with_case(node, int(part) - 1, other, turned=False)
    else:
        attribute = next(each.attribute for each in shapes_of(type(node)) if each.key == kind)
        changed = replace(node, **{attribute: other})  # type: ignore[arg-type]
    return _mutant(tree, changed, "astray", (f"{way.name}: {way.target}", other), way.mark)


def _with_case(node: Branch, index: int, go: str, *, turned: bool) -> Branch:
    cases = list(node.branch)
    case = cases[index]
    cases[index] = Case(Not(case.when) if turned else case.when, go, case.mark)
    return replace(node, branch=tuple(cases))


def _keys_lost(tree: Tree, node: Menu) -> Iterator[Mutant]:
    for key in node.keys:
        keys = {each: target for each, target in node.keys.items() if each != key}
        mark = node.marks.get(f"keys.{key}", node.mark)
        yield _mutant(tree, replace(node, keys=keys), "key_lost", (key, "-"), mark)


def _conditions_turned(tree: Tree, node: Branch) -> Iterator[Mutant]:
    for index, case in enumerate(node.branch):
        turned = _with_case(node, index, case.go, turned=True)
        yield _mutant(tree, turned, "turned", (f"branch.{index + 1}", "not"), case.mark)


def _other_place(tree: Tree, node: Enqueue | Callback) -> Iterator[Mutant]:
    priority = (node.priority or 0) + 1
    mark = node.marks.get("priority", node.mark)
    words = (str(node.priority or "-"), str(priority))
    yield _mutant(tree, replace(node, priority=priority), "priority", words, mark)
    if isinstance(node, Enqueue):
        words = (node.enqueue, f"{node.enqueue}.")
        mark = node.marks.get("enqueue", node.mark)
        yield _mutant(tree, replace(node, enqueue=words[1]), "queue", words, mark)


def _other_words(tree: Tree, node: Node) -> Iterator[Mutant]:
    """The first thing said is another prompt."""
    key = next((each for each in ("say", "menu", "collect") if getattr(node, each, ())), "")
    if not key:
        return
    first, *rest = getattr(node, key)
    said = (PlayPrompt(OTHER_PROMPT), *rest)
    was = first.prompt if isinstance(first, PlayPrompt) else key
    changed = replace(node, **{key: said})  # type: ignore[arg-type]
    yield _mutant(tree, changed, "words", (was, OTHER_PROMPT), node.marks.get(key, node.mark))
