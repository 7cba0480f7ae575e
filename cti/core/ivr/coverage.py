"""Coverage of a linked tree: every way out of every node, and which of them walks have taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import floor

from cti.core.ivr.parts import Reads
from cti.core.ivr.shapes import Shape, shapes_of
from cti.core.ivr.tree import Branch, Collect, Menu, Node, Subtree, Tree
from cti.core.problems import Mark

Step = tuple[str, str]
"""A node and the name of the way by which it was left (``Turn.ways``)."""

NO_INPUT, NO_MATCH, FAILURE = "no_input", "no_match", "failure"
ON_NO_INPUT, ON_FAILURE = "on_no_input", "on_failure"
MENU_ONLY_TARGETS = ("human",)
"""Targets of a menu that say what ``human`` means below it: nobody leaves the menu by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way out of a node. ``written`` is false for what holds without a word in the node:
    default keys, silence, a wrong key, the last attempt. ``target`` is a node, one of ``Reserved``,
    or empty where it depends on the caller's way so far."""

    node: str
    name: str
    target: str
    mark: Mark
    written: bool = True

    @property
    def step(self) -> Step:
        """The way as ``Turn.ways`` has it."""
        return self.node, self.name


def ways_of(tree: Tree) -> tuple[Way, ...]:
    """Return every way out of every node of a linked tree, in the order of the nodes."""
    return tuple(way for node in tree.nodes.values() for way in node_ways(tree, node))


def node_ways(tree: Tree, node: Node) -> Iterator[Way]:
    """Yield the ways out of one node. A subtree's ``next`` is left by the subtree's own ``return``,
    so only the way into it counts here."""
    if isinstance(node, Subtree):
        yield _way(node, "subtree", node.subtree)
        return
    for shape in shapes_of(type(node)):
        yield from _written(node, shape)
    if isinstance(node, Menu | Collect):
        yield from _implied(tree, node)


def _written(node: Node, shape: Shape) -> Iterator[Way]:
    value = getattr(node, shape.attribute)
    if shape.reads is Reads.KEYS:
        for key, target in value.items():
            yield _way(node, f"keys.{key}", target, shape.key)
    elif shape.reads is Reads.CASES:
        assert isinstance(node, Branch)  # noqa: S101 (only a branch has cases)
        for index, case in enumerate(node.branch, start=1):
            yield Way(node=node.id, name=f"branch.{index}", target=case.go, mark=case.mark)
    elif shape.reads is Reads.TARGET and value and not _tells_human(node, shape):
        yield _way(node, shape.key, value)


def _tells_human(node: Node, shape: Shape) -> bool:
    return isinstance(node, Menu) and shape.key in MENU_ONLY_TARGETS


def _way(node: Node, name: str, target: str, key: str = "") -> Way:
    mark = node.marks.get(name) or node.marks.get(key, node.mark)
    return Way(node=node.id, name=name, target=target, mark=mark)


def _implied(tree: Tree, node: Menu | Collect) -> Iterator[Way]:
    for key, target in tree.defaults.keys.items():
        if _is_common_key(node, key):
            yield _unwritten(node, f"defaults.{key}", target)
    if (node.attempts or tree.defaults.attempts) > 1:
        if not (isinstance(node, Menu) and node.on_no_input):
            yield _unwritten(node, NO_INPUT, node.id)
        yield _unwritten(node, NO_MATCH, node.id)
    if not node.on_failure:
        yield _unwritten(node, FAILURE, "")


def _is_common_key(node: Menu | Collect, key: str) -> bool:
    """True where a default key is not taken for the node's own key, or for its number."""
    if isinstance(node, Menu):
        return key not in node.keys
    # `*` alone is a number of one place (X), and so is a digit.
    digits = key[:-1] + key[-1].replace("*", "0")
    a_number = node.digits.least <= len(key) <= node.digits.most and digits.isdecimal()
    return "#" not in key and len(key) <= node.digits.most + 1 and not a_number


def _unwritten(node: Node, name: str, target: str) -> Way:
    return Way(node=node.id, name=name, target=target, mark=node.mark, written=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """So many of ``total`` were walked."""

    walked: int
    total: int

    @property
    def per_cent(self) -> float:
        """One decimal, rounded down: 100 only when nothing is left; an empty total is all of it."""
        return floor(1000 * self.walked / self.total) / 10 if self.total else 100.0

    def __add__(self, other: Count) -> Count:
        return Count(walked=self.walked + other.walked, total=self.total + other.total)


NOTHING = Count(walked=0, total=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Of one tree: nodes entered; edges: written ways taken; branches: all ways taken."""

    tree: str
    nodes: Count
    edges: Count
    branches: Count
    unseen: Sequence[Node] = ()
    untaken: Sequence[Way] = ()


def coverage_of(tree: Tree, entered: Collection[str], taken: Collection[Step]) -> Coverage:
    """Return what walks that entered these nodes and took these ways have covered of a tree."""
    ways = ways_of(tree)
    written = [way for way in ways if way.written]
    return Coverage(
        tree=tree.name,
        nodes=_count(name in entered for name in tree.nodes),
        edges=_count(way.step in taken for way in written),
        branches=_count(way.step in taken for way in ways),
        unseen=tuple(node for name, node in tree.nodes.items() if name not in entered),
        untaken=tuple(way for way in ways if way.step not in taken),
    )


def _count(walked: Iterable[bool]) -> Count:
    flags = list(walked)
    return Count(walked=sum(flags), total=len(flags))


def in_all(each: Iterable[Coverage]) -> tuple[Count, Count, Count]:
    """Return nodes, edges and branches of several trees together."""
    listed = list(each)
    return (
        sum((one.nodes for one in listed), NOTHING),
        sum((one.edges for one in listed), NOTHING),
        sum((one.branches for one in listed), NOTHING),
    )
