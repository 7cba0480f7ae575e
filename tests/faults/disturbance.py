"""A relay before Asterisk's manager that mishandles whole messages on their way to the server.

What a wire may do to one connection, and more: TCP would lose or swap nothing, but a fault of Asterisk,
of a middlebox or of our own reading looks the same. The dice are seeded, so that a run can be repeated.
"""

import asyncio
import random
from collections import Counter
from enum import StrEnum

from tests.faults.relay import BLOCK, Relay

END = b"\r\n\r\n"
LATE_S = 0.3
SWAPPED, DOUBLED, LOST, BROKEN = 0.3, 0.3, 0.15, 0.03
LONGEST_CUT = 40
"""At most so many bytes are cut out of the middle of a broken message."""


class Ill(StrEnum):
    """What becomes of messages, by the names of the matrix' stages."""

    NOTHING = ""
    LATE = "late"
    SWAPPED = "swapped"
    DOUBLED = "doubled"
    LOST = "lost"
    BROKEN = "broken"


class ManagerRelay(Relay):
    """Passes AMI on, message by message. ``done`` counts what was done to how many."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self._ill, self._dice = Ill.NOTHING, random.Random(0)  # noqa: S311
        self.done: Counter[str] = Counter()

    def disturb(self, ill: Ill, seed: int = 0) -> None:
        """From now on; ``Ill.NOTHING`` ends it."""
        self._ill, self._dice = ill, random.Random(seed)  # noqa: S311
        self.done.clear()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        sending = asyncio.create_task(self._send(queue, writer))
        try:
            await self._cut_up(reader, queue)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _cut_up(
        self, reader: asyncio.StreamReader, queue: "asyncio.Queue[tuple[float, bytes]]"
    ) -> None:
        rest, due = b"", 0.0
        loop = asyncio.get_running_loop()
        while block := await reader.read(BLOCK):
            *whole, rest = (rest + block).split(END)
            if self._ill is Ill.NOTHING and not whole:
                # The greeting has no empty line behind it.
                queue.put_nowait((0.0, rest))
                rest = b""
            for message in self._mishandled([each + END for each in whole]):
                late_s = self._dice.random() * LATE_S if self._ill is Ill.LATE else 0.0
                self.done[self._ill] += late_s > 0
                due = max(due, loop.time() + late_s)
                queue.put_nowait((due, message))

    async def _send(
        self, queue: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, message = await queue.get()
            if (pause_s := due - loop.time()) > 0:
                await asyncio.sleep(pause_s)
            await self._open.wait()
            writer.write(message)
            await writer.drain()

    def _mishandled(self, messages: list[bytes]) -> list[bytes]:
        match self._ill:
            case Ill.SWAPPED:
                return self._swapped(messages)
            case Ill.DOUBLED:
                return [
                    each for m in messages for each in ([m, m] if self._hit(m, DOUBLED) else [m])
                ]
            case Ill.LOST:
                return [m for m in messages if not self._hit(m, LOST)]
            case Ill.BROKEN:
                return [self._broken(m) if self._falls(BROKEN) else m for m in messages]
        return messages

    def _hit(self, message: bytes, share: float) -> bool:
        """Only events are doubled or lost: for a reply, that would be another fault (``silent``)."""
        return message.startswith(b"Event: ") and self._falls(share)

    def _falls(self, share: float) -> bool:
        hit = self._dice.random() < share
        self.done[self._ill] += hit
        return hit

    def _swapped(self, messages: list[bytes]) -> list[bytes]:
        found = list(messages)
        at = 0
        while at + 1 < len(found):
            if self._falls(SWAPPED):
                found[at], found[at + 1] = found[at + 1], found[at]
                at += 1
            at += 1
        return found

    def _broken(self, message: bytes) -> bytes:
        start = self._dice.randrange(len(message))
        return message[:start] + message[start + self._dice.randint(1, LONGEST_CUT) :]
