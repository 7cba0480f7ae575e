"""Reports as XLSX (ECMA-376): a cover, a sheet a table with its sums, native charts, all formulas."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter

from cti.core.report_document import CellValue, Column, Document, Drawing, File, Kind, Sheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBER_FORMATS = {
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
    Kind.DAY: "yyyy-mm-dd",
    Kind.COUNT: "#,##0",
    Kind.SHARE: "0.00%",
    Kind.SECONDS: "0.0",
    Kind.DURATION: "[h]:mm:ss",
}
WIDEST, NARROWEST = 44, 9
CHART_ROWS = 20
CHART_SIZE = {"width": 960, "height": 380}
_DAY = timedelta(days=1)
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31


def xlsx_files(document: Document) -> Sequence[File]:
    """One file."""
    name = f"{document.stem}.xlsx"
    return [File(name=name, media_type=MEDIA_TYPE, body=_Book(document).written())]


class _Book:
    """One workbook while it is written. Text is never taken for a formula or a link."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._made = io.BytesIO()
        options = {
            # Row by row into a file beside: a year in memory holds the interpreter up when it
            # collects its garbage.
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
        }
        self._book = xlsxwriter.Workbook(self._made, options)
        made_at = document.made_at.replace(tzinfo=None)
        self._book.set_properties({"title": document.title, "created": made_at})
        self._names: set[str] = set()
        self._bold = self._book.add_format({"bold": True})
        self._head = self._book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF7", "bottom": 1}
        )
        self._formats = {
            kind: self._book.add_format({"num_format": shown})
            for kind, shown in NUMBER_FORMATS.items()
        }

    def written(self) -> bytes:
        """The file."""
        self._cover()
        drawn = [(self._table(sheet), sheet) for sheet in self._document.sheets]
        self._charts([pair for pair in drawn if pair[1].drawings])
        self._formulas()
        self._book.close()
        return self._made.getvalue()

    def _cover(self) -> None:
        sheet = self._sheet(self._document.labels.cover)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 80)
        for row, (what, value) in enumerate(self._document.cover):
            sheet.write_string(row, 0, what, self._bold)
            sheet.write_string(row, 1, value)

    def _table(self, sheet: Sheet) -> str:
        """Write a table, and its sums on a sheet of their own; the name that it got."""
        name = self._cells(sheet.title, sheet.columns, sheet.cells)
        if sheet.checks:
            title = f"{sheet.title} {self._document.labels.check}"
            self._cells(title, sheet.check_columns, sheet.checks)
        return name

    def _cells(
        self, title: str, columns: Sequence[Column], cells: Sequence[Sequence[CellValue]]
    ) -> str:
        sheet = self._sheet(title)
        for number, column in enumerate(columns):
            sheet.write_string(0, number, column.title, self._head)
            sheet.set_column(number, number, _width(column, (row[number] for row in cells[:200])))
        for number, row in enumerate(cells):
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                self._write(sheet, (number + 1, place), column.kind, value)
        sheet.freeze_panes(1, sum(not column.figure for column in columns[:2]))
        sheet.autofilter(0, 0, len(cells), len(columns) - 1)
        return str(sheet.get_name())

    def _write(self, sheet: Any, place: tuple[int, int], kind: Kind, value: CellValue) -> None:
        form = self._formats.get(kind)
        match value:
            case None:
                sheet.write_blank(*place, None, form)
            case str():
                sheet.write_string(*place, value)
            case datetime():
                sheet.write_datetime(*place, value, form)
            case _ if kind is Kind.DURATION:
                sheet.write_number(*place, value / _DAY.total_seconds(), form)
            case _:
                sheet.write_number(*place, value, form)

    def _charts(self, drawn: Sequence[tuple[str, Sheet]]) -> None:
        if not drawn:
            return
        page, row = self._sheet(self._document.labels.charts), 0
        for name, sheet in drawn:
            for drawing in (each for each in sheet.drawings if each.rows):
                page.insert_chart(row, 0, self._chart(name, sheet, drawing))
                row += CHART_ROWS

    def _chart(self, name: str, sheet: Sheet, drawing: Drawing) -> Any:
        chart = self._book.add_chart({"type": drawing.kind.value})
        for number in drawing.columns:
            chart.add_series(
                {
                    "name": [name, 0, number],
                    "categories": [name, 1, drawing.category, drawing.rows, drawing.category],
                    "values": [name, 1, number, drawing.rows, number],
                }
            )
        chart.set_title({"name": f"{sheet.title}: {drawing.title}", "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"})
        chart.set_size(CHART_SIZE)
        return chart

    def _formulas(self) -> None:
        sheet, headings = (
            self._sheet(self._document.labels.formulas),
            self._document.labels.headings,
        )
        for number, (heading, width) in enumerate(
            zip(headings, (30, 70, 9, 24, 26, 12), strict=True)
        ):
            sheet.write_string(0, number, heading, self._head)
            sheet.set_column(number, number, width)
        for row, one in enumerate(self._document.explained, 1):
            words = (one.name, one.formula, one.unit, one.interval, one.figure)
            for number, word in enumerate(words):
                sheet.write_string(row, number, word)
            if one.link:
                sheet.write_url(row, len(words), one.link, string=headings[-1])
        sheet.freeze_panes(1, 1)

    def _sheet(self, wanted: str) -> Any:
        """A new sheet with a name that Excel takes, and no other has."""
        plain = _NOT_IN_NAMES.sub(" ", wanted)[:_LONGEST_NAME].strip(" '") or "-"
        name, number = plain, 2
        while name.lower() in self._names:
            tail = f" {number}"
            name, number = plain[: _LONGEST_NAME - len(tail)] + tail, number + 1
        self._names.add(name.lower())
        return self._book.add_worksheet(name)


def _width(column: Column, cells: Iterable[CellValue]) -> float:
    """In digits; headings may take two lines."""
    texts = (_cells_wide(cell) for cell in cells if isinstance(cell, str))
    usual = {Kind.MOMENT: 17, Kind.DAY: 12}.get(column.kind, NARROWEST)
    wanted = max(usual, _cells_wide(column.title) / 2 + 2, *texts, 0)
    return float(min(wanted + 1, WIDEST))


def _cells_wide(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
