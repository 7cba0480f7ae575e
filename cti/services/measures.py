"""Figures of any period, by anything they can be had by, and the very contacts behind each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from cti.core.measures.facts import Fact, MeasureRules, epoch_ms
from cti.core.measures.figures import Figure, Value
from cti.core.measures.intervals import Length, a_year_before, labels, scale
from cti.core.measures.paid import PAID, Roster, Rostered, add_paid
from cti.core.measures.registry import COMPARED, TIME, figures, stored_kinds
from cti.core.measures.tallies import (
    DAY_MS,
    SIGN_IN,
    Asked,
    By,
    Cell,
    Table,
    add,
    add_sign_ins,
    counted,
    tally_of,
    together,
    unrepeated,
)
from cti.services.measure_ports import MeasureStore

LONGEST_TABLE = 36_000
"""Most intervals that are answered at once: a year of quarter-hours, a century of days."""
A_DAY = timedelta(days=1)
SHORTEST = {
    Length.QUARTER: timedelta(minutes=15),
    Length.HALF: timedelta(minutes=30),
    Length.HOUR: timedelta(hours=1),
}


class NotMeasured(Exception):
    """The wish makes no sense; ``code`` names its sentence in messages ``web.measures.CODE``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureQuery:
    """``names`` of figures, none for the usual ones; ``compare_year`` adds the year before."""

    since: datetime
    until: datetime
    length: Length = Length.WHOLE
    by: By = By.CENTRE
    only: Mapping[By, str] = field(default_factory=dict)
    names: Sequence[str] = ()
    compare_year: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One row of one interval, or (``at`` None) of the whole period; ``before``: a year earlier."""

    at: datetime | None
    row: str
    values: Mapping[str, Value]
    before: Mapping[str, Value] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureReport:
    """Rows by interval, then each row's whole period, then (row ``*``) everything together."""

    query: MeasureQuery
    figures: Sequence[Figure]
    rows: Sequence[ReportRow]


class Measures:
    """Figures from the store. Every method raises HistoryDown and NotMeasured."""

    def __init__(
        self,
        store: MeasureStore,
        rules: MeasureRules,
        zone: tzinfo,
        now: Callable[[], datetime],
        roster: Roster | None = None,
    ) -> None:
        self.store, self.rules, self.zone, self.now = store, rules, zone, now
        self.roster = roster or Roster()

    async def report(self, query: MeasureQuery) -> MeasureReport:
        """All that the query asks for."""
        wanted = self.wanted(query)
        asked = self.asked(query)
        table = await self._table(asked, wanted)
        before = await self._year_before(query, asked, wanted)
        # Beside the loop: a year by day and queue is hundreds of thousands of values.
        rows = await asyncio.to_thread(_all_rows, table, before, asked, wanted)
        return MeasureReport(query=query, figures=wanted, rows=rows)

    def wanted(self, query: MeasureQuery) -> Sequence[Figure]:
        """The figures that the query names, or the usual ones."""
        known = figures(self.rules)
        if unknown := [name for name in query.names if name not in known]:
            raise NotMeasured("unknown_figure", name=unknown[0])
        if query.names:
            return [known[name] for name in query.names]
        of_nodes = query.by is By.NODE or By.NODE in query.only
        return [each for name, each in known.items() if name.startswith("node_") == of_nodes]

    def asked(self, query: MeasureQuery) -> Asked:
        """The query as the core knows it."""
        if (query.until - query.since) / SHORTEST.get(query.length, A_DAY) > LONGEST_TABLE:
            raise NotMeasured("too_many_intervals", most=LONGEST_TABLE)
        try:
            found = scale(query.since, query.until, query.length, self.zone)
        except (ValueError, OverflowError):
            raise NotMeasured("empty_period") from None
        self._know_band(query.only.get(By.WAIT))
        bands = self.rules.bands
        return Asked(scale=found, zone=self.zone, by=query.by, only=query.only, bands=bands)

    def _know_band(self, name: str | None) -> None:
        known = self.rules.bands.names
        if name is not None and name not in known:
            raise NotMeasured("unknown_band", name=name, known=", ".join(known))

    async def _table(self, asked: Asked, wanted: Sequence[Figure]) -> Table:
        kinds = stored_kinds(wanted, of_visits=asked.of_visits)
        table: Table = {}
        if kinds and asked.has_facts:
            table = await self.store.table(asked, kinds)
        await self._add_agents(table, asked, wanted)
        if uses(wanted, COMPARED):
            for fact in await self.unrepeated(asked):
                if found := counted(fact, asked):
                    add(table, found[:2], found[2], tally_of(fact, self.rules))
        return table

    async def _add_agents(self, table: Table, asked: Asked, wanted: Sequence[Figure]) -> None:
        now_ms = epoch_ms(self.now())
        if uses(wanted, TIME) and asked.has_time:
            for place, cell in (await self.store.times(asked, now_ms)).items():
                for kind, tally in cell.items():
                    add(table, place, kind, tally)
        if uses(wanted, SIGN_IN) and asked.has_sign_ins:
            add_sign_ins(table, await self.store.sign_ins(asked), asked)
        if uses(wanted, PAID) and asked.has_paid:
            by_agent = await self.store.times(replace(asked, by=By.AGENT), now_ms)
            add_paid(table, asked, self.rostered(asked, now_ms), by_agent)

    def rostered(self, asked: Asked, now_ms: int) -> Rostered:
        """Paid time by the roster, as far as it has passed."""
        return self.roster.within(asked.scale.begin_ms, min(asked.scale.end_ms, now_ms))

    async def unrepeated(self, asked: Asked) -> Sequence[Fact]:
        """Contacts whose caller did not come back about the same, by time."""
        window_ms = (self.rules.repeat_days + 1) * DAY_MS
        begin_ms, end_ms = asked.scale.begin_ms, asked.scale.end_ms
        wrapped = await self.store.wrapped(begin_ms, end_ms + window_ms)
        found = await asyncio.to_thread(unrepeated, wrapped, self.rules)
        return sorted(found, key=lambda fact: (fact.at_ms, fact.call_id, fact.number))

    async def _year_before(
        self, query: MeasureQuery, asked: Asked, wanted: Sequence[Figure]
    ) -> Table | None:
        """The same dates of the year before, under the numbers of this year's intervals."""
        if not query.compare_year:
            return None
        try:
            since, until = (a_year_before(at, self.zone) for at in (query.since, query.until))
        except (ValueError, OverflowError):  # there is no year 0
            raise NotMeasured("empty_period") from None
        earlier = self.asked(replace(query, since=since, until=until))
        found = await self._table(earlier, wanted)
        begins = (a_year_before(at, self.zone) for at in labels(asked.scale, self.zone))
        numbers = {earlier.scale.number(epoch_ms(at)): n for n, at in enumerate(begins)}
        return {
            (numbers[number], row): cell
            for (number, row), cell in found.items()
            if number in numbers
        }


