"""A simulated agent: signs in as a real desktop does, takes calls, wraps up, has a break now and then."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import aiohttp

from cti.core.wrap_ups import Emotion, Handling
from cti.simulation.desk_client import DeskClient, DeskRefused, signed_in
from cti.simulation.phones import Answering, Phone

log = logging.getLogger(__name__)

ANSWER_AFTER_S = (1.0, 4.0)
TALK_S = (10.0, 40.0)
WRAP_UP_S = (3.0, 12.0)
AWAY_S = (15.0, 45.0)
BACK_AFTER_MISS_S = (8.0, 20.0)
MISSES = 0.05
"""The share of calls that nobody picks up."""
BREAKS = 0.12
SIGN_IN_AGAIN_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who signs in, and the wrap-up reasons that suit each queue."""

    agent_id: str
    password: str
    reasons: Mapping[str, Sequence[str]]


class SimulatedAgent:
    """``run`` until cancelled, or until a person signs in as this agent."""

    def __init__(self, url: str, person: Person, phone: Phone, random: Random) -> None:
        self._url, self._person, self._phone, self._random = url, person, phone, random
        self._doing: asyncio.Task[None] | None = None
        self._situation: tuple[object, ...] = ()
        self._queue = ""

    async def run(self) -> None:
        """Sign in again whenever the connection ends."""
        replaced = False
        while not replaced:
            try:
                async with signed_in(
                    self._url, self._person.agent_id, self._person.password
                ) as desk:
                    replaced = await self._work(desk)
            except (aiohttp.ClientError, DeskRefused, TimeoutError, OSError) as trouble:
                log.warning("agent %s: %r", self._person.agent_id, trouble)
            finally:
                await self._drop()
            await asyncio.sleep(0 if replaced else SIGN_IN_AGAIN_S)
        log.info("agent %s left to the person who signed in", self._person.agent_id)

    async def _work(self, desk: DeskClient) -> bool:
        """True when somebody else took over this agent's desktop."""
        self._situation = ()
        async for frame in desk.frames():
            if frame.get("type") == "replaced":
                return True
            self._note_queue(frame)
            me = frame.get("me") or frame.get("agent")
            if me is not None and me["agentId"] == self._person.agent_id:
                await self._see(desk, me)
        return False

    def _note_queue(self, frame: Mapping[str, Any]) -> None:
        pop = frame if frame.get("type") == "screenPop" else frame.get("pop")
        if pop:
            self._queue = str(pop.get("queue") or "")

    async def _see(self, desk: DeskClient, me: Mapping[str, Any]) -> None:
        situation = (me["status"], me["reason"], me["state"], me["callId"])
        if situation == self._situation:
            return
        self._situation = situation
        await self._drop()
        if (todo := self._todo(desk, me)) is not None:
            name = f"agent {self._person.agent_id}"
            self._doing = asyncio.create_task(_tried(todo, name), name=name)

    def _todo(self, desk: DeskClient, me: Mapping[str, Any]) -> Coroutine[Any, Any, None] | None:
        match me["status"], me["state"]:
            case "logged_out", _:
                return self._begin(desk)
            case _, "talking":
                return self._talk(desk)
            case _, "wrap_up":
                return self._wrap_up(desk, me["callId"])
            case "not_ready", "idle":
                return self._come_back(desk, me["reason"])
        return None

    async def _begin(self, desk: DeskClient) -> None:
        self._plan_next_answer()
        await self._phone.until_registered()
        await desk.command("logOn")

    async def _talk(self, desk: DeskClient) -> None:
        await asyncio.sleep(self._random.uniform(*TALK_S))
        await desk.command("clearConnection")

    async def _wrap_up(self, desk: DeskClient, call_id: str) -> None:
        self._plan_next_answer()
        await asyncio.sleep(self._random.uniform(*WRAP_UP_S))
        if self._random.random() < BREAKS:
            await desk.command("setAgentState", status="not_ready", reason="BACKOFF")
        solved = self._random.random() < 0.85
        await desk.command(
            "saveWrapUp",
            callId=call_id,
            reason=self._random.choice(self._person.reasons[self._queue]),
            remarks="",
            solved=solved,
            handling=Handling.ANSWERED if solved else Handling.DISPATCHED,
            emotion=self._random.choice((Emotion.CALM, Emotion.CALM, Emotion.WORRIED)),
        )

    async def _come_back(self, desk: DeskClient, reason: str) -> None:
        away_s = AWAY_S if reason == "BACKOFF" else BACK_AFTER_MISS_S
        await asyncio.sleep(0.5 if reason == "LOGIN" else self._random.uniform(*away_s))
        self._plan_next_answer()
        await desk.command("setAgentState", status="ready")

    def _plan_next_answer(self) -> None:
        missed = self._random.random() < MISSES
        after_s = None if missed else self._random.uniform(*ANSWER_AFTER_S)
        self._phone.answer_like(Answering(after_s=after_s))

    async def _drop(self) -> None:
        if self._doing is not None:
            self._doing.cancel()
            await asyncio.gather(self._doing, return_exceptions=True)
            self._doing = None


async def _tried(todo: Coroutine[Any, Any, None], name: str) -> None:
    try:
        await todo
    except (DeskRefused, TimeoutError, OSError) as refused:
        log.info("%s: %r", name, refused)
