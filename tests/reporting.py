"""Reports over a made-up day, for tests of files, schedules and the web."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from cti.core.ids import EventId
from cti.core.measures.facts import MeasureRules
from cti.core.measures.intervals import Length
from cti.core.measures.measuring import CHINA
from cti.core.measures.tallies import By
from cti.core.reports import Chart, ChartKind, Format, Period, Report, ReportTable, Schedule
from cti.reporting import WRITERS
from cti.reports.folder import ReportFolder
from cti.services.measures import Measures
from cti.services.ports import Audit, Clock, Recorded
from cti.services.report_layout import Frame
from cti.services.report_ports import Letter, NotDelivered, Post
from cti.services.reports import ReportParts, Reports
from tests.unit.core.measures.lives import any_day
from tests.web.measure_store import BookStore

RULES = MeasureRules()
SINCE = datetime(2026, 11, 22, tzinfo=CHINA)
UNTIL = SINCE + timedelta(days=1)
QUEUES = ReportTable(
    name="queues",
    title={"zh": "各队列", "en": "Queues"},
    by=By.QUEUE,
    figures=("requests", "answered", "answer_rate", "answer_speed"),
    compare_year=True,
    charts=(Chart(kind=ChartKind.BAR, figures=("requests", "answered")),),
)
AGENTS = ReportTable(
    name="agents",
    title={"zh": "座席[甲]", "en": "=Agents"},
    by=By.AGENT,
    figures=("signed_in", "talking", "occupancy"),
)
HOURS = ReportTable(
    name="hours",
    title={"zh": "每小时", "en": "Hours"},
    interval=Length.HOUR,
    figures=("arrived", "answer_rate"),
    charts=(Chart(kind=ChartKind.LINE, figures=("answer_rate",)),),
)
DAILY = Report(
    name="daily",
    title={"zh": "运营日报", "en": "Daily operations"},
    tables=(QUEUES, AGENTS, HOURS),
    period=Period.YESTERDAY,
    formats=(Format.XLSX, Format.CSV),
    language="zh",
    schedule=Schedule(at=time(7)),
    folder="reports",
    mail_to=("lead@example.cn", "boss@example.cn"),
)


class Mailbox:
    """``Post`` that keeps letters; ``troubles`` are raised first."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.troubles: list[BaseException] = []

    async def send(self, letter: Letter) -> Sequence[str]:
        if self.troubles:
            raise self.troubles.pop(0)
        self.letters.append(letter)
        return []


def refused(code: int = 451, *, final: bool = False) -> NotDelivered:
    return NotDelivered(f"SMTP {code}", final=final)


def names(by: By, key: str, language: str) -> str:
    """An agent whose name is a formula."""
    return f"=cmd {key}" if by is By.AGENT else f"{language}:{key}"


def measures_of_a_day(now: Clock) -> Measures:
    recorded = [Recorded(EventId(f"0-{n + 1}"), one) for n, one in enumerate(any_day(11, 60))]
    return Measures(BookStore(recorded, RULES), RULES, CHINA, now)


def reports_of_a_day(
    folder: Path, audit: Audit, now: Clock, post: Post | None, *reports: Report
) -> Reports:
    return Reports(
        ReportParts(
            reports={one.name: one for one in reports or (DAILY,)},
            measures=measures_of_a_day(now),
            frame=Frame(zone=CHINA, names=names, origin="https://95518.example.cn"),
            writers=WRITERS,
            shelf=ReportFolder(folder),
            post=post,
            audit=audit,
            now=now,
        )
    )