def uses(wanted: Sequence[Figure], beginning: str) -> bool:
    """Whether a kind that begins so is summed for any of them."""
    terms = (term for figure in wanted for term in (*figure.above, *figure.below))
    return any(term.kind.startswith(beginning) for term in terms)


def _values(cell: Cell, wanted: Sequence[Figure]) -> dict[str, Value]:
    return {figure.name: figure.value(cell) for figure in wanted}


def _all_rows(
    table: Table, before: Table | None, asked: Asked, wanted: Sequence[Figure]
) -> Sequence[ReportRow]:
    return [*_rows(table, before, asked, wanted), *_totals(table, before, asked, wanted)]


def _rows(
    table: Table, before: Table | None, asked: Asked, wanted: Sequence[Figure]
) -> Iterator[ReportRow]:
    if len(asked.scale.bounds_ms) == 2:
        return  # the totals say it
    begins = labels(asked.scale, asked.zone)
    standing = {(number, row) for number in range(len(begins)) for row in asked.standing}
    places = {*table, *(before or ()), *standing}
    for number, row in sorted(places, key=lambda place: (place[0], asked.place(place[1]))):
        yield ReportRow(
            at=begins[number],
            row=row,
            values=_values(table.get((number, row), {}), wanted),
            before=None if before is None else _values(before.get((number, row), {}), wanted),
        )


def _totals(
    table: Table, before: Table | None, asked: Asked, wanted: Sequence[Figure]
) -> Iterator[ReportRow]:
    """Each row's whole period, and all rows together."""
    rows = {*asked.standing, *(row for _, row in (*table, *(before or ())))}
    names = sorted(rows, key=asked.place) or [""]
    for name in names if names == [""] else [*names, "*"]:
        yield ReportRow(
            at=None,
            row=name,
            values=_values(_together(table, name), wanted),
            before=None if before is None else _values(_together(before, name), wanted),
        )


def _together(table: Table, name: str) -> Cell:
    return together(cell for (_, row), cell in table.items() if name in (row, "*"))
