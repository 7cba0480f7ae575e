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
from zoneinfo import ZoneInfo

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.asterisk.ami import AmiClient, AmiSettings
from cti.asterisk.ami_events import WANTED
from cti.asterisk.fastagi import AgiConnection, FastAgiServer
from cti.asterisk.ivr_visit import AgiLine, LineWays, arrival
from cti.asterisk.queue_log import QueueLog
from cti.asterisk.script_files import ScriptFolder
from cti.asterisk.telephony import AmiTelephony, follow
from cti.calling_back import callback_offer, callbacks, floor_rules
from cti.config_models import Configuration
from cti.core.call import Call
from cti.core.changes import Changes
from cti.core.clock.hours import Calendar
from cti.core.events import Event
from cti.core.ids import QueueName
from cti.core.ivr.tree import ENTRIES
from cti.data_source import DataSource, open_data_source
from cti.desk_options import desk_options, key_labels
from cti.dialplans import Dialplans, Folder, Surroundings, dialplans, published_files
from cti.messaging import Around, Messaging, messaging
from cti.phrases import phrases
from cti.secret_files import Secrets
from cti.services import story
from cti.services.agents import Desk
from cti.services.blocking import Blocking
from cti.services.callbacks import watch_elsewhere
from cti.services.caller_classes import CallerClasses
from cti.services.caller_line import Arrival, CallerLine
from cti.services.dispatcher import Dispatcher, DispatcherRules
from cti.services.feed import Feed
from cti.services.figures import callback_counts, counts
from cti.services.gap import Gap
from cti.services.ivr_call import IvrCall, IvrParts
from cti.services.journal_writer import JournalWriter
from cti.services.menus import LiveMenus
from cti.services.modes import Modes
from cti.services.phrases import Phrases
from cti.services.ports import HistoryDown, Recorded, Refused
from cti.services.screen_pop import ScreenPops
from cti.store.redis_link import open_redis
from cti.store.redis_modes import RedisModes
from cti.store.redis_sessions import RedisSessions
from cti.store.redis_state import RedisState
from cti.store.redis_stream import RedisGroup, RedisStream, WorkGroup
from cti.store.sql_accounts import SqlAccounts
from cti.store.sql_audit import SqlAudit
from cti.store.sql_customers import SqlCustomers
from cti.store.sql_history import SqlHistory
from cti.store.sql_journal import SqlJournal
from cti.store.sql_link import migrate, open_engine, transaction
from cti.store.sql_numbers import SqlNumbers
from cti.survivable import TreeWriter, dial_string
from cti.web.masking import masked_number
from cti.web.parts import DialplanParts, StoryLine, WebLimits, WebParts
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
    folder: Folder
    secrets: Secrets
    call: Callable[[IvrParts, Arrival, CallerLine], IvrCall] = IvrCall
    """What serves a caller in the menu; a rehearsal has its own."""

    @property
    def fallback(self) -> QueueName:
        """Where callers go whose way is lost."""
        return QueueName(self.configuration.queues.fallback_queue)

    @property
    def calendar(self) -> Calendar:
        """The opening hours and the modes of the centre."""
        trees = self.folder.site.trees.values() if self.folder.site else ()
        return next((tree.calendar for tree in trees), Calendar(zone=UTC))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """The parts of a run that several edges need."""

    dispatcher: Dispatcher
    feed: Feed
    modes: Modes
    dialplans: Dialplans
    callers: CallerClasses
    messaging: Messaging
    phrases: Phrases


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
    telephony = AmiTelephony(edges.ami, lambda number: dial_string(service.configuration, number))
    trees = TreeWriter(service.configuration, telephony.reload_trees)
    around = Surroundings(
        redis=edges.redis,
        engine=edges.engine,
        dispatcher=dispatcher,
        feed=feed,
        stream=stream,
        record=lambda fact: recorded(edges, prefix, fact),
        swapped=lambda menus: use_menus(modes, trees, menus),
    )
    plans = dialplans(service.configuration, service.folder, around)
    callers = CallerClasses(
        service.configuration.callers.rules(),
        SqlCustomers(edges.engine),
        SqlNumbers(edges.engine),
        ZoneInfo(settings.time_zone),
        utc_now,
    )
    sent = _messaging(service, edges, plans)
    inside = Inside(
        dispatcher=dispatcher,
        feed=feed,
        modes=modes,
        dialplans=plans,
        callers=callers,
        messaging=sent,
        phrases=phrases(settings),
    )
    for name, work in sent.tasks.items():
        _own(tasks, work, name)
    _own(tasks, callers.run(), "chosen languages")
    _own(tasks, inside.phrases.run(), "phrases")
    _own(tasks, feed.run(), "feed")
    _own(tasks, plans.follower.run(), "dialplan")
    _own(tasks, trees.run(), "trees for survival")
    _own(tasks, plans.guard.run(), "canary")
    _own(tasks, plans.shadows.run(), "shadow")
    _own(tasks, modes.run(feed), "modes")
    _own(tasks, watch_elsewhere(feed, dispatcher), "callbacks")
    _own(tasks, writer.run(), "history")
    await edges.ami.start()
    _own(tasks, follow(edges.ami, dispatcher), "asterisk events")
    agi = _fastagi(service, edges, inside)
    await agi.start()
    _own(tasks, _close_at_end(agi.close), "fastagi")
    _own(tasks, dispatcher.run(), "dispatcher")
    app = build_app(_web_parts(service, edges, inside))
    runner, port = await start_web(app, settings.http.host, settings.http.port)
    _own(tasks, _close_at_end(runner.cleanup), "web")
    log.info("serving", extra={"fact": "serving", "http_port": port, "agi_port": agi.port})
    return Running(http_port=port, agi_port=agi.port, dispatcher=dispatcher, edges=edges)


