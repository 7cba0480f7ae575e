"""What is on the picture of a tree: a card for each node, a line to the first place where each is
reached, and a note on the card for every other way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cti.core.ivr.check_nodes import prompts_in
from cti.core.ivr.coverage import Way, node_ways
from cti.core.ivr.diff_words import condition_words
from cti.core.ivr.parts import Reads
from cti.core.ivr.shapes import shapes_of
from cti.core.ivr.tree import Branch, Node, Subtree, Tree, type_key

Texts = Mapping[str, str]
"""Prompt → text, in one language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How often nodes and ways were walked. ``ways``: by (node, way's name); ``steps``: by (node,
    next node), where only that is known.
    """

    nodes: Mapping[str, int]
    ways: Mapping[tuple[str, str], int] = field(default_factory=dict)
    steps: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One or more ways from a node to the same target; ``label`` tells keys and conditions."""

    source: str
    target: str
    """A node, or a reserved word where that depends on the caller's way so far."""
    label: str
    ways: tuple[str, ...]

    def count(self, counts: Counts) -> int:
        """How often it was walked."""
        by_way = sum(counts.ways.get((self.source, way), 0) for way in self.ways)
        return by_way or counts.steps.get((self.source, self.target), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One node: ``lines`` lead on to nodes that hang on this card, ``notes`` to all others."""

    id: str
    kind: str
    tip: str
    lines: tuple[Link, ...] = ()
    notes: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All cards by node; ``roots`` hang on no other card, the tree's start first."""

    name: str
    cards: Mapping[str, Card]
    roots: tuple[str, ...]


def pictured(tree: Tree, texts: Texts) -> Picture:
    """The picture of a linked tree. Always the same for the same tree."""
    links = {name: links_of(tree, node) for name, node in tree.nodes.items()}
    parents, roots = _hung(tree, links)
    cards = {
        name: Card(
            id=name,
            kind=type_key(node),
            tip=tip_of(node, texts),
            lines=tuple(each for each in links[name] if parents.get(each.target) == name),
            notes=tuple(each for each in links[name] if parents.get(each.target) != name),
        )
        for name, node in tree.nodes.items()
    }
    return Picture(name=tree.name, cards=cards, roots=tuple(roots))


def _hung(tree: Tree, links: Mapping[str, list[Link]]) -> tuple[dict[str, str], list[str]]:
    """Node → the card it hangs on, by the fewest steps from the start; and the nodes that hang on none."""
    parents: dict[str, str] = {}
    roots: list[str] = []
    seen: set[str] = set()
    for root in (tree.start, *tree.nodes):
        if root in seen or root not in tree.nodes:
            continue
        roots.append(root)
        seen.add(root)
        level = [root]
        while level:
            below: list[str] = []
            # The card with the most ways is the menu that people mean; of equals the last: `else`.
            for _, name in sorted(
                enumerate(level), key=lambda each: (-len(links[each[1]]), -each[0])
            ):
                fresh = [each.target for each in links[name] if each.target in tree.nodes]
                for target in fresh:
                    if target not in seen:
                        seen.add(target)
                        parents[target] = name
                        below.append(target)
            level = below
    return parents, roots


def links_of(tree: Tree, node: Node) -> list[Link]:
    """The node's written ways, those to one target together."""
    found: dict[str, list[Way]] = {}
    for way in node_ways(tree, node):
        if way.written:
            found.setdefault(way.target, []).append(way)
    if isinstance(node, Subtree):
        after = Way(node=node.id, name="return", target=node.next, mark=node.mark)
        found.setdefault(node.next, []).append(after)
    return [
        Link(
            source=node.id,
            target=target,
            label=", ".join(filter(None, (_label(node, way.name) for way in ways))),
            ways=tuple(way.name for way in ways),
        )
        for target, ways in found.items()
    ]


def _label(node: Node, way: str) -> str:
    place, _, rest = way.partition(".")
    if place == "branch" and isinstance(node, Branch):
        return condition_words(node.branch[int(rest) - 1].when)
    return "" if way in ("next", "subtree") else rest or way


def tip_of(node: Node, texts: Texts) -> str:
    """What the caller hears at the node, a line for each prompt."""
    heard: list[str] = []
    for shape in shapes_of(type(node)):
        if shape.reads is Reads.UTTERANCES:
            names = prompts_in(getattr(node, shape.attribute))
            heard += [f"{name}: {texts.get(name, '')}" for name in dict.fromkeys(names)]
    return "\n".join(heard)
