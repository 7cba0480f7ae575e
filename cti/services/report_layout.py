"""Figures → a report's document: what is a row, what a column, what is said about each figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from cti.core.measures.figures import Figure, Unit, Value
from cti.core.measures.intervals import Length
from cti.core.measures.paid import PAID
from cti.core.measures.registry import TIME
from cti.core.measures.tallies import By
from cti.core.report_document import (
    CellValue,
    Column,
    Document,
    Drawing,
    Explained,
    Kind,
    Labels,
    Row,
    Sheet,
)
from cti.core.report_periods import Days
from cti.core.reports import Chart, Report, ReportTable
from cti.messages import text
from cti.services.measures import MeasureReport, ReportRow, uses

Names = Callable[[By, str, str], str]
"""(by, key, language) → what people call it."""
_TIMED = (Length.QUARTER, Length.HALF, Length.HOUR)
_HEADINGS = ("name", "formula", "unit", "interval", "key", "contacts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a report is laid out with; ``origin`` is the address that browsers know us by."""

    zone: tzinfo
    names: Names
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The figures of all tables of a report, in their order."""

    report: Report
    tables: Sequence[MeasureReport]
    since: datetime
    until: datetime
    language: str
    made_at: datetime
    made_by: str
    named: bool = True
    only: Mapping[By, str] = field(default_factory=dict)


def laid_out(counted: Counted, frame: Frame) -> Document:
    """The whole document, in its language."""
    if not counted.named:
        frame = replace(frame, names=_unnamed(frame.names))
    report, language = counted.report, counted.language
    title = " ".join(report.title[language].split())
    days = _days(counted, frame.zone)
    pairs = zip(report.tables, counted.tables, strict=True)
    return Document(
        name=report.name,
        stem="_".join((report.name, str(days), *counted.only.values())),
        title=title,
        language=language,
        since=counted.since.astimezone(frame.zone),
        until=counted.until.astimezone(frame.zone),
        made_at=counted.made_at.astimezone(frame.zone),
        cover=_cover(counted, frame, title, days),
        sheets=[_sheet(table, found, frame, language) for table, found in pairs],
        explained=_explained(counted, frame),
        labels=_labels(language),
    )


def _unnamed(names: Names) -> Names:
    return lambda by, key, language: key if by is By.AGENT else names(by, key, language)


def _days(counted: Counted, zone: tzinfo) -> Days:
    first, until = counted.since.astimezone(zone), counted.until.astimezone(zone)
    return Days(first.date(), (until - timedelta(microseconds=1)).date())


def _labels(language: str) -> Labels:
    words = {key: text(f"reports.sheet.{key}", language) for key in _SHEETS}
    headings = [text(f"reports.heading.{key}", language) for key in _HEADINGS]
    return Labels(**words, headings=headings)


_SHEETS = ("cover", "formulas", "charts", "check")


def _cover(counted: Counted, frame: Frame, title: str, days: Days) -> list[tuple[str, str]]:
    language = counted.language
    lines = {
        "title": title,
        "period": text("reports.period", language, first=days.first, last=days.last),
        "zone": str(frame.zone),
        "made_at": f"{counted.made_at.astimezone(frame.zone):%Y-%m-%d %H:%M:%S}",
        "made_by": counted.made_by,
        "report": counted.report.name,
    }
    told = [(text(f"reports.cover.{key}", language), value) for key, value in lines.items()]
    tables = (_table_words(table, frame, language) for table in counted.report.tables)
    return [*told, *((text("reports.cover.table", language), each) for each in tables)]


def _table_words(table: ReportTable, frame: Frame, language: str) -> str:
    by = text(f"reports.by.{table.by.name.lower()}", language)
    length = text(f"reports.interval.{table.interval.name.lower()}", language)
    only = [f"{_by(by, language)} = {frame.names(by, v, language)}" for by, v in table.only.items()]
    compared = [text("reports.compared", language)] if table.compare_year else []
    return f"{table.title[language]}: " + ", ".join([by, length, *only, *compared])


def _by(by: By, language: str) -> str:
    return text(f"reports.by.{by.name.lower()}", language)


def _sheet(table: ReportTable, found: MeasureReport, frame: Frame, language: str) -> Sheet:
    rows = [_row(row, found, frame, language) for row in found.rows]
    begins = _begins(table, language)
    figures = list(_figure_columns(found, language))
    columns = [*(column for column, _ in begins), *(column for column, _ in figures)]
    checks = list(_check_columns(found, language))
    return Sheet(
        name=table.name,
        title=" ".join(table.title[language].split()),
        by=table.by,
        interval=table.interval,
        rows=rows,
        columns=columns,
        cells=_cells(rows, [*begins, *figures]),
        check_columns=[*(column for column, _ in begins), *(column for column, _ in checks)],
        checks=_cells(rows, [*begins, *checks]) if checks else [],
        drawings=[_drawing(chart, columns, rows) for chart in table.charts],
    )


Read = Callable[[Row], CellValue]


def _cells(rows: Sequence[Row], columns: Sequence[tuple[Column, Read]]) -> list[list[CellValue]]:
    return [[read(row) for _, read in columns] for row in rows]


def _row(row: ReportRow, found: MeasureReport, frame: Frame, language: str) -> Row:
    by = found.query.by
    return Row(
        at=row.at and row.at.astimezone(frame.zone),
        key=row.row,
        label=_label(by, row, frame, language),
        values=row.values,
        before=row.before,
    )


def _label(by: By, row: ReportRow, frame: Frame, language: str) -> str:
    if row.row == "*" or by is By.CENTRE:
        return text("measures.said.together", language)
    return frame.names(by, row.row, language) if row.row else text("reports.nobody", language)


def _begins(table: ReportTable, language: str) -> list[tuple[Column, Read]]:
    """What tells the rows of a table apart."""
    found: list[tuple[Column, Read]] = []
    if table.interval is not Length.WHOLE:
        kind = Kind.MOMENT if table.interval in _TIMED else Kind.DAY
        whole = text("measures.said.whole", language)
        column = Column(title=text("reports.at", language), kind=kind)
        found.append((column, lambda row: row.at or whole))
    if table.by is not By.CENTRE or not found:
        found.append((Column(title=_by(table.by, language), kind=Kind.TEXT), lambda row: row.label))
    return found


def _figure_columns(found: MeasureReport, language: str) -> Iterable[tuple[Column, Read]]:
    for figure in found.figures:
        title = text(f"measures.figure.{figure.name}.name", language)
        kind = _kind(figure)
        yield Column(title=title, kind=kind, figure=figure.name), _shown(figure.name)
        if found.query.compare_year:
            before = text("reports.before", language, name=title)
            yield Column(title=before, kind=kind), _shown_before(figure.name)
            if figure.unit is Unit.COUNT:
                growth = text("reports.growth", language, name=title)
                yield Column(title=growth, kind=Kind.SHARE), _growth(figure.name)


def _kind(figure: Figure) -> Kind:
    if figure.unit is Unit.SECONDS:
        return Kind.SECONDS if figure.below else Kind.DURATION
    return Kind.SHARE if figure.unit is Unit.SHARE else Kind.COUNT


def _shown(name: str) -> Read:
    return lambda row: rounded(row.values[name])


def _shown_before(name: str) -> Read:
    return lambda row: rounded(row.before[name]) if row.before else None


def _growth(name: str) -> Read:
    def read(row: Row) -> CellValue:
        before = row.before[name].numerator if row.before else 0
        return round((row.values[name].numerator - before) / before, 6) if before else None

    return read


def rounded(value: Value) -> float | int | None:
    """What is shown of a figure: seconds to the millisecond, shares to a millionth."""
    found = value.shown
    digits = 3 if value.figure.unit is Unit.SECONDS else 6
    return round(found, digits) if isinstance(found, float) else found


def _check_columns(found: MeasureReport, language: str) -> Iterable[tuple[Column, Read]]:
    """Of shares and means: what is divided by what. Sums of time are in milliseconds."""
    for figure in found.figures:
        if not figure.below:
            continue
        name = text(f"measures.figure.{figure.name}.name", language)
        divisor = [replace(figure, above=figure.below)]
        of_time = uses(divisor, TIME) or uses(divisor, PAID)
        above = "above_ms" if of_time or figure.unit is Unit.SECONDS else "above"
        below = "below_ms" if of_time else "below"
        for key, read in ((above, _above(figure.name)), (below, _below(figure.name))):
            title = text(f"reports.{key}", language, name=name)
            yield Column(title=title, kind=Kind.COUNT, figure=figure.name), read


def _above(name: str) -> Read:
    return lambda row: row.values[name].numerator


def _below(name: str) -> Read:
    return lambda row: row.values[name].denominator


def _drawing(chart: Chart, columns: Sequence[Column], rows: Sequence[Row]) -> Drawing:
    """Of rows that are parts, not of the sums below them."""
    found = [n for n, column in enumerate(columns) if column.figure in chart.figures]
    by_time = any(row.at for row in rows)
    parts = [row for row in rows if (row.at if by_time else row.key != "*")]
    title = " / ".join(columns[n].title for n in found)
    return Drawing(kind=chart.kind, title=title, category=0, columns=found, rows=len(parts))


def _explained(counted: Counted, frame: Frame) -> list[Explained]:
    language = counted.language
    found: Mapping[str, Figure] = {
        figure.name: figure for table in counted.tables for figure in table.figures
    }
    return [
        Explained(
            figure=name,
            name=text(f"measures.figure.{name}.name", language),
            formula=text(f"measures.figure.{name}.formula", language),
            unit=text(f"measures.unit.{figure.unit}", language),
            measure=figure.unit.value,
            interval=text(f"measures.interval.{figure.rule}", language),
            link=_link(name, counted, frame),
        )
        for name, figure in found.items()
    ]


def _link(name: str, counted: Counted, frame: Frame) -> str:
    """Where the contacts behind the figure are, for who is signed in."""
    if not frame.origin:
        return ""
    since, until = (at.astimezone(frame.zone).isoformat() for at in (counted.since, counted.until))
    asked = f"figure={name}&from={since}&to={until}".replace("+", "%2B")
    return f"{frame.origin}/api/v1/measures/calls?{asked}"
