"""Reports as CSV (RFC 4180), one file a table: a row a line, then what each share is made of."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from cti.core.report_document import CellValue, Document, File, Sheet
from cti.core.sheet_text import BOM, safe


def csv_files(document: Document) -> Sequence[File]:
    """One file for each table; the table's name is in it where there are several."""
    alone = len(document.sheets) == 1
    return [
        File(
            name=f"{document.stem}.csv" if alone else f"{document.stem}_{sheet.name}.csv",
            media_type="text/csv; charset=utf-8",
            body=_text(sheet).encode("utf-8"),
        )
        for sheet in document.sheets
    ]


def _text(sheet: Sheet) -> str:
    made = io.StringIO()
    made.write(BOM)
    writer = csv.writer(made)
    telling = sum(not column.figure for column in sheet.check_columns)
    checks = sheet.checks or [[]] * len(sheet.cells)
    titles = (column.title for column in (*sheet.columns, *sheet.check_columns[telling:]))
    writer.writerow(list(map(safe, titles)))
    for cells, below in zip(sheet.cells, checks, strict=True):
        writer.writerow(list(_line((*cells, *below[telling:]))))
    return made.getvalue()


def _line(cells: Iterable[CellValue]) -> Iterable[str | int | float | None]:
    for cell in cells:
        match cell:
            case str():
                yield safe(cell)
            case datetime():
                yield f"{cell:%Y-%m-%d %H:%M}"
            case _:
                yield cell
