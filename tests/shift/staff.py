"""The supervisor of the shift: listens, whispers, barges in, sends notices; and follows every event."""

import asyncio
from collections import Counter
from random import Random
from typing import Any

from tests.asterisk.site import Desktop
from tests.shift.crew import Crew

WHY = "shift"
LISTENS_S = (1.0, 2.5)
EVERY_S = 3.0


class Supervisor:
    """``run`` until cancelled. The desktop's frames are the journal as it was told live."""

    def __init__(self, desk: Desktop, crew: Crew, random: Random) -> None:
        self._desk, self._crew, self._random = desk, crew, random
        self.done: Counter[str] = Counter()

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self._listen()

    async def _listen(self) -> None:
        """Hear an agent who talks; sometimes speak as well."""
        if not self._crew.busy:
            return
        agent = self._random.choice(sorted(self._crew.busy))
        if not await self._ask("monitorStart", agentId=agent, mode="listen", reason=WHY):
            return
        await asyncio.sleep(self._random.uniform(*LISTENS_S))
        await self._ask("monitorChange", mode=self._random.choice(("whisper", "barge", "listen")))
        await asyncio.sleep(self._random.uniform(*LISTENS_S))
        await self._ask("monitorStop")

    async def _ask(self, cmd: str, **more: Any) -> bool:
        try:
            answer = await self._desk.command(cmd, **more)
        except TimeoutError:
            self.done[f"{cmd}: no answer"] += 1
            return False
        told = "done" if answer["ok"] else str(answer["code"])
        self.done[f"{cmd}: {told}"] += 1
        return bool(answer["ok"])
