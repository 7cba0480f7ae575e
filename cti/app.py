"""The composition root: builds every object, starts and stops them. The only place that knows all."""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.asterisk.ami import AmiClient, AmiSettings
from cti.asterisk.ami_events import WANTED
from cti.asterisk.fastagi import AgiConnection, FastAgiServer
from cti.asterisk.ivr_visit import AgiLine, LineWays, arrival
from cti.asterisk.script_files import ScriptFolder
from cti.asterisk.telephony import AmiTelephony, follow
from cti.config_models import Configuration
from cti.core.acd.floor import FloorRules
from cti.core.call import Call
from cti.core.clock.hours import Calendar
from cti.core.ids import QueueName
from cti.core.ivr.check import Site
from cti.core.ivr.tree import ENTRIES
from cti.data_source import DataSource, open_data_source
from cti.desk_options import desk_options, key_labels
from cti.secret_files import Secrets
from cti.services import story
from cti.services.agents import Desk
from cti.services.caller_classes import caller_classes
from cti.services.dispatcher import Dispatcher, DispatcherRules
from cti.services.feed import Feed
from cti.services.figures import counts
from cti.services.ivr_call import IvrCall, IvrParts
from cti.services.journal_writer import JournalWriter
from cti.services.menus import SiteMenus
from cti.services.modes import Modes
from cti.services.ports import HistoryDown, Recorded, Refused
from cti.services.screen_pop import ScreenPops
from cti.store.redis_link import open_redis
from cti.store.redis_modes import RedisModes
from cti.store.redis_sessions import RedisSessions
from cti.store.redis_state import RedisState
from cti.store.redis_stream import RedisGroup, RedisStream
from cti.store.sql_accounts import SqlAccounts
from cti.store.sql_audit import SqlAudit
from cti.store.sql_customers import SqlCustomers
from cti.store.sql_history import SqlHistory
from cti.store.sql_journal import SqlJournal
from cti.store.sql_link import migrate, open_engine, transaction
from cti.web.masking import masked_number
from cti.web.parts import StoryLine, WebLimits, WebParts
from cti.web.server import build_app
from cti.web.server import start as start_web

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "web" / "static"
PROBE_S = 1.0
SQL_RETRY_S = 5.0


def utc_now() -> datetime:
    """The clock of the whole service."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a run is made from."""

    configuration: Configuration
    site: Site
    secrets: Secrets

    @property
    def fallback(self) -> QueueName:
        """Where callers go whose way is lost."""
        return QueueName(self.configuration.queues.fallback_queue)

    @property
    def calendar(self) -> Calendar:
        """The opening hours and the modes of the centre."""
        return next(iter(self.site.trees.values())).calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """The connections of one run."""

    redis: Redis
    engine: AsyncEngine
    ami: AmiClient
    customers: DataSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A started service: where it listens, and its parts for tests and probes."""

    http_port: int
    agi_port: int
    dispatcher: Dispatcher
    edges: Edges


@contextlib.asynccontextmanager
async def running(service: Service) -> AsyncIterator[Running]:
    """The whole service from start to orderly stop. A task that fails ends all, loudly."""
    url = service.configuration.settings.sql_url
    edges = _edges(service)
    try:
        async with asyncio.TaskGroup() as tasks:
            _own(tasks, _make_tables(url), "tables")
            yield await _start(service, edges, tasks)
            raise _Stop
    except* _Stop:
        log.info("stopped", extra={"fact": "stopped"})
    finally:
        await edges.ami.close()
        await edges.customers.close()
        await edges.redis.aclose()
        await edges.engine.dispose()


class _Stop(Exception):
    """Ends the task group in good order."""


async def _make_tables(url: str) -> None:
    """Calls do not wait for the database: while it is away the journal keeps what it will need."""
    while True:
        try:
            return await migrate(url)
        except HistoryDown as down:
            log.warning("the database is away: %s", down, extra={"fact": "sql_away"})
        await asyncio.sleep(SQL_RETRY_S)


def _edges(service: Service) -> Edges:
    settings = service.configuration.settings
    ami = AmiSettings(
        host=settings.ami.host,
        port=settings.ami.port,
        username=settings.ami.user,
        secret=service.secrets.get("ami"),
    )
    redis, engine = open_redis(settings.redis.address), open_engine(settings.sql_url)
    return Edges(
        redis=redis,
        engine=engine,
        ami=AmiClient(ami, WANTED, random.random),
        customers=open_data_source(settings, service.secrets, redis, engine),
    )


async def _start(service: Service, edges: Edges, tasks: asyncio.TaskGroup) -> Running:
    settings = service.configuration.settings
    prefix = settings.redis.prefix.strip(":")
    dispatcher = _dispatcher(service, edges)
    stream = RedisStream(edges.redis, prefix)
    feed = Feed(stream)
    group = RedisGroup(edges.redis, settings.node, prefix)
    writer = JournalWriter(group, SqlJournal(edges.engine))
    modes = Modes(
        service.calendar.mode_rules,
        RedisModes(edges.redis, prefix),
        SqlAudit(edges.engine),
        utc_now,
    )
    _own(tasks, feed.run(), "feed")
    _own(tasks, modes.run(feed), "modes")
    _own(tasks, writer.run(), "history")
    await edges.ami.start()
    _own(tasks, follow(edges.ami, dispatcher), "asterisk events")
    agi = _fastagi(service, edges, dispatcher, modes)
    await agi.start()
    _own(tasks, _close_at_end(agi.close), "fastagi")
    _own(tasks, dispatcher.run(), "dispatcher")
    app = build_app(_web_parts(service, edges, dispatcher, feed, modes))
    runner, port = await start_web(app, settings.http.host, settings.http.port)
    _own(tasks, _close_at_end(runner.cleanup), "web")
    log.info("serving", extra={"fact": "serving", "http_port": port, "agi_port": agi.port})
    return Running(http_port=port, agi_port=agi.port, dispatcher=dispatcher, edges=edges)


def _own(tasks: asyncio.TaskGroup, work: Coroutine[Any, Any, None], name: str) -> None:
    tasks.create_task(work, name=name)


async def _close_at_end(close: Callable[[], Awaitable[None]]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        await close()


def _dispatcher(service: Service, edges: Edges) -> Dispatcher:
    settings, configuration = service.configuration.settings, service.configuration
    rules = DispatcherRules(
        node=settings.node,
        floor=FloorRules(policies=configuration.policies(), fallback_queue=service.fallback),
        beat_every_s=settings.heartbeat.every_s,
    )
    state = RedisState(edges.redis, settings.redis.prefix.strip(":"))
    telephony = AmiTelephony(edges.ami)
    return Dispatcher(rules, configuration.roster(), state, telephony, utc_now)


def _fastagi(service: Service, edges: Edges, dispatcher: Dispatcher, modes: Modes) -> FastAgiServer:
    settings = service.configuration.settings
    customers = SqlCustomers(edges.engine)
    menus = SiteMenus(service.site)
    parts = IvrParts(
        dispatcher=dispatcher,
        lookups=edges.customers.lookups,
        menus=menus,
        modes=modes.in_force,
        caller_classes=lambda number: caller_classes(customers, number),
        fallback_queue=service.fallback,
        now=utc_now,
    )
    ways = LineWays(
        scripts=ScriptFolder(settings.folders.scripts).run,
        dial_string=lambda target: dial_string(service.configuration, target),
        recordings=settings.folders.instance / "messages",
    )

    async def visit(connection: AgiConnection) -> None:
        caller = arrival(connection.env)
        try:
            call = IvrCall(parts, caller, AgiLine(connection, ways))
            entry = connection.env.get("agi_network_script", "")
            await (call.run_at(entry) if entry in ENTRIES else call.run())
        except Refused:
            # Nothing can be written down now: the dialplan takes him to the native fallback.
            log.warning("menu refused", extra={"fact": "menu_refused", "call_id": caller.call_id})

    return FastAgiServer(visit, settings.fastagi.host, settings.fastagi.port)


def dial_string(configuration: Configuration, target: str) -> str:
    """An extension of ours, else a number by the first trunk, in Asterisk's words."""
    digits = "".join(c for c in target if c in "0123456789+*#")
    if digits in {agent.extension for agent in configuration.agents.agents}:
        return f"PJSIP/{digits}"
    trunk = next(iter(configuration.settings.trunks), "")
    return f"PJSIP/{digits}@trunk-{trunk}"


