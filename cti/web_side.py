"""What serves browsers and probes, and what they are told of a run's health."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_network
from typing import Any
from zoneinfo import ZoneInfo

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.admin_side import admin_parts
from cti.asterisk.phones import AmiPhones
from cti.built import STATIC
from cti.config_models import Configuration
from cti.core.acd.record_signals import PauseRecording
from cti.core.ivr.entries import FROM_AGENT
from cti.desk_options import desk_options
from cti.dialplans import Dialplans, published_files
from cti.phone_side import phone_parts
from cti.pop_side import knowledge_of, own_figures, pop_sources, wrap_ups
from cti.recording_side import recording_desk, recording_gauges
from cti.run_parts import Edges, Inside, Service, utc_now
from cti.services import story
from cti.services.agents import Desk, DeskRules
from cti.services.blocking import Blocking
from cti.services.call_control import DeskControl, DialRule
from cti.services.dispatcher import Dispatcher
from cti.services.figures import ByLabel, callback_counts, counts, wait_error_gauges
from cti.services.notices import Notices
from cti.services.people import People
from cti.services.ports import Recorded
from cti.services.reach import CallingRules, CallReach
from cti.services.routing import FloorRouting
from cti.services.screen_pop import ScreenPops
from cti.services.supervision import CallSupervision
from cti.settings import Settings
from cti.store.redis_notices import RedisNotices
from cti.store.redis_sessions import RedisSessions
from cti.store.sql_accounts import SqlAccounts
from cti.store.sql_audit import SqlAudit
from cti.store.sql_history import SqlHistory
from cti.store.sql_link import transaction
from cti.store.sql_numbers import SqlNumbers
from cti.web.masking import masked_number
from cti.web.parts import DialplanParts, RecordingParts, StoryLine, WebLimits, WebParts
from cti.web.proxies import Proxies

PROBE_S = 1.0


def web_parts(service: Service, edges: Edges, inside: Inside) -> WebParts:
    """What the web server stands on."""
    configuration = service.configuration
    settings = configuration.settings
    dispatcher, menus = inside.dispatcher, inside.dialplans.menus
    dial = DialRule(settings.desk.dial, settings.sip.numbers)
    notices = Notices(RedisNotices(edges.redis, service.prefix), configuration.policies(), utc_now)

    desk = Desk(dispatcher, desk_rules(configuration, edges))
    return WebParts(
        desk=desk,
        wrap_ups=wrap_ups(desk, edges),
        people=_people(service, edges, inside, notices),
        routing=FloorRouting(inside.dispatcher, SqlAudit(edges.engine), utc_now),
        notices=notices,
        watch=inside.watch,
        control=DeskControl(dispatcher, dial),
        reach=CallReach(dispatcher, dial, calling_rules(settings), SqlNumbers(edges.engine), menus),
        supervision=CallSupervision(dispatcher, SqlAudit(edges.engine), utc_now),
        feed=inside.feed,
        sessions=RedisSessions(edges.redis, service.prefix),
        accounts=SqlAccounts(edges.engine),
        audit=SqlAudit(edges.engine),
        history=SqlHistory(edges.engine),
        pops=ScreenPops(pop_sources(service, edges, inside)),
        knowledge=knowledge_of(service, inside),
        modes=inside.modes,
        blocking=Blocking(SqlNumbers(edges.engine), SqlAudit(edges.engine), utc_now, masked_number),
        messages=inside.messaging.web,
        measures=replace(
            inside.measuring.web,
            reports=inside.reporting.reports,
            own=own_figures(inside.measuring.web.measures, edges),
        ),
        phone=phone_parts(service, edges, inside),
        recordings=RecordingParts(
            desk=recording_desk(configuration, edges.engine, utc_now),
            pause=lambda agent_id, on: dispatcher.ask(PauseRecording(agent_id=agent_id, on=on)),
            agents_hear_own=configuration.recording.agents_hear_own,
        ),
        dialplan=DialplanParts(
            desk=inside.dialplans.desk,
            files=lambda: published_files(configuration),
            canary=inside.dialplans.guard.counts,
        ),
        options=lambda: desk_options(
            configuration, site.tree_at(FROM_AGENT) if (site := menus.site) else None
        ),
        tell=tell,
        ready=lambda: ready(inside.dialplans, dispatcher, edges),
        now=utc_now,
        static=STATIC,
        area_of=edges.places.of,
        gauges=lambda: {
            **gauges(dispatcher, edges),
            **recording_gauges(dispatcher.floor.calls.values(), inside.recordings, edges.room),
            **waiting_gauges(inside),
            **inside.outward.gauges(),
            **inside.reporting.gauges(),
            **inside.dialplans.sweep.gauges(),
        },
        admin=admin_parts(service, edges, inside),
        cookie_secure=settings.http.secure_cookie,
        origins=frozenset(settings.http.origins),
        proxies=Proxies(
            tuple(map(ip_network, settings.http.trusted_proxies)), settings.http.proxy_header
        ),
        limits=WebLimits(session_idle_s=settings.desk.session_s),
    )


def calling_rules(settings: Settings) -> CallingRules:
    """How agents may call people up."""
    desk = settings.desk
    return CallingRules(
        shown=settings.sip.numbers,
        first=desk.calls_from,
        last=desk.calls_until,
        zone=ZoneInfo(settings.time_zone),
        now=utc_now,
    )


def desk_rules(configuration: Configuration, edges: Edges) -> DeskRules:
    """What desktops may name."""
    reasons = configuration.reasons.reasons.items()
    return DeskRules(
        reasons={code for code, each in reasons if not each.system},
        codes=configuration.wrap_up_codes(),
        extensions=configuration.agents.desks(),
        seats={each.seat: each.extension for each in configuration.agents.seats},
        phones=AmiPhones(edges.ami) if configuration.settings.desk.phone_required else None,
    )


def _people(service: Service, edges: Edges, inside: Inside, notices: Notices) -> People:
    skills = service.configuration.skills
    known = (skills.skills, skills.languages)
    return People(inside.dispatcher, notices, SqlAudit(edges.engine), utc_now, known)


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


def waiting_gauges(inside: Inside) -> Mapping[str, float | ByLabel]:
    """Figures of those who wait: the rules of callbacks, and how true the told times were."""
    return {
        "callback_invariant_broken": ByLabel("rule", inside.callback_watch.broken),
        **wait_error_gauges(inside.recent.wait_errors()),
    }
