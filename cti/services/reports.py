"""Named reports: made of the figures, written as files, sent where they belong."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from cti.core.measures.registry import figures
from cti.core.measures.tallies import By
from cti.core.report_document import Document, File
from cti.core.reports import Format, Report, ReportTable, Way, chosen
from cti.messages import text
from cti.services.measures import MeasureQuery, MeasureReport, Measures, NotMeasured
from cti.services.ports import Audit, Clock
from cti.services.report_layout import Counted, Frame, laid_out
from cti.services.report_ports import Letter, NotDelivered, Post, Shelf, Writers

log = logging.getLogger(__name__)

MOST_CELLS = 400_000
"""Figures in one report; a year by day with all figures of eight queues is half of it."""
AT_ONCE = 1
"""So many reports are made at the same time; others wait."""
BY_SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A report that somebody wants: which, from when to when, in which language, and who asks.

    ``named``: agents stand in it with their names, not by their numbers alone. ``only`` narrows every
    table to one value of each of these, but for those that a table is narrowed to by itself.
    """

    name: str
    since: datetime
    until: datetime
    language: str
    by: str
    named: bool = True
    only: Mapping[By, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportParts:
    """What reports stand on; ``post`` None where there is no mail server."""

    reports: Mapping[str, Report]
    measures: Measures
    frame: Frame
    writers: Writers
    shelf: Shelf
    post: Post | None
    audit: Audit
    now: Clock


class Reports:
    """Every method raises HistoryDown, and NotMeasured for what makes no sense."""

    def __init__(self, parts: ReportParts) -> None:
        self._parts = parts
        self._room = asyncio.Semaphore(AT_ONCE)

    @property
    def listed(self) -> Sequence[Report]:
        """Every report that there is."""
        return list(self._parts.reports.values())

    def report(self, name: str) -> Report:
        """One by its name."""
        try:
            return self._parts.reports[name]
        except KeyError:
            raise NotMeasured("unknown_report", name=name[:64]) from None

    async def _made(self, order: Order, forms: Sequence[Format]) -> tuple[Document, Sequence[File]]:
        """The files, and the document without its sheets."""
        async with self._room:
            with _uncollected():
                document = await self._document(order)
                files: list[File] = []
                for form in forms:
                    files += await asyncio.to_thread(self._parts.writers[form], document)
                return replace(document, sheets=()), files

    async def _document(self, order: Order) -> Document:
        report = _narrowed(self.report(order.name), order.only)
        tables, left = [], MOST_CELLS
        for table in report.tables:
            found = await self._parts.measures.report(self._query(table, order, left))
            left -= len(found.rows) * len(found.figures)
            if left < 0:
                raise NotMeasured("too_large", most=MOST_CELLS)
            tables.append(found)
        return await asyncio.to_thread(self._laid_out, report, tables, order)

    def _laid_out(self, report: Report, tables: Sequence[MeasureReport], order: Order) -> Document:
        counted = Counted(
            report=report,
            tables=tables,
            since=order.since,
            until=order.until,
            language=order.language,
            made_at=self._parts.now(),
            made_by=order.by,
            named=order.named,
            only=order.only,
        )
        return laid_out(counted, self._parts.frame)

    def _query(self, table: ReportTable, order: Order, left: int) -> MeasureQuery:
        measures = self._parts.measures
        query = MeasureQuery(
            since=order.since,
            until=order.until,
            length=table.interval,
            by=table.by,
            only=table.only,
            names=chosen(table.figures, figures(measures.rules)),
            compare_year=table.compare_year,
        )
        intervals = len(measures.asked(query).scale.bounds_ms) - 1
        if intervals * len(measures.wanted(query)) > left:
            raise NotMeasured("too_large", most=MOST_CELLS)
        return query

    async def export(self, order: Order, form: Format) -> Sequence[File]:
        """Made for somebody who looks at it himself; it is in the audit before he has it."""
        document, files = await self._made(order, [form])
        await self._note(order, "report.export", document, form.value)
        return files

    async def deliver(self, order: Order, way: Way) -> None:
        """Make it and send it one of its ways. Raises NotDelivered."""
        report, parts = self.report(order.name), self._parts
        if way not in report.ways:
            raise NotDelivered(f"{report.name} no longer goes by {way}", final=True)
        document, files = await self._made(order, report.formats)
        if way is Way.FOLDER:
            await parts.shelf.put(report.folder, files)
            told = report.folder
        elif parts.post is None:
            raise NotMeasured("no_mail")
        else:
            refused = await parts.post.send(_letter(report, document, files))
            told = f"{len(report.mail_to) - len(refused)}/{len(report.mail_to)} recipients"
            if refused:
                log.error(
                    "a report was refused by %d recipients",
                    len(refused),
                    extra={"fact": "report_refused", "report": report.name},
                )
        forms = ",".join(report.formats)
        await self._note(order, f"report.{way}", document, f"{forms}: {told}")

    async def _note(self, order: Order, action: str, document: Document, reason: str) -> None:
        await self._parts.audit.note(
            order.by, action, document.stem, reason=reason, at=self._parts.now()
        )


def _narrowed(report: Report, only: Mapping[By, str]) -> Report:
    tables = tuple(replace(table, only={**only, **table.only}) for table in report.tables)
    return replace(report, tables=tables)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection: a year is a million objects without circles, and looking through all of
    them again and again would hold the event loop up."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _letter(report: Report, document: Document, files: Sequence[File]) -> Letter:
    days = document.stem.removeprefix(f"{document.name}_").replace("_", " – ")
    lines = "\n".join(f"{what}: {value}" for what, value in document.cover)
    names = "\n".join(file.name for file in files)
    again = sha256(f"{document.stem} {report.mail_to}".encode()).hexdigest()[:32]
    return Letter(
        message_id=f"report-{document.name}-{again}",
        to=report.mail_to,
        subject=f"{document.title} {days}",
        text=text("reports.mail", document.language, cover=lines, files=names),
        files=files,
    )
