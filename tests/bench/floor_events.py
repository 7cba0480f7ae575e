"""Plays whole calls as AMI events to a dispatcher. Argument: Redis's address, or none. Prints one object."""

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from time import perf_counter, process_time
from typing import Any

import uvloop

from cti.asterisk.ami import AmiClient, AmiSettings
from cti.asterisk.ami_events import WANTED
from cti.asterisk.telephony import follow
from cti.core.acd import control_wishes as wished
from cti.core.acd import signals as seen
from cti.core.acd.control_orders import DialParty
from cti.core.acd.floor_rules import FloorRules
from cti.core.acd.lines import Line
from cti.core.acd.orders import DropLeg, RingAgent
from cti.core.acd.queue import QueuePolicy
from cti.core.acd.wrap_up import WrapUpRule
from cti.core.agent_state import Agent, AgentStatus
from cti.core.changes import Changes
from cti.core.events import CallEvent
from cti.core.ids import AgentId, CallId, ChannelName, EventId, QueueName
from cti.services.dispatcher import Dispatcher, DispatcherRules
from cti.services.ports import LiveState
from cti.store.memory_state import MemoryState
from cti.store.redis_link import open_redis
from cti.store.redis_state import RedisState
from tests.bench.ami_floor import AGENTS, AT_ONCE, CALLS
from tests.wire.fake_manager import FakeManager, ManagerSession, manager

MOTOR = QueueName("motor")
LIMIT_S = 20.0
RULES = FloorRules(
    policies={MOTOR: QueuePolicy(name=MOTOR, needs={"motor": 1}, wrap_up=WrapUpRule(s=0.0))},
    fallback_queue=MOTOR,
)


class Tape:
    """What Asterisk says of one call; ``events`` counts."""

    def __init__(self) -> None:
        self.events = 0
        self.session: ManagerSession | None = None

    def say(self, call_id: CallId, channel: str, name: str, *more: str) -> None:
        """One event of a leg, with the headers that Asterisk 22 gives each."""
        state = 5 if "ChannelStateDesc: Ringing" in more else 6
        lines = (
            f"Event: {name}", "Privilege: call,all", f"Channel: {channel}", f"ChannelState: {state}",
            *more, "CallerIDNum: 13900000001", "CallerIDName: <unknown>", "ConnectedLineNum: 8001",
            "ConnectedLineName: <unknown>", "Language: zh", "AccountCode: ", "Context: acd", "Exten: s",
            "Priority: 1", f"Uniqueid: {channel}", f"Linkedid: {call_id}",
            f"ChanVariable: ACD_CALL={call_id}", "ChanVariable: ACD_STATE=talking",
        )  # fmt: skip
        assert self.session is not None
        self.session.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.events += 1

    def user(self, call_id: CallId, channel: str, name: str, *more: str) -> None:
        """One of our own dialplan's events."""
        self.say(call_id, channel, "UserEvent", f"UserEvent: {name}", f"Acdcall: {call_id}", *more)

    def free(self, channel: str) -> None:
        """A phone rings no more."""
        phone = channel.rpartition("-")[0]
        self.say(CallId(""), channel, "DeviceStateChange", f"Device: {phone}", "State: NOT_INUSE")


