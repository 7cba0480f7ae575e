"""Simulated callers: a seeded Poisson process of calls that walk the real menu by key."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from cti.simulation.phones import Leg, Phone, Phones, Registrar
from cti.simulation.sip_phone import OVER

log = logging.getLogger(__name__)

AT_ONCE = 6
FIRST_RTP_PORT = 31000
RTP_PORTS_A_SLOT = 40
LONGEST_CALL_S = 240.0
FIRST_KEY_S = (9.0, 16.0)
"""Nobody is heard before the recording notice is over, so most wait for the menu."""
NEXT_KEY_S = (1.5, 6.0)
PATIENCE_S = (25.0, 150.0)
IMPATIENT = 0.15
LEAVES_AFTER_S = (3.0, 20.0)
ANSWER_S = 10.0
KNOWN = 0.5

WALKS: Sequence[tuple[int, Sequence[str]]] = (
    (40, ("1", "2")),
    (8, ("1", "1")),
    (8, ("1", "3", "20260001")),
    (10, ("2", "1")),
    (12, ("3", "1", "20260002")),
    (4, ("3", "5", "1")),
    (10, ("4", "1")),
    (4, ("4", "3")),
    (6, ("5", "1")),
    (8, ("6", "1")),
    (5, ("8", "1", "1")),
    (3, ("7", "1", "4", "2")),
    (4, ()),
)
"""How often (weight) callers press what, one step of the menu after another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Where calls go, how often they come, and who is known to the customer table."""

    registrar: Registrar
    number: str
    calls_per_hour: float
    known: Sequence[str]


class Callers:
    """``run`` until cancelled; at most AT_ONCE calls at a time, further ones do not come."""

    def __init__(self, arrivals: Arrivals, random: Random) -> None:
        self._arrivals, self._random = arrivals, random
        self._free = list(range(AT_ONCE))
        self._busy: set[str] = set()

    async def run(self) -> None:
        """One call after another, until cancelled."""
        async with asyncio.TaskGroup() as calls:
            while True:
                await asyncio.sleep(self._random.expovariate(self._arrivals.calls_per_hour / 3600))
                if self._free:
                    calls.create_task(self._one(self._free.pop(), self._someone()))

    def _someone(self) -> str:
        known = [number for number in self._arrivals.known if number not in self._busy]
        if known and self._random.random() < KNOWN:
            return self._random.choice(known)
        prefix = self._random.choice(("130", "135", "150", "176", "188"))
        return f"{prefix}{self._random.randrange(10_000_000, 99_999_999)}"

    async def _one(self, slot: int, number: str) -> None:
        self._busy.add(number)
        try:
            async with Phones(FIRST_RTP_PORT + slot * RTP_PORTS_A_SLOT).running() as phones:
                phone = phones.add(Phone(number, self._arrivals.registrar, tone_hz=440))
                async with asyncio.timeout(LONGEST_CALL_S):
                    await self._call(phone.dial(self._arrivals.number))
        except TimeoutError:
            log.info("a call was too long, or not answered, and ended")
        finally:
            self._busy.discard(number)
            self._free.append(slot)

    async def _call(self, leg: Leg) -> None:
        await leg.until("CONFIRMED", ANSWER_S)
        weights, walks = zip(*WALKS, strict=True)
        keys = self._random.choices(walks, weights)[0]
        for index, key in enumerate(keys):
            if await _over_within(
                leg, self._random.uniform(*(NEXT_KEY_S if index else FIRST_KEY_S))
            ):
                return
            leg.press(key)
        impatient = self._random.random() < IMPATIENT
        stays_s = self._random.uniform(*(LEAVES_AFTER_S if impatient else PATIENCE_S))
        if not await _over_within(leg, stays_s):
            leg.hang_up()
            await leg.until(OVER)


async def _over_within(leg: Leg, limit_s: float) -> bool:
    try:
        await leg.until(OVER, limit_s)
    except TimeoutError:
        return False
    return True
