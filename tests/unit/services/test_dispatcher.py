"""The dispatcher: facts before orders, no work while in doubt, and right again after it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.control_orders import ControlOrder
from cti.core.acd.lines import Line
from cti.core.acd.orders import DialBack, DropLeg, MirrorMember, Order, RingAgent, TakeBack
from cti.core.agent_state import AgentStatus
from cti.core.changes import Changes
from cti.core.ids import CallId, EventId
from cti.services.dispatcher import Dispatcher, DispatcherRules
from cti.services.ports import CallerLeft, Refused, StoreDown, TelephonyDown
from cti.store.memory_state import MemoryState
from tests.unit.core.acd.floors import MOTOR, ONE, RING_S, RULES, A, agent, caller_channel, leg
from tests.unit.core.acd.test_reconcile import agents_leg, caller

LIMIT_S = 5.0


class FakeTelephony:
    """Remembers what was asked; breaks when told to."""

    def __init__(self, state: "Store") -> None:
        self.asked: asyncio.Queue[Order] = asyncio.Queue()
        self.state = state
        self.beats = 0
        self.seen_lines: Sequence[Line] = ()
        self.wrong: Exception | None = None
        self.slow: asyncio.Event | None = None
        self.written_first = True

    async def ring(self, order: RingAgent) -> None:
        self.written_first &= any(
            record.event.TYPE == "agentAllocated" for record in self.state.journal
        )
        await self._do(order)

    async def dial_back(self, order: DialBack) -> None:
        await self._do(order)

    async def drop(self, order: DropLeg) -> None:
        await self._do(order)

    async def take_back(self, order: TakeBack) -> None:
        await self._do(order)

    async def control(self, order: ControlOrder) -> None:
        await self._do(order)

    async def mirror(self, order: MirrorMember) -> None:
        return None

    async def beat(self, epoch: int) -> None:
        self.beats += 1

    async def lines(self) -> Sequence[Line]:
        return self.seen_lines

    async def _do(self, order: Order) -> None:
        self.asked.put_nowait(order)
        if self.slow is not None:
            await self.slow.wait()
        if self.wrong is not None:
            wrong, self.wrong = self.wrong, None
            raise wrong

    async def next(self) -> Order:
        async with asyncio.timeout(LIMIT_S):
            return await self.asked.get()


class Store(MemoryState):
    """Breaks when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.down = False
        self.news = asyncio.Event()

    async def commit(self, changes: Changes) -> tuple[EventId, ...]:
        if self.down:
            raise StoreDown("away")
        answer = await super().commit(changes)
        self.news.set()
        return answer

    async def until(self, kind: str, count: int) -> None:
        """So many events of this kind are written down."""
        async with asyncio.timeout(LIMIT_S):
            while self.kinds().count(kind) < count:
                self.news.clear()
                await self.news.wait()

    def kinds(self) -> list[str]:
        return [record.event.TYPE for record in self.journal]


class Stage:
    def __init__(self) -> None:
        self.state = Store()
        self.telephony = FakeTelephony(self.state)
        rules = DispatcherRules(node="n1", floor=RULES, beat_every_s=0.05)
        self.dispatcher = Dispatcher(rules, [agent(A)], self.state, self.telephony, self.now)
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def live(self) -> None:
        async with asyncio.timeout(LIMIT_S):
            await self.dispatcher.wait_live()

    async def ready(self) -> None:
        await self.dispatcher.ask(seen.LogOn(agent_id=A))
        await self.dispatcher.ask(seen.ChooseStatus(agent_id=A, status=AgentStatus.READY))

    async def waits(self) -> None:
        ask = self.dispatcher.ask
        channel = caller_channel(ONE)
        await ask(
            seen.CallerArrived(call_id=ONE, channel=channel, caller_number="1", dialed_number="2")
        )
        await ask(seen.QueueChosen(call_id=ONE, queue=MOTOR))
        self.dispatcher.tell(seen.CallerWaits(call_id=ONE, channel=channel))


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    found = Stage()
    running = asyncio.create_task(found.dispatcher.run())
    await found.live()
    try:
        yield found
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def test_an_offer_is_written_down_before_the_phone_rings(stage: Stage) -> None:
    await stage.ready()
    await stage.waits()
    order = await stage.telephony.next()
    assert isinstance(order, RingAgent)
    assert (order.agent_id, order.extension) == (A, "8001")
    assert stage.telephony.written_first


async def test_a_wish_that_cannot_be_met_is_refused_with_its_code(stage: Stage) -> None:
    with pytest.raises(Refused) as refused:
        await stage.dispatcher.ask(seen.HangUp(agent_id=A))
    assert refused.value.code == "logged_out"
    assert stage.dispatcher.live


async def test_a_caller_gone_before_the_ring_frees_the_agent(stage: Stage) -> None:
    await stage.ready()
    stage.telephony.wrong = CallerLeft("no such channel")
    await stage.waits()
    await stage.telephony.next()
    await stage.state.until("diverted", 1)
    assert stage.dispatcher.floor.agents[A].call_id is None


