"""Small real parts in memory for the web's tests, and a browser to talk to them."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from cti.core.agent_state import Agent, AgentState, AgentStatus
from cti.core.call import Call, CallPhase
from cti.core.events import Delivered, Event, Offered
from cti.core.ids import AgentId, CallId, ChannelName, EventId, QueueName
from cti.services.feed import Feed, place
from cti.services.ports import (
    Account,
    CallRow,
    Claim,
    Customer,
    EventStream,
    Policy,
    Recorded,
    Refused,
    Role,
    StoreDown,
    WrapUp,
)
from cti.services.screen_pop import ScreenPops
from cti.web.parts import Choice, DeskOptions, StoryLine, WebLimits, WebParts
from cti.web.server import build_app, start

NOW = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
LIMIT_S = 5.0
PASSWORD = "correct horse"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class MemoryStream:
    """``EventStream`` in memory."""

    def __init__(self) -> None:
        self.entries: list[Recorded] = []
        self.trimmed_upto = EventId("0-0")
        self.down = False
        self.reads = asyncio.Event()
        self.refused = asyncio.Event()
        self._news = asyncio.Condition()

    def last(self) -> EventId:
        return self.entries[-1].event_id if self.entries else EventId("0-0")

    async def append(self, event: Event) -> EventId:
        event_id = EventId(f"{len(self.entries) + 1}-0")
        async with self._news:
            self.entries.append(Recorded(event_id, event))
            self._news.notify_all()
        return event_id

    def _after(self, last: EventId) -> list[Recorded]:
        return [one for one in self.entries if place(one.event_id) > place(last)]

    async def read_after(
        self, last: EventId, *, limit: int = 500, block_s: float = 0.0
    ) -> Sequence[Recorded]:
        self.reads.set()
        self._answer()
        async with self._news:
            if block_s and not self._after(last):
                try:
                    async with asyncio.timeout(block_s):
                        await self._news.wait_for(lambda: self.down or self._after(last))
                except TimeoutError:
                    return ()
            self._answer()
            return self._after(last)[:limit]

    async def last_id(self) -> EventId:
        self._answer()
        return self.last()

    async def holds(self, event_id: EventId) -> bool:
        self._answer()
        return place(event_id) >= place(self.trimmed_upto)

    async def break_down(self) -> None:
        """Refuse everything; returns when a reader was refused."""
        async with self._news:
            self.down = True
            self._news.notify_all()
        async with asyncio.timeout(LIMIT_S):
            await self.refused.wait()

    def _answer(self) -> None:
        if self.down:
            self.refused.set()
            raise StoreDown("asked to be down")


def agent(agent_id: str = "1023", **changes: Any) -> Agent:
    plain = Agent(
        agent_id=AgentId(agent_id),
        name="马晓梅",
        extension="8001",
        skills={"motor": 3},
        status=AgentStatus.READY,
        since=NOW,
    )
    return replace(plain, **changes)


def call(call_id: str = "c-1", **changes: Any) -> Call:
    plain = Call(
        call_id=CallId(call_id),
        channel=ChannelName("PJSIP/trunk-00000001"),
        caller_number="13812341234",
        caller_name="张三",
        dialed_number="95518",
        arrived_at=NOW - timedelta(seconds=40),
        queued_at=NOW - timedelta(seconds=12),
        queue=QueueName("motor"),
        priority=60,
        phase=CallPhase.WAITING,
        keys=("1", "2"),
        variables={"report_no": "2026112200012345"},
    )
    return replace(plain, **changes)


def offered(call_id: str = "c-1") -> Offered:
    return Offered(
        at=NOW,
        call_id=CallId(call_id),
        caller_number="13812341234",
        caller_name="张三",
        dialed_number="95518",
        channel=ChannelName("PJSIP/trunk-00000001"),
    )


def delivered(call_id: str = "c-1", agent_id: str = "1023") -> Delivered:
    return Delivered(
        at=NOW,
        call_id=CallId(call_id),
        agent_id=AgentId(agent_id),
        queue=QueueName("motor"),
        attempt=1,
        agent_channel=ChannelName("PJSIP/8001-00000002"),
    )


CUSTOMER = Customer(
    customer_id=7,
    name="张三",
    salutation="先生",
    segment="vip",
    id_tail="12123X",
    area="西宁",
    alerts=("repeat",),
    policies=(
        Policy(
            policy_no="PDAA2026",
            line="motor",
            plate="青A12345",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            status="in_force",
            branch="西宁",
        ),
    ),
    claims=(
        Claim(
            report_no="2026112200012345", policy_no="PDAA2026", state="assessed", reported_at=NOW
        ),
    ),
)


class MemoryCustomers:
    """``Customers`` that can be slow or broken; ``asked`` counts."""

    def __init__(self) -> None:
        self.found: tuple[Customer, ...] = (CUSTOMER,)
        self.open = asyncio.Event()
        self.open.set()
        self.broken = 0
        self.asked = 0

    async def by_number(self, caller_number: str) -> Sequence[Customer]:
        self.asked += 1
        if self.broken:
            self.broken -= 1
            raise OSError("no table")
        await self.open.wait()
        return self.found

    async def claim(self, report_no_tail: str) -> Claim | None:
        return None


class MemoryDesk:
    """``AgentDesk`` that writes down what it was asked."""

    def __init__(self) -> None:
        self.agents: dict[str, Agent] = {"1023": agent(), "1024": agent("1024", name="李强")}
        self.calls: dict[str, Call] = {}
        self.done: list[tuple[object, ...]] = []
        self.asked = 0
        self.refusal: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def _do(self, *what: object) -> None:
        self.asked += 1
        await self.open.wait()
        if self.refusal:
            raise self.refusal
        self.done.append(what)

    async def log_on(self, agent_id: AgentId) -> None:
        await self._do("log_on", agent_id)

    async def log_off(self, agent_id: AgentId) -> None:
        await self._do("log_off", agent_id)

    async def set_status(self, agent_id: AgentId, status: AgentStatus, reason: str | None) -> None:
        await self._do("set_status", agent_id, status, reason)

    async def hang_up(self, agent_id: AgentId) -> None:
        await self._do("hang_up", agent_id)

    async def save_wrap_up(self, agent_id: AgentId, wrap_up: WrapUp) -> None:
        await self._do("save_wrap_up", agent_id, wrap_up)

    async def extend_wrap_up(self, agent_id: AgentId) -> None:
        await self._do("extend_wrap_up", agent_id)

    def snapshot(self) -> tuple[Sequence[Agent], Sequence[Call]]:
        return tuple(self.agents.values()), tuple(self.calls.values())

    def ring(self, call_id: str = "c-1", agent_id: str = "1023") -> None:
        """The call rings at the agent, as the dispatcher would leave the records."""
        self.calls[call_id] = call(call_id, phase=CallPhase.RINGING, agent_id=AgentId(agent_id))
        self.agents[agent_id] = replace(
            self.agents[agent_id], state=AgentState.RINGING, call_id=CallId(call_id)
        )


class MemorySessions:
    """``Sessions`` in memory."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.down = False

    async def open(self, account: Account, ttl_s: float) -> str:
        token = secrets.token_urlsafe(32)
        self.accounts[token] = account
        return token

    async def find(self, token: str, ttl_s: float) -> Account | None:
        if self.down:
            raise StoreDown("asked to be down")
        return self.accounts.get(token)

    async def close(self, token: str) -> None:
        self.accounts.pop(token, None)