def _web_parts(
    service: Service, edges: Edges, dispatcher: Dispatcher, feed: Feed, modes: Modes
) -> WebParts:
    configuration = service.configuration
    settings = configuration.settings
    menus = SiteMenus(service.site)
    chosen = {code for code, each in configuration.reasons.reasons.items() if not each.system}

    def labels(call: Call, language: str) -> Sequence[str]:
        edition = menus.for_number(call.dialed_number, call.caller_number)
        return key_labels(edition.tree, call, language)

    return WebParts(
        desk=Desk(dispatcher, chosen, configuration.wrap_up_codes()),
        feed=feed,
        sessions=RedisSessions(edges.redis, settings.redis.prefix.strip(":")),
        accounts=SqlAccounts(edges.engine),
        audit=SqlAudit(edges.engine),
        history=SqlHistory(edges.engine),
        pops=ScreenPops(SqlCustomers(edges.engine), labels),
        modes=modes,
        options=lambda: desk_options(configuration),
        tell=tell,
        ready=lambda: ready(service.site, dispatcher, edges),
        now=utc_now,
        static=STATIC,
        gauges=lambda: gauges(dispatcher, edges),
        cookie_secure=settings.http.secure_cookie,
        origins=frozenset(settings.http.origins),
        limits=WebLimits(session_idle_s=settings.desk.session_s),
    )


def tell(recorded: Sequence[Recorded], language: str) -> Sequence[StoryLine]:
    """A call's events as sentences, numbers masked."""
    sentences = story.tell(recorded, language, masked=masked_number)
    return [StoryLine(at=one.at, text=one.text, type=one.type) for one in sentences]


async def ready(site: Site, dispatcher: Dispatcher, edges: Edges) -> Mapping[str, bool]:
    """Which parts are there now."""
    return {
        "redis": await _answers(_ping(edges.redis)),
        "asterisk": edges.ami.up,
        "sql": await _answers(_select(edges.engine)),
        "tree": bool(site.trees),
        "dispatcher": dispatcher.live,
    }


async def _ping(redis: Redis) -> None:
    await redis.ping()


async def _select(engine: AsyncEngine) -> None:
    async with transaction(engine):
        pass


async def _answers(probe: Coroutine[Any, Any, None]) -> bool:
    try:
        async with asyncio.timeout(PROBE_S):
            await probe
    except Exception:
        return False
    return True


def gauges(dispatcher: Dispatcher, edges: Edges) -> Mapping[str, float]:
    """Figures for /metrics."""
    floor = dispatcher.floor
    found = counts(tuple(floor.calls.values()), tuple(floor.agents.values()))
    return {
        **found,
        "asterisk_up": edges.ami.up,
        "live": dispatcher.live,
        "customers_up": edges.customers.up,
    }
