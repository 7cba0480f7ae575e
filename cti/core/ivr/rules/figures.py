"""How far a person, or a final message, is from each node for three kinds of caller.

For a caller at a node (``waits.py`` says who the three are):

- ``keys``, ``knowing_s``: the fewest keys that bring the knowing caller to a person whatever the
  hours, look-ups and conditions say, and the seconds that takes; where some circumstances let
  nobody reach a person, to the end of the visit (``to_human`` is false).
- ``silent_s``: how long the silent caller stays; ``silent_end`` is where he ends.
- ``worst_s``: the longest the erring caller can be kept. He errs at every menu and then finds his
  key, never the same menu twice by his own choice (going back and round is his free will); once he
  has failed somewhere, or been led back to a menu, he fails at everything.

Queues are not counted: the visit ends where the waiting begins. ``inf`` means that it can go on for
ever; a round of retries that a condition ends counts as often as an answer may be tried
(``defaults.attempts``). Of several ways to come to a node (languages, menus above) the dearest
counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from cti.core.ivr.parts import Reserved
from cti.core.ivr.rules.longest import Cost as Pair
from cti.core.ivr.rules.longest import Weighted, cheapest, longest
from cti.core.ivr.rules.places import OVER, By, Edge, Places
from cti.core.ivr.rules.sounds import Speaker
from cti.core.ivr.rules.waits import Cost, cost, final_s
from cti.core.ivr.tree import Branch, Collect, Enqueue, Menu, Transfer

ASKING = Menu | Collect


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The distance of one node from a person, in keys and seconds."""

    node: str
    keys: int | None
    knowing_s: float
    to_human: bool
    silent_s: float
    silent_end: str
    worst_s: float
    worst_way: tuple[str, ...]
    """The nodes of the worst caller's way, this one first; cut where it begins to go round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A tree's places with the costs of their ways; the figures are read off it."""

    ways: Places
    costs: Sequence[Sequence[Cost]]
    final: Sequence[float]


def figures_of(ways: Places, speaker: Speaker) -> dict[str, Figures]:
    """The figures of every node that can be reached."""
    measured = measure(ways, speaker)
    human, anyhow = _knowing(measured, human=True), _knowing(measured, human=False)
    silent, silent_next = longest(_silent_graph(measured), [*measured.final, 0.0], _rounds(ways))
    worst, worst_next = _worst(measured)
    found: dict[str, Figures] = {}
    for index, place in enumerate(ways.places):
        best = human[index] or anyhow[index]
        here = Figures(
            node=place.node,
            keys=None if best is None else int(best[0]),
            knowing_s=math.inf if best is None else best[1],
            to_human=human[index] is not None,
            silent_s=silent[index],
            silent_end=_way(ways, silent_next, index)[-1],
            worst_s=worst[index],
            worst_way=_way(ways, worst_next, index),
        )
        found[place.node] = _dearer(found.get(place.node, here), here)
    return found


def measure(ways: Places, speaker: Speaker) -> Measured:
    """Every way with its cost."""
    costs = [
        [cost(speaker, ways, place, edge) for edge in edges]
        for place, edges in enumerate(ways.edges)
    ]
    final = [final_s(speaker, ways.node(place)) for place in range(len(ways.places))]
    return Measured(ways=ways, costs=costs, final=final)


def _dearer(one: Figures, other: Figures) -> Figures:
    """Of each figure the greater one."""
    keys = None if one.keys is None or other.keys is None else max(one.keys, other.keys)
    silent, worst = max(one, other, key=_silent_s), max(one, other, key=_worst_s)
    return Figures(
        node=one.node,
        keys=keys,
        knowing_s=max(one.knowing_s, other.knowing_s),
        to_human=one.to_human and other.to_human,
        silent_s=silent.silent_s,
        silent_end=silent.silent_end,
        worst_s=worst.worst_s,
        worst_way=worst.worst_way,
    )


def _silent_s(figures: Figures) -> float:
    return figures.silent_s


def _worst_s(figures: Figures) -> float:
    return figures.worst_s


