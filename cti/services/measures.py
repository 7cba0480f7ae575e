"""Figures of any period, by anything they can be had by, and the very contacts behind each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from cti.core.measures.facts import Fact, MeasureRules, epoch_ms
from cti.core.measures.figures import Figure, Value
from cti.core.measures.intervals import Length, a_year_before, labels, scale
from cti.core.measures.registry import COMPARED, TIME, figures, stored_kinds
from cti.core.measures.tallies import (
    DAY_MS,
    Asked,
    By,
    Cell,
    Table,
    add,
    counted,
    tally_of,
    together,
    unrepeated,
)
from cti.services.measure_ports import MeasureStore

LONGEST_TABLE = 20_000
"""Most intervals that are answered at once."""


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
    ) -> None:
        self.store, self.rules, self.zone, self.now = store, rules, zone, now

    async def report(self, query: MeasureQuery) -> MeasureReport:
        """All that the query asks for."""
        wanted = self.wanted(query)
        asked = self.asked(query)
        table = await self._table(asked, wanted)
        earlier, before = await self._year_before(query, wanted)
        rows = [*_rows(table, asked, wanted), *_totals(table, wanted)]
        if before is not None and earlier is not None:
            past = {(row.at, row.row): row.values for row in (*_rows(before, earlier, wanted),)}
            past |= {(None, row.row): row.values for row in _totals(before, wanted)}
            rows = [self._compared(row, past) for row in rows]
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
        try:
            found = scale(query.since, query.until, query.length, self.zone)
        except (ValueError, OverflowError):
            raise NotMeasured("empty_period") from None
        if len(found.bounds_ms) > LONGEST_TABLE:
            raise NotMeasured("too_many_intervals", most=LONGEST_TABLE)
        return Asked(scale=found, zone=self.zone, by=query.by, only=query.only)

    async def _table(self, asked: Asked, wanted: Sequence[Figure]) -> Table:
        now_ms = epoch_ms(self.now())
        kinds = stored_kinds(wanted, of_visits=asked.of_visits)
        table: Table = {}
        if kinds and asked.has_facts:
            table = await self.store.table(asked, kinds, now_ms)
        if uses(wanted, TIME) and asked.has_time:
            for place, cell in (await self.store.times(asked, now_ms)).items():
                for kind, tally in cell.items():
                    add(table, place, kind, tally)
        if uses(wanted, COMPARED):
            for fact in await self.unrepeated(asked):
                if found := counted(fact, asked):
                    add(table, found[:2], found[2], tally_of(fact, self.rules))
        return table

    async def unrepeated(self, asked: Asked) -> Sequence[Fact]:
        """Contacts whose caller did not come back about the same, by time."""
        window_ms = (self.rules.repeat_days + 1) * DAY_MS
        begin_ms, end_ms = asked.scale.begin_ms, asked.scale.end_ms
        found = unrepeated(await self.store.wrapped(begin_ms, end_ms + window_ms), self.rules)
        return sorted(found, key=lambda fact: (fact.at_ms, fact.call_id, fact.number))

    async def _year_before(
        self, query: MeasureQuery, wanted: Sequence[Figure]
    ) -> tuple[Asked | None, Table | None]:
        if not query.compare_year:
            return None, None
        asked = self.asked(self._earlier(query))
        return asked, await self._table(asked, wanted)

    def _earlier(self, query: MeasureQuery) -> MeasureQuery:
        since, until = (a_year_before(at, self.zone) for at in (query.since, query.until))
        return replace(query, since=since, until=until)

    def _compared(
        self, row: ReportRow, past: Mapping[tuple[datetime | None, str], Mapping[str, Value]]
    ) -> ReportRow:
        at = a_year_before(row.at, self.zone) if row.at else None
        return replace(row, before=past.get((at, row.row)))


def uses(wanted: Sequence[Figure], beginning: str) -> bool:
    """Whether a kind that begins so is summed for any of them."""
    terms = (term for figure in wanted for term in (*figure.above, *figure.below))
    return any(term.kind.startswith(beginning) for term in terms)


def _values(cell: Cell, wanted: Sequence[Figure]) -> dict[str, Value]:
    return {figure.name: figure.value(cell) for figure in wanted}


def _rows(table: Table, asked: Asked, wanted: Sequence[Figure]) -> Sequence[ReportRow]:
    if len(asked.scale.bounds_ms) == 2:
        return []  # the totals say it
    begins = labels(asked.scale, asked.zone)
    return [
        ReportRow(at=begins[number], row=row, values=_values(table[number, row], wanted))
        for number, row in sorted(table)
    ]


def _totals(table: Table, wanted: Sequence[Figure]) -> Sequence[ReportRow]:
    names = sorted({row for _, row in table})
    found = [
        ReportRow(
            at=None,
            row=name,
            values=_values(together(c for (_, row), c in table.items() if row == name), wanted),
        )
        for name in names
    ]
    if names == [""]:
        return found
    return [*found, ReportRow(at=None, row="*", values=_values(together(table.values()), wanted))]
