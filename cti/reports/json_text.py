"""Reports as JSON, with the values that the interface of figures has."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from cti.core.measures.figures import Value
from cti.core.report_document import Document, File, Row, Sheet
from cti.services.report_layout import rounded


def json_files(document: Document) -> Sequence[File]:
    """One file."""
    body = orjson.dumps(record(document))
    return [File(name=f"{document.stem}.json", media_type="application/json", body=body)]


def record(document: Document) -> dict[str, Any]:
    """The report; by figure ``[numerator, denominator, value]``."""
    return {
        "report": document.name,
        "title": document.title,
        "from": document.since.isoformat(),
        "to": document.until.isoformat(),
        "madeAt": document.made_at.isoformat(),
        "tables": [_table(sheet) for sheet in document.sheets],
        "figures": [
            {
                "figure": one.figure,
                "name": one.name,
                "formula": one.formula,
                "unit": one.measure,
                "interval": one.interval,
            }
            for one in document.explained
        ],
    }


def _table(sheet: Sheet) -> dict[str, Any]:
    return {
        "table": sheet.name,
        "title": sheet.title,
        "by": sheet.by,
        "interval": sheet.interval,
        "rows": [_row(row) for row in sheet.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    at = row.at.isoformat() if row.at else None
    found = {"at": at, "row": row.key, "label": row.label, "values": _values(row.values)}
    return found if row.before is None else {**found, "yearBefore": _values(row.before)}


def _values(values: Mapping[str, Value]) -> dict[str, list[float | int | None]]:
    return {name: [one.numerator, one.denominator, rounded(one)] for name, one in values.items()}
