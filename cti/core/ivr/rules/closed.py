"""Queues entered while they are closed, and a way to a person that ends at a closed door."""

from __future__ import annotations

from collections.abc import Iterator

from cti.core.clock.hours import MINUTES_OF_DAY
from cti.core.ivr.parts import Reserved
from cti.core.ivr.rules.dead import settled_hours
from cti.core.ivr.rules.house import House
from cti.core.ivr.rules.minutes import DAYS, open_minutes
from cti.core.ivr.rules.places import By, Places, places_of
from cti.core.ivr.rules.table import found
from cti.core.ivr.rules.truth import World
from cti.core.ivr.tree import Callback, Enqueue, Hangup, Menu, Tree, Voicemail
from cti.core.problems import Problem


def check_closed(tree: Tree, ways: Places, house: House) -> Iterator[Problem]:
    """Both rules, on one linked tree."""
    yield from _queues(tree, house)
    yield from _human(tree, ways)


def _queues(tree: Tree, house: House) -> Iterator[Problem]:
    """Each enqueue that can be come to in a world where the hours of its queue are closed."""
    wanted: dict[str, list[Enqueue]] = {}
    for node in tree.nodes.values():
        queue = house.queues.get(node.enqueue) if isinstance(node, Enqueue) else None
        if isinstance(node, Enqueue) and queue and queue.hours in tree.calendar.hours:
            wanted.setdefault(str(queue.hours), []).append(node)
    for hours, nodes in wanted.items():
        world = _world_without(tree, hours)
        if world is None:
            continue
        reached = {place.node for place in places_of(tree, world).places}
        for node in nodes:
            if node.id in reached:
                values = {"name": node.id, "queue": node.enqueue, "hours": hours}
                yield found(node.marks.get("enqueue", node.mark), "queue_closed", **values)


def _world_without(tree: Tree, hours: str) -> World | None:
    """A world where ``hours`` are closed, and so all hours that never go beyond them.

    None where they never close.
    """
    calendar = tree.calendar
    whole = open_minutes(calendar.hours[hours])
    if settled_hours(calendar).get(hours):
        return None
    if len(whole) == len(DAYS) * MINUTES_OF_DAY:  # only a mode closes them
        return World(hours={hours: False})
    within = [name for name, each in calendar.hours.items() if open_minutes(each) <= whole]
    return World(hours=dict.fromkeys(within, False))


def _human(tree: Tree, ways: Places) -> Iterator[Problem]:
    """Key for a person, and then, without being asked again, a good-bye."""
    for name in dict.fromkeys(_human_nodes(tree)):
        starts = [index for index, place in enumerate(ways.places) if place.node == name]
        for end in sorted(_shut_doors(ways, starts)):
            node = tree.nodes[name]
            yield found(node.mark, "human_closed", name=name, end=end)


def _human_nodes(tree: Tree) -> Iterator[str]:
    yield tree.defaults.human
    for node in tree.nodes.values():
        if isinstance(node, Menu) and node.human and node.human != Reserved.RETURN:
            yield node.human


def _shut_doors(ways: Places, starts: list[int]) -> set[str]:
    """The hangups that circumstances alone lead to."""
    seen: set[int] = set()
    ends: set[str] = set()
    waiting = list(starts)
    while waiting:
        place = waiting.pop()
        if place in seen or place < 0:
            continue
        seen.add(place)
        if isinstance(ways.node(place), Hangup):
            ends.add(ways.places[place].node)
        # Who could leave a message or a number did not stand before a closed door.
        if isinstance(ways.node(place), Voicemail | Callback):
            continue
        waiting += [edge.to for edge in ways.edges[place] if edge.by is By.CHANCE]
    return ends