class Asterisk:
    """``Telephony`` whose orders come true at once."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self.rung: dict[CallId, RingAgent] = {}
        self._parties: dict[str, DialParty] = {}

    async def ring(self, order: RingAgent) -> None:
        call_id, phone = order.call_id, f"PJSIP/{order.extension}-1"
        self.rung[call_id] = order
        self._tape.say(call_id, phone, "Newstate", "ChannelStateDesc: Ringing")
        self._tape.say(call_id, phone, "Newstate", "ChannelStateDesc: Up")
        for name in ("AcdAgentUp", "AcdTalk"):
            self._tape.user(call_id, phone, name, f"Agentchan: {phone}")
        self._tape.user(call_id, phone, "AcdRecord", f"Acdrecording: {call_id}-1")

    async def control(self, order: object) -> None:
        if isinstance(order, DialParty):
            phone = f"PJSIP/{order.target}-1"
            self._parties[phone] = order
            party = f"ChanVariable: ACD_PARTY={order.party_id}"
            self._tape.say(order.call_id, phone, "Newstate", "ChannelStateDesc: Ringing", party)
            self._tape.say(order.call_id, phone, "Newstate", "ChannelStateDesc: Up", party)
            told = f"Acdparty: {order.party_id}", f"Acdchannel: {phone}"
            self._tape.user(order.call_id, phone, "AcdParty", *told)

    async def drop(self, order: DropLeg) -> None:
        if asked := self._parties.pop(order.channel, None):
            party = f"ChanVariable: ACD_PARTY={asked.party_id}"
            self._tape.say(asked.call_id, order.channel, "Hangup", "Cause: 16", party)
            self._tape.free(order.channel)

    async def nothing(self, _order: object) -> None:
        """Mirrors of members, heartbeats: no event tells of them."""

    mirror = beat = take_back = dial_back = nothing

    async def lines(self) -> Sequence[Line]:
        return ()


class Watched:
    """A ``LiveState`` whose facts are waited for."""

    def __init__(self, inner: LiveState) -> None:
        self._inner = inner
        self.load, self.take_lease = inner.load, inner.take_lease
        self.drop_lease = inner.drop_lease
        self._told: dict[tuple[str, str], asyncio.Event] = defaultdict(asyncio.Event)

    async def commit(self, changes: Changes) -> tuple[EventId, ...]:
        written = await self._inner.commit(changes)
        for event in changes.events:
            if isinstance(event, CallEvent):
                self._told[event.TYPE, event.call_id].set()
        return written

    async def until(self, kind: str, call_id: CallId) -> None:
        async with asyncio.timeout(LIMIT_S):
            await self._told[kind, call_id].wait()


class House:
    """The floor, its agents and the calls that are played."""

    def __init__(self, state: LiveState) -> None:
        self.tape = Tape()
        self.asterisk, self.state = Asterisk(self.tape), Watched(state)
        roster = [_agent(8000 + n, "motor") for n in range(AGENTS)]
        roster += [_agent(9000 + n, "advice") for n in range(AGENTS)]
        stage: Any = self.asterisk
        self.dispatcher = Dispatcher(
            DispatcherRules(node="bench", floor=RULES),
            roster,
            self.state,
            stage,
            lambda: datetime.now(UTC),
        )
        self._roster = roster

    async def open(self) -> None:
        """All agents are ready."""
        await self.dispatcher.wait_live()
        for agent in self._roster:
            await self.dispatcher.ask(seen.LogOn(agent_id=agent.agent_id))
            ready = seen.ChooseStatus(agent_id=agent.agent_id, status=AgentStatus.READY)
            await self.dispatcher.ask(ready)

    async def callers(self, numbers: Iterator[int]) -> None:
        """One call after the other."""
        for number in numbers:
            await self._call(CallId(f"1795412013.{number}"))

    async def _call(self, call_id: CallId) -> None:
        ask, tape = self.dispatcher.ask, self.tape
        channel = ChannelName(f"PJSIP/trunk-{call_id}")
        await ask(
            seen.CallerArrived(
                call_id=call_id, channel=channel, caller_number="13900000001", dialed_number="95518"
            )
        )
        await ask(seen.QueueChosen(call_id=call_id, queue=MOTOR))
        tape.user(call_id, channel, "AcdWait", f"Acdchannel: {channel}", "Attempt: ")
        await self.state.until("established", call_id)
        agent_id = self.asterisk.rung[call_id].agent_id
        await ask(wished.HoldCall(agent_id=agent_id))
        tape.user(call_id, channel, "AcdRecord", f"Acdrecording: {call_id}-1")
        await ask(wished.RetrieveCall(agent_id=agent_id))
        await self._consults(call_id, agent_id)
        self._ends(call_id, channel, f"PJSIP/{agent_id}-1")
        await self.state.until("callCleared", call_id)

    async def _consults(self, call_id: CallId, agent_id: AgentId) -> None:
        colleague = f"9{agent_id[1:]}"
        await self.dispatcher.ask(
            wished.ConsultCall(agent_id=agent_id, kind=wished.Asked.AGENT, target=colleague)
        )
        await self.state.until("consultationAnswered", call_id)
        await self.dispatcher.ask(wished.CancelConsultation(agent_id=agent_id))

    def _ends(self, call_id: CallId, channel: str, phone: str) -> None:
        self.tape.say(call_id, channel, "HangupRequest", "Cause: 16")
        self.tape.user(call_id, channel, "AcdRecorded", f"Acdrecording: {call_id}-1")
        self.tape.say(call_id, phone, "Hangup", "Cause: 16")
        self.tape.free(phone)
        self.tape.say(call_id, channel, "Hangup", "Cause: 16")


def _agent(number: int, skill: str) -> Agent:
    name = str(number)
    return Agent(agent_id=AgentId(name), name=name, extension=name, skills={skill: 3})


async def _asterisk_listens(fake: FakeManager, tape: Tape) -> None:
    """Let our client in; what it says then is of no interest."""
    tape.session = await fake.session()
    await tape.session.let_in()
    while await tape.session.reader.read(1 << 16):
        pass


async def played(house: House) -> dict[str, float]:
    """All calls: events a second, µs of processor each, and events a call."""
    async with manager() as fake:
        settings = AmiSettings(
            host="127.0.0.1", port=fake.port, username="b", secret="b", ping_every_s=LIMIT_S * 9
        )
        ami = AmiClient(settings, WANTED, lambda: 0.5)
        tasks = [asyncio.create_task(_asterisk_listens(fake, house.tape))]
        await ami.start()
        await ami.events.get()  # AmiUp
        tasks.append(asyncio.create_task(house.dispatcher.run()))
        tasks.append(asyncio.create_task(follow(ami, house.dispatcher)))
        await house.open()
        begun, before = perf_counter(), process_time()
        numbers = iter(range(CALLS))
        await asyncio.gather(*(house.callers(numbers) for _ in range(AT_ONCE)))
        spent_s, cpu_s = perf_counter() - begun, process_time() - before
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await ami.close()
    events = house.tape.events
    return {"rate": events / spent_s, "cpu_us": cpu_s / events * 1e6, "a_call": events / CALLS}


async def main() -> None:
    if len(sys.argv) == 1:
        print(json.dumps(await played(House(MemoryState()))))
        return
    redis = open_redis(sys.argv[1])
    await redis.flushdb()
    print(json.dumps(await played(House(RedisState(redis)))))
    await redis.aclose()


if __name__ == "__main__":
    uvloop.run(main())
