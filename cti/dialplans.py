"""Builds what publishes, follows, tries out and takes back dialplans, for the server and for commands."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.config_models import Configuration
from cti.core.draft_paths import CATALOGUE
from cti.core.events import Event
from cti.core.ivr.check import Site
from cti.own_words import files_of, sound_names
from cti.publishing import FirstSite, NotText, StillServed, examined, folder_files, proved
from cti.services.canary_guard import CanaryGuard
from cti.services.dispatcher import Dispatcher
from cti.services.feed import Feed
from cti.services.menu_follower import FollowerParts, MenuFollower
from cti.services.menus import LiveMenus
from cti.services.ports import EventStream, HistoryDown
from cti.services.shadow_runs import ShadowRuns
from cti.services.version_desk import Examiners, Unfit, VersionDesk
from cti.services.version_ports import Examined
from cti.settings import Settings
from cti.speaking_booth import SpeakingBooth
from cti.spoken_sweep import SpokenSweep, SweepParts
from cti.store.redis_link import open_redis
from cti.store.redis_versions import RedisVersions
from cti.store.sql_drafts import SqlDrafts
from cti.store.sql_link import migrate, open_engine
from cti.store.sql_versions import SqlVersions


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def version_desk(
    configuration: Configuration, redis: Redis, engine: AsyncEngine, first: FirstSite | None = None
) -> VersionDesk:
    """Publishing over this installation's stores; ``first``: a folder that is parsed already."""
    examiners = Examiners(
        check=first or (lambda files: examined(files, configuration)),
        prove=lambda files: proved(files, configuration),
    )
    prefix = configuration.settings.redis.prefix.strip(":")
    store, archive = RedisVersions(redis, prefix), SqlVersions(engine)
    return VersionDesk(store, archive, examiners, utc_now, lambda: secrets.token_hex(8))


def published_files(configuration: Configuration) -> Mapping[str, str]:
    """The folder's files as they are now. Raises Unfit for one that is no text."""
    try:
        return folder_files(configuration.settings.folders.dialplan)
    except NotText as unreadable:
        raise Unfit([unreadable.problem]) from None


@asynccontextmanager
async def open_desk(configuration: Configuration) -> AsyncIterator[VersionDesk]:
    """Publishing from outside the server; the archive's tables are made where they are not."""
    settings = configuration.settings
    redis, engine = open_redis(settings.redis.address), open_engine(settings.sql_url)
    try:
        with suppress(HistoryDown):
            await migrate(settings.sql_url)
        yield version_desk(configuration, redis, engine)
    finally:
        await redis.aclose()
        await engine.dispose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The dialplan's folder as it was at the start; ``site`` is None where it has errors."""

    files: Mapping[str, str]
    site: Site | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialplans:
    """The parts of a running server; ``follower``, ``guard``, ``shadows``, ``booth`` and ``sweep`` must
    be running."""

    menus: LiveMenus
    desk: VersionDesk
    follower: MenuFollower
    guard: CanaryGuard
    shadows: ShadowRuns
    booth: SpeakingBooth
    sweep: SpokenSweep


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What dialplans are followed with."""

    redis: Redis
    engine: AsyncEngine
    dispatcher: Dispatcher
    feed: Feed
    stream: EventStream
    record: Callable[[Event], Awaitable[None]]
    menus: LiveMenus
    swapped: Callable[[LiveMenus], None]


def dialplans(configuration: Configuration, folder: Folder, around: Surroundings) -> Dialplans:
    """Everything put together; nothing runs yet."""
    settings, menus = configuration.settings, around.menus
    store = RedisVersions(around.redis, settings.redis.prefix.strip(":"))
    examine = FirstSite(configuration, folder.files, folder.site)
    desk = version_desk(configuration, around.redis, around.engine, examine)
    floor, booth = around.dispatcher, SpeakingBooth(settings)
    parts = FollowerParts(
        server=settings.node,
        store=store,
        desk=desk,
        menus=menus,
        feed=around.feed,
        examine=StillServed(configuration, examine),
        record=around.record,
        in_use=lambda: {call.tree_version for call in floor.floor.calls.values()},
        now=utc_now,
        first=Examined(site=folder.site),
        first_files=folder.files,
        swapped=around.swapped,
        speak=booth.ask,
    )
    return Dialplans(
        menus=menus,
        desk=desk,
        follower=MenuFollower(parts),
        guard=CanaryGuard(
            around.stream, desk, lambda: menus.in_force, settings.canary.rules, utc_now
        ),
        shadows=ShadowRuns(menus, store, around.record, utc_now),
        booth=booth,
        sweep=SpokenSweep(sweep_parts(settings, desk, SqlDrafts(around.engine), menus)),
    )


def sweep_parts(
    settings: Settings, desk: VersionDesk, drafts: SqlDrafts, menus: LiveMenus
) -> SweepParts:
    """Who may need a sound of the folder that this server plays from."""
    return SweepParts(
        files=files_of(settings.folders),
        versions=desk.every,
        drafts=lambda: drafts.texts_of(CATALOGUE),
        wordings=lambda: menus.wordings,
        names=lambda catalogue: sound_names(catalogue, settings),
        now=utc_now,
    )
