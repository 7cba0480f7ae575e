"""Agents at their desks: a phone each, and everything that people do with a call."""

import asyncio
import contextlib
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp

from cti.core.whatif.chance import Spread
from cti.simulation.desk_client import DeskClient, DeskRefused, signed_in
from tests.shift.ends import Dialog, Ends

ON_A_CALL = ("talking", "held", "consulting", "conferencing")
TROUBLE = (aiohttp.ClientError, DeskRefused, TimeoutError, OSError)
ACTS: Sequence[tuple[str, int]] = (
    ("talk", 64),
    ("hold", 9),
    ("consult", 10),
    ("to_agent", 4),
    ("to_queue", 4),
    ("to_number", 2),
    ("survey", 3),
    ("reload", 3),
)
"""What an agent does with a call, by weight."""
ANSWERS_AFTER_S = (0.3, 1.2)
RINGS_OUT, REFUSES = 0.03, 0.03
BREAKS, DIALS = 0.05, 0.08
BREAK_S, BACK_S = (4.0, 8.0), (1.0, 3.0)
AGAIN_S = (0.2, 2.0)
"""After a connection that ended, or did not come to be."""
QUEUES = ("motor", "consult", "sales", "nonmotor")
NUMBER_OUTSIDE = "1380013{:04}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An agent, and what his work takes."""

    agent_id: str
    extension: str
    password: str
    talk: Spread
    wrap_up: Spread
    reasons: Sequence[str]


@dataclass(slots=True)
class Crew:
    """What all agents share: the server, the phones, and a tally of what was done."""

    url: str
    phones: Ends
    people: Sequence[Person]
    random: Random
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    at_work: bool = True
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Agent → status and state, as his own desktop says."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.phones.on_ring = self._rings

    @property
    def busy(self) -> set[str]:
        """Agents on a call now."""
        return {agent for agent, (_, state) in self.seen.items() if state in ON_A_CALL}

    async def until_all(self, status: str, limit_s: float = 60.0) -> None:
        """Every agent has this status. Raises TimeoutError."""
        async with asyncio.timeout(limit_s):
            while [s for s, _ in self.seen.values()].count(status) < len(self.people):  # noqa: ASYNC110
                await asyncio.sleep(0.2)

    async def not_gone(self, status: str) -> dict[str, tuple[str, str]]:
        """Whoever does not come to this status in time, and what his desktop shows instead."""
        with contextlib.suppress(TimeoutError):
            await self.until_all(status)
        return {agent: seen for agent, seen in self.seen.items() if seen[0] != status}

    def _rings(self, dialog: Dialog) -> None:
        task = asyncio.create_task(self._phone(dialog))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _phone(self, dialog: Dialog) -> None:
        """A phone rings: most of the time somebody picks up soon."""
        chance = self.random.random()
        await asyncio.wait([dialog.over], timeout=self.random.uniform(*ANSWERS_AFTER_S))
        if dialog.over.done():
            self.done["caller gone while it rang"] += 1
        elif chance < REFUSES:
            self.done["refused"] += 1
            self.phones.refuse(dialog)
        elif chance < REFUSES + RINGS_OUT:
            self.done["not answered"] += 1
        else:
            self.phones.pick_up(dialog)