def _knowing(measured: Measured, *, human: bool) -> list[Pair | None]:
    ways = measured.ways
    chooses = [isinstance(ways.node(place), ASKING) for place in range(len(ways.places))]
    graph: list[list[tuple[int, Pair]]] = []
    final: list[Pair | None] = []
    for place, (edges, costs) in enumerate(zip(ways.edges, measured.costs, strict=True)):
        graph.append(
            [
                (len(ways.places) if edge.to == OVER else edge.to, (edge.keys, each.knowing_s))
                for edge, each in zip(edges, costs, strict=True)
                if edge.by in (By.KEY, By.CHANCE)
            ]
        )
        over = isinstance(ways.node(place), Enqueue | Transfer) if human else not edges
        final.append((0.0, measured.final[place]) if over else None)
    graph.append([])
    # ``return`` of a tree with an entry leads back to the queue, or to the good-bye: an end.
    final.append((0.0, 0.0))
    return cheapest(graph, [*chooses, False], final)[:-1]


def _silent_graph(measured: Measured) -> Weighted:
    over = len(measured.ways.places)
    graph = [
        [
            (over if edge.to == OVER else edge.to, each.silent_s)
            for edge, each in zip(edges, costs, strict=True)
            if edge in silent_edges(edges)
        ]
        for edges, costs in zip(measured.ways.edges, measured.costs, strict=True)
    ]
    return [*graph, []]


def silent_edges(edges: Sequence[Edge]) -> list[Edge]:
    """The ways of a caller who presses nothing."""
    silent = [edge for edge in edges if edge.by is By.SILENCE]
    return silent or [edge for edge in edges if edge.by is not By.KEY]


def _worst(measured: Measured) -> tuple[list[float], list[int]]:
    """The worst caller's values. Places are doubled: ``n + place`` is there for one who only fails."""
    ways, count = measured.ways, len(measured.ways.places)
    erring: list[list[tuple[int, float]]] = []
    failing: list[list[tuple[int, float]]] = []
    for place, (edges, costs) in enumerate(zip(ways.edges, measured.costs, strict=True)):
        on = [(edge, each.worst_s) for edge, each in zip(edges, costs, strict=True)]
        failing.append([(_failed(ways, edge), s) for edge, s in on if edge.by is not By.KEY])
        erring.append([step for edge, s in on if (step := _erring(ways, place, edge, s))])
    values, nexts = longest(
        [*erring, *failing, []], [*measured.final, *measured.final, 0.0], _rounds(ways)
    )
    return values[:count], nexts


def _rounds(ways: Places) -> Callable[[set[int]], int]:
    """How often a loop may be gone round: 0 for one that no condition ends."""
    count = len(ways.places)

    def rounds(inside: set[int]) -> int:
        loop = {place % count for place in inside}
        return ways.tree.defaults.attempts if is_guarded(ways, loop) else 0

    return rounds


def is_guarded(ways: Places, loop: Collection[int]) -> bool:
    """True where a branch on the loop has a case that leaves it: a count, or an answer."""
    return any(
        isinstance(ways.node(place), Branch)
        and any(edge.to not in loop for edge in ways.edges[place])
        for place in loop
    )


def _failed(ways: Places, edge: Edge) -> int:
    count = len(ways.places)
    return 2 * count if edge.to == OVER else count + edge.to


def _erring(ways: Places, place: int, edge: Edge, seconds: float) -> tuple[int, float] | None:
    """The step of a caller who still finds his keys; None for one that he does not count."""
    back = edge.to != OVER and ways.places[edge.to].node in ways.places[place].menus
    if edge.by is By.KEY and (back or edge.target in (Reserved.BACK, Reserved.REPEAT)):
        return None
    fails = back or edge.to == OVER or edge.by in (By.FAILING, By.SILENCE)
    return (_failed(ways, edge) if fails else edge.to, seconds)


def _way(ways: Places, nexts: Sequence[int], place: int) -> tuple[str, ...]:
    found: list[str] = []
    seen: set[int] = set()
    over = len(nexts) - 1
    while place not in (-1, over) and place not in seen:
        seen.add(place)
        found.append(ways.places[place % len(ways.places)].node)
        place = nexts[place]
    return tuple(found)
