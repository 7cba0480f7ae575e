"""Can somebody on the roster serve every call that a tree puts into a queue, in every open minute?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cti.core.acd.queue import free_agent
from cti.core.acd.skills import Skills, fits, is_language, language_need, merged
from cti.core.clock.hours import Calendar
from cti.core.ivr.rules.house import House, Queue, Rostered
from cti.core.ivr.rules.minutes import DAYS, Moment, is_open, turning_points
from cti.core.ivr.rules.places import Places, graph_of
from cti.core.ivr.rules.table import found
from cti.core.ivr.tree import Callback, Enqueue, Language
from cti.core.problems import Problem

Able = Sequence[tuple[Rostered, Skills]]


@dataclass(frozen=True, slots=True)
class Demand:
    """What one node asks of a queue for callers of one language."""

    node: Enqueue | Callback
    queue: Queue
    language: str

    def needs(self, steps: int) -> Mapping[str, int]:
        """The queue's, the node's and the caller's needs after so many relaxations."""
        own = merged(self.node.needs, {language_need(self.language): 1})
        return self.queue.policy.needs_after(own, steps)


def check_roster(ways: Places, house: House) -> Iterator[Problem]:
    """The first hole of each demand: after all relaxations, else from the first second."""
    if not house.agents:
        return
    able = [(each, free_agent(each.agent).skills) for each in house.agents]
    holes: dict[tuple[str, str, str], tuple[Demand, Moment, list[str]]] = {}
    for demand in demands(ways, house):
        if step := _first_hole_of(ways.tree.calendar, demand, able):
            rule, needs, hole = step
            key = (rule, demand.queue.policy.name, needs)
            holes.setdefault(key, (demand, hole, []))[2].append(demand.language)
    for (rule, queue, needs), (demand, (day, minute), languages) in holes.items():
        yield found(
            demand.node.mark,
            rule,
            queue=queue,
            needs=needs,
            languages=", ".join(sorted(set(languages))),
            day=DAYS[day],
            time=f"{minute // 60:02}:{minute % 60:02}",
        )


def demands(ways: Places, house: House) -> Iterator[Demand]:
    """Every queue, needs and language that the tree's callers can come with, in the tree's order."""
    spoken = _languages(ways)
    for node in ways.tree.nodes.values():
        if isinstance(node, Enqueue | Callback):
            name = node.enqueue if isinstance(node, Enqueue) else node.callback
            if isinstance(name, str) and name in house.queues:
                for language in sorted(spoken[node.id]):
                    yield Demand(node, house.queues[name], language)


def _languages(ways: Places) -> Mapping[str, set[str]]:
    """Node → the languages that its callers can have: what they came with, or were led to."""
    graph = graph_of(ways)
    spoken: dict[str, set[str]] = {name: set() for name in graph}
    start = ways.places[0].node if ways.places else ""
    waiting = [(start, language) for language in ways.tree.languages if start]
    while waiting:
        name, language = waiting.pop()
        if language in spoken[name]:
            continue
        spoken[name].add(language)
        node = ways.tree.nodes[name]
        after = node.language if isinstance(node, Language) else language
        waiting += [(each, after) for each in graph[name]]
    return spoken


def _first_hole_of(
    calendar: Calendar, demand: Demand, able: Able
) -> tuple[str, str, Moment] | None:
    last = len(demand.queue.policy.relaxation)
    for rule, steps in (("nobody_rostered", last), ("nobody_at_first", 0)):
        needs = demand.needs(steps)
        serving = [each for each, skills in able if fits(skills, needs.items())]
        hole = _first_hole(calendar, demand.queue, serving)
        if hole is not None:
            return rule, _shown(needs), hole
    return None


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


def _shown(needs: Mapping[str, int]) -> str:
    skills = [f"{name} {level}" for name, level in sorted(needs.items()) if not is_language(name)]
    return ", ".join(skills) or "-"
