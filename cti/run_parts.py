"""What one run of the service is made of: its files and secrets, its connections, its inner parts."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.asterisk.ami import AmiClient, AmiSettings
from cti.asterisk.ami_events import WANTED
from cti.config_models import Configuration
from cti.core.clock.hours import Calendar
from cti.core.ids import QueueName
from cti.data_source import DataSource, open_data_source
from cti.dialplans import Dialplans, Folder
from cti.measuring import Measuring
from cti.messages import sentences
from cti.messaging import Messaging
from cti.outward import Outward
from cti.recording_side import recording_room
from cti.reporting import Reporting
from cti.secret_files import Secrets
from cti.services.callback_watch import CallbackWatch
from cti.services.caller_classes import CallerClasses
from cti.services.caller_line import Arrival, CallerLine
from cti.services.caller_pages import CallerPages
from cti.services.desktop_watch import DesktopWatch
from cti.services.dispatcher import Dispatcher
from cti.services.feed import Feed
from cti.services.ivr_call import IvrCall, IvrParts
from cti.services.live_nodes import LiveNodes
from cti.services.modes import Modes
from cti.services.phrases import Phrases
from cti.services.recent_facts import RecentFacts
from cti.services.recording_room import RecordingRoom
from cti.services.recordings import Recordings
from cti.services.steady_clock import SteadyClock
from cti.store.phone_places import PhonePlaces
from cti.store.redis_link import open_redis
from cti.store.sql_link import open_engine
from cti.survivable import TreeWriter


def wall_now() -> datetime:
    """The machine's clock, which Asterisk goes by too."""
    return datetime.now(UTC)


_steady = SteadyClock(wall_now, time.monotonic)


def utc_now() -> datetime:
    """The clock of the whole service, which never goes back."""
    return _steady()


def ahead() -> timedelta:
    """How far the service's clock is before the machine's: nothing, but after one that was put back."""
    return max(utc_now() - wall_now(), timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a run is made from."""

    configuration: Configuration
    folder: Folder
    secrets: Secrets
    call: Callable[[IvrParts, Arrival, CallerLine], IvrCall] = IvrCall
    """What serves a caller in the menu; a rehearsal has its own."""

    @property
    def prefix(self) -> str:
        """What all our Redis keys begin with."""
        return self.configuration.settings.redis.prefix.strip(":")

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
    room: RecordingRoom
    places: PhonePlaces


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
    trees: TreeWriter
    recordings: Recordings
    watch: DesktopWatch
    outward: Outward
    measuring: Measuring
    reporting: Reporting
    recent: RecentFacts
    nodes: LiveNodes
    callback_watch: CallbackWatch
    caller_pages: CallerPages


def open_edges(service: Service) -> Edges:
    """Open them all; AMI is connected by its ``start``."""
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
        room=recording_room(service.configuration),
        places=PhonePlaces(sentences("places")),
    )
