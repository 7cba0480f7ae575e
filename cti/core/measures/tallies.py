"""Sums over facts and over agents' time: whole numbers only, so that any parts add up to the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from cti.core.measures.agent_time import Segment
from cti.core.measures.bands import USUAL, Bands
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
    """What figures are asked by; ``centre`` is all together, ``wait`` bands of waiting time."""

    CENTRE = "centre"
    QUEUE = "queue"
    AGENT = "agent"
    SKILL = "skill"
    AREA = "area"
    BRANCH = "branch"
    NODE = "node"
    CALLER_CLASS = "class"
    REASON = "reason"
    WAIT = "wait"
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
    bands: Bands = USUAL

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

    @property
    def by_wait(self) -> bool:
        """Whether ends of visits count by their waits, and nothing else does."""
        return By.WAIT in {self.by, *self.only}

    @property
    def has_sign_ins(self) -> bool:
        """Whether sign-ins can be had so: they are an agent's, at a moment."""
        by_moment = {By.CENTRE, By.AGENT, By.HOUR, By.WEEKDAY}
        return self.by in by_moment and set(self.only) <= {By.AGENT}

    @property
    def has_paid(self) -> bool:
        """Whether paid time can be had so: it is an agent's."""
        return self.by in {By.CENTRE, By.AGENT} and set(self.only) <= {By.AGENT}

    @property
    def standing(self) -> Sequence[str]:
        """Rows that are there even if empty: a distribution has all its bands."""
        return self.bands.names if self.by is By.WAIT else ()

    def place(self, row: str) -> tuple[int, str]:
        """By what rows are sorted."""
        return (self.bands.place(row) if self.by is By.WAIT else 0), row

    def kind(self, stored: str) -> str | None:
        """What a stored kind counts as here; None where it does not count."""
        if self.by_wait and stored.removeprefix(CONTACT) not in VISIT_ENDS:
            return None
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
    if any(_named(fact, by, asked.bands) != wanted for by, wanted in asked.only.items()):
        return None
    return number, asked.key(_named(fact, asked.by, asked.bands), fact.at_ms), kind


def _named(fact: Fact, by: By, bands: Bands) -> str:
    if by is By.WAIT:
        return bands.of(fact.value)
    return str(getattr(fact, FACT_FIELD[by])) if by in FACT_FIELD else ""


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


SIGN_IN = "sign_in"
"""The kind of a sign-in: an agent's time begins."""


def sign_ins(times: Iterable[Segment]) -> Iterator[Segment]:
    """The first segments of agents' time after a sign-in, of all segments: nothing ends where they begin."""
    until_ms: dict[str, int | None] = {}
    for segment in sorted(times, key=lambda each: (each.agent_id, each.since_ms)):
        if segment.kind and until_ms.get(segment.agent_id) != segment.since_ms:
            yield segment
        until_ms[segment.agent_id] = segment.until_ms


def add_sign_ins(table: Table, begun: Iterable[Segment], asked: Asked) -> None:
    """Put sign-ins into the table."""
    for segment in begun if asked.has_sign_ins else ():
        number = asked.scale.number(segment.since_ms)
        if number is not None and time_counts(segment, asked):
            row = asked.key(named_time(segment, asked.by), segment.since_ms)
            add(table, (number, row), SIGN_IN, Tally(1, 0, 0))


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
