"""A running web server over a real floor: what people command is decided by the dispatcher."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

from cti.core.acd import signals as seen
from cti.core.acd.orders import Order
from cti.core.acd.record_signals import PauseRecording
from cti.core.agent_state import Agent, AgentStatus
from cti.core.call import Call
from cti.core.ids import AgentId, CallId
from cti.services.agents import Desk as AgentsDesk
from cti.services.agents import DeskRules
from cti.services.call_control import DeskControl, DialRule
from cti.services.caller_classes import Remembered
from cti.services.dispatcher import Dispatcher, DispatcherRules
from cti.services.notices import Notices
from cti.services.people import People
from cti.services.reach import CallingRules, CallReach
from cti.services.recording_desk import RecordingDesk
from cti.services.routing import FloorRouting
from cti.services.supervision import CallSupervision
from cti.services.wrap_ups import WrapUps
from cti.store.memory_state import MemoryState
from cti.web.parts import RecordingParts, WebLimits, WebParts
from tests.unit.core.acd.floors import RULES, caller_channel
from tests.web.parts import World
from tests.web.samples import LIMIT_S

ME, OTHER, THIRD = AgentId("1023"), AgentId("1024"), AgentId("1025")
MINE, THEIRS, OVER = CallId("1.1"), CallId("1.2"), CallId("0.9")
PATIENT = WebLimits(bad_frames=100_000, frames_in_10_s=100_000)
NUMBER = "13800138000"


class QuietLine:
    """``Telephony`` on which every order is carried out at once; ``orders`` are kept."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    async def carry(self, order: Any) -> None:
        self.orders.append(order)

    ring = dial_back = drop = take_back = control = mirror = carry

    async def beat(self, epoch: int) -> None:
        return None

    async def lines(self) -> Sequence[Any]:
        return ()


class NoNumbers:
    """No number is blocked."""

    async def remembered(self, number: str, now: datetime, chosen_since: datetime) -> Remembered:
        return Remembered()


class NoMenus:
    """No tree is walked after a call."""

    def at(self, entry: str, version: int) -> None:
        return None


def utc_now() -> datetime:
    return datetime.now(UTC)


def agents() -> tuple[Agent, ...]:
    return tuple(
        Agent(agent_id=each, name=each, extension=f"8{each[1:]}", skills={"motor": 3})
        for each in (ME, OTHER, THIRD)
    )


@dataclass
class FloorWorld(World):
    """1023 and 1024 have desktops; the floor, the audit and the notices are real."""

    limits: WebLimits = PATIENT
    state: MemoryState = field(default_factory=MemoryState)
    line: QuietLine = field(default_factory=QuietLine)

    async def __aenter__(self) -> "FloorWorld":
        rules = DispatcherRules(node="n1", floor=RULES)
        self.dispatcher = Dispatcher(rules, agents(), self.state, cast(Any, self.line), utc_now)
        self._deciding = asyncio.create_task(self.dispatcher.run())
        async with asyncio.timeout(LIMIT_S):
            await self.dispatcher.wait_live()
        await super().__aenter__()
        return self

    async def __aexit__(self, *why: object) -> None:
        await super().__aexit__(*why)
        self._deciding.cancel()
        await asyncio.gather(self._deciding, return_exceptions=True)

    def _parts(self) -> WebParts:
        floor, dial = self.dispatcher, DialRule([r"1[3-9][0-9]{9}"], ["95518"])
        calling = CallingRules(
            shown=("95518",), first=time(0), last=time(0), zone=ZoneInfo("UTC"), now=utc_now
        )
        notices = Notices(self.board, RULES.policies, utc_now)
        known = ({"motor", "advice"}, {"zh", "en"})
        rules = DeskRules(reasons=("REST",), codes=("report",), extensions=("8023", "8024"))
        desk = AgentsDesk(floor, rules)
        return replace(
            super()._parts(),
            desk=desk,
            wrap_ups=WrapUps(desk, self.wrap_ups, self.audit, utc_now),
            people=People(floor, notices, self.audit, utc_now, known),
            notices=notices,
            routing=FloorRouting(floor, self.audit, utc_now),
            control=DeskControl(floor, dial),
            reach=CallReach(floor, dial, calling, NoNumbers(), cast(Any, NoMenus())),
            supervision=CallSupervision(floor, self.audit, utc_now),
            recordings=RecordingParts(
                desk=cast(RecordingDesk, None),
                pause=lambda agent, on: floor.ask(PauseRecording(agent_id=agent, on=on)),
            ),
        )

    # What happens.

    async def ready(self, *who: AgentId) -> None:
        for agent_id in who:
            await self.dispatcher.ask(seen.LogOn(agent_id=agent_id))
            chosen = seen.ChooseStatus(agent_id=agent_id, status=AgentStatus.READY)
            await self.dispatcher.ask(chosen)

    async def waits(self, call_id: CallId) -> None:
        ask, channel = self.dispatcher.ask, caller_channel(call_id)
        arrived = seen.CallerArrived(
            call_id=call_id, channel=channel, caller_number=NUMBER, dialed_number="95518"
        )
        await ask(arrived)
        await ask(seen.QueueChosen(call_id=call_id, queue=RULES.fallback_queue))
        await ask(seen.CallerWaits(call_id=call_id, channel=channel))

    async def talks(self, agent_id: AgentId, call_id: CallId) -> None:
        """The agent, who alone is ready, gets this caller."""
        await self.ready(agent_id)
        await self.waits(call_id)
        leg = cast(Any, f"PJSIP/8{agent_id[1:]}-01")
        for kind in (seen.PhoneAlerted, seen.PhoneAnswered, seen.TalkBegan):
            await self.dispatcher.ask(kind(call_id=call_id, agent_channel=leg))

    async def leaves(self, call_id: CallId) -> None:
        gone = seen.ChannelGone(call_id=call_id, channel=caller_channel(call_id), cause=16)
        await self.dispatcher.ask(gone)

    def kept(self) -> tuple[Mapping[AgentId, Agent], Mapping[CallId, Call], int, int]:
        """Everything that a refusal must leave as it is: records, facts, orders."""
        floor = self.dispatcher.floor
        return dict(floor.agents), dict(floor.calls), len(self.state.journal), len(self.line.orders)
