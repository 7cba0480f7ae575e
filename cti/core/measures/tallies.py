"""Sums over facts and over agents' time: whole numbers only, so that any parts add up to the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from cti.core.measures.agent_time import Segment
from cti.core.measures.facts import CONTACT, VISIT_ENDS, Fact, MeasureRules, moment
from cti.core.measures.intervals import Scale

DAY_MS = 86_400_000


class Tally(NamedTuple):
    """How many, the sum of their values, and how many of them were within their limit."""

    cases: int = 0
    total: int = 0
    within: int = 0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        cases, total, within = other
        return Tally(self.cases + cases, self.total + total, self.within + within)


Cell = Mapping[str, Tally]
"""Kind of fact, or of time, → its tally."""


class By(StrEnum):
    """What figures are asked by; ``centre`` is all together."""

    CENTRE = "centre"
    QUEUE = "queue"
    AGENT = "agent"
    SKILL = "skill"
    AREA = "area"
    BRANCH = "branch"
    NODE = "node"
    CALLER_CLASS = "class"
    REASON = "reason"
    HOUR = "hour"
    WEEKDAY = "weekday"


FACT_FIELD = {
    By.QUEUE: "queue",
    By.AGENT: "agent_id",
    By.SKILL: "skill",
    By.AREA: "area",
    By.BRANCH: "branch",
    By.NODE: "node",
    By.CALLER_CLASS: "caller_class",
}
"""Where a fact says it."""
SEGMENT_FIELD = {By.QUEUE: "queue", By.AGENT: "agent_id", By.REASON: "reason"}
"""Where a segment of an agent's time says it."""
BY_VISIT = frozenset({By.QUEUE, By.AGENT, By.SKILL})
"""Asked by these, each visit to a queue is an offer; else each contact is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``only`` narrows to one value of each of these (``{By.QUEUE: "motor"}``)."""

    scale: Scale
    zone: tzinfo
    by: By = By.CENTRE
    only: Mapping[By, str] = field(default_factory=dict)

    @property
    def of_visits(self) -> bool:
        """Whether each visit to a queue counts, not each contact."""
        return not BY_VISIT.isdisjoint({self.by, *self.only})

    @property
    def has_facts(self) -> bool:
        """Whether contacts can be had so; a reason for not being ready is no contact's."""
        return By.REASON not in {self.by, *self.only}

    @property
    def has_time(self) -> bool:
        """Whether agents' time can be had so: a skill or an area has none."""
        narrowed = all(by in SEGMENT_FIELD for by in self.only)
        return narrowed and self.by in {By.CENTRE, By.HOUR, By.WEEKDAY, *SEGMENT_FIELD}

    def kind(self, stored: str) -> str | None:
        """What a stored kind counts as here; None where it does not count."""
        if stored in VISIT_ENDS:
            return stored if self.of_visits else None
        if stored.startswith(CONTACT):
            return None if self.of_visits else stored.removeprefix(CONTACT)
        return stored

    def key(self, named: str, at_ms: int) -> str:
        """The row of the table that something belongs to."""
        match self.by:
            case By.HOUR:
                return f"{moment(at_ms).astimezone(self.zone).hour:02d}"
            case By.WEEKDAY:
                return str(moment(at_ms).astimezone(self.zone).isoweekday())
        return named


Table = dict[tuple[int, str], dict[str, Tally]]
"""(Interval, row) → cell."""


def add(table: Table, place: tuple[int, str], kind: str, tally: Tally) -> None:
    """Put more into a cell."""
    cell = table.setdefault(place, {})
    cell[kind] = cell.get(kind, Tally()).plus(tally)


def together(cells: Iterable[Cell]) -> dict[str, Tally]:
    """The sum of cells: of a day's hours, of a month's days."""
    whole: dict[str, Tally] = {}
    for cell in cells:
        for kind, tally in cell.items():
            whole[kind] = whole.get(kind, Tally()).plus(tally)
    return whole


