"""A small Asterisk beside the floor: callers' channels that walk our dialplan and say so, unheard in part.

What is true stands in its channels; the floor knows only what it hears. Orders are carried out, events
heard and looks taken when the test says so, as they would be by a server with a bad ear.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cti.core.acd import signals as seen
from cti.core.acd.floor import Floor, FloorRules, Step
from cti.core.acd.lines import Line
from cti.core.acd.orders import DropLeg, Order, RingAgent, TakeBack
from cti.core.acd.party_signals import TalkBroken
from cti.core.acd.past import PastCall
from cti.core.acd.reconcile import reconcile
from cti.core.acd.second_look import Difference, differences, held
from cti.core.acd.signals import Signal
from cti.core.acd.step import take
from cti.core.acd.unheard import unheard
from cti.core.agent_state import Agent, AgentStatus
from cti.core.events import Event
from cti.core.ids import CallId, ChannelName, QueueName
from tests.unit.core.acd.floors import MOTOR, NUMBER, START, caller_channel

LATE_S = 5.0
DOWN, RINGING, UP, TALKING = "down", "ringing", "up", "talking"


@dataclass
class Channel:
    """A caller's channel; ``leg`` is how far the phone that it dials has come, empty for none."""

    call_id: CallId
    state: str = "ivr"
    attempt: int = 0
    agent_id: str = ""
    extension: str = ""
    leg: str = ""
    dialled_at: datetime = START
    rings_s: int = 0
    broken: int = 0

    def __post_init__(self) -> None:
        self.name = caller_channel(self.call_id)

    @property
    def leg_name(self) -> ChannelName:
        return ChannelName(f"PJSIP/{self.extension}-{self.call_id}.{self.attempt}")


@dataclass
class Fate:
    """What becomes of the next things said: from the right, each two bits are one's: lost at 1, said twice
    at 2, before what was said last at 3."""

    bits: int = 0

    def next(self) -> int:
        self.bits, fate = divmod(self.bits, 4)
        return fate


