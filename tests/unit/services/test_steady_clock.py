"""The service's clock, and a dispatcher that goes by it while the machine's clock jumps."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from cti.core.acd import signals as seen
from cti.core.agent_state import AgentState, AgentStatus
from cti.core.events import QueueLeft
from cti.services.dispatcher import Dispatcher, DispatcherRules
from cti.services.steady_clock import SLOWEST, SteadyClock
from tests.unit.core.acd.floors import MOTOR, ONE, RULES, WRAP_UP_S, A, agent, caller_channel, leg
from tests.unit.services.test_dispatcher import FakeTelephony, Store

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR_S = 3600.0


class Machine:
    """A machine whose clock is set by hand."""

    def __init__(self) -> None:
        self.wall, self.ticks = START, 0.0

    def pass_s(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.ticks += seconds

    def jump_s(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)

    def clock(self) -> SteadyClock:
        return SteadyClock(lambda: self.wall, lambda: self.ticks)


def test_without_jumps_it_is_the_machines_clock() -> None:
    machine = Machine()
    clock = machine.clock()
    for _ in range(5):
        machine.pass_s(7.25)
        assert clock() == machine.wall


def test_a_jump_forward_is_followed_at_once() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.jump_s(HOUR_S)
    assert clock() == machine.wall


def test_after_a_jump_back_time_goes_on_slower_until_the_machine_has_caught_up() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.pass_s(10)
    before = clock()
    machine.jump_s(-HOUR_S)
    assert clock() == before
    machine.pass_s(100)
    assert clock() == before + timedelta(seconds=100 * SLOWEST)
    machine.pass_s(HOUR_S / (1 - SLOWEST))
    assert clock() == machine.wall


@pytest.mark.parametrize("jump_s", [HOUR_S, -HOUR_S])
async def test_wrap_up_ends_and_no_time_is_below_nothing_when_the_clock_jumps_in_the_talk(
    jump_s: float,
) -> None:
    machine, state = Machine(), Store()
    rules = DispatcherRules(node="n1", floor=RULES, beat_every_s=0.02, wall=lambda: machine.wall)
    telephony = cast(Any, FakeTelephony(state))
    dispatcher = Dispatcher(rules, [agent(A)], state, telephony, machine.clock())
    running = asyncio.create_task(dispatcher.run())
    try:
        await dispatcher.wait_live()
        await dispatcher.ask(seen.LogOn(agent_id=A))
        await dispatcher.ask(seen.ChooseStatus(agent_id=A, status=AgentStatus.READY))
        await a_talk(dispatcher, machine, jump_s)
        assert dispatcher.floor.agents[A].state is AgentState.WRAP_UP
        machine.pass_s(WRAP_UP_S / SLOWEST + 1)
        await state.until("wrapUpEnded", 1)
        assert dispatcher.floor.agents[A].free
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    told = [record.event for record in state.journal]
    assert [event.at for event in told] == sorted(event.at for event in told)
    [left] = [event for event in told if isinstance(event, QueueLeft)]
    assert left.waited_s >= 0


async def a_talk(dispatcher: Dispatcher, machine: Machine, jump_s: float) -> None:
    ask, channel = dispatcher.ask, caller_channel(ONE)
    arrived = seen.CallerArrived(call_id=ONE, channel=channel, caller_number="1", dialed_number="2")
    await ask(arrived)
    await ask(seen.QueueChosen(call_id=ONE, queue=MOTOR))
    await ask(seen.CallerWaits(call_id=ONE, channel=channel))
    machine.jump_s(jump_s / 2)
    for kind in (seen.PhoneAlerted, seen.PhoneAnswered, seen.TalkBegan):
        await ask(kind(call_id=ONE, agent_channel=leg(A)))
    machine.jump_s(jump_s / 2)
    machine.pass_s(5)
    await ask(seen.ChannelGone(call_id=ONE, channel=channel, cause=16))
