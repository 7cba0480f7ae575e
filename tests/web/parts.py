"""A running web server over parts in memory."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from cti.messages import sentences
from cti.services.blocking import Blocking
from cti.services.feed import Feed
from cti.services.figures import ByLabel
from cti.services.knowledge import Knowledge
from cti.services.modes import Modes
from cti.services.notices import Notices
from cti.services.place_names import place_name
from cti.services.ports import EventStream
from cti.services.screen_pop import PopSources, ScreenPops
from cti.services.wrap_ups import WrapUps
from cti.store.memory_modes import MemoryModes
from cti.store.phone_places import PhonePlaces
from cti.web.admin_parts import AdminParts
from cti.web.masking import masked_number
from cti.web.parts import MeasureParts, MessageParts, RecordingParts, WebLimits, WebParts
from cti.web.phone_parts import PhoneParts
from cti.web.proxies import Proxies
from cti.web.server import build_app, start
from tests.web.memory import (
    Clock,
    MemoryAccounts,
    MemoryAudit,
    MemoryBlocks,
    MemoryCustomers,
    MemoryDesk,
    MemoryHistory,
    MemorySessions,
    MemoryStream,
)
from tests.web.memory_control import MemoryControl
from tests.web.memory_people import MemoryNoticeBoard, MemoryPeople, MemoryWatch
from tests.web.memory_pop import KNOWLEDGE, MemoryCases, MemoryContacts, MemoryWrapUps
from tests.web.memory_reach import MemoryReach
from tests.web.memory_routing import MemoryRouting
from tests.web.memory_versions import MemoryVersions
from tests.web.samples import LIMIT_S, MODE_RULES, OPTIONS, POLICIES, key_labels, tell

PROXY_ORIGIN = "https://95518.example.cn"
"""What browsers see where a reverse proxy stands before us."""

PLACES = PhonePlaces(sentences("places"))


@dataclass
class World:
    """All parts of one running web server, to be looked at and disturbed."""

    static: Path
    limits: WebLimits = field(default_factory=WebLimits)
    clock: Clock = field(default_factory=Clock)
    stream: MemoryStream = field(default_factory=MemoryStream)
    journal: EventStream | None = None
    desk: MemoryDesk = field(default_factory=MemoryDesk)
    board: MemoryNoticeBoard = field(default_factory=MemoryNoticeBoard)
    watch: MemoryWatch = field(default_factory=MemoryWatch)
    control: MemoryControl = field(default_factory=MemoryControl)
    reach: MemoryReach = field(default_factory=MemoryReach)
    sessions: MemorySessions = field(default_factory=MemorySessions)
    accounts: MemoryAccounts = field(default_factory=MemoryAccounts)
    audit: MemoryAudit = field(default_factory=MemoryAudit)
    history: MemoryHistory = field(default_factory=MemoryHistory)
    customers: MemoryCustomers = field(default_factory=MemoryCustomers)
    contacts: MemoryContacts = field(default_factory=MemoryContacts)
    cases: MemoryCases = field(default_factory=MemoryCases)
    wrap_ups: MemoryWrapUps = field(default_factory=MemoryWrapUps)
    knowledge: Knowledge = field(default_factory=lambda: KNOWLEDGE)
    blocks: MemoryBlocks = field(default_factory=MemoryBlocks)
    routing: MemoryRouting = field(default_factory=MemoryRouting)
    modes: MemoryModes = field(default_factory=MemoryModes)
    versions: MemoryVersions = field(default_factory=MemoryVersions)
    there: dict[str, bool] = field(
        default_factory=lambda: {"redis": True, "asterisk": True, "sql": True, "tree": True}
    )
    gauges: dict[str, float | ByLabel] = field(default_factory=lambda: {"ami_queue": 3.0})
    pop_deadline_s: float = 0.8
    messages: MessageParts | None = None
    recordings: RecordingParts | None = None
    measures: "Callable[[World], MeasureParts] | None" = None
    admin: "Callable[[World], AdminParts] | None" = None
    phone: "Callable[[World], PhoneParts] | None" = None
    feed: Feed = field(init=False)
    parts: WebParts = field(init=False)
    app: web.Application = field(init=False)
    proxies: Proxies = field(default_factory=Proxies)
    tls: ssl.SSLContext | None = None
    port: int = 0

    async def __aenter__(self) -> "World":
        self.feed = Feed(self.journal or self.stream, block_s=1.0, gather_s=0.0)
        self.parts = self._parts()
        self.app = build_app(self.parts)
        self._following = asyncio.create_task(self.feed.run())
        self._runner, self.port = await start(self.app, "127.0.0.1", 0, self.tls)
        await self.until(lambda: self.feed.position is not None)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)

    def _parts(self) -> WebParts:
        pops = ScreenPops(self._sources(), deadline_s=self.pop_deadline_s, late_s=LIMIT_S)
        return WebParts(
            desk=self.desk,
            control=self.control,
            reach=self.reach,
            supervision=self.reach,
            people=MemoryPeople(self.desk),
            routing=self.routing,
            notices=Notices(self.board, POLICIES, self.clock),
            watch=self.watch,
            feed=self.feed,
            sessions=self.sessions,
            accounts=self.accounts,
            audit=self.audit,
            history=self.history,
            pops=pops,
            knowledge=self.knowledge,
            wrap_ups=WrapUps(self.desk, self.wrap_ups, self.audit, self.clock),
            modes=Modes(MODE_RULES, self.modes, self.audit, self.clock),
            blocking=Blocking(self.blocks, self.audit, self.clock, masked_number),
            dialplan=self.versions.parts(),
            options=lambda: OPTIONS,
            tell=tell,
            ready=self._ready,
            now=self.clock,
            static=self.static,
            area_of=PLACES.of,
            messages=self.messages,
            recordings=self.recordings,
            measures=self.measures(self) if self.measures else None,
            admin=self.admin(self) if self.admin else None,
            phone=self.phone(self) if self.phone else None,
            gauges=lambda: self.gauges,
            limits=self.limits,
            origins=frozenset({PROXY_ORIGIN}),
            proxies=self.proxies,
        )

    def _sources(self) -> PopSources:
        return PopSources(
            customers=self.customers,
            contacts=self.contacts,
            cases=self.cases,
            articles=self.knowledge,
            labels=key_labels,
            place=lambda number, language: place_name(PLACES.of(number), language),
        )

    async def _ready(self) -> Mapping[str, bool]:
        return self.there

    @property
    def origin(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    async def until(self, true: Callable[[], bool]) -> None:
        """Let the loop run until it is true."""
        async with asyncio.timeout(LIMIT_S):
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
