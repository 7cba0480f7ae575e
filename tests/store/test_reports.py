"""Scheduled reports: each period arrives once, over all servers, restarts and troubles."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.measures.measuring import CHINA
from cti.core.reports import Report
from cti.services.ports import HistoryDown
from cti.services.report_ports import NewRun, RunState
from cti.services.report_schedule import ReportSchedule, ScheduleParts
from cti.store.sql_audit import SqlAudit
from cti.store.sql_link import migrate, open_engine
from cti.store.sql_reports import RunRow, SqlReports
from tests.reporting import DAILY, Mailbox, refused, reports_of_a_day
from tests.web.memory import Clock

MAILED = replace(DAILY, folder="")
MORNING = datetime(2026, 11, 23, 7, 0, tzinfo=CHINA)
A_MINUTE = timedelta(minutes=1)


class Centre:
    """Servers over one database; the report is known since the day before."""

    def __init__(self, engine: AsyncEngine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.clock, self.mailbox = Clock(), Mailbox()
        self.clock.now = MORNING - timedelta(days=1)
        self.book = SqlReports(engine)

    def server(self, report: Report = MAILED) -> ReportSchedule:
        reports = reports_of_a_day(
            self.folder, SqlAudit(self.engine), self.clock, self.mailbox, report
        )
        parts = ScheduleParts(
            reports=reports,
            book=self.book,
            zone=CHINA,
            is_worked=lambda _day: True,
            now=self.clock,
        )
        return ReportSchedule(parts, look_every_s=0.05)

    async def rows(self, state: RunState) -> list[RunRow]:
        return [row for row in await self.book.newest() if row.state == state]


@pytest.fixture
async def centre(engine: AsyncEngine, tmp_path: Path) -> Centre:
    made = Centre(engine, tmp_path)
    await made.server().look()
    made.clock.now = MORNING
    return made


async def test_a_report_that_is_new_begins_with_the_next_time_it_is_due(centre: Centre) -> None:
    (skipped,) = await centre.rows(RunState.SKIPPED)
    assert skipped.until == MORNING.replace(hour=0) - timedelta(days=1)
    assert centre.mailbox.letters == []


async def test_a_report_is_made_at_its_time_and_once(centre: Centre) -> None:
    server = centre.server()
    centre.clock.now = MORNING - A_MINUTE
    await server.look()
    assert centre.mailbox.letters == []
    for _ in range(3):
        centre.clock.now = MORNING
        await server.look()
    (letter,) = centre.mailbox.letters
    assert letter.subject == "运营日报 2026-11-22"
    assert server.delivered == 1


async def test_two_servers_and_a_restart_make_it_once(centre: Centre) -> None:
    await asyncio.gather(*(centre.server().look() for _ in range(4)))
    await centre.server().look()
    assert len(centre.mailbox.letters) == 1
    (line,) = await SqlAudit(centre.engine).newest()
    assert (line.actor, line.action, line.subject) == (
        "schedule",
        "report.mail",
        "daily_2026-11-22",
    )


async def test_both_ways_are_gone_each_once(centre: Centre) -> None:
    both = centre.server(DAILY)
    centre.mailbox.troubles = [refused()]
    await both.look()
    written = sorted((centre.folder / "reports").iterdir())
    stamps = [path.stat().st_mtime_ns for path in written]
    assert len(written) == 4
    centre.clock.now += A_MINUTE
    await both.look()
    assert len(centre.mailbox.letters) == 1
    assert [path.stat().st_mtime_ns for path in written] == stamps


async def test_mail_is_tried_again_after_1_10_and_60_minutes_and_then_given_up(
    centre: Centre,
) -> None:
    server = centre.server()
    centre.mailbox.troubles = [refused() for _ in range(9)]
    tried = []
    for minute in range(120):
        centre.clock.now = MORNING + minute * A_MINUTE
        before = len(centre.mailbox.troubles)
        await server.look()
        if len(centre.mailbox.troubles) < before:
            tried.append(minute)
    assert tried == [0, 1, 11, 71]
    (failed,) = await centre.rows(RunState.FAILED)
    assert failed.last_error == "SMTP 451"
    assert server.failed == 1


async def test_what_can_never_arrive_is_given_up_at_once(centre: Centre) -> None:
    server = centre.server()
    centre.mailbox.troubles = [refused(550, final=True)]
    await server.look()
    (failed,) = await centre.rows(RunState.FAILED)
    assert failed.attempts == 1


async def test_after_an_outage_of_a_week_only_the_latest_is_made(centre: Centre) -> None:
    centre.clock.now = MORNING + timedelta(days=7, hours=3)
    await centre.server().look()
    assert [letter.subject for letter in centre.mailbox.letters] == ["运营日报 2026-11-29"]


async def test_a_server_that_dies_while_it_makes_one_is_followed_by_another(
    centre: Centre,
) -> None:
    dying = centre.server()
    centre.mailbox.troubles = [asyncio.CancelledError()]
    with pytest.raises(asyncio.CancelledError):
        await dying.look()
    await centre.server().look()
    assert centre.mailbox.letters == []
    centre.clock.now += timedelta(minutes=12)
    await centre.server().look()
    assert len(centre.mailbox.letters) == 1


async def test_a_report_that_was_taken_out_of_the_configuration_is_given_up(
    centre: Centre,
) -> None:
    run = NewRun(report="gone", since=MORNING, until=MORNING, way=MAILED.ways[0])
    await centre.book.add([run], RunState.PENDING, MORNING)
    await centre.server().look()
    (failed,) = await centre.rows(RunState.FAILED)
    assert failed.report == "gone"
    assert len(centre.mailbox.letters) == 1


async def test_mail_that_is_no_longer_wanted_is_not_sent(centre: Centre) -> None:
    centre.mailbox.troubles = [refused()]
    await centre.server().look()
    centre.clock.now += A_MINUTE
    await centre.server(replace(DAILY, mail_to=())).look()
    (failed,) = await centre.rows(RunState.FAILED)
    assert failed.last_error == "daily no longer goes by mail"
    assert centre.mailbox.letters == []


async def test_a_report_that_breaks_is_given_up_and_harms_nothing(
    centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    server = centre.server()
    centre.mailbox.troubles = [ZeroDivisionError()]
    await server.look()
    (failed,) = await centre.rows(RunState.FAILED)
    assert failed.last_error == "ZeroDivisionError"
    assert "a report broke" in caplog.text
    centre.clock.now += timedelta(days=1)
    await server.look()
    assert len(centre.mailbox.letters) == 1


async def test_a_database_that_comes_later_is_waited_for(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'later.db'}"
    engine = open_engine(url)
    centre = Centre(engine, tmp_path)
    with pytest.raises(HistoryDown):
        await centre.server().look()
    running = asyncio.create_task(centre.server().run())
    try:
        await migrate(url)
        async with asyncio.timeout(20):
            while not await centre.rows(RunState.SKIPPED):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await engine.dispose()