class Agent:
    """``run`` until cancelled; it signs in again whenever the connection ends."""

    def __init__(self, crew: Crew, person: Person) -> None:
        self._crew, self._person = crew, person
        self._random = Random(crew.random.random())
        self._me: Mapping[str, Any] = {}
        self._news = asyncio.Event()
        self._told: deque[Mapping[str, Any]] = deque(maxlen=50)
        self._leaves = asyncio.Event()

    async def run(self) -> None:
        while True:
            with contextlib.suppress(*TROUBLE):
                async with signed_in(
                    self._crew.url, self._person.agent_id, self._person.password
                ) as desk:
                    await self._work(desk)
            await asyncio.sleep(self._random.uniform(*AGAIN_S))

    async def _work(self, desk: DeskClient) -> None:
        """Until the connection ends, or the browser is loaded anew."""
        self._me = {}
        self._leaves.clear()
        doing = (self._read(desk), self._act(desk), self._leaves.wait())
        tasks = [asyncio.create_task(each) for each in doing]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, desk: DeskClient) -> None:
        async for frame in desk.frames():
            me = frame.get("me") or frame.get("agent")
            if me is not None and me["agentId"] == self._person.agent_id:
                self._see(me)
            if "id" in frame:
                self._told.append(frame)
            self._news.set()

    def _see(self, me: Mapping[str, Any]) -> None:
        self._me = me
        self._crew.seen[self._person.agent_id] = (me["status"], me["state"])

    async def _act(self, desk: DeskClient) -> None:
        """Do what the situation asks for, again and again."""
        while True:
            try:
                await self._step(desk)
            except DeskRefused as no:
                self._crew.refused[str(no)] += 1
                await asyncio.sleep(0.3)
            except TimeoutError:
                self._crew.refused["no answer in time"] += 1

    async def _step(self, desk: DeskClient) -> None:
        match self._me.get("status"), self._me.get("state"):
            case "logged_out", _ if self._crew.at_work:
                await desk.command("logOn")
                await desk.command("setAgentState", status="ready")
            case _, "wrap_up":
                await self._wrap_up(desk, str(self._me["callId"]))
            case _, state if state in ON_A_CALL:
                await self._call(desk)
            case "not_ready", "idle" if self._crew.at_work:
                await asyncio.sleep(self._random.uniform(*BACK_S))
                await desk.command("setAgentState", status="ready")
            case "ready" | "not_ready", "idle" if not self._crew.at_work:
                await desk.command("logOff")
            case _:
                await self._change(1.0)

    async def _change(self, limit_s: float) -> bool:
        """The next news; False when there are none in time."""
        self._news.clear()
        try:
            async with asyncio.timeout(limit_s):
                await self._news.wait()
        except TimeoutError:
            return False
        return True

    async def _call(self, desk: DeskClient) -> None:
        """One call from its begin until this agent has nothing to do with it."""
        call_id = self._me["callId"]
        names, weights = zip(*ACTS, strict=True)
        act = self._random.choices(names, weights)[0]
        talk_s = self._person.talk.draw(self._random)
        if await self._over_in(call_id, talk_s / 2):
            return
        try:
            await getattr(self, f"_{act}")(desk, call_id)
            self._crew.done[act] += 1
        except DeskRefused as no:
            self._crew.refused[f"{act}: {no}"] += 1
        if not await self._over_in(call_id, talk_s / 2):
            await desk.command("clearConnection")
            await self._over_in(call_id, 5.0)

    async def _over_in(self, call_id: object, limit_s: float) -> bool:
        """Whether this agent's part in the call ends within so many seconds."""
        ends = time.monotonic() + limit_s
        while self._me.get("state") in ON_A_CALL and self._me.get("callId") == call_id:
            left_s = ends - time.monotonic()
            if left_s <= 0 or not await self._change(left_s):
                return self._me.get("state") not in ON_A_CALL
        return True

    async def _until(self, kind: str, call_id: object, limit_s: float) -> bool:
        ends = time.monotonic() + limit_s
        while not any(f.get("type") == kind and f.get("callId") == call_id for f in self._told):
            if (left_s := ends - time.monotonic()) <= 0 or not await self._change(left_s):
                return False
        return True

    async def _talk(self, desk: DeskClient, call_id: object) -> None:
        """Nothing but words."""

    async def _hold(self, desk: DeskClient, call_id: object) -> None:
        await desk.command("holdCall")
        await self._over_in(call_id, self._random.uniform(1.0, 2.0))
        await desk.command("retrieveCall")

    async def _consult(self, desk: DeskClient, call_id: object) -> None:
        """Ask a colleague; then give him the caller, or go back, alternate, or talk all three."""
        await desk.command("consultationCall", kind="agent", target=self._colleague())
        if not await self._until("consultationAnswered", call_id, 8.0):
            with contextlib.suppress(DeskRefused):
                await desk.command("reconnectCall")
            return
        end = self._random.choice(("transferCall", "transferCall", "reconnectCall", "both", "all"))
        await self._over_in(call_id, self._random.choice((0.0, 1.5)))
        if end == "both":
            for cmd in ("alternateCall", "alternateCall", "transferCall"):
                await desk.command(cmd)
                await self._over_in(call_id, 1.0)
        else:
            await desk.command("conferenceCall" if end == "all" else end)
        self._crew.done[f"consult, {end}"] += 1

    def _colleague(self) -> str:
        mine, seen = self._person.agent_id, self._crew.seen
        others = [p.agent_id for p in self._crew.people if p.agent_id != mine]
        free = [each for each in others if seen.get(each) == ("ready", "idle")]
        return self._random.choice(free or others)

    async def _to_agent(self, desk: DeskClient, call_id: object) -> None:
        await desk.command("singleStepTransfer", kind="agent", target=self._colleague())

    async def _to_queue(self, desk: DeskClient, call_id: object) -> None:
        queue = self._random.choice(QUEUES)
        await desk.command("singleStepTransfer", kind="queue", target=queue)

    async def _to_number(self, desk: DeskClient, call_id: object) -> None:
        await desk.command("singleStepTransfer", kind="number", target=self._outside())

    def _outside(self) -> str:
        return NUMBER_OUTSIDE.format(self._random.randrange(10_000))

    async def _survey(self, desk: DeskClient, call_id: object) -> None:
        await desk.command("transferToSurvey")

    async def _reload(self, desk: DeskClient, call_id: object) -> None:
        """The browser is loaded anew in the middle of the call."""
        self._leaves.set()

    async def _wrap_up(self, desk: DeskClient, call_id: str) -> None:
        await asyncio.sleep(self._person.wrap_up.draw(self._random))
        takes_break = self._random.random() < BREAKS
        if takes_break:
            await desk.command("setAgentState", status="not_ready", reason="BACKOFF")
        await desk.command(
            "saveWrapUp",
            callId=call_id,
            reason=self._random.choice(self._person.reasons),
            remarks="",
            solved=self._random.random() < 0.85,
        )
        await self._change(0.5)
        if takes_break:
            self._crew.done["break"] += 1
            await asyncio.sleep(self._random.uniform(*BREAK_S))
        elif self._random.random() < DIALS and self._crew.at_work:
            await desk.command("makeCall", number=self._outside())
            self._crew.done["own call"] += 1
            await self._change(1.0)
