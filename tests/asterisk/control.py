"""A talk between a caller and an agent, for tests of what the agent then does with it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from cti.simulation.phones import Answering, Leg
from tests.asterisk.hearing import Heard, Hearing
from tests.asterisk.house import DIRECT, House, Seat, hearing

TALK_S = 1.4
"""So long each state lasts, for the ear."""
AT_ONCE = Answering(after_s=0.2)
LEAST_S, GAP_S = 0.3, 0.35


@dataclass
class Talk:
    """One call, from the talk on. All phones record."""

    house: House
    caller: Leg
    call_id: str
    seat: Seat

    @property
    def agent(self) -> Leg:
        return self.seat.phone.leg

    async def do(self, cmd: str, **more: object) -> None:
        """A command of the agent, and then time for the ear."""
        await self.seat.do(cmd, **more)
        await asyncio.sleep(TALK_S)

    async def event(self, kind: str, limit_s: float = 10.0, **more: object) -> dict[str, object]:
        found: dict[str, object] = await self.house.event(kind, self.call_id, limit_s, **more)
        return found

    async def consult(self, other: Seat) -> Leg:
        """Ask a colleague, who answers; his leg."""
        await self.seat.do("consultationCall", kind="agent", target=other.agent_id)
        leg = await other.phone.until_rung()
        await self.event("consultationAnswered")
        await asyncio.sleep(TALK_S)
        return leg


async def talk(house: House, folder: Path, *others: str) -> Talk:
    """A caller of motor talks to 1001; the ``others`` are ready by now."""
    seat = house.seats["1001"]
    seat.phone.record(folder)
    await seat.ready(AT_ONCE)
    leg, call_id = await house.call(house.caller(record_to=folder), DIRECT["motor"])
    await house.event("established", call_id, agentId="1001")
    for name in others:
        house.seats[name].phone.record(folder)
        await house.seats[name].ready(AT_ONCE)
    await asyncio.sleep(TALK_S)
    return Talk(house, leg, call_id, seat)


async def heard_by(leg: Leg) -> Hearing:
    """What a leg heard, when it is over."""
    await leg.until("DISCONNECTED")
    return await hearing(leg)


def spans(heard: Heard) -> list[tuple[float, float]]:
    """From when to when it was heard, without breaks worth the name."""
    found: list[tuple[float, float]] = []
    for at in heard.at_s:
        if found and at - found[-1][1] < GAP_S + heard.window_s:
            found[-1] = (found[-1][0], at + heard.window_s)
        else:
            found.append((at, at + heard.window_s))
    return [span for span in found if span[1] - span[0] >= LEAST_S]


def between(heard: Heard, start_s: float, end_s: float) -> float:
    """Seconds of it between two moments."""
    return sum(heard.window_s for at in heard.at_s if start_s <= at < end_s)
