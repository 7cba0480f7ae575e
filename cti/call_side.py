"""What serves callers: the dispatcher, the menu's FastAGI server, and all that stands behind them."""

import logging
from dataclasses import replace
from zoneinfo import ZoneInfo

from cti.asterisk.fastagi import AgiConnection, FastAgiServer
from cti.asterisk.ivr_visit import AgiLine, LineWays, arrival, sound_file
from cti.asterisk.phones import AmiPhones
from cti.asterisk.queue_log import QueueLog
from cti.asterisk.script_files import ScriptFolder
from cti.asterisk.telephony import AmiTelephony
from cti.calling_back import callback_offer, callbacks, floor_rules
from cti.core.changes import Changes
from cti.core.events import Event
from cti.core.ivr.entries import ENTRIES
from cti.core.ivr.wording import NO_WORDING, sound_of
from cti.dialplans import Dialplans, Surroundings, dialplans
from cti.measuring import Base, Measuring, measuring
from cti.messaging import Around, Messaging, messaging
from cti.outward import Ground, outward
from cti.phone_side import caller_pages
from cti.phrases import phrases
from cti.recording_side import recordings
from cti.reporting import ReportGround, reporting
from cti.run_parts import Edges, Inside, Service, utc_now, wall_now
from cti.services.callback_watch import CallbackWatch
from cti.services.caller_classes import CallerClasses
from cti.services.desktop_watch import DesktopWatch
from cti.services.dispatcher import Dispatcher, DispatcherRules
from cti.services.feed import Feed
from cti.services.gap import Gap
from cti.services.ivr_call import IvrParts
from cti.services.live_nodes import LiveNodes
from cti.services.menus import LiveMenus
from cti.services.modes import Modes
from cti.services.ports import Refused
from cti.services.recent_facts import RecentFacts
from cti.services.second_look import SecondLook
from cti.store.redis_modes import RedisModes
from cti.store.redis_state import RedisState
from cti.store.redis_stream import RedisStream, WorkGroup
from cti.store.sql_audit import SqlAudit
from cti.store.sql_customers import SqlCustomers
from cti.store.sql_numbers import SqlNumbers
from cti.survivable import TreeWriter, dial_string

log = logging.getLogger(__name__)


def inside_of(service: Service, edges: Edges) -> Inside:
    """Build every inner part; nothing runs yet."""
    menus = LiveMenus()
    dispatcher = _dispatcher(service, edges, menus)
    stream = RedisStream(edges.redis, service.prefix)
    feed, modes = Feed(stream), _modes(service, edges)
    trees = TreeWriter(service.configuration, _telephony(service, edges).reload_trees)
    around = Surroundings(
        redis=edges.redis,
        engine=edges.engine,
        dispatcher=dispatcher,
        feed=feed,
        stream=stream,
        record=lambda fact: recorded(service, edges, fact),
        menus=menus,
        swapped=lambda menus: use_menus(modes, trees, menus),
    )
    plans = dialplans(service.configuration, service.folder, around)
    messages = _messaging(service, edges, plans)
    return Inside(
        dispatcher=dispatcher,
        feed=feed,
        modes=modes,
        dialplans=plans,
        callers=_callers(service, edges),
        messaging=messages,
        measuring=_measuring(service, edges, dispatcher, (feed, messages, plans)),
        reporting=reporting(
            _report_ground(service, edges), lambda: plans.menus.calendar or service.calendar
        ),
        phrases=phrases(service.configuration.settings),
        trees=trees,
        recordings=recordings(service.configuration, edges.engine, edges.ami, dispatcher, utc_now),
        outward=outward(_ground(service, edges, feed)),
        watch=DesktopWatch(dispatcher, service.configuration.settings.desk.gone_s),
        recent=RecentFacts(feed, stream, utc_now),
        nodes=LiveNodes(feed, stream, utc_now),
        callback_watch=CallbackWatch(dispatcher, utc_now),
        caller_pages=caller_pages(service.configuration.settings.folders.prompts),
    )


def _measuring(
    service: Service, edges: Edges, dispatcher: Dispatcher, over: tuple[Feed, Messaging, Dialplans]
) -> Measuring:
    feed, messages, plans = over
    return measuring(
        Base(
            configuration=service.configuration,
            redis=edges.redis,
            engine=edges.engine,
            feed=feed,
            prefix=service.prefix,
            work=messages.web.work,
            snapshot=lambda: (
                list(dispatcher.floor.agents.values()),
                list(dispatcher.floor.calls.values()),
            ),
            calendar=lambda: plans.menus.calendar or service.calendar,
            now=utc_now,
        )
    )


