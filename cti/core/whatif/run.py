"""A day of calls on the floor that serves live ones, by a clock that jumps. Pure.

The same ``Floor`` and router that take the signals of Asterisk and desktops take those of invented
callers, phones and agents here. Nothing is drawn while it runs: a contact brings its own chances, so two
houses given the same day meet the very same callers.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

from cti.core.acd import signals as seen
from cti.core.acd.floor import Floor, Step
from cti.core.acd.orders import Order, RingAgent, TakeBack
from cti.core.acd.signals import Signal
from cti.core.acd.step import take
from cti.core.agent_state import AgentState
from cti.core.call import CallPhase
from cti.core.events import AgentWorkingAfterCall, Established, Event, Outcome, QueueLeft
from cti.core.ids import AgentId, CallId, ChannelName
from cti.core.whatif.count import Counter, Outcomes
from cti.core.whatif.crew import House
from cti.core.whatif.demand import Contact, Day
from cti.core.whatif.shift import Shifts

_AFTER_THE_LAST = timedelta(hours=2)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Stuck(AssertionError):
    """The floor lost a call or an agent: somebody could be served, and is not."""


def played(house: House, day: Day, since: datetime | None = None) -> Outcomes:
    """What becomes of the day's callers in this house; counted from ``since`` on (default: all).

    Raises Stuck where a call or an agent is left over that the floor should have seen off.
    """
    return _Run(house, day, since).outcomes()


class _Run:
    """One day under way."""

    def __init__(self, house: House, day: Day, since: datetime | None) -> None:
        self.house, self.now = house, _first(house, day)
        # Nobody reads a decision of an invented call.
        self.floor = Floor(replace(house.rules, reasons_told=False))
        self.floor.load([person.agent for person in house.crew], ())
        within_s = {name: rule.target.within_s for name, rule in house.rules.policies.items()}
        self.counter = Counter(within_s, since or _NEVER)
        self.contacts: dict[CallId, Contact] = {}
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._turn = 0
        self.shifts = Shifts(self.floor, house, self.at, self.take)
        for number, contact in enumerate(day, 1):
            self._expect(CallId(f"sim.{number}"), contact)

    def outcomes(self) -> Outcomes:
        """Play to the end."""
        agenda, floor = self._agenda, self.floor
        while agenda:
            due = floor.next_due()
            if due is not None and due < agenda[0][0]:
                self.now = max(self.now, due)
                self._wake(due)
                continue
            self.now, _, act = heappop(agenda)
            act()
        self._settle()
        return self.counter.outcomes(self._left_over())

    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        """Do something at a moment; things of one moment in the order they were asked for."""
        self._turn += 1
        heappush(self._agenda, (moment, self._turn, act))

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something so many seconds from now."""
        self.at(self.now + timedelta(seconds=seconds), act)

    def take(self, signal: Signal) -> None:
        """Give the floor a signal, and act on what comes of it."""
        step = take(self.floor, signal, self.now)
        for event in step.changes.events:
            self._follow(event)
        for order in step.orders:
            self._carry_out(order)
        self._watch(step)

    # What the floor does.

    def _follow(self, event: Event) -> None:
        match event:
            case QueueLeft():
                self.counter.left(event)
                if event.outcome is Outcome.OVERFLOWED:
                    self.after(0, lambda: self._goes_elsewhere(event.call_id))
            case Established():
                self._stands(event.agent_id)
                talk_s = self.contacts[event.call_id].talk_s
                self.after(talk_s, lambda: self._hangs_up(event.call_id))
            case AgentWorkingAfterCall():
                wrap_up_s = self.contacts[event.call_id].wrap_up_s
                if self.now + timedelta(seconds=min(wrap_up_s, 1e6)) < event.until:
                    self.after(wrap_up_s, lambda: self._wraps_up(event.agent_id, event.call_id))

    def _carry_out(self, order: Order) -> None:
        match order:
            case RingAgent():
                self.after(self.house.habits.alert_s, lambda: self._rings(order))
            case TakeBack():
                self.after(0, lambda: self._waits(order.call_id))

    def _watch(self, step: Step) -> None:
        for agent in step.changes.agents:
            self._stands(agent.agent_id)
            self.shifts.look_at(self.floor.agents[agent.agent_id], self.now)

    def _stands(self, agent_id: AgentId) -> None:
        agent = self.floor.agents[agent_id]
        call = self.floor.calls.get(agent.call_id) if agent.call_id else None
        self.counter.stands(agent, call.phase if call else None, self.now)

    def _wake(self, due: datetime) -> None:
        self.take(seen.TimeCame())
        again = self.floor.next_due()
        if again is not None and again <= due:
            raise Stuck(f"the floor wants to be woken at {due} for ever")

    # What callers do.

    def _expect(self, call_id: CallId, contact: Contact) -> None:
        self.contacts[call_id] = contact
        self.at(contact.at, lambda: self._arrives(call_id, contact))

    def _arrives(self, call_id: CallId, contact: Contact) -> None:
        self.take(
            seen.CallerArrived(
                call_id=call_id,
                channel=_channel(call_id),
                caller_number=call_id,
                dialed_number="",
                language=contact.language,
                flags=contact.flags,
                points=contact.points,
            )
        )
        chosen = seen.QueueChosen(
            call_id=call_id,
            queue=contact.queue,
            needs=contact.needs,
            language=contact.language,
        )
        self.take(chosen)
        if contact.patience_s < 1e6:
            self.after(contact.patience_s, lambda: self._loses_patience(call_id))
        self._waits(call_id)

    def _waits(self, call_id: CallId, attempt: int = 0) -> None:
        channel = _channel(call_id)
        self.take(seen.CallerWaits(call_id=call_id, channel=channel, attempt=attempt))

    def _loses_patience(self, call_id: CallId) -> None:
        call = self.floor.calls.get(call_id)
        if call is not None and call.answered_at is None:
            self._hangs_up(call_id)

    def _goes_elsewhere(self, call_id: CallId) -> None:
        call = self.floor.calls.get(call_id)
        if call is not None and call.phase is CallPhase.TRANSFERRED:
            self._hangs_up(call_id)

    def _hangs_up(self, call_id: CallId) -> None:
        if call_id in self.floor.calls:
            self.take(seen.ChannelGone(call_id=call_id, channel=_channel(call_id), cause=16))

    # What phones and agents do.

    def _rings(self, offer: RingAgent) -> None:
        if not self._stands_offer(offer, CallPhase.RESERVED):
            return
        leg = _leg(offer.agent_id)
        self.take(seen.PhoneAlerted(call_id=offer.call_id, agent_channel=leg))
        luck, habits = self.contacts[offer.call_id].luck, self.house.habits
        if offer.attempt > len(luck):
            # Offers without end that all come to nothing would be a day without end.
            self.after(0, lambda: self._answers(offer, leg))
            return
        chance = luck[offer.attempt - 1]
        if chance > 1 - habits.refused:
            self.after(habits.pick_up_s, lambda: self._misses(offer, "BUSY", 21))
        elif (pick_up_s := habits.picks_up_after(chance, offer.ring_s)) is None:
            self.after(offer.ring_s, lambda: self._misses(offer, "NOANSWER"))
        else:
            self.after(pick_up_s, lambda: self._answers(offer, leg))

    def _answers(self, offer: RingAgent, leg: ChannelName) -> None:
        if self._stands_offer(offer, CallPhase.RINGING):
            self.take(seen.PhoneAnswered(call_id=offer.call_id, agent_channel=leg))
            self.after(self.house.habits.whisper_s, lambda: self._talks(offer, leg))

    def _talks(self, offer: RingAgent, leg: ChannelName) -> None:
        if self._stands_offer(offer, CallPhase.WHISPER):
            self.take(seen.TalkBegan(call_id=offer.call_id, agent_channel=leg))

    def _misses(self, offer: RingAgent, status: str, cause: int = 0) -> None:
        if self._stands_offer(offer, CallPhase.RINGING):
            self.take(
                seen.DialEnded(
                    call_id=offer.call_id, attempt=offer.attempt, status=status, cause=cause
                )
            )
            self._waits(offer.call_id, offer.attempt)

    def _wraps_up(self, agent_id: AgentId, call_id: CallId) -> None:
        agent = self.floor.agents[agent_id]
        if agent.state is AgentState.WRAP_UP and agent.call_id == call_id:
            self.take(seen.SaveWrapUp(agent_id=agent_id, call_id=call_id, reason=""))

    def _stands_offer(self, offer: RingAgent, phase: CallPhase) -> bool:
        call = self.floor.calls.get(offer.call_id)
        return call is not None and (call.phase, call.attempt) == (phase, offer.attempt)

    # The end of the day.

    def _settle(self) -> None:
        """Let what the floor itself still wants to do happen: wrap-ups run out, offers are given up."""
        until = self.now + _AFTER_THE_LAST
        while (due := self.floor.next_due()) is not None and due <= until:
            self.now = max(self.now, due)
            self._wake(due)
            while self._agenda:
                self.now, _, act = heappop(self._agenda)
                act()

    def _left_over(self) -> int:
        """How many wait for an agent who is not there. Raises Stuck for any other left-over."""
        busy = [a.agent_id for a in self.floor.agents.values() if a.state is not AgentState.IDLE]
        if busy:
            raise Stuck(f"agents {busy} are bound to calls that are over")
        for call in self.floor.calls.values():
            if call.phase is not CallPhase.WAITING or not self.floor.router.holds(call.call_id):
                raise Stuck(f"call {call.call_id} is left in phase {call.phase}")
            if self.floor.router.explain(call.call_id, self.now).candidates:
                raise Stuck(f"call {call.call_id} waits while somebody could take it")
        return len(self.floor.calls)


def _first(house: House, day: Day) -> datetime:
    """When it begins: with the first caller or the first shift."""
    shifts = [spell.start for person in house.crew for spell in person.shifts]
    return min(shifts + [contact.at for contact in day[:1]], default=_NEVER)


def _channel(call_id: CallId) -> ChannelName:
    return ChannelName(f"sim/{call_id}")


def _leg(agent_id: AgentId) -> ChannelName:
    return ChannelName(f"sim/agent-{agent_id}")