@dataclass
class SmallAsterisk:
    """Channels, a wire with what they said, and a server that listens."""

    rules: FloorRules
    agents: tuple[Agent, ...]
    now: datetime = START
    channels: dict[CallId, Channel] = field(default_factory=dict)
    past: dict[CallId, PastCall] = field(default_factory=dict)
    wire: list[Signal] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    talks: set[tuple[CallId, int]] = field(default_factory=set)
    """Talks that there were: call and attempt."""
    doubles: list[str] = field(default_factory=list)
    fate: Fate = field(default_factory=Fate)
    _before: frozenset[Difference] = frozenset()

    def __post_init__(self) -> None:
        self.floor = Floor(self.rules)
        self.floor.load(self.agents, ())
        for agent in self.agents:
            self.hear(seen.LogOn(agent_id=agent.agent_id))
            ready = seen.ChooseStatus(agent_id=agent.agent_id, status=AgentStatus.READY)
            self.hear(ready)

    # The server.

    def hear(self, signal: Signal) -> None:
        self._took(take(self.floor, signal, self.now))

    def _took(self, step: Step) -> None:
        self.events += step.changes.events
        self.orders += step.orders

    def hear_next(self) -> None:
        if self.wire:
            self.hear(self.wire.pop(0))

    def catches_up(self) -> None:
        """All that was said is heard, and all that was ordered is done."""
        while self.wire or self.orders:
            self.hear_next()
            self.carry_out_next()

    def time_comes(self) -> None:
        """As the dispatcher: what is overdue is looked at before it is given up."""
        due = self.floor.next_due()
        if due is None or due > self.now:
            return
        if unheard(self.floor, self.now):
            self.recover()
        else:
            self.hear(seen.TimeCame())

    def look(self) -> None:
        """The second look: what two see alike is doubted."""
        found = differences(held(self.floor), self.lines(), self.now)
        lasting, self._before = found & self._before, found
        if lasting:
            self.recover()

    def recover(self) -> None:
        """As the dispatcher begins again: from its records, and from what Asterisk shows."""
        self._before = frozenset()
        self.wire.clear()
        self.orders.clear()
        before = self.floor
        self.floor = Floor(self.rules, before.centre)
        self.floor.load(before.agents.values(), before.calls.values())
        reconcile(self.floor, self.lines(), self.now, self.past)
        self._took(self.floor.finish(self.now))

    def lines(self) -> list[Line]:
        return [line for each in self.channels.values() for line in self._lines(each)]

    def _lines(self, channel: Channel) -> list[Line]:
        told = {"ACD_CALL": channel.call_id, "ACD_STATE": channel.state, "ACD_QUEUE": MOTOR}
        if channel.attempt:
            told |= {"ACD_AGENT": channel.agent_id, "ACD_TRY": str(channel.attempt)}
        if channel.broken:
            told["ACD_BROKEN"] = str(channel.broken)
        bridged = "b" if channel.leg == TALKING else ""
        caller = self._line(channel, channel.name, bridged, told)
        leg = self._line(channel, channel.leg_name, bridged, {"ACD_CALL": channel.call_id})
        return [caller, leg] if channel.leg else [caller]

    def _line(self, channel: Channel, name: ChannelName, bridge: str, told: dict[str, str]) -> Line:
        return Line(
            channel=name,
            call_id=channel.call_id,
            is_caller=name == channel.name,
            state=told.get("ACD_STATE", ""),
            bridge_id=bridge,
            caller_number=NUMBER,
            dialed_number="95518",
            age_s=1.0,
            variables=told,
        )

    # Asterisk.

    def say(self, signal: Signal) -> None:
        fate = self.fate.next()
        if fate == 3 and self.wire:
            self.wire.insert(-1, signal)
        elif fate != 1:
            self.wire += [signal] * (2 if fate == 2 else 1)

    def arrives(self, call_id: CallId, queue: QueueName = MOTOR) -> None:
        """The menu asks the server itself, and so is heard."""
        if call_id in self.channels or call_id in self.past:
            return
        channel = self.channels[call_id] = Channel(call_id)
        arrived = seen.CallerArrived(
            call_id=call_id, channel=channel.name, caller_number=NUMBER, dialed_number="95518"
        )
        self.hear(arrived)
        self.hear(seen.QueueChosen(call_id=call_id, queue=queue))
        self._waits(channel)

    def carry_out_next(self) -> None:
        if not self.orders:
            return
        match self.orders.pop(0):
            case RingAgent() as order if order.call_id in self.channels:
                self._dials(self.channels[order.call_id], order)
            case RingAgent() as order:
                self.hear(seen.RingFailed(call_id=order.call_id, attempt=order.attempt))
            case TakeBack() as order if order.call_id in self.channels:
                channel = self.channels[order.call_id]
                self._leg_ends(channel)
                self._waits(channel)
            case DropLeg() as order:
                for each in self.channels.values():
                    if each.leg and order.channel == each.leg_name:
                        self.agent_leaves(each.call_id)

    def _dials(self, channel: Channel, order: RingAgent) -> None:
        self._leg_ends(channel)
        self.doubles += [
            f"{order.extension} has {each.call_id} and is rung for {channel.call_id}"
            for each in self.channels.values()
            if each.leg and each.extension == order.extension
        ]
        channel.state, channel.leg, channel.dialled_at = "ringing", DOWN, self.now
        channel.attempt, channel.extension = order.attempt, order.extension
        channel.agent_id, channel.rings_s = order.agent_id, order.ring_s

    def goes_on(self, call_id: CallId) -> None:
        """The phone rings, is answered, the whisper is over: the next of these."""
        channel = self.channels.get(call_id)
        if channel is None:
            return
        leg = channel.leg_name
        match channel.leg:
            case "down":
                channel.leg = RINGING
                self.say(seen.PhoneAlerted(call_id=call_id, agent_channel=leg))
            case "ringing":
                channel.leg = UP
                self.say(seen.PhoneAnswered(call_id=call_id, agent_channel=leg))
            case "up":
                channel.leg = channel.state = TALKING
                self.talks.add((call_id, channel.attempt))
                self.past[call_id] = PastCall(
                    call_id=call_id, member=channel.agent_id, answered_at=self.now
                )
                self.say(seen.TalkBegan(call_id=call_id, agent_channel=leg))

    def agent_leaves(self, call_id: CallId) -> None:
        """He refuses, or hangs up."""
        channel = self.channels.get(call_id)
        if channel is None or not channel.leg:
            return
        leg = channel.leg
        self._leg_ends(channel)
        if leg == TALKING:
            self._dial_ends(channel, "ANSWER", 16)
            channel.state = "after"
            self.say(seen.CallerAfter(call_id=call_id))
            return
        self._dial_ends(channel, *(("WHISPERHUP", 16) if leg == UP else ("BUSY", 21)))
        self._waits(channel)

    def agent_vanishes(self, call_id: CallId) -> None:
        """His phone is lost in the talk: nobody hung up."""
        channel = self.channels.get(call_id)
        if channel is None or channel.leg != TALKING:
            return
        self._leg_ends(channel, cause=44)
        channel.state = "broken"
        channel.broken += 1
        self.say(TalkBroken(call_id=call_id, cause=44, attempt=channel.attempt))

    def hears_that_it_broke(self, call_id: CallId) -> None:
        """The sentence is over."""
        channel = self.channels.get(call_id)
        if channel is not None and channel.state == "broken":
            self._waits(channel)

    def caller_leaves(self, call_id: CallId) -> None:
        channel = self.channels.pop(call_id, None)
        if channel is None:
            return
        self._leg_ends(channel)
        told = self.past.get(call_id) or PastCall(call_id=call_id)
        self.past[call_id] = PastCall(
            call_id=call_id,
            member=told.member,
            answered_at=told.answered_at,
            agent_left=channel.state == "after",
            gone_at=self.now,
            cause="16",
        )
        self.say(
            seen.ChannelGone(call_id=call_id, channel=channel.name, cause=16, state=channel.state)
        )

    def passes(self, seconds: float) -> None:
        """Time goes on. What was said or ordered stays on its way for a few seconds at most."""
        while seconds > LATE_S:
            self._passes(LATE_S)
            self.catches_up()
            seconds -= LATE_S
        self._passes(seconds)

    def _passes(self, seconds: float) -> None:
        """Phones ring no longer than they may, and the floor's moments come."""
        self.now += timedelta(seconds=seconds)
        for channel in self.channels.values():
            over = channel.dialled_at + timedelta(seconds=channel.rings_s) <= self.now
            if channel.leg in (DOWN, RINGING) and over:
                self._leg_ends(channel)
                self._dial_ends(channel, "NOANSWER", 0)
                self._waits(channel)
        self.time_comes()

    def _waits(self, channel: Channel) -> None:
        channel.state = "waiting"
        waits = seen.CallerWaits(
            call_id=channel.call_id, channel=channel.name, attempt=channel.attempt
        )
        self.say(waits)

    def _leg_ends(self, channel: Channel, cause: int = 16) -> None:
        if channel.leg:
            gone = seen.ChannelGone(call_id=channel.call_id, channel=channel.leg_name, cause=cause)
            channel.leg = ""
            self.say(gone)

    def _dial_ends(self, channel: Channel, status: str, cause: int) -> None:
        self.say(
            seen.DialEnded(
                call_id=channel.call_id, attempt=channel.attempt, status=status, cause=cause
            )
        )
