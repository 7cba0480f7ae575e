"""config/reports.yaml: named reports, when they are due and where they go."""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from cti.config_labels import Label
from cti.core.marked import Marked
from cti.core.measures.facts import MeasureRules
from cti.core.measures.intervals import Length
from cti.core.measures.registry import figures
from cti.core.measures.tallies import FACT_FIELD, SEGMENT_FIELD, By
from cti.core.problems import Problem
from cti.core.reports import Chart, ChartKind, Format, Period, Report, ReportTable, Schedule, chosen
from cti.settings_kinds import Frozen

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Figure = Annotated[str, Field(pattern=r"^[a-z0-9_*]{1,48}$")]
Address = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}$")
]
"""RFC 5321 without quotes: what every server on the way takes."""
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NARROWED = frozenset({*FACT_FIELD, *SEGMENT_FIELD})
"""What figures can be narrowed to one value of."""
MonthDay = Annotated[int, Field(ge=1, le=31)]


def _inside(given: str) -> str:
    if ".." in given.split("/") or "\x00" in given:
        raise ValueError("no way up (..)")
    return given


class ChartFile(Frozen):
    """Figures of the table that are drawn."""

    kind: ChartKind = ChartKind.LINE
    figures: tuple[Name, ...] = Field(min_length=1, max_length=6)


class TableFile(Frozen):
    """One table: rows ``by`` something, by interval, or both."""

    name: Name
    title: Label
    by: By = By.CENTRE
    interval: Length = Length.WHOLE
    figures: tuple[Figure, ...] = Field(min_length=1)
    only: Mapping[By, str] = Field(default_factory=dict)
    compare_year: bool = False
    charts: tuple[ChartFile, ...] = ()

    @model_validator(mode="after")
    def _narrowed(self) -> Self:
        if wrong := [by for by in self.only if by not in NARROWED]:
            raise ValueError(f"only: {wrong[0]} is not one of {', '.join(sorted(NARROWED))}")
        return self

    @model_validator(mode="after")
    def _drawable(self) -> Self:
        if self.charts and (self.by is By.CENTRE) == (self.interval is Length.WHOLE):
            raise ValueError("charts need either an interval or a by, not both")
        return self

    def table(self) -> ReportTable:
        """As the core knows it."""
        return ReportTable(
            name=self.name,
            title=self.title.model_dump(),
            by=self.by,
            interval=self.interval,
            figures=self.figures,
            only=dict(self.only),
            compare_year=self.compare_year,
            charts=tuple(Chart(kind=each.kind, figures=each.figures) for each in self.charts),
        )


class ScheduleFile(Frozen):
    """When it is made, by the centre's clock."""

    at: time
    days: tuple[Weekday, ...] = Field(default=WEEK, min_length=1)
    month_days: tuple[MonthDay, ...] = ()
    working_days: bool = False

    @model_validator(mode="after")
    def _local(self) -> Self:
        if self.at.tzinfo is not None:
            raise ValueError("at is the centre's own time, without a zone")
        return self

    def schedule(self) -> Schedule:
        """As the core knows it."""
        return Schedule(
            at=self.at,
            weekdays=frozenset(WEEK.index(day) + 1 for day in self.days),
            month_days=frozenset(self.month_days),
            working_days=self.working_days,
        )


class MailFile(Frozen):
    """Who gets it."""

    to: tuple[Address, ...] = Field(min_length=1, max_length=100)


class ReportFile(Frozen):
    """One report."""

    title: Label
    period: Period
    tables: tuple[TableFile, ...] = Field(min_length=1, max_length=20)
    formats: tuple[Format, ...] = Field(default=(Format.XLSX,), min_length=1)
    language: Literal["zh", "en"] = "zh"
    schedule: ScheduleFile | None = None
    folder: Annotated[str, AfterValidator(_inside)] = ""
    mail: MailFile | None = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.schedule and not (self.folder or self.mail):
            raise ValueError("a schedule needs a folder or mail")
        return self


class ReportsFile(Frozen):
    """config/reports.yaml"""

    reports: Mapping[Name, ReportFile] = Field(default_factory=dict)

    def all(self) -> Mapping[str, Report]:
        """The reports as the core knows them."""
        return {name: _report(name, each) for name, each in self.reports.items()}


def _report(name: str, each: ReportFile) -> Report:
    return Report(
        name=name,
        title=each.title.model_dump(),
        tables=tuple(table.table() for table in each.tables),
        period=each.period,
        formats=tuple(dict.fromkeys(each.formats)),
        language=each.language,
        schedule=each.schedule.schedule() if each.schedule else None,
        folder=each.folder,
        mail_to=each.mail.to if each.mail else (),
    )


def check_reports(found: ReportsFile, marked: Marked, *, has_mail: bool) -> Iterator[Problem]:
    """Figures that there are not, tables called the same, mail without a server."""
    for name, report in found.reports.items():
        place = ("reports", name)
        if report.mail and not has_mail:
            yield Problem(marked.mark_at((*place, "mail")), "config.no_mail_host", {})
        names: list[str] = []
        for index, table in enumerate(report.tables):
            here = (*place, "tables", index)
            if table.name in names:
                values = {"key": "name", "value": table.name}
                yield Problem(marked.mark_at((*here, "name")), "config.twice", values)
            names.append(table.name)
            yield from _check_figures(table, marked, here)


def _check_figures(
    table: TableFile, marked: Marked, here: tuple[str | int, ...]
) -> Iterator[Problem]:
    known = figures(MeasureRules())
    shown = chosen(table.figures, known)
    for index, pattern in enumerate(table.figures):
        if chosen([pattern], known)[0] not in known:
            mark = marked.mark_at((*here, "figures", index))
            yield Problem(mark, "config.unknown_name", {"name": pattern, "known": ", ".join(known)})
    for index, chart in enumerate(table.charts):
        for place, name in enumerate(chart.figures):
            if name not in shown:
                mark = marked.mark_at((*here, "charts", index, "figures", place))
                yield Problem(
                    mark, "config.unknown_name", {"name": name, "known": ", ".join(shown)}
                )
