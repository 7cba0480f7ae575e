"""Scheduled reports: each period once, over all servers and restarts, until it has arrived."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from cti.core.report_periods import Due, days, latest_due
from cti.core.reports import Report, Schedule
from cti.services.measures import NotMeasured
from cti.services.ports import Clock, HistoryDown
from cti.services.report_ports import (
    NewRun,
    NotDelivered,
    ReportBook,
    Run,
    RunEnded,
    RunState,
)
from cti.services.reports import BY_SCHEDULE, Order, Reports

log = logging.getLogger(__name__)

LOOK_EVERY_S = 15.0
LIMIT_S = 600.0
"""The longest that one report may take, from figures to its arrival."""
CLAIM = timedelta(seconds=LIMIT_S + 60)
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=60))
LONGEST_ERROR = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleParts:
    """``is_worked`` says of a day whether the centre's calendar has it as a working day."""

    reports: Reports
    book: ReportBook
    zone: tzinfo
    is_worked: Callable[[date], bool]
    now: Clock


class ReportSchedule:
    """``run`` must be running on each server; who comes first makes a report."""

    def __init__(self, parts: ScheduleParts, look_every_s: float = LOOK_EVERY_S) -> None:
        self._parts, self._look_every_s = parts, look_every_s
        self._down = False
        self.delivered = self.failed = 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
                self._down = False
            except HistoryDown as down:
                if not self._down:
                    log.warning("reports wait: %s", down, extra={"fact": "reports_wait"})
                self._down = True
            await asyncio.sleep(self._look_every_s)

    async def look(self) -> None:
        """Write down what fell due, and make what is due. Raises HistoryDown."""
        for report in self._parts.reports.listed:
            if report.schedule and report.ways:
                await self._plan(report, report.schedule)
        while run := await self._parts.book.claim(self._now, self._now + CLAIM):
            await self._attempt(run)

    @property
    def _now(self) -> datetime:
        return self._parts.now()

    async def _plan(self, report: Report, schedule: Schedule) -> None:
        """A report that is seen for the first time begins with what falls due from now on."""
        parts = self._parts
        due = latest_due(schedule, self._now, parts.zone, parts.is_worked)
        if not due:
            return
        new = [run for one in due for run in self._runs(report, one)]
        known = await parts.book.known(report.name)
        await parts.book.add(new, RunState.PENDING if known else RunState.SKIPPED, self._now)

    def _runs(self, report: Report, due: Due) -> list[NewRun]:
        since, until = days(report.period, due.day).moments(self._parts.zone)
        return [
            NewRun(report=report.name, since=since, until=until, way=way) for way in report.ways
        ]

    async def _attempt(self, run: Run) -> None:
        try:
            async with asyncio.timeout(LIMIT_S):
                language = self._parts.reports.report(run.report).language
                order = Order(
                    name=run.report,
                    since=run.since,
                    until=run.until,
                    language=language,
                    by=BY_SCHEDULE,
                )
                await self._parts.reports.deliver(order, run.way)
        except NotDelivered as why:
            await self._again(run, str(why), final=why.final)
        except (NotMeasured, TimeoutError) as why:
            await self._again(run, f"{type(why).__name__}: {why}", final=True)
        except HistoryDown:
            raise
        except Exception as why:
            # Whatever is odd about a report, calls go on.
            log.exception("a report broke", extra={"fact": "report_broke", "report": run.report})
            await self._again(run, type(why).__name__, final=True)
        else:
            self.delivered += 1
            ended = RunEnded(run_id=run.run_id, state=RunState.DONE, at=self._now)
            await self._parts.book.ended(ended)

    async def _again(self, run: Run, why: str, *, final: bool) -> None:
        error, now = why[:LONGEST_ERROR], self._now
        last = final or run.attempts > len(PAUSES)
        level, fact = (
            (logging.ERROR, "report_failed") if last else (logging.WARNING, "report_waits")
        )
        log.log(
            level, "report not delivered: %s", error, extra={"fact": fact, "report": run.report}
        )
        self.failed += last
        ended = RunEnded(
            run_id=run.run_id,
            state=RunState.FAILED if last else RunState.PENDING,
            at=now,
            next_at=None if last else now + PAUSES[run.attempts - 1],
            error=error,
        )
        await self._parts.book.ended(ended)
