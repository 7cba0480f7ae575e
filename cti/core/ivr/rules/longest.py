"""Two measures of a weighted graph in near-linear time: the longest way, and the best of a game."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Sequence

Weighted = Sequence[Sequence[tuple[int, float]]]
"""Node → (next node, weight ≥ 0)."""
Cost = tuple[float, float]
ENDLESS = math.inf


def components(graph: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Strongly connected components, each after all that it leads to (Tarjan 1972)."""
    low = [0] * len(graph)
    order = [0] * len(graph)
    stack: list[int] = []
    clock = 0
    for root in range(len(graph)):
        if order[root]:
            continue
        path = [(root, iter(graph[root]))]
        clock += 1
        order[root] = low[root] = clock
        stack.append(root)
        while path:
            node, nexts = path[-1]
            for each in nexts:
                if not order[each]:
                    clock += 1
                    order[each] = low[each] = clock
                    stack.append(each)
                    path.append((each, iter(graph[each])))
                    break
                low[node] = min(low[node], low[each])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == order[node]:
                    yield _popped(stack, node, low, len(graph))


def _popped(stack: list[int], root: int, low: list[int], never: int) -> list[int]:
    """Take one component off the stack; a number no node has keeps it out of others' lows."""
    found: list[int] = []
    while not found or found[-1] != root:
        found.append(stack.pop())
        low[found[-1]] = never + 1
    return found


def loops(graph: Sequence[Sequence[int]]) -> list[list[int]]:
    """The components that a walk can go round in."""
    return [each for each in components(graph) if len(each) > 1 or each[0] in graph[each[0]]]


def longest(
    graph: Weighted, final: Sequence[float], rounds: Callable[[set[int]], int]
) -> tuple[list[float], list[int]]:
    """The longest way from each node to an end, ``final`` added there, and the next node on it (-1).

    ``rounds`` tells how often the nodes of a loop may be gone through; 0: for ever, which makes
    the way ``ENDLESS``.
    """
    values = list(final)
    nexts = [-1] * len(graph)
    for inside in components([[to for to, _ in edges] for edges in graph]):
        if len(inside) > 1 or any(to == inside[0] for to, _ in graph[inside[0]]):
            _go_round(graph, set(inside), rounds, (values, nexts))
            continue
        node = inside[0]
        if graph[node]:
            values[node], nexts[node] = max(
                ((weight + values[to], to) for to, weight in graph[node]), key=lambda each: each[0]
            )
            values[node] += final[node]
    return values, nexts


def _go_round(
    graph: Weighted,
    loop: set[int],
    rounds: Callable[[set[int]], int],
    found: tuple[list[float], list[int]],
) -> None:
    """Value the nodes of a loop: all of it as often as it may be, then the longest way out."""
    values, nexts = found
    once = sum(max(weight for to, weight in graph[node] if to in loop) for node in loop)
    out = [
        (weight + values[to], node, to)
        for node in loop
        for to, weight in graph[node]
        if to not in loop
    ]
    times = rounds(loop)
    longest_out, last, after = max(out) if out and times else (ENDLESS, -1, -1)
    for node in loop:
        values[node] = times * once + longest_out
        nexts[node] = next(to for to, _ in graph[node] if to in loop)
    if last >= 0:
        nexts[last] = after


def cheapest(
    graph: Sequence[Sequence[tuple[int, Cost]]],
    chooses: Sequence[bool],
    final: Sequence[Cost | None],
) -> list[Cost | None]:
    """What it costs at most to come to an end, by the best choice at each node that ``chooses``.

    Elsewhere the dearest way counts. ``final`` is the cost of an end; None: no end, or never reached.
    Dijkstra's order works for such a game because no weight is negative (Knuth 1977).
    """
    before: list[list[tuple[int, Cost]]] = [[] for _ in graph]
    for node, edges in enumerate(graph):
        for to, weight in edges:
            before[to].append((node, weight))
    left = [1 if chosen else len(edges) for chosen, edges in zip(chooses, graph, strict=True)]
    values: list[Cost | None] = [None] * len(graph)
    dearest: list[Cost] = [(0.0, 0.0)] * len(graph)
    queue = [(cost, node) for node, cost in enumerate(final) if cost is not None]
    heapq.heapify(queue)
    while queue:
        cost, node = heapq.heappop(queue)
        if values[node] is not None:
            continue
        values[node] = cost
        for each, weight in before[node]:
            left[each] -= 1
            here = (cost[0] + weight[0], cost[1] + weight[1])
            dearest[each] = max(dearest[each], here)
            if chooses[each] or left[each] == 0:
                heapq.heappush(queue, (here if chooses[each] else dearest[each], each))
    return values