async def test_a_store_that_is_away_refuses_wishes_and_comes_back(stage: Stage) -> None:
    stage.state.down = True
    with pytest.raises(Refused, match="not_ready"):
        await stage.dispatcher.ask(seen.LogOn(agent_id=A))
    assert not stage.dispatcher.live
    with pytest.raises(Refused, match="not_ready"):
        await stage.dispatcher.ask(seen.LogOn(agent_id=A))
    stage.state.down = False
    await stage.live()
    await stage.ready()
    assert stage.dispatcher.floor.agents[A].free


async def test_no_heartbeat_is_sent_while_in_doubt(stage: Stage) -> None:
    stage.state.down = True
    stage.dispatcher.doubt("test")
    await asyncio.sleep(0.1)
    beats = stage.telephony.beats
    await asyncio.sleep(0.3)
    assert stage.telephony.beats == beats
    stage.state.down = False
    await stage.live()


async def test_an_order_that_may_or_may_not_have_happened_sets_the_floor_right(
    stage: Stage,
) -> None:
    await stage.ready()
    stage.telephony.wrong = TelephonyDown("cut")
    await stage.waits()
    await stage.telephony.next()
    await stage.state.until("systemNoted", 2)
    await stage.live()
    # Asterisk shows no channel, so the caller left unseen.
    assert stage.dispatcher.floor.calls == {}
    assert stage.dispatcher.floor.agents[A].free


async def test_signals_of_unknown_calls_do_not_end_the_dispatcher(stage: Stage) -> None:
    stage.dispatcher.tell(seen.PhoneAlerted(call_id=CallId("9.9"), agent_channel=leg(A)))
    stage.dispatcher.tell(seen.TimeCame())
    await stage.ready()
    assert stage.dispatcher.live


async def test_a_fact_that_comes_late_bears_the_moment_at_which_it_was_seen(stage: Stage) -> None:
    await stage.ready()
    await stage.waits()
    await stage.telephony.next()
    allocated_at = stage.state.journal[-1].event.at
    rings = seen.PhoneAlerted(call_id=ONE, agent_channel=leg(A))
    stage.dispatcher.tell(rings, allocated_at)
    await stage.state.until("delivered", 1)
    assert stage.state.journal[-1].event.at == allocated_at


async def test_a_second_node_stays_idle_while_the_first_has_the_lease(stage: Stage) -> None:
    rules = DispatcherRules(node="n2", floor=RULES, beat_every_s=0.05)
    other = Dispatcher(rules, [], stage.state, stage.telephony, lambda: datetime.now(UTC))
    running = asyncio.create_task(other.run())
    try:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await other.wait_live()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert stage.dispatcher.live


OVERDUE = timedelta(seconds=RING_S + RULES.offer_slack_s)


async def unheard_offer(stage: Stage) -> None:
    """An offer of which no event tells; until its time is over nothing is done about it."""
    await stage.ready()
    await stage.waits()
    assert isinstance(await stage.telephony.next(), RingAgent)


async def test_a_talk_of_which_nothing_was_heard_is_looked_for_before_its_offer_is_given_up(
    stage: Stage,
) -> None:
    await unheard_offer(stage)
    line = caller(ONE, "talking", bridge="b1", ACD_AGENT=A, ACD_TRY="1")
    stage.telephony.seen_lines = (line, agents_leg(ONE))
    stage.ahead = OVERDUE
    await stage.state.until("established", 1)
    assert "diverted" not in stage.state.kinds()
    assert stage.telephony.asked.empty(), "the two are left alone"


async def test_a_phone_that_still_rings_when_its_time_is_over_is_given_up_after_a_look(
    stage: Stage,
) -> None:
    await unheard_offer(stage)
    stage.telephony.seen_lines = (caller(ONE, "ringing", ACD_AGENT=A, ACD_TRY="1"),)
    stage.ahead = OVERDUE
    assert isinstance(await stage.telephony.next(), TakeBack)
    assert stage.state.kinds().count("diverted") == 1
    assert stage.state.kinds().count("systemNoted") == 2


async def test_what_was_ordered_before_a_recovery_is_not_done_beside_it(stage: Stage) -> None:
    stage.telephony.slow = asyncio.Event()
    await unheard_offer(stage)
    stage.dispatcher.tell(seen.RingFailed(call_id=ONE, attempt=1))
    stage.dispatcher.tell(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE)))
    await stage.state.until("agentAllocated", 2)  # and its order waits behind the first
    stage.telephony.seen_lines = (caller(ONE, "waiting"),)
    stage.dispatcher.doubt("something was missed")
    stage.telephony.slow.set()
    await stage.state.until("agentAllocated", 3)
    order = await stage.telephony.next()
    assert isinstance(order, RingAgent)
    assert order.attempt == 3
