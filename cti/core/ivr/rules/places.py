"""Every situation a caller of a linked tree can be in, and each way out of it.

A place is a node together with what the interpreter remembers and ways depend on: the menus above
(``back``, ``human``, failure) and the open subtrees (``return``). The walk is the interpreter's own
(``Walk.resolve``), so the graph is exact but for conditions: unless the world says so, each case of
a branch may hold on each visit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from cti.core.ivr.parts import Reserved
from cti.core.ivr.rules.truth import ANY_WORLD, World, possible_cases
from cti.core.ivr.session import Session
from cti.core.ivr.tree import Branch, Collect, Menu, Node, Subtree, Tree
from cti.core.ivr.visits import MAX_DEPTH
from cti.core.ivr.walk import Walk

OVER = -1
"""Where a way leads that ends the visit without a node (``return`` of a tree with an entry)."""
PLACES_PER_NODE = 40
FEWEST_PLACES = 4_000
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class By(StrEnum):
    """Who takes a way: the caller by key, the caller who fails or is silent, or circumstances."""

    KEY = "key"
    SILENCE = "silence"
    FAILING = "failing"
    CHANCE = "chance"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a caller is and what is remembered of his way there."""

    node: str
    menus: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """One way out of a place: its name (``Turn.ways``), who takes it, and the place it leads to."""

    way: str
    by: By
    keys: int
    to: int
    target: str
    """The target as it is written: a node's name or a reserved word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """All places of a tree, its start first. ``whole``: none was left out."""

    tree: Tree
    places: Sequence[Place]
    edges: Sequence[Sequence[Edge]]
    whole: bool

    def node(self, place: int) -> Node:
        """The node of a place."""
        return self.tree.nodes[self.places[place].node]


def places_of(tree: Tree, world: World = ANY_WORLD) -> Places:
    """Walk every way of the tree. Stops at a bound that only a tangle of menus can reach."""
    numbers: dict[Place, int] = {}
    waiting: deque[Place] = deque()
    edges: list[list[Edge]] = []
    most = max(FEWEST_PLACES, PLACES_PER_NODE * len(tree.nodes))

    def number(place: Place | None) -> int:
        if place is None:
            return OVER
        if place not in numbers:
            numbers[place] = len(numbers)
            waiting.append(place)
        return numbers[place]

    number(_entered(tree, Place(tree.start), tree.start))
    while waiting and len(edges) < most:
        edges.append([_edge(tree, each, number) for each in _ways(tree, waiting.popleft(), world)])
    whole = not waiting
    edges += [[] for _ in waiting]
    return Places(tree=tree, places=list(numbers), edges=edges, whole=whole)


def graph_of(ways: Places) -> Mapping[str, frozenset[str]]:
    """Node → the nodes that it can lead to; of a node that nobody reaches, none."""
    graph: dict[str, set[str]] = {name: set() for name in ways.tree.nodes}
    for place, edges in zip(ways.places, ways.edges, strict=True):
        graph[place.node].update(ways.places[edge.to].node for edge in edges if edge.to != OVER)
    return {name: frozenset(nexts) for name, nexts in graph.items()}


@dataclass(frozen=True, slots=True)
class _Way:
    place: Place
    name: str
    by: By
    keys: int
    target: str


def _edge(tree: Tree, way: _Way, number: Callable[[Place | None], int]) -> Edge:
    return Edge(
        way.name, way.by, way.keys, number(_entered(tree, way.place, way.target)), way.target
    )


def _entered(tree: Tree, place: Place, target: str) -> Place | None:
    """The place that a target leads to, or None where the visit is over."""
    walk = Walk(tree, _session(place), _NO_TIME)
    name = walk.resolve(target)
    node = tree.nodes.get(name)
    if node is None or len(walk.session.returns) > MAX_DEPTH:
        return None
    menus = place.menus
    if isinstance(node, Menu):
        menus = (*(menus[: menus.index(name)] if name in menus else menus), name)
    # Outside subtrees a tree with numbers has no ``return``: what was left open there is forgotten.
    outside = bool(tree.numbers) and "/" not in name
    return Place(name, menus, () if outside else walk.session.returns)


def _session(place: Place) -> Session:
    return Session(
        tree="",
        node=place.node,
        language="",
        caller_number="",
        dialed_number="",
        menus=place.menus,
        returns=place.returns,
    )


def _ways(tree: Tree, place: Place, world: World) -> Iterator[_Way]:
    node = tree.nodes[place.node]
    match node:
        case Menu():
            yield from _menu_ways(tree, place, node)
        case Collect():
            yield from _collect_ways(tree, place, node)
        case Branch():
            yield from _branch_ways(place, node, world)
        case Subtree():
            inside = replace(place, returns=_opened(place.returns, node.next))
            yield _Way(inside, "subtree", By.CHANCE, 0, node.subtree)
        case _:
            for name in ("found", "missing", "next", "silent", "failed"):
                if isinstance(target := getattr(node, name, None), str):
                    yield _Way(place, name, By.CHANCE, 0, target)


def _opened(returns: tuple[str, ...], target: str) -> tuple[str, ...]:
    """The open subtrees with one more. Who left one by ``back`` and comes again is in it once."""
    if target == Reserved.RETURN:  # comes back to where the outer one does
        return returns
    kept = returns[: returns.index(target)] if target in returns else returns
    return (*kept, target)


def _menu_ways(tree: Tree, place: Place, node: Menu) -> Iterator[_Way]:
    for key, target in node.keys.items():
        yield _Way(place, f"keys.{key}", By.KEY, len(key), target)
    for key, target in tree.defaults.keys.items():
        if key not in node.keys:
            yield _Way(place, f"defaults.{key}", By.KEY, len(key), target)
    if node.on_no_input:
        yield _Way(place, "on_no_input", By.SILENCE, 0, node.on_no_input)
    yield _failure(tree, place, node)


def _collect_ways(tree: Tree, place: Place, node: Collect) -> Iterator[_Way]:
    yield _Way(place, "next", By.KEY, node.digits.most + 1, node.next)
    for key, target in tree.defaults.keys.items():
        if not node.digits.least <= len(key) <= node.digits.most:
            yield _Way(place, f"defaults.{key}", By.KEY, len(key), target)
    yield _failure(tree, place, node)


def _failure(tree: Tree, place: Place, node: Menu | Collect) -> _Way:
    upper = Walk(tree, _session(place), _NO_TIME).upper_menu()
    target = node.on_failure or upper or Reserved.HUMAN
    return _Way(place, "on_failure" if node.on_failure else "failure", By.FAILING, 0, target)


def _branch_ways(place: Place, node: Branch, world: World) -> Iterator[_Way]:
    for index, case, certain in possible_cases(node.branch, world):
        yield _Way(place, f"branch.{index}", By.CHANCE, 0, case.go)
        if certain:
            return
    yield _Way(place, "else", By.CHANCE, 0, node.otherwise)
