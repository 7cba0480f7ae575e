"""Cases of a branch that can never be taken."""

from __future__ import annotations

from collections.abc import Iterator

from cti.core.clock.hours import MINUTES_OF_DAY, Calendar, OpeningHours
from cti.core.ivr.rules.table import found
from cti.core.ivr.rules.truth import World, plain, possible_cases
from cti.core.ivr.tree import Branch, Tree
from cti.core.problems import Problem


def check_dead(tree: Tree) -> Iterator[Problem]:
    """A case that no world lets hold, or that stands behind one that always holds."""
    world = World(hours=settled_hours(tree.calendar))
    for node in tree.nodes.values():
        if isinstance(node, Branch):
            yield from _check_branch(node, world)


def settled_hours(calendar: Calendar) -> dict[str, bool]:
    """Hours that are open at every minute, or never, whatever mode is on."""
    forced = {name for names in calendar.modes.values() for name in names}
    return {
        name: open_always
        for name, hours in calendar.hours.items()
        if name not in forced and (open_always := _settled(hours)) is not None
    }


def _settled(hours: OpeningHours) -> bool | None:
    days = [*hours.week, hours.holiday]
    if not any(days):
        return False
    whole = all(any(s.opens == 0 and s.closes >= MINUTES_OF_DAY for s in day) for day in days)
    return True if whole else None


def _check_branch(node: Branch, world: World) -> Iterator[Problem]:
    taken = {index: certain for index, _, certain in possible_cases(node.branch, world)}
    before = []
    for index, case in enumerate(node.branch, start=1):
        same = plain(case.when) in before
        before.append(plain(case.when))
        if same:
            yield found(case.mark, "same_condition", name=node.id, number=str(index))
        elif index not in taken:
            values = {"name": node.id, "case": f"branch.{index}", "go": case.go}
            yield found(case.mark, "dead_branch", **values)
    if any(taken.values()):
        mark = node.marks.get("else", node.mark)
        values = {"name": node.id, "case": "else", "go": node.otherwise}
        yield found(mark, "dead_branch", **values)
