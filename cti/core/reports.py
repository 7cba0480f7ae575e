"""What a report is: which tables, over which period, when it is made, and where it goes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from fnmatch import fnmatchcase

from cti.core.measures.intervals import Length
from cti.core.measures.tallies import By

Words = Mapping[str, str]
"""Language → text."""


class Format(StrEnum):
    """What a report is written as."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class Way(StrEnum):
    """Where a scheduled report goes."""

    FOLDER = "folder"
    MAIL = "mail"


class ChartKind(StrEnum):
    """How a chart draws."""

    LINE = "line"
    COLUMN = "column"
    BAR = "bar"
    PIE = "pie"


class Period(StrEnum):
    """The time that a report is about, seen from the day on which it is due."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_WEEK = "last_week"
    LAST_MONTH = "last_month"
    LAST_YEAR = "last_year"
    WEEK_TO_DATE = "week_to_date"
    MONTH_TO_DATE = "month_to_date"
    YEAR_TO_DATE = "year_to_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Some figures of a table, drawn."""

    kind: ChartKind
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """One table. ``figures``: names, or patterns such as ``handle_*``; none for the usual ones."""

    name: str
    title: Words
    by: By = By.CENTRE
    interval: Length = Length.WHOLE
    figures: tuple[str, ...] = ()
    only: Mapping[By, str] = field(default_factory=dict)
    compare_year: bool = False
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When it is due: at ``at`` of these days of the week (1 Monday … 7) and, where given, of the month.

    ``working_days``: what falls on a day off is made on the next day that is worked.
    """

    at: time
    weekdays: frozenset[int] = frozenset(range(1, 8))
    month_days: frozenset[int] = frozenset()
    working_days: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One named report; ``folder`` and ``mail_to`` are where it goes when it is due."""

    name: str
    title: Words
    tables: tuple[ReportTable, ...]
    period: Period
    formats: tuple[Format, ...]
    language: str
    schedule: Schedule | None = None
    folder: str = ""
    mail_to: tuple[str, ...] = ()

    @property
    def ways(self) -> tuple[Way, ...]:
        """Where it goes."""
        given = ((Way.FOLDER, self.folder), (Way.MAIL, self.mail_to))
        return tuple(way for way, place in given if place)


def chosen(patterns: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    """The known names that the patterns mean, in the patterns' order, each once.

    A pattern that means none stands as it is: who asks for it is told that there is no such figure.
    """
    names = tuple(known)
    found: dict[str, None] = {}
    for pattern in patterns:
        meant = [name for name in names if fnmatchcase(name, pattern)]
        found |= dict.fromkeys(meant or [pattern])
    return tuple(found)