class MemoryAccounts:
    """``Accounts`` with one password for all."""

    def __init__(self) -> None:
        self.checks = 0

    async def check(self, login: str, password: str) -> Account | None:
        self.checks += 1
        return ACCOUNTS.get(login) if password == PASSWORD else None

    async def put(self, account: Account, password: str) -> None:
        raise Refused("refused")

    async def all(self) -> Sequence[Account]:
        return tuple(ACCOUNTS.values())


ACCOUNTS: dict[str, Account] = {
    "ma": Account(login="ma", name="马晓梅", role=Role.AGENT, agent_id=AgentId("1023")),
    "li": Account(login="li", name="李强", role=Role.AGENT, agent_id=AgentId("1024")),
    **{
        str(role): Account(login=role, name=role, role=role)
        for role in Role
        if role is not Role.AGENT
    },
}


class MemoryAudit:
    """``Audit`` as a list."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str, str]] = []
        self.broken = False

    async def note(
        self, actor: str, action: str, subject: str, *, reason: str, at: datetime
    ) -> None:
        if self.broken:
            raise ConnectionError("no audit")
        self.lines.append((actor, action, subject, reason))


class MemoryHistory:
    """``History`` of given calls."""

    def __init__(self) -> None:
        self.stories: dict[str, tuple[Recorded, ...]] = {}
        self.rows: list[CallRow] = []
        self.asked: dict[str, object] = {}

    async def story(self, call_id: CallId) -> Sequence[Recorded]:
        return self.stories.get(call_id, ())

    async def calls(
        self, *, since: datetime, agent_id: AgentId | None = None, limit: int = 100
    ) -> Sequence[CallRow]:
        self.asked = {"since": since, "agent_id": agent_id, "limit": limit}
        return self.rows


def key_labels(call: Call, language: str) -> Sequence[str]:
    return [f"{language} {key}" for key in call.keys]


def tell(recorded: Sequence[Recorded], language: str) -> Sequence[StoryLine]:
    return [
        StoryLine(at=one.event.at, text=f"{language} {one.event.TYPE}", type=one.event.TYPE)
        for one in recorded
    ]


OPTIONS = DeskOptions(
    queues=(Choice(code="motor", label={"zh": "车险报案", "en": "motor"}),),
    reasons=(Choice(code="REST", label={"zh": "小休", "en": "break"}, max_s=900),),
    wrap_up_reasons=(
        Choice(
            code="report",
            label={"zh": "报案", "en": "report"},
            children=(Choice(code="report.motor", label={"zh": "车险", "en": "motor"}),),
        ),
    ),
    ring_s=18,
)


@dataclass
class World:
    """All parts of one running web server, to be looked at and disturbed."""

    static: Path
    limits: WebLimits = field(default_factory=WebLimits)
    clock: Clock = field(default_factory=Clock)
    stream: MemoryStream = field(default_factory=MemoryStream)
    journal: EventStream | None = None
    desk: MemoryDesk = field(default_factory=MemoryDesk)
    sessions: MemorySessions = field(default_factory=MemorySessions)
    accounts: MemoryAccounts = field(default_factory=MemoryAccounts)
    audit: MemoryAudit = field(default_factory=MemoryAudit)
    history: MemoryHistory = field(default_factory=MemoryHistory)
    customers: MemoryCustomers = field(default_factory=MemoryCustomers)
    there: dict[str, bool] = field(
        default_factory=lambda: {"redis": True, "asterisk": True, "sql": True, "tree": True}
    )
    gauges: dict[str, float] = field(default_factory=lambda: {"ami_queue": 3.0})
    pop_deadline_s: float = 0.8
    feed: Feed = field(init=False)
    parts: WebParts = field(init=False)
    app: web.Application = field(init=False)
    port: int = 0

    async def __aenter__(self) -> "World":
        self.feed = Feed(self.journal or self.stream, block_s=1.0)
        self.parts = self._parts()
        self.app = build_app(self.parts)
        self._following = asyncio.create_task(self.feed.run())
        self._runner, self.port = await start(self.app, "127.0.0.1", 0)
        await self.until(lambda: self.feed.position is not None)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)

    def _parts(self) -> WebParts:
        pops = ScreenPops(
            self.customers, key_labels, deadline_s=self.pop_deadline_s, late_s=LIMIT_S
        )
        return WebParts(
            desk=self.desk,
            feed=self.feed,
            sessions=self.sessions,
            accounts=self.accounts,
            audit=self.audit,
            history=self.history,
            pops=pops,
            options=lambda: OPTIONS,
            tell=tell,
            ready=self._ready,
            now=self.clock,
            static=self.static,
            gauges=lambda: self.gauges,
            limits=self.limits,
        )

    async def _ready(self) -> Mapping[str, bool]:
        return self.there

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def until(self, true: Callable[[], bool]) -> None:
        """Let the loop run until it is true."""
        async with asyncio.timeout(LIMIT_S):
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0.005)


class Browser:
    """One person's browser, with its own cookies."""

    def __init__(self, world: World, http: aiohttp.ClientSession) -> None:
        self.world = world
        self.http = http
        self.headers = {"Origin": world.origin, "X-Requested-With": "cti"}

    async def request(
        self, method: str, path: str, **options: Any
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Status, JSON (or text) and headers."""
        headers = {**self.headers, **options.pop("headers", {})}
        url = self.world.origin + path
        async with self.http.request(method, url, headers=headers, **options) as answer:
            plain = answer.content_type != "application/json"
            body = await (answer.text() if plain else answer.json())
            return answer.status, body, answer.headers

    async def sign_in(self, login: str, password: str = PASSWORD) -> tuple[int, Any]:
        status, body, _ = await self.request(
            "POST", "/api/v1/session", json={"login": login, "password": password}
        )
        return status, body

    async def socket(self, query: str = "", **options: Any) -> aiohttp.ClientWebSocketResponse:
        headers = {**self.headers, **options.pop("headers", {})}
        url = f"{self.world.origin}/ws{query}"
        ws: aiohttp.ClientWebSocketResponse = await self.http.ws_connect(
            url, headers=headers, max_msg_size=0, **options
        )
        return ws


class Desk:
    """A desktop's socket as its script uses it."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self._refs = 0

    @property
    def transport(self) -> asyncio.Transport:
        """The connection below the socket, to be disturbed."""
        connection = self.ws._response.connection
        assert connection is not None
        assert connection.transport is not None
        return connection.transport

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        found = await self.ws.receive_json(timeout=LIMIT_S)
        assert isinstance(found, dict)
        return found

    async def ask(self, cmd: str, **fields: Any) -> None:
        self._refs += 1
        await self.ws.send_json({"cmd": cmd, "ref": f"r{self._refs}", **fields})

    async def answer(self, cmd: str, **fields: Any) -> dict[str, Any]:
        """Ask, and give back what is answered (other messages before it are lost)."""
        await self.ask(cmd, **fields)
        while (found := await self.hear()).get("ref") != fields.get("ref", f"r{self._refs}"):
            pass
        return found

    async def resume(self, after: str | None = None) -> dict[str, Any]:
        await self.ask("resume", after=after)
        return await self.hear()

    async def close_code(self) -> int | None:
        """How the server closes the socket, whatever it says before."""
        async with asyncio.timeout(LIMIT_S):
            while not (await self.ws.receive()).type.name.startswith(("CLOS", "ERR")):
                pass
        return self.ws.close_code
