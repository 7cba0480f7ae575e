"""Asterisk's WebSocket for SIP as the proxy sees it, and what else phones in the browser stand on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count

from aiohttp import WSMsgType, web

from cti.core.ids import AgentId
from cti.core.ivr import session as ivr
from cti.core.ivr.wording import Wording
from cti.services.browser_phones import BrowserPhones
from cti.services.caller_pages import CallerPages
from cti.services.ports import TelephonyDown
from cti.web.phone_parts import CallerPageRule, PhoneParts, SampleCaller
from tests.web.parts import World
from tests.web.samples import LIMIT_S

SAMPLE = SampleCaller(
    number="13997000002", name="张三", area="西宁", about={"zh": "普通客户", "en": "ordinary"}
)
CALLER_PASSWORD = "of-the-page"


class FakeSip:
    """Takes phones, keeps what they said, says what it is told to."""

    def __init__(self) -> None:
        self.port = 0
        self.said: list[str] = []
        self.phones: list[web.WebSocketResponse] = []
        self._news = asyncio.Event()

    async def take(self, request: web.Request) -> web.WebSocketResponse:
        phone = web.WebSocketResponse(protocols=("sip",))
        await phone.prepare(request)
        self.phones.append(phone)
        async for frame in phone:
            if frame.type is WSMsgType.TEXT:
                self.said.append(frame.data)
                self._news.set()
        return phone

    async def until_said(self, how_many: int) -> Sequence[str]:
        async with asyncio.timeout(LIMIT_S):
            while len(self.said) < how_many:
                self._news.clear()
                await self._news.wait()
        return self.said

    async def hang_up(self) -> None:
        for phone in self.phones:
            await phone.close()


@asynccontextmanager
async def fake_sip() -> AsyncIterator[FakeSip]:
    found = FakeSip()
    app = web.Application()
    app.router.add_get("/ws", found.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.port = int(runner.addresses[0][1])
    try:
        yield found
    finally:
        await found.hang_up()
        await runner.cleanup()


class MemorySecrets:
    """Passwords in force; ``away`` as Asterisk may be."""

    def __init__(self) -> None:
        self.passwords: dict[str, str] = {}
        self.away = False

    async def put(self, endpoint: str, password: str) -> None:
        self._check()
        self.passwords[endpoint] = password

    async def drop(self, endpoint: str, password: str) -> None:
        self._check()
        if self.passwords.get(endpoint) == password:
            del self.passwords[endpoint]

    def _check(self) -> None:
        if self.away:
            raise TelephonyDown("away")


def plain_texts(utterances: Sequence[ivr.Utterance], language: str, _: Wording) -> str:
    """``zh:root`` for a prompt."""
    return " ".join(f"{language}:{each.id}" for each in utterances if isinstance(each, ivr.Prompt))


def phones_of(
    secrets: MemorySecrets, port: int, rule: CallerPageRule = CallerPageRule.SIGNED_IN
) -> Callable[[World], PhoneParts]:
    """Browser phones of a world, whose Asterisk listens at ``port``."""

    async def samples() -> Sequence[SampleCaller]:
        return [SAMPLE]

    def parts(world: World) -> PhoneParts:
        tokens = count(0xC0FFEE)
        agents = world.desk.agents
        return PhoneParts(
            phones=BrowserPhones(secrets, lambda agent_id: agents.get(AgentId(agent_id))),
            pages=CallerPages(plain_texts, world.clock, lambda: f"{next(tokens):x}"),
            upstream=f"ws://127.0.0.1:{port}/ws",
            rule=rule,
            caller_password=CALLER_PASSWORD,
            numbers=("95518",),
            samples=samples,
        )

    return parts
