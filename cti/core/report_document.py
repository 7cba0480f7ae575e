"""A report laid out: sheets of typed columns, charts and notes, for whoever writes files. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cti.core.measures.figures import Value
from cti.core.reports import ChartKind

CellValue = str | int | float | datetime | None


class Kind(StrEnum):
    """How a column reads. Seconds are a mean, a duration is a sum of them."""

    TEXT = "text"
    MOMENT = "moment"
    DAY = "day"
    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"
    DURATION = "duration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """``figure`` is its name in the registry, empty for what tells rows apart."""

    title: str
    kind: Kind
    figure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its interval, its name as figures know it, and as people do."""

    at: datetime | None
    key: str
    label: str
    values: Mapping[str, Value]
    before: Mapping[str, Value] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart over the first ``rows`` rows: the column of the categories, and those drawn."""

    kind: ChartKind
    title: str
    category: int
    columns: Sequence[int]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table as cells; ``checks`` are the numerators and denominators of the same rows."""

    name: str
    title: str
    by: str
    interval: str
    rows: Sequence[Row]
    columns: Sequence[Column]
    cells: Sequence[Sequence[CellValue]]
    check_columns: Sequence[Column]
    checks: Sequence[Sequence[CellValue]]
    drawings: Sequence[Drawing] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What a figure is, in words. ``measure``: count, share or seconds, for programs. ``link``: where the
    contacts behind it are listed, empty where unknown."""

    figure: str
    name: str
    formula: str
    unit: str
    measure: str
    interval: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Words of the language for the sheets that are in every file."""

    cover: str
    formulas: str
    charts: str
    check: str
    headings: Sequence[str]
    """Of the sheet of formulas: name, formula, unit, interval, key, contacts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report. ``stem`` begins its files' names; ``cover`` are lines of (what, value)."""

    name: str
    stem: str
    title: str
    language: str
    since: datetime
    until: datetime
    made_at: datetime
    cover: Sequence[tuple[str, str]]
    sheets: Sequence[Sheet]
    explained: Sequence[Explained]
    labels: Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A finished file."""

    name: str
    media_type: str
    body: bytes
