"""The manager's messages are late, swapped, doubled, lost or broken while calls come and go."""

import asyncio
import logging
import time

import pytest

from cti.simulation.phones import Answering
from cti.simulation.sip_phone import OVER
from tests.asterisk.house import DIRECT, Seat
from tests.faults.books import books_agree, calls_from
from tests.faults.disturbance import Ill
from tests.faults.hotline import Hotline, patience
from tests.faults.matrix import Seen, fault

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(240)]
log = logging.getLogger(__name__)

ILLS = [ill for ill in Ill if ill]
USUAL = (Ill.LATE, Ill.LOST, Ill.BROKEN)
"""Swapping and doubling are the same work with less harm: `make faults` runs them."""
RIGHT_AGAIN_S = 12.0
"""Two looks at Asterisk, a recovery, a wrap-up, and a call that rings."""
SERVED_S = 40.0
LONG_SEEDS = range(2, 6)
CALLERS = tuple(f"1399700003{n}" for n in range(1, 6))
IMPATIENT = CALLERS[3]


async def shift(hotline: Hotline, ill: Ill, seed: int) -> None:
    """Two talk, one gives up waiting, one is missed once and served then; both sides hang up."""
    answering = Answering(after_s=0.3)
    async with hotline.seats("1001", "1003") as seats:
        for seat in seats.values():
            await seat.ready(answering)
        hotline.ami.disturb(ill, seed)
        first = await hotline.call(CALLERS[0], DIRECT["motor"])
        second = await hotline.call(CALLERS[1], DIRECT["motor"])
        await hotline.until_bridged(first, SERVED_S)
        has_second = await hotline.until_bridged(second, SERVED_S)
        third = await hotline.call(CALLERS[2], DIRECT["motor"])
        fourth = await hotline.call(CALLERS[3], DIRECT["motor"])
        await asyncio.sleep(1)  # the fourth waits, and gives up
        fourth.hang_up()
        missing = hotline.agents[await hotline.agent_of(first)]
        missing.answer_like(Answering(after_s=None))
        first.hang_up()
        await missing.until_rung(patience(SERVED_S))
        missing.answer_like(answering)
        hotline.agents[has_second].leg.hang_up()
        await hotline.until_bridged(third, SERVED_S)
        second.hang_up()
        third.hang_up()


async def disturbed(hotline: Hotline, ill: Ill, seed: int) -> dict[str, float]:
    try:
        await shift(hotline, ill, seed)
    finally:
        done = dict(hotline.ami.done)
        hotline.ami.disturb(Ill.NOTHING)
    log.info("%s, seed %d: %s", ill, seed, done)
    began = time.monotonic()
    hotline.hang_up_all()
    await hotline.until_quiet(RIGHT_AGAIN_S)
    right_s = time.monotonic() - began
    return {"messages": sum(done.values()), "right_again_s": right_s}


async def is_ready(seat: Seat) -> bool:
    """Asked as a person asks: once more while the server says that it is being set right."""
    for wish in ({"cmd": "logOn"}, {"cmd": "setAgentState", "status": "ready"}):
        answer = await seat.desktop.command(**wish)
        assert answer["ok"] or answer["code"] == "desk.not_ready", answer
        if not answer["ok"]:
            return False
    return True


async def a_new_call_is_served(hotline: Hotline) -> None:
    async with hotline.seats("1001", "1003") as seats:
        for seat in seats.values():
            await seat.desktop.command("logOff")
        seats["1001"].phone.answer_like(Answering(after_s=0.1))
        await hotline.until(lambda: is_ready(seats["1001"]), RIGHT_AGAIN_S, "an agent who is ready")
        leg = await hotline.call(CALLERS[4], DIRECT["motor"])
        assert await hotline.until_bridged(leg) == "1001"
        leg.hang_up()
        await leg.until(OVER)


async def whole(hotline: Hotline, ill: Ill, seed: int, seen: Seen) -> None:
    figures = await disturbed(hotline, ill, seed)
    await a_new_call_is_served(hotline)
    calls = await every_call(hotline)
    seen.record(ill, **figures, **await books_agree(hotline, *calls, native=True))


async def every_call(hotline: Hotline) -> list[str]:
    """One of each caller. Who gives up at once, while the menu cannot be asked, has been nowhere."""
    wanted = [number for number in CALLERS if number != IMPATIENT]
    found: dict[str, list[str]] = {}

    async def known() -> bool:
        nonlocal found
        found = await calls_from(hotline, *CALLERS)
        return all(found[number] for number in wanted)

    await hotline.until(known, 20, "a call of each caller in history")
    assert all(len(found[number]) == 1 for number in wanted), found
    assert len(found[IMPATIENT]) <= 1, found
    return [call_id for calls in found.values() for call_id in calls]


@fault("ami-disturbed", *ILLS)
@pytest.mark.parametrize(
    "ill", [ill if ill in USUAL else pytest.param(ill, marks=pytest.mark.long) for ill in ILLS]
)
async def test_a_shift_outlives_what_becomes_of_the_managers_messages(
    hotline: Hotline, ill: Ill, seen: Seen
) -> None:
    await whole(hotline, ill, 1, seen)


@pytest.mark.long
@fault("ami-disturbed", *ILLS)
@pytest.mark.parametrize("seed", LONG_SEEDS)
@pytest.mark.parametrize("ill", ILLS)
async def test_a_shift_outlives_it_with_other_dice(
    hotline: Hotline, ill: Ill, seed: int, seen: Seen
) -> None:
    await whole(hotline, ill, seed, seen)
