"""Small real parts in memory; what they were asked, and ways to disturb them."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from cti.core.agent_state import Agent, AgentState, AgentStatus
from cti.core.call import Call, CallPhase
from cti.core.endpoints import PhoneKind
from cti.core.events import Event
from cti.core.ids import AgentId, CallId, EventId
from cti.services.blocking import Block
from cti.services.feed import place
from cti.services.history_ports import CallQuery, CallRow
from cti.services.ports import Account, Claim, Customer, Recorded, Refused, StoreDown, WrapUp
from tests.web.samples import ACCOUNTS, CUSTOMER, LIMIT_S, NOW, PASSWORD, agent, call


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

    async def log_on(
        self,
        agent_id: AgentId,
        *,
        extension: str = "",
        seat: str = "",
        phone: PhoneKind | None = None,
    ) -> None:
        await self._do("log_on", agent_id, *filter(None, (extension, seat, phone)))

    async def log_off(self, agent_id: AgentId) -> None:
        await self._do("log_off", agent_id)

    async def set_status(self, agent_id: AgentId, status: AgentStatus, reason: str | None) -> None:
        await self._do("set_status", agent_id, status, reason)

    async def hang_up(self, agent_id: AgentId) -> None:
        await self._do("hang_up", agent_id)

    async def save_wrap_up(
        self, agent_id: AgentId, wrap_up: WrapUp, *, his: bool = False, by: str = ""
    ) -> None:
        await self._do("save_wrap_up", agent_id, wrap_up, *["his"] * his, *filter(None, [by]))

    async def extend_wrap_up(self, agent_id: AgentId) -> None:
        await self._do("extend_wrap_up", agent_id)

    async def cancel_pending(self, agent_id: AgentId) -> None:
        await self._do("cancel_pending", agent_id)

    async def end_wrap_up(self, agent_id: AgentId) -> None:
        await self._do("end_wrap_up", agent_id)

    async def acknowledge_alert(self, call_id: CallId, by: str) -> None:
        await self._do("acknowledge_alert", call_id, by)

    async def cancel_callback(self, call_id: CallId, by: str, reason: str) -> None:
        await self._do("cancel_callback", call_id, by, reason)

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

    async def counts(self) -> Mapping[str, int]:
        return Counter(account.login for account in self.accounts.values())

    async def end_all(self, login: str, but: str = "") -> int:
        going = [t for t, who in self.accounts.items() if who.login == login and t != but]
        for token in going:
            del self.accounts[token]
        return len(going)

    async def replace(self, token: str, account: Account, ttl_s: float) -> None:
        if token in self.accounts:
            self.accounts[token] = account


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
        self.asked: CallQuery | None = None

    async def story(self, call_id: CallId) -> Sequence[Recorded]:
        return self.stories.get(call_id, ())

    async def calls(self, query: CallQuery) -> Sequence[CallRow]:
        self.asked = query
        return self.rows


class MemoryBlocks:
    """``BlockStore`` as a list; what begins with ``x`` is no number."""

    def __init__(self) -> None:
        self.kept: list[Block] = []

    async def block(self, number: str, block: Block) -> bool:
        if number.startswith("x"):
            return False
        self.kept.append(replace(block, block_id=len(self.kept) + 1))
        return True

    async def unblock(self, number: str, now: datetime) -> Block | None:
        return self._taken(next((each for each in self.kept if each.number == number), None))

    async def lift(self, block_id: int, now: datetime) -> Block | None:
        return self._taken(next((each for each in self.kept if each.block_id == block_id), None))

    async def blocked(self, now: datetime) -> Sequence[Block]:
        return [each for each in self.kept if each.until > now]

    def _taken(self, found: Block | None) -> Block | None:
        if found is not None:
            self.kept.remove(found)
        return found
