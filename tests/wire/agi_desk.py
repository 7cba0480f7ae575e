"""A FastAGI server for tests, and one visit against written-down exchanges."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from cti.asterisk.agi_socket import AgiLimits
from cti.asterisk.agi_wire import (
    AgiError,
)
from cti.asterisk.fastagi import AgiConnection, FastAgiServer
from tests.wire.fake_asterisk import LIMIT_S, calling

DEAD = "511 Command Not Permitted on a dead channel or intercept routine\n"
QUICK = AgiLimits(sessions=5, environment_s=0.2, close_s=1.0)
Act = Callable[[AgiConnection], Awaitable[object]]


class Desk:
    """A FastAGI server whose visits do ``act``; what came of each visit is kept in order."""

    def __init__(self, act: Act, limits: AgiLimits = QUICK) -> None:
        self._act = act
        self.outcomes: asyncio.Queue[object] = asyncio.Queue()
        self.server = FastAgiServer(self._visit, "127.0.0.1", 0, limits)

    async def _visit(self, connection: AgiConnection) -> None:
        try:
            self.outcomes.put_nowait(await self._act(connection))
        except AgiError as error:
            self.outcomes.put_nowait(error)
            raise

    async def outcome(self) -> object:
        async with asyncio.timeout(LIMIT_S):
            return await self.outcomes.get()


@asynccontextmanager
async def desk(act: Act, limits: AgiLimits = QUICK) -> AsyncIterator[Desk]:
    made = Desk(act, limits)
    await made.server.start()
    try:
        yield made
    finally:
        await made.server.close()


async def talk(act: Act, *exchanges: tuple[str, str | bytes]) -> object:
    """Run one visit against these exchanges; its result, or its AGI error."""
    async with desk(act) as made, calling(made.server.port) as asterisk:
        for command, reply in exchanges:
            await asterisk.expect(command, reply)
        outcome = await made.outcome()
        assert await asterisk.command() == ""
        return outcome
