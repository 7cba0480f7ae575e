"""Orders are carried out in order; one that goes wrong is told and stops none after it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest

from cti.core.acd.control_orders import ControlOrder
from cti.core.acd.lines import Line
from cti.core.acd.orders import DialBack, DropLeg, MirrorMember, Order, RingAgent, TakeBack
from cti.core.acd.reach_orders import DialOut
from cti.core.acd.signals import CallbackAsked
from cti.services import order_runner
from cti.services.order_runner import OrderRunner
from cti.services.ports import CallerLeft, TelephonyDown
from tests.unit.core.acd.floors import MOTOR, ONE, A, Play, caller_channel, leg

LIMIT_S = 5.0
DROP = DropLeg(channel=leg(A))
BACK = TakeBack(call_id=ONE, channel=caller_channel(ONE))
MIRROR = MirrorMember(extension="8001", signed_in=True, paused=False)


def ring() -> RingAgent:
    """An offer as the floor gives it."""
    play = Play()
    play.ready(A)
    [order] = [each for each in play.waits(ONE).orders if isinstance(each, RingAgent)]
    return order


class FakeTelephony:
    """Carries out, raises what it was told to, or hangs for ever."""

    def __init__(self) -> None:
        self.done: asyncio.Queue[Order] = asyncio.Queue()
        self.wrong: Exception | None = None
        self.hangs = False
        self.hanging = asyncio.Event()

    async def _take(self, order: Order) -> None:
        if self.hangs:
            self.hangs = False
            self.hanging.set()
            await asyncio.Event().wait()
        wrong, self.wrong = self.wrong, None
        if wrong is not None:
            raise wrong
        self.done.put_nowait(order)

    async def ring(self, order: RingAgent) -> None:
        await self._take(order)

    async def dial_back(self, order: DialBack) -> None:
        await self._take(order)

    async def drop(self, order: DropLeg) -> None:
        await self._take(order)

    async def take_back(self, order: TakeBack) -> None:
        await self._take(order)

    async def control(self, order: ControlOrder) -> None:
        await self._take(order)

    async def mirror(self, order: MirrorMember) -> None:
        await self._take(order)

    async def beat(self, epoch: int) -> None:
        return None

    async def lines(self) -> Sequence[Line]:
        return ()


class Stage:
    """The runner and what it told."""

    def __init__(self) -> None:
        self.telephony = FakeTelephony()
        self.failed: list[RingAgent | DialBack | DialOut] = []
        self.doubts: list[str] = []
        self.runner = OrderRunner(self.telephony, self.failed.append, self.doubts.append)

    async def done(self, count: int) -> list[Order]:
        """So many orders, as they were carried out."""
        async with asyncio.timeout(LIMIT_S):
            return [await self.telephony.done.get() for _ in range(count)]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    found = Stage()
    running = asyncio.create_task(found.runner.run())
    try:
        yield found
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def test_every_kind_of_order_is_carried_out_in_order(stage: Stage) -> None:
    orders: list[Order] = [ring(), DROP, BACK, MIRROR]
    stage.runner.put(orders)
    assert await stage.done(4) == orders
    assert (stage.failed, stage.doubts) == ([], [])


async def test_an_offer_to_a_caller_who_left_is_told(stage: Stage) -> None:
    order = ring()
    stage.telephony.wrong = CallerLeft("no such channel")
    stage.runner.put([order, MIRROR])
    assert await stage.done(1) == [MIRROR]
    assert (stage.failed, stage.doubts) == ([order], [])


def dial_back() -> DialBack:
    """The dial of a ticket as the floor gives it."""
    play = Play()
    play.waits(ONE)
    number = play.call(ONE).caller_number
    play.do(CallbackAsked(call_id=ONE, queue=MOTOR, number=number, caller_number=number))
    play.ready(A)
    orders = [order for step in play.steps for order in step.orders]
    [found] = [each for each in orders if isinstance(each, DialBack)]
    return found


async def test_a_dial_that_asterisk_refuses_is_told(stage: Stage) -> None:
    order = dial_back()
    stage.runner.put([order])
    assert await stage.done(1) == [order]
    stage.telephony.wrong = CallerLeft("id taken")
    stage.runner.put([order, MIRROR])
    assert await stage.done(1) == [MIRROR]
    assert (stage.failed, stage.doubts) == ([order], [])


async def test_a_caller_who_left_needs_no_way_back(stage: Stage) -> None:
    stage.telephony.wrong = CallerLeft("no such channel")
    stage.runner.put([BACK, MIRROR])
    assert await stage.done(1) == [MIRROR]
    assert (stage.failed, stage.doubts) == ([], [])


@pytest.mark.parametrize("wrong", [TelephonyDown("cut"), TimeoutError(), ValueError("odd reply")])
async def test_an_order_of_unknown_outcome_is_doubted_and_the_next_one_goes_on(
    stage: Stage, wrong: Exception
) -> None:
    stage.telephony.wrong = wrong
    stage.runner.put([DROP, MIRROR])
    assert await stage.done(1) == [MIRROR]
    [doubt] = stage.doubts
    assert type(wrong).__name__ in doubt


async def test_an_order_that_hangs_is_given_up_at_its_limit(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_runner, "ORDER_LIMIT_S", 0.02)
    stage.telephony.hangs = True
    stage.runner.put([DROP, MIRROR])
    assert await stage.done(1) == [MIRROR]
    assert len(stage.doubts) == 1


async def test_a_halt_awaits_no_answer_to_the_order_under_way(stage: Stage) -> None:
    stage.telephony.hangs = True
    stage.runner.put([DROP, MIRROR])
    async with asyncio.timeout(1):
        await stage.telephony.hanging.wait()
    async with asyncio.timeout(order_runner.ORDER_LIMIT_S / 2):
        await stage.runner.halt()
    stage.runner.put([BACK])
    assert await stage.done(1) == [BACK]
    assert (stage.doubts, stage.telephony.done.empty()) == ([], True)


async def test_orders_that_wait_at_a_halt_are_never_carried_out(stage: Stage) -> None:
    stage.runner.put([DROP, BACK])
    await stage.runner.halt()
    stage.runner.put([MIRROR])
    assert await stage.done(1) == [MIRROR]
    assert stage.telephony.done.empty()
