"""All rules that look at a linked tree as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from cti.core.ivr.rules.announced import check_announced
from cti.core.ivr.rules.bounds import check_bounds
from cti.core.ivr.rules.closed import check_closed
from cti.core.ivr.rules.dead import check_dead
from cti.core.ivr.rules.endless import check_endless
from cti.core.ivr.rules.greeting import check_greeting
from cti.core.ivr.rules.house import House
from cti.core.ivr.rules.personal import check_personal
from cti.core.ivr.rules.places import Places
from cti.core.ivr.rules.roster import check_roster
from cti.core.ivr.rules.table import found
from cti.core.problems import Problem


def check_whole(ways: Places, house: House) -> Iterator[Problem]:
    """Every finding about the tree of these places, as strict as the table says."""
    tree = ways.tree
    if not ways.whole:
        yield found(tree.nodes[tree.start].mark, "too_many_ways", count=str(len(ways.places)))
    yield from check_dead(tree)
    yield from check_announced(tree, house.texts)
    yield from check_personal(tree, house.rules)
    if not ways.whole:  # nothing can be said of a part
        return
    yield from check_closed(tree, ways, house)
    yield from check_greeting(ways, house)
    yield from check_roster(ways, house)
    yield from check_endless(ways)
    if house.sounds.seconds:
        yield from check_bounds(ways, house)