def _report_ground(service: Service, edges: Edges) -> ReportGround:
    return ReportGround(
        configuration=service.configuration,
        secrets=service.secrets,
        engine=edges.engine,
        now=utc_now,
    )


def _ground(service: Service, edges: Edges, feed: Feed) -> Ground:
    return Ground(
        configuration=service.configuration,
        secrets=service.secrets,
        redis=edges.redis,
        engine=edges.engine,
        feed=feed,
        prefix=service.prefix,
        now=utc_now,
    )


def _telephony(service: Service, edges: Edges) -> AmiTelephony:
    configuration = service.configuration
    return AmiTelephony(
        edges.ami,
        lambda number: dial_string(configuration, number),
        edges.room.may_record,
        auto_answer=configuration.settings.desk.auto_answer,
        agi=configuration.settings.fastagi.advertise,
    )


def second_look(service: Service, edges: Edges, dispatcher: Dispatcher) -> SecondLook:
    """Finds what no event told."""
    every_s = service.configuration.settings.heartbeat.look_every_s
    asterisk, phones = _telephony(service, edges), AmiPhones(edges.ami)
    return SecondLook(dispatcher, asterisk, phones, utc_now, every_s)


def _modes(service: Service, edges: Edges) -> Modes:
    board = RedisModes(edges.redis, service.prefix)
    return Modes(service.calendar.mode_rules, board, SqlAudit(edges.engine), utc_now)


def _callers(service: Service, edges: Edges) -> CallerClasses:
    return CallerClasses(
        replace(
            service.configuration.callers.rules(),
            sticky=service.configuration.queues.sticky.rules(),
        ),
        SqlCustomers(edges.engine),
        SqlNumbers(edges.engine),
        ZoneInfo(service.configuration.settings.time_zone),
        utc_now,
    )


def use_menus(modes: Modes, trees: TreeWriter, menus: LiveMenus) -> None:
    """The modes are those of the opening hours in force; Asterisk's copy is of these trees."""
    trees.stand(menus.site)
    if calendar := menus.calendar:
        modes.rules = calendar.mode_rules


async def recorded(service: Service, edges: Edges, fact: Event) -> None:
    """Write down a fact that no state belongs to. Raises StoreDown."""
    await RedisState(edges.redis, service.prefix).commit(Changes(events=(fact,)))


def _dispatcher(service: Service, edges: Edges, menus: LiveMenus) -> Dispatcher:
    settings, configuration = service.configuration.settings, service.configuration
    state = RedisState(edges.redis, service.prefix)
    rules = DispatcherRules(
        node=settings.node,
        floor=floor_rules(configuration),
        beat_every_s=settings.heartbeat.every_s,
        wall=wall_now,
        gap=Gap(
            native=QueueLog(settings.folders.of_asterisk / "log" / "queue_log"),
            mark=state,
            journal=RedisStream(edges.redis, service.prefix),
        ),
    )
    roster, telephony = configuration.roster(), _telephony(service, edges)
    telephony.whisper = lambda queue: whisper_of(menus, queue, settings.language)
    return Dispatcher(rules, roster, state, telephony, utc_now)


def whisper_of(menus: LiveMenus, queue: str, language: str) -> str:
    """What an agent hears before a call of a queue: as the version in force has it."""
    wording = menus.site.wording if menus.site else NO_WORDING
    return sound_file(sound_of(wording, language, f"whisper_{queue}"))


def _messaging(service: Service, edges: Edges, plans: Dialplans) -> Messaging:
    settings = service.configuration.settings
    around = Around(
        configuration=service.configuration,
        secrets=service.secrets,
        engine=edges.engine,
        state=RedisState(edges.redis, service.prefix),
        group=WorkGroup(edges.redis, settings.node, service.prefix),
        calendar=lambda: plans.menus.calendar or service.calendar,
        now=utc_now,
    )
    return messaging(around)


def fastagi(service: Service, edges: Edges, inside: Inside) -> FastAgiServer:
    """The server that Asterisk asks what callers hear."""
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
        words=inside.caller_pages,
        area_of=edges.places.of,
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
