"""What serves the admin's page."""

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from cti.draft_bench import DraftBench
from cti.health_side import health
from cti.one_time import one_time_password
from cti.run_parts import Edges, Inside, Service, utc_now
from cti.schemas import all_schemas
from cti.server_folder import DiskFolder
from cti.services.draft_runs import DraftRuns
from cti.services.drafts import DraftParts, Drafts
from cti.services.forms import FormParts, Forms
from cti.services.menu_pictures import MenuPictures, PictureParts, Steps
from cti.services.users import UserParts, Users
from cti.store.redis_sessions import RedisSessions
from cti.store.sql_accounts import SqlAccounts
from cti.store.sql_audit import SqlAudit
from cti.store.sql_drafts import SqlDrafts
from cti.store.sql_traffic import walked_steps
from cti.store.yaml_edits import CannotEdit, edited
from cti.store.yaml_files import parse_yaml
from cti.web.admin_parts import AdminParts, Speech


def admin_parts(service: Service, edges: Edges, inside: Inside) -> AdminParts:
    """Everything put together; nothing runs yet."""
    configuration = service.configuration
    audit, sessions = SqlAudit(edges.engine), RedisSessions(edges.redis, service.prefix)
    bench, folder = DraftBench(configuration), DiskFolder(configuration.settings.folders)
    booth = inside.dialplans.booth
    drafts = DraftParts(
        store=SqlDrafts(edges.engine),
        desk=inside.dialplans.desk,
        folder=folder,
        bench=bench,
        booth=booth,
        audit=audit,
        now=utc_now,
    )
    made = Drafts(drafts)
    return AdminParts(
        users=_users(service, edges, sessions),
        sessions=sessions,
        audit=audit,
        drafts=made,
        forms=Forms(form_parts(drafts, made, folder)),
        tests=DraftRuns(bench.test, utc_now),
        speech=Speech(runs=DraftRuns(booth.speak, utc_now, "speech_running"), booth=booth),
        pictures=MenuPictures(_pictures(service, edges, inside, bench)),
        health=health(service, edges, inside, bench),
        schemas=_schemas,
    )


def form_parts(parts: DraftParts, drafts: Drafts, folder: DiskFolder) -> FormParts:
    """What forms are read and written with."""
    return FormParts(
        folder=folder,
        drafts=drafts,
        bench=parts.bench,
        audit=parts.audit,
        now=parts.now,
        said=_said,
        edited=edited,
        cannot_edit=CannotEdit,
    )


def _said(text: str) -> Any:
    data, _ = parse_yaml(text, "")
    return data.plain() if data else None


def _users(service: Service, edges: Edges, sessions: RedisSessions) -> Users:
    roster = frozenset(str(each.agent_id) for each in service.configuration.roster())
    return Users(
        UserParts(
            book=SqlAccounts(edges.engine),
            sessions=sessions,
            audit=SqlAudit(edges.engine),
            now=utc_now,
            one_time=one_time_password,
            agents=lambda: roster,
        )
    )


def _pictures(service: Service, edges: Edges, inside: Inside, bench: DraftBench) -> PictureParts:
    settings = service.configuration.settings

    async def steps(since: datetime) -> Steps:
        return await walked_steps(edges.engine, since)

    return PictureParts(
        desk=inside.dialplans.desk,
        easel=bench,
        nodes=inside.nodes,
        calls=lambda: tuple(inside.dispatcher.floor.calls.values()),
        steps=steps,
        folder=DiskFolder(settings.folders).read,
        zone=ZoneInfo(settings.time_zone),
        now=utc_now,
    )


@cache
def _schemas() -> dict[str, dict[str, Any]]:
    return dict(all_schemas())