def use_menus(modes: Modes, trees: TreeWriter, menus: LiveMenus) -> None:
    """The modes are those of the opening hours in force; Asterisk's copy is of these trees."""
    trees.stand(menus.site)
    if calendar := menus.calendar:
        modes.rules = calendar.mode_rules


async def recorded(edges: Edges, prefix: str, fact: Event) -> None:
    """Write down a fact that no state belongs to. Raises StoreDown."""
    await RedisState(edges.redis, prefix).commit(Changes(events=(fact,)))


def _own(tasks: asyncio.TaskGroup, work: Coroutine[Any, Any, None], name: str) -> None:
    tasks.create_task(work, name=name)


async def _close_at_end(close: Callable[[], Awaitable[None]]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        await close()


def _dispatcher(service: Service, edges: Edges) -> Dispatcher:
    settings, configuration = service.configuration.settings, service.configuration
    prefix = settings.redis.prefix.strip(":")
    state = RedisState(edges.redis, prefix)
    rules = DispatcherRules(
        node=settings.node,
        floor=floor_rules(configuration),
        beat_every_s=settings.heartbeat.every_s,
        gap=Gap(
            native=QueueLog(settings.folders.of_asterisk / "log" / "queue_log"),
            mark=state,
            journal=RedisStream(edges.redis, prefix),
        ),
    )
    telephony = AmiTelephony(edges.ami, lambda number: dial_string(configuration, number))
    return Dispatcher(rules, configuration.roster(), state, telephony, utc_now)


def _messaging(service: Service, edges: Edges, plans: Dialplans) -> Messaging:
    settings = service.configuration.settings
    prefix = settings.redis.prefix.strip(":")
    around = Around(
        configuration=service.configuration,
        secrets=service.secrets,
        engine=edges.engine,
        state=RedisState(edges.redis, prefix),
        group=WorkGroup(edges.redis, settings.node, prefix),
        calendar=lambda: plans.menus.calendar or service.calendar,
        now=utc_now,
    )
    return messaging(around)


def _fastagi(service: Service, edges: Edges, inside: Inside) -> FastAgiServer:
    settings = service.configuration.settings
    parts = IvrParts(
        dispatcher=inside.dispatcher,
        lookups=edges.customers.lookups,
        menus=inside.dialplans.menus,
        visited=inside.dialplans.shadows.visited,
        modes=inside.modes.in_force,
        callers=inside.callers,
        fallback_queue=service.fallback,
        now=utc_now,
        callbacks=callbacks(service.configuration, inside.dispatcher),
        mailbox=inside.messaging.mailbox,
        sms=inside.messaging.outbox,
        values=inside.phrases,
    )
    ways = LineWays(
        scripts=ScriptFolder(settings.folders.scripts, settings.folders.instance / "secrets").run,
        dial_string=lambda target: dial_string(service.configuration, target),
        recordings=settings.folders.of_asterisk / "spool" / "voicemail",
        offer=lambda queue: callback_offer(service.configuration, queue),
    )

    async def visit(connection: AgiConnection) -> None:
        caller = arrival(connection.env)
        try:
            call = service.call(parts, caller, AgiLine(connection, ways))
            entry = connection.env.get("agi_network_script", "")
            await (call.run_at(entry) if entry in ENTRIES else call.run())
        except Refused:
            # Nothing can be written down now: the dialplan takes him to the native fallback.
            log.warning("menu refused", extra={"fact": "menu_refused", "call_id": caller.call_id})

    return FastAgiServer(visit, settings.fastagi.host, settings.fastagi.port)


def _web_parts(service: Service, edges: Edges, inside: Inside) -> WebParts:
    configuration = service.configuration
    settings = configuration.settings
    dispatcher, menus = inside.dispatcher, inside.dialplans.menus
    chosen = {code for code, each in configuration.reasons.reasons.items() if not each.system}

    def labels(call: Call, language: str) -> Sequence[str]:
        edition = menus.walked(call.dialed_number, call.tree_version)
        return key_labels(edition.tree, call, language)

    return WebParts(
        desk=Desk(dispatcher, chosen, configuration.wrap_up_codes()),
        feed=inside.feed,
        sessions=RedisSessions(edges.redis, settings.redis.prefix.strip(":")),
        accounts=SqlAccounts(edges.engine),
        audit=SqlAudit(edges.engine),
        history=SqlHistory(edges.engine),
        pops=ScreenPops(SqlCustomers(edges.engine), labels),
        modes=inside.modes,
        blocking=Blocking(SqlNumbers(edges.engine), SqlAudit(edges.engine), utc_now, masked_number),
        messages=inside.messaging.web,
        dialplan=DialplanParts(
            desk=inside.dialplans.desk,
            files=lambda: published_files(configuration),
            canary=inside.dialplans.guard.counts,
        ),
        options=lambda: desk_options(configuration),
        tell=tell,
        ready=lambda: ready(inside.dialplans, dispatcher, edges),
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


async def ready(plans: Dialplans, dispatcher: Dispatcher, edges: Edges) -> Mapping[str, bool]:
    """Which parts are there now."""
    return {
        "redis": await _answers(_ping(edges.redis)),
        "asterisk": edges.ami.up,
        "sql": await _answers(_select(edges.engine)),
        "tree": plans.menus.ready,
        "dialplan": not plans.follower.refused,
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
    calls = tuple(floor.calls.values())
    return {
        **counts(calls, tuple(floor.agents.values())),
        **callback_counts(calls, utc_now()),
        "asterisk_up": edges.ami.up,
        "live": dispatcher.live,
        "customers_up": edges.customers.up,
    }
