"""Reports: this part of the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from cti.config_labels import Label
from cti.config_models import Configuration
from cti.core.clock.hours import Calendar
from cti.core.measures.tallies import By
from cti.core.reports import Format
from cti.lasting import Parts
from cti.measuring import measures_on
from cti.messages import text
from cti.reports.csv_text import csv_files
from cti.reports.folder import ReportFolder
from cti.reports.json_text import json_files
from cti.reports.mail import MailPost, MailServer
from cti.reports.workbook import xlsx_files
from cti.secret_files import Secrets
from cti.services.figures import Figure
from cti.services.place_names import place_name
from cti.services.report_layout import Frame, Names
from cti.services.report_schedule import ReportSchedule, ScheduleParts
from cti.services.reports import ReportParts, Reports
from cti.store.sql_audit import SqlAudit
from cti.store.sql_reports import SqlReports

WRITERS = {Format.JSON: json_files, Format.CSV: csv_files, Format.XLSX: xlsx_files}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportGround:
    """What reports stand on."""

    configuration: Configuration
    secrets: Secrets
    engine: AsyncEngine
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """What others use, the task that must run, and figures for /metrics."""

    reports: Reports
    tasks: Parts
    gauges: Callable[[], Mapping[str, Figure]]


def reporting(ground: ReportGround, calendar: Callable[[], Calendar]) -> Reporting:
    """Everything, built; nothing runs yet. ``calendar`` says which days are worked."""
    reports = reports_of(ground, calendar)

    def is_worked(day: date) -> bool:
        return calendar().is_working_day(day)

    schedule = ReportSchedule(
        ScheduleParts(
            reports=reports,
            book=SqlReports(ground.engine),
            zone=ZoneInfo(ground.configuration.settings.time_zone),
            is_worked=is_worked,
            now=ground.now,
        )
    )
    return Reporting(
        reports=reports,
        tasks={"reports": schedule.run},
        gauges=lambda: {
            "reports_delivered": schedule.delivered,
            "reports_failed": schedule.failed,
        },
    )


def reports_of(ground: ReportGround, calendar: Callable[[], Calendar | None]) -> Reports:
    """The house's reports; ``calendar`` says when the shifts of the roster are."""
    configuration = ground.configuration
    settings = configuration.settings
    origins = settings.http.origins
    frame = Frame(
        zone=ZoneInfo(settings.time_zone),
        names=names_of(configuration),
        origin=origins[0] if origins else "",
    )
    return Reports(
        ReportParts(
            reports=configuration.reports.all(),
            measures=measures_on(ground.engine, configuration, calendar, ground.now),
            frame=frame,
            writers=WRITERS,
            shelf=ReportFolder(settings.folders.instance),
            post=_post(ground) if settings.mail.host else None,
            audit=SqlAudit(ground.engine),
            now=ground.now,
        )
    )


def _post(ground: ReportGround) -> MailPost:
    mail = ground.configuration.settings.mail
    server = MailServer(
        host=mail.host,
        port=mail.port,
        tls=mail.tls,
        user=mail.user,
        sender=mail.sender,
        timeout_s=mail.timeout_s,
        ca_file=mail.ca_file,
        password=lambda: ground.secrets.get("smtp"),
    )
    return MailPost(server, ground.now)


def names_of(configuration: Configuration) -> Names:
    """What people call queues, agents, skills, reasons and days."""
    queues = configuration.queues.queues.items()
    labels: Mapping[By, Mapping[str, Label]] = {
        By.QUEUE: {name: queue.label for name, queue in queues},
        By.SKILL: configuration.skills.skills,
        By.REASON: {code: one.label for code, one in configuration.reasons.reasons.items()},
    }
    agents: Mapping[str, str] = {
        one.agent_id: f"{one.name} {one.agent_id}" for one in configuration.roster()
    }

    def name(by: By, key: str, language: str) -> str:
        match by:
            case By.AGENT:
                return agents.get(key, key)
            case By.AREA:
                return place_name(key, language) or key
            case By.HOUR:
                return f"{key}:00"
            case By.WEEKDAY:
                return text(f"reports.weekday.{key}", language)
            case By.WAIT:
                first, _, last = key.rstrip("+").partition("-")
                return text(
                    f"reports.band.{'to' if last else 'from'}", language, first=first, last=last
                )
        label = labels.get(by, {}).get(key)
        return str(getattr(label, language)) if label else key

    return name