def tally_of(fact: Fact, rules: MeasureRules) -> Tally:
    """What one fact adds."""
    return Tally(1, fact.value, int(fact.value <= rules.within_ms(fact.kind, fact.queue)))


def counted(fact: Fact, asked: Asked) -> tuple[int, str, str] | None:
    """(Interval, row, kind) under which the fact counts; None where it does not."""
    number, kind = asked.scale.number(fact.at_ms), asked.kind(fact.kind)
    if number is None or kind is None or not asked.has_facts:
        return None
    if any(getattr(fact, FACT_FIELD[by]) != wanted for by, wanted in asked.only.items()):
        return None
    named = str(getattr(fact, FACT_FIELD[asked.by])) if asked.by in FACT_FIELD else ""
    return number, asked.key(named, fact.at_ms), kind


def named_time(segment: Segment, by: By) -> str:
    """The row of a segment; only time on a call belongs to a queue."""
    if by is By.QUEUE and not segment.activity:
        return ""
    if by is By.REASON and segment.kind != "time.not_ready":
        return ""
    return str(getattr(segment, SEGMENT_FIELD[by])) if by in SEGMENT_FIELD else ""


def time_counts(segment: Segment, asked: Asked) -> bool:
    """Whether the segment is among what is asked for."""
    if not (segment.kind and asked.has_time):
        return False
    return all(named_time(segment, by) == wanted for by, wanted in asked.only.items())


def time_kind(segment: Segment) -> str:
    """The kind of its time; not ready is told by its reason."""
    return f"{segment.kind}.{segment.reason}" if segment.kind == "time.not_ready" else segment.kind


def time_pieces(segment: Segment, asked: Asked, now_ms: int) -> Iterator[tuple[int, str, int]]:
    """(Interval, row, ms) of a segment; an open one lasts until ``now_ms``."""
    until_ms = now_ms if segment.until_ms is None else segment.until_ms
    named = named_time(segment, asked.by)
    if asked.by not in (By.HOUR, By.WEEKDAY):
        for number, length_ms in asked.scale.pieces(segment.since_ms, until_ms):
            yield number, named, length_ms
        return
    for since_ms, length_ms in _by_step(segment.since_ms, until_ms):
        for number, part_ms in asked.scale.pieces(since_ms, since_ms + length_ms):
            yield number, asked.key(named, since_ms), part_ms


def _by_step(since_ms: int, until_ms: int, step_ms: int = 900_000) -> Iterator[tuple[int, int]]:
    while since_ms < until_ms:
        upto = min(until_ms, since_ms - since_ms % step_ms + step_ms)
        yield since_ms, upto - since_ms
        since_ms = upto


def tabulate(
    facts: Iterable[Fact], times: Iterable[Segment], asked: Asked, rules: MeasureRules, now_ms: int
) -> Table:
    """Every tally that figures are made of. ``now_ms`` is where open segments end for now."""
    table: Table = {}
    for fact in facts:
        if place := counted(fact, asked):
            number, named, kind = place
            add(table, (number, named), kind, tally_of(fact, rules))
    for segment in times:
        if time_counts(segment, asked):
            for number, named, length_ms in time_pieces(segment, asked, now_ms):
                add(table, (number, named), time_kind(segment), Tally(0, length_ms, 0))
    return table


def unrepeated(wrapped: Iterable[Fact], rules: MeasureRules) -> list[Fact]:
    """Of wrapped-up contacts, those whose caller did not come back about the same in time."""
    by_matter = sorted(wrapped, key=lambda fact: (fact.subject, fact.at_ms, fact.call_id))
    window_ms = rules.repeat_days * DAY_MS
    found: list[Fact] = []
    for _, group in groupby(by_matter, key=lambda fact: fact.subject):
        found += _last_ones(list(group), window_ms)
    return found


def _last_ones(same: Sequence[Fact], window_ms: int) -> Iterator[Fact]:
    for place, fact in enumerate(same):
        later = next((one for one in same[place + 1 :] if one.call_id != fact.call_id), None)
        if later is None or later.at_ms - fact.at_ms > window_ms:
            yield replace(fact, kind="unrepeated", value=0)
