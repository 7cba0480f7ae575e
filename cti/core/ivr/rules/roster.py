"""Can somebody on the roster serve every call that a tree puts into a queue, in every open minute?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cti.core.acd.queue import free_agent
from cti.core.acd.skills import fits, language_need, merged
from cti.core.clock.hours import Calendar
from cti.core.ivr.rules.house import House, Queue, Rostered
from cti.core.ivr.rules.minutes import DAYS, Moment, is_open, turning_points
from cti.core.ivr.rules.places import Places
from cti.core.ivr.rules.table import found
from cti.core.ivr.tree import Callback, Enqueue
from cti.core.problems import Mark, Problem


@dataclass(frozen=True, slots=True)
class Demand:
    """What one node asks of a queue for callers of one language."""

    node: str
    mark: Mark
    queue: Queue
    needs: Mapping[str, int]


def check_roster(ways: Places, house: House) -> Iterator[Problem]:
    """The first hole of each demand: after all relaxations, else from the first second."""
    if not house.agents:
        return
    calendar = ways.tree.calendar
    able = [(each, free_agent(each.agent).skills) for each in house.agents]
    told: set[tuple[str, str, str]] = set()
    for demand in demands(ways, house):
        policy = demand.queue.policy
        last = len(policy.relaxation)
        for rule, steps in (("nobody_rostered", last), ("nobody_at_first", 0)):
            needs = policy.needs_after(demand.needs, steps)
            serving = [each for each, skills in able if fits(skills, needs.items())]
            hole = _first_hole(calendar, demand.queue, serving)
            key = (rule, policy.name, _shown(needs))
            if hole is not None and key not in told:
                told.add(key)
                yield _problem(demand, rule, _shown(needs), hole)
            if hole is not None:
                break


def demands(ways: Places, house: House) -> Iterator[Demand]:
    """Every queue, needs and language that the tree's callers can come with, in the tree's order."""
    seen: set[tuple[str, str]] = set()
    for place in sorted(ways.places, key=lambda each: ways.tree.nodes[each.node].mark):
        node = ways.tree.nodes[place.node]
        name = _queue_name(node)
        if name not in house.queues or (place.node, place.language) in seen:
            continue
        seen.add((place.node, place.language))
        assert isinstance(node, Enqueue | Callback)  # noqa: S101 (only these name a queue)
        needs = merged(node.needs, {language_need(place.language): 1})
        yield Demand(node.id, node.mark, house.queues[name], needs)


def _queue_name(node: object) -> str:
    match node:
        case Enqueue():
            return node.enqueue
        case Callback() if isinstance(node.callback, str):
            return node.callback
    return ""


def _first_hole(calendar: Calendar, queue: Queue, serving: Sequence[Rostered]) -> Moment | None:
    opening = calendar.hours.get(queue.hours or "")
    shifts = [
        [calendar.hours[name] for name in each.hours if name in calendar.hours] for each in serving
    ]
    if any(not each for each in shifts):
        return None
    every = [hours for each in shifts for hours in each] + ([opening] if opening else [])
    for moment in turning_points(every):
        open_now = opening is None or is_open(opening, moment)
        if open_now and not any(is_open(hours, moment) for each in shifts for hours in each):
            return moment
    return None


def _problem(demand: Demand, rule: str, needs: str, hole: Moment) -> Problem:
    day, minute = hole
    return found(
        demand.mark,
        rule,
        queue=demand.queue.policy.name,
        needs=needs,
        day=DAYS[day],
        time=f"{minute // 60:02}:{minute % 60:02}",
    )


def _shown(needs: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {level}" for name, level in sorted(needs.items())) or "-"
