"""A running hotline whose parts a test may kill, stop, cut off and bring back."""

import asyncio
import contextlib
import logging
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from sqlalchemy import select

from cti.simulation.phones import Leg, Phone, Phones, Registrar
from cti.simulation.sip_phone import OVER
from cti.store.sql_link import open_engine
from cti.store.sql_schema import event as event_table
from tests.asterisk.house import (
    CALLER_TONE_HZ,
    Seat,
)
from tests.asterisk.site import Desktop, Site, desktop
from tests.faults.disturbance import Ill
from tests.faults.links import Doubles, Links
from tests.faults.relay import Way

log = logging.getLogger(__name__)

FALLBACK_S = 8.0
"""A waiting caller is with the native queue so soon after the server went."""
RECOVERY_S = 5.0
"""The live state is right so soon after the server was started."""
SUPERVISOR = "2001"


def patience(limit_s: float) -> float:
    """The limit on a machine that has a processor for everyone; more on one that has not."""
    return limit_s * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@dataclass(frozen=True)
class Channel:
    """One line of Asterisk's own list."""

    name: str
    context: str
    application: str
    bridge: str


@dataclass
class Hotline:
    """The parts, and the ways between them."""

    site: Site
    phones: Phones
    registrar: Registrar
    links: Links
    sql_url: str
    agents: Mapping[str, Phone]
    callers: dict[str, Phone] = field(default_factory=dict)
    started_at: float = 0.0
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When this test began."""

    def __post_init__(self) -> None:
        self.ami, self.sql = self.links.ami, self.links.sql
        self.redis, self.hook = self.links.redis, self.links.hook
        self.doubles = Doubles(self.agents.values())

    def caller(self, number: str, record_to: Path | None = None) -> Phone:
        if number not in self.callers:
            phone = Phone(number, self.registrar, tone_hz=CALLER_TONE_HZ)
            self.callers[number] = self.phones.add(phone)
        self.callers[number].record(record_to)
        return self.callers[number]

    async def call(self, number: str, dialed: str, record_to: Path | None = None) -> Leg:
        """A call that was answered: by our menu, our queue, or the native fallback."""
        leg = self.caller(number, record_to).dial(dialed)
        await leg.until("CONFIRMED", 15)
        return leg

    @contextlib.asynccontextmanager
    async def board(self) -> AsyncIterator[Desktop]:
        async with desktop(self.site, SUPERVISOR) as found:
            yield found

    @contextlib.asynccontextmanager
    async def seats(self, *agent_ids: str) -> AsyncIterator[Mapping[str, Seat]]:
        """Agents signed in at their desktops."""
        async with contextlib.AsyncExitStack() as stack:
            found = {}
            for agent_id in agent_ids:
                follows = await stack.enter_async_context(desktop(self.site, agent_id))
                found[agent_id] = Seat(agent_id, follows, self.agents[agent_id])
            yield found

    # The server.

    def kill_server(self) -> None:
        self.site.kill("server")

    async def start_server(self) -> float:
        """Start it; how long it took until it was live, in seconds."""
        self.started_at = time.monotonic()
        await self.start_program("server")
        await self.until_live()
        return time.monotonic() - self.started_at

    async def start_program(self, name: str) -> None:
        """Start it without waiting for more than its process."""

        async def at_once() -> bool:
            return True

        await self.site.programs.start(replace(self.site.wanted[name], ready=at_once))

    async def live(self) -> bool:
        return (await self.gauges()).get("cti_live") == 1.0

    async def until_live(self) -> None:
        await self.until(self.live, 30, "live")

    async def until_not_live(self) -> None:
        async def dead() -> bool:
            return not await self.live()

        await self.until(dead, 15, "not live")

    async def gauges(self) -> Mapping[str, float]:
        """What /metrics says; empty while nobody answers."""
        limit = aiohttp.ClientTimeout(total=2)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as http,
                http.get(f"{self.site.url}/metrics") as answer,
            ):
                lines = (await answer.text()).splitlines()
        except (aiohttp.ClientError, TimeoutError):
            return {}
        told = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        return {name: float(value) for name, _, value in told}

    # What Asterisk shows.

    async def channels(self) -> list[Channel]:
        text = await self.site.asterisk_says("core show channels concise")
        rows = [line.split("!") for line in text.splitlines() if line.count("!") > 11]
        return [Channel(row[0], row[1], row[5], row[12]) for row in rows]

    async def agent_of(self, leg: Leg) -> str:
        """Who is in a bridge with a caller, by Asterisk's own list; empty for nobody."""
        found = await self.channels()
        names = {agent.name: agent_id for agent_id, agent in self.agents.items()}
        text = await self.site.asterisk_says("core show channels concise")
        numbers = {row.split("!")[0]: row.split("!")[7] for row in text.splitlines() if "!" in row}
        mine = {c.bridge for c in found if numbers.get(c.name) == leg.phone.name and c.bridge}
        others = (c.name.partition("/")[2].rpartition("-")[0] for c in found if c.bridge in mine)
        return next((names[other] for other in others if other in names), "")

    async def until_bridged(self, leg: Leg, limit_s: float = 15.0) -> str:
        """The agent who has a caller, by Asterisk's bridges: no event of ours is believed here."""
        found = ""

        async def talks() -> bool:
            nonlocal found
            found = await self.agent_of(leg)
            return bool(found)

        await self.until(talks, limit_s, f"an agent for {leg.phone.name}")
        return found

    async def callers_in(self, context: str, application: str = "") -> int:
        """Contexts of the native menu are named after ``acd-survive``."""
        return sum(
            (each.context == context or each.context.startswith(f"{context}-"))
            and application in each.application
            for each in await self.channels()
        )

    async def until_callers_in(
        self, context: str, count: int, limit_s: float, application: str = ""
    ) -> float:
        """Wait; how long it took in seconds."""
        began = time.monotonic()

        async def there() -> bool:
            return await self.callers_in(context, application) == count

        await self.until(there, limit_s, f"{count} in {context}")
        return time.monotonic() - began

    async def until_phones_answer(self) -> None:
        """Asterisk knows every agent's phone, and that it is there."""

        async def answer() -> bool:
            told = await self.site.asterisk_says("pjsip show contacts")
            return told.count(" Avail ") == len(self.agents)

        await self.until(answer, 15, "all phones")

    async def until(
        self, told: Callable[[], Awaitable[bool]], limit_s: float, what: str = ""
    ) -> None:
        try:
            async with asyncio.timeout(patience(limit_s)):
                while not await told():  # noqa: ASYNC110 (asked for, not told)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"not seen in {limit_s:g} s: {what}") from None

    # What history says.

    async def history(self, call_id: str, limit_s: float = 15) -> Counter[str]:
        """The kinds of a call's events in SQL, once the call's end is there."""
        found: Counter[str] = Counter()

        async def closed() -> bool:
            nonlocal found
            found = await self._kinds(call_id)
            return bool(found["callCleared"])

        await self.until(closed, limit_s, f"the end of {call_id} in history")
        return found

    async def _kinds(self, call_id: str) -> Counter[str]:
        engine = open_engine(self.sql_url)
        try:
            async with engine.connect() as connection:
                column = event_table.c
                chosen = select(column.type).where(column.call_id == call_id)
                return Counter((await connection.scalars(chosen)).all())
        finally:
            await engine.dispose()

    # Between tests.

    def running(self, name: str) -> bool:
        try:
            os.kill(self.site.pid(name), 0)
        except ProcessLookupError:
            return False
        return True

    async def mend(self) -> None:
        """Bring back what a test left away."""
        self.ami.disturb(Ill.NOTHING)
        for link in (self.ami, self.sql, self.redis):
            if link.way is not Way.OPEN:
                link.put(Way.OPEN)
        for name in self.site.wanted:
            if not self.running(name):
                await self.site.start(name)

    async def settle(self) -> None:
        """End all calls, sign everybody off, and see that nothing remains."""
        self.hang_up_all()
        await self.until_live()
        await self.until_quiet()
        async with self.board() as board:
            told = board.frames[0]["agents"]
        signed_in = [a["agentId"] for a in told if a["status"] != "logged_out"]
        async with self.seats(*signed_in) as seats:
            for seat in seats.values():
                await seat.desktop.command("logOff")
        for phone in self.phones.phones:
            phone.record(None)
            phone.forget()
        self.began_at = datetime.now(UTC)

    def hang_up_all(self) -> None:
        for leg in (leg for phone in self.phones.phones for leg in phone.legs):
            if leg.state != OVER:
                leg.hang_up()

    async def until_quiet(self, limit_s: float = 20) -> None:
        """No channel, no call, no agent bound to one."""

        async def quiet() -> bool:
            gauges = await self.gauges()
            bound = sum(
                value
                for name, value in gauges.items()
                if name.startswith("cti_calls{") or name in BOUND
            )
            return bool(gauges) and not bound and not await self.channels()

        await self.until(quiet, limit_s, "quiet")


BOUND = {f"cti_agents_{state}" for state in ("reserved", "ringing", "talking", "held", "wrap_up")}
