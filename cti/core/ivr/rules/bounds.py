"""Rules on the distance to a person: keys, seconds, one key for the elderly."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cti.core.ivr.rules.figures import Figures, figures_of
from cti.core.ivr.rules.house import House
from cti.core.ivr.rules.places import Places, places_of
from cti.core.ivr.rules.sounds import Speaker, speaker_of
from cti.core.ivr.rules.table import found
from cti.core.ivr.rules.truth import World
from cti.core.ivr.tree import Collect, Menu, Tree
from cti.core.problems import Problem

ELDERLY = "elderly"
"""The class of callers that T/IAC 54 gives one key to a person."""

_LIMITED = {
    "too_long_to_human": "knowing_s",
    "silent_too_long": "silent_s",
    "worst_too_long": "worst_s",
}
"""Rule → the figure that it bounds."""


def check_bounds(ways: Places, house: House) -> Iterator[Problem]:
    """The bounds of a pack, each told at the node that breaks it by most."""
    tree = ways.tree
    speaker = speaker_of(tree, house.sounds)
    figures = figures_of(ways, speaker)
    if not tree.entry:
        yield from _keys(tree, figures, house)
        yield from _elderly(tree, speaker, house)
    yield from _seconds(tree, figures, house)


def _keys(tree: Tree, figures: dict[str, Figures], house: House) -> Iterator[Problem]:
    limit = house.rules.number("too_many_keys", "keys")
    menus = [each for name, each in figures.items() if isinstance(tree.nodes[name], Menu)]
    for each in menus:
        if each.keys is not None and each.keys > limit:
            mark = tree.nodes[each.node].mark
            values = {"name": each.node, "keys": str(each.keys), "limit": f"{limit:g}"}
            yield found(mark, "too_many_keys", **values)


def _elderly(tree: Tree, speaker: Speaker, house: House) -> Iterator[Problem]:
    limit = house.rules.number("elderly_keys", "keys")
    world = World(hours=dict.fromkeys(tree.calendar.hours, True), callers={ELDERLY: True})
    start = figures_of(places_of(tree, world), speaker).get(tree.start)
    if start and start.keys is not None and start.keys > limit:
        mark = tree.nodes[tree.start].mark
        yield found(mark, "elderly_keys", keys=str(start.keys), limit=f"{limit:g}")


def _seconds(tree: Tree, figures: dict[str, Figures], house: House) -> Iterator[Problem]:
    asking = [tree.start, *(n for n in figures if isinstance(tree.nodes[n], Menu | Collect))]
    listed = [figures[name] for name in asking if name in figures]
    for rule, attribute in _LIMITED.items():
        limit = house.rules.number(rule, "seconds")
        # What goes on for ever has its own rules.
        seconds = {each.node: getattr(each, attribute) for each in listed}
        finite = {name: s for name, s in seconds.items() if s < math.inf}
        worst = max(finite, key=lambda name: finite[name], default="")
        if worst and finite[worst] > limit:
            values = {"name": worst, "seconds": f"{finite[worst]:.0f}", "limit": f"{limit:g}"}
            yield found(tree.nodes[worst].mark, rule, **values)
