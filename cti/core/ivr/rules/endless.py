"""Loops that only wait, retries without a count, and self-service that nobody can leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cti.core.ivr.rules.figures import is_guarded, silent_edges
from cti.core.ivr.rules.longest import loops
from cti.core.ivr.rules.places import OVER, By, Edge, Places
from cti.core.ivr.rules.table import found
from cti.core.ivr.tree import Collect, Enqueue, Hangup, Menu, Node, Transfer
from cti.core.problems import Problem


def check_endless(ways: Places) -> Iterator[Problem]:
    """Tell each loop once, at its first node in the tree."""
    failing = [_on(silent_edges(edges)) for edges in ways.edges]
    endless = [loop for loop in loops(failing) if not is_guarded(ways, loop)]
    yield from _told(ways, endless, "endless_silence", (Menu, Collect))
    # Without menus: there a caller may always choose to leave.
    asking = [
        [] if isinstance(ways.node(place), Menu) else _on(_going_on(edges))
        for place, edges in enumerate(ways.edges)
    ]
    endless = [loop for loop in loops(asking) if not is_guarded(ways, loop)]
    yield from _told(ways, endless, "endless_retry", (Collect,))
    yield from _no_exit(ways)


def _on(edges: Sequence[Edge]) -> list[int]:
    return [edge.to for edge in edges if edge.to != OVER]


def _going_on(edges: Sequence[Edge]) -> list[Edge]:
    return [edge for edge in edges if edge.way == "next" or edge.by is By.CHANCE]


def _told(
    ways: Places, found_loops: list[list[int]], rule: str, waits: tuple[type[Node], ...]
) -> Iterator[Problem]:
    order = {name: index for index, name in enumerate(ways.tree.nodes)}
    told: set[str] = set()
    for loop in found_loops:
        names = sorted({ways.places[place].node for place in loop}, key=order.__getitem__)
        # A loop on which nothing waits is `loop_without_wait`.
        waiting = any(isinstance(ways.tree.nodes[name], waits) for name in names)
        if waiting and names[0] not in told:
            told.add(names[0])
            yield found(ways.tree.nodes[names[0]].mark, rule, nodes=" → ".join(names))


def _no_exit(ways: Places) -> Iterator[Problem]:
    """Nodes that neither a key nor any circumstance leads out of; menus have their own rule."""
    before: list[list[int]] = [[] for _ in ways.places]
    ends: list[int] = []
    for place, edges in enumerate(ways.edges):
        if isinstance(ways.node(place), Enqueue | Transfer | Hangup):
            ends.append(place)
        for edge in edges:
            if edge.by not in (By.KEY, By.CHANCE):
                continue
            if edge.to == OVER:
                ends.append(place)
            else:
                before[edge.to].append(place)
    # A loop without a wait has a rule of its own, and so have menus.
    asking = [p for p in range(len(ways.places)) if isinstance(ways.node(p), Menu | Collect)]
    shut = _reached(before, asking) - _reached(before, ends)
    names = {ways.places[place].node for place in shut}
    for name, node in ways.tree.nodes.items():
        if name in names and not isinstance(node, Menu):
            yield found(node.mark, "no_exit", name=name)


def _reached(graph: Sequence[Sequence[int]], start: list[int]) -> set[int]:
    seen: set[int] = set()
    waiting = list(start)
    while waiting:
        place = waiting.pop()
        if place not in seen:
            seen.add(place)
            waiting += graph[place]
    return seen
