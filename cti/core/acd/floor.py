"""The contact-centre floor: who is where, and what each thing that happens makes of it.

Pure: one signal in, at one moment; new states, facts and orders out. The dispatcher writes the
changes down (all or none) and then carries the orders out. The steps themselves stand in
``line_steps.py`` (what is seen on the line) and ``desk_steps.py`` (what agents ask for).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cti.core.acd import parties
from cti.core.acd.alarms import Alarms
from cti.core.acd.centre import Centre
from cti.core.acd.coming_back import ComingBack
from cti.core.acd.decision import Decision, decision
from cti.core.acd.early_leavers import EarlyLeavers
from cti.core.acd.floor_rules import FloorRules as FloorRules
from cti.core.acd.offers import allocated, offer_order, offered
from cti.core.acd.orders import MirrorMember, Order
from cti.core.acd.overflowing import Overflowing
from cti.core.acd.queue import FreeAgent, QueuePolicy, waiting
from cti.core.acd.reasons import listed_again, next_status
from cti.core.acd.router import Router
from cti.core.acd.why import Offer
from cti.core.agent_state import Agent, AgentState, AgentStatus, Happened, after
from cti.core.amended import amended
from cti.core.call import Call, CallPhase, Ticket
from cti.core.changes import Changes
from cti.core.events import (
    AgentLoggedOff,
    AgentNotReady,
    AgentReady,
    Event,
    retold,
)
from cti.core.ids import AgentId, CallId, QueueName

OFFERED = (CallPhase.RESERVED, CallPhase.RINGING, CallPhase.WHISPER)
"""Phases in which an agent is bound to the call but the caller does not hear him yet."""

_CHOSEN = {"pending": None, "pending_reason": None}

LAST_WORD_S = 1.0
"""How long a dial that Asterisk could not begin may still tell why."""


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one signal."""

    changes: Changes
    orders: tuple[Order, ...]


class Floor:
    """All agents and live calls, with the router that matches them.

    Not safe to share between tasks: one owner feeds it signals one after the other.
    """

    def __init__(self, rules: FloorRules, centre: Centre | None = None) -> None:
        self.rules = rules
        self.agents: dict[AgentId, Agent] = {}
        self.calls: dict[CallId, Call] = {}
        self.router = Router(rules.policies)
        self.centre = centre or Centre()
        self.overflowing = Overflowing(rules, self.centre)
        self.alarms = Alarms()
        self.coming_back = ComingBack(self.alarms)
        self._avoid: dict[CallId, AgentId] = {}
        self.early_leavers = EarlyLeavers()
        self._touched_agents: dict[AgentId, int] = {}
        self._touched_calls: dict[CallId, int] = {}
        self.reconstructing = False
        """While true, facts are put down as found out afterwards."""
        self._events: list[Event] = []
        self._orders: list[Order] = []

    def load(self, agents: Iterable[Agent], calls: Iterable[Call]) -> None:
        """Start from saved records; calls become routable when their channel is seen waiting."""
        self.agents = {agent.agent_id: agent for agent in agents}
        self.calls = {call.call_id: call for call in calls}
        self.router = Router(self.rules.policies)
        self.overflowing = Overflowing(self.rules, self.centre)
        self.alarms = Alarms()
        self.coming_back = ComingBack(self.alarms)
        for agent in self.agents.values():
            self._index(agent)
        for call in self.calls.values():
            self._watch(call)

    def policy(self, queue: QueueName | None) -> QueuePolicy:
        """The queue's policy; an unknown or missing queue counts as the fallback queue."""
        found = self.rules.policies.get(queue) if queue else None
        return found or self.rules.policies[self.rules.fallback_queue]

    def put_agent(self, agent: Agent, **changed: Any) -> Agent:
        """Replace fields of an agent's record (or add it) and keep the router's view of him right."""
        version = self._touched_agents.setdefault(agent.agent_id, agent.version + 1)
        stands = not changed and agent.version == version
        fresh = agent if stands else amended(agent, {**changed, "version": version})
        self.agents[agent.agent_id] = fresh
        self._index(fresh)
        return fresh

    def put_call(self, call: Call, **changed: Any) -> Call:
        """Replace fields of a call's record (or add it)."""
        version = self._touched_calls.setdefault(call.call_id, call.version + 1)
        stands = not changed and call.version == version
        fresh = call if stands else amended(call, {**changed, "version": version})
        self.calls[call.call_id] = fresh
        self._watch(fresh)
        return fresh

    def changed_calls(self) -> tuple[Call, ...]:
        """The calls that this step has changed so far, as they are now."""
        return tuple(self.calls[each] for each in self._touched_calls)

    def note(self, event: Event) -> None:
        """Put a fact down for the journal."""
        self._events.append(retold(event) if self.reconstructing else event)

    def order(self, order: Order) -> None:
        """Ask for something to be done once the step is written down."""
        self._orders.append(order)

    def moved(self, agent: Agent, happened: Happened, now: datetime, **changed: Any) -> Agent:
        """Take an agent one step through the table of states. Raises IllegalTransition."""
        return self.put_agent(agent, state=after(agent.state, happened), since=now, **changed)

    def take_centre(self, centre: Centre) -> None:
        """What holds outside the floor is this from now on."""
        same, self.centre = centre.modes == self.centre.modes, centre
        if same:
            return
        self.overflowing = Overflowing(self.rules, centre)
        for each in self.router.waiting():
            self.overflowing.add(self.calls[each.call_id])
        for agent in self.agents.values():
            self._index(agent)

    def wait(self, call: Call) -> None:
        """Let the router offer the call."""
        avoid = self._avoid.get(call.call_id)
        if call.wish and not self.agents[call.wish.agent_id].signed_in:
            call = self.put_call(call, wish=None)
        self.router.put_call(waiting(call, frozenset({avoid} if avoid else ())))
        self.overflowing.add(call)
        self.coming_back.came(call.call_id)
        self._watch(call)

    def stop_waiting(self, call_id: CallId) -> None:
        """The router may no longer offer the call."""
        self.router.drop_call(call_id)
        self.overflowing.drop(call_id)
        self.coming_back.came(call_id)
        if (call := self.calls.get(call_id)) is not None:
            self._watch(call)

    def avoid(self, call_id: CallId, agent_id: AgentId | None) -> None:
        """Do not offer the call to this agent again while another one qualifies."""
        if agent_id is None:
            self._avoid.pop(call_id, None)
        else:
            self._avoid[call_id] = agent_id

    def release(self, agent: Agent, now: datetime) -> Agent:
        """An agent with nothing to do takes up his pending choice, or waits for the next call."""
        status, reason = next_status(agent)
        idle = amended(agent, {"state": AgentState.IDLE, "forced": False, **_CHOSEN})
        if agent.pending is None and (status, reason) == (agent.status, agent.reason):
            return self.put_agent(idle, since=now, idle_since=now)
        return self.take_status(idle, status, reason, now)

    def take_status(
        self, agent: Agent, status: AgentStatus, reason: str | None, now: datetime
    ) -> Agent:
        """The agent's status from now on: counted, written down, and the native queue told."""
        fresh = self.put_agent(self.rules.reasons.in_status(agent, status, reason, now))
        self.note_status(fresh, now)
        return fresh if fresh.signed_in else self.put_agent(listed_again(fresh))

    def note_status(self, agent: Agent, now: datetime) -> None:
        """Write down what the agent's status is now, and tell the native queue."""
        if agent.status is AgentStatus.READY:
            self.note(AgentReady(at=now, agent_id=agent.agent_id))
        elif agent.status is AgentStatus.NOT_READY:
            self.note(AgentNotReady(at=now, agent_id=agent.agent_id, reason=agent.reason or ""))
        else:
            self.note(AgentLoggedOff(at=now, agent_id=agent.agent_id))
        self.order(
            MirrorMember(
                extension=agent.endpoint,
                signed_in=agent.signed_in,
                paused=agent.status is not AgentStatus.READY,
                queues=self.rules.everywhere(agent),
            )
        )

    def agent_of(self, call: Call) -> Agent | None:
        """The agent bound to the call."""
        return self.agents.get(call.agent_id) if call.agent_id else None

    def pair(self, call_id: CallId) -> tuple[Call | None, Agent | None]:
        """The call and the agent bound to it."""
        call = self.calls.get(call_id)
        return call, self.agent_of(call) if call else None

    def match(self, now: datetime) -> None:
        """Offer every call that can be offered, once all who are taken back are here."""
        while not self.coming_back.awaited(now) and (offer := self.router.choose(now)):
            self._allocate(offer, now)

    def finish(self, now: datetime) -> Step:
        """Match what can be matched, then hand over all that this step changed."""
        self.match(now)
        changes = Changes(
            agents=tuple(self.agents[agent_id] for agent_id in self._touched_agents),
            calls=tuple(self.calls[call_id] for call_id in self._touched_calls),
            events=tuple(self._events),
        )
        # The native queue can wait for its copy; a caller's ring cannot.
        orders = tuple(sorted(self._orders, key=lambda order: isinstance(order, MirrorMember)))
        for call in changes.calls:
            if call.phase is CallPhase.ENDED:
                del self.calls[call.call_id]
        self._touched_agents, self._touched_calls = {}, {}
        self._events, self._orders = [], []
        return Step(changes, orders)

    def next_due(self) -> datetime | None:
        """When TimeCame is wanted next: an agent's time over, needs relaxed, offer given up."""
        due, soften = self.alarms.earliest(), self.router.next_step_at()
        return min(filter(None, (due, soften, self.overflowing.next_look())), default=None)

    def _watch(self, call: Call) -> None:
        """Set the call's alarm to when something must be done about it, if ever."""
        if call.phase in OFFERED[:2]:
            self.alarms.set(call.call_id, self.gives_up_at(call))
        else:
            ticket = self.resting(call)
            due = ticket.due_at if ticket else parties.due(self, call)
            self.alarms.set(call.call_id, due)

    def resting(self, call: Call) -> Ticket | None:
        """The ticket of a callback for which no agent is sought until its time comes."""
        ticket = call.ticket
        if ticket is None or call.phase is not CallPhase.CALLBACK or ticket.stand_in:
            return None
        return None if self.router.holds(call.call_id) else ticket

    def gives_up_at(self, call: Call) -> datetime:
        """When an offer of which nothing more is heard counts as lost."""
        if call.ticket is not None and call.ticket.failed:
            return (call.phase_at or call.arrived_at) + timedelta(seconds=LAST_WORD_S)
        limit_s = self.policy(call.queue).ring_s + self.rules.offer_slack_s
        return (call.phase_at or call.arrived_at) + timedelta(seconds=limit_s)

    def able(self, agent: Agent) -> FreeAgent:
        """The agent as the router sees him, with what a mode lets him do."""
        return self.rules.able(agent, self.centre)

    def _allocate(self, offer: Offer, now: datetime) -> None:
        if offer.call_id not in self.calls:
            parties.allocate(self, offer, now)
            return
        call, agent = self.calls[offer.call_id], self.agents[offer.agent_id]
        why: str | Decision = str(offer.why)
        if self.rules.reasons_told:
            policy = self.policy(call.queue)
            why = decision(offer.why, policy, self.agents.values(), self.router.free_agent)
        self.allocate(call, agent, why, now)

    def allocate(self, call: Call, agent: Agent, why: str | Decision, now: datetime) -> None:
        """Offer the call to this agent. Raises IllegalTransition unless he is idle."""
        policy = self.policy(call.queue)
        self.stop_waiting(call.call_id)
        agent = self.moved(agent, Happened.ALLOCATED, now, **offered(call, policy, now))
        call = self.put_call(
            call,
            phase=CallPhase.RESERVED,
            phase_at=now,
            agent_id=agent.agent_id,
            agent_channel=None,
            attempt=call.attempt + 1,
            ticket=replace(call.ticket, failed="") if call.ticket else None,
        )
        self.note(allocated(call, agent, policy, why, now))
        self.order(offer_order(self.rules, call, agent, policy))

    def _index(self, agent: Agent) -> None:
        self.alarms.set(agent.agent_id, min(self.rules.due(agent), default=None))
        if agent.free:
            self.router.put_agent(self.able(agent))
            return
        self.router.drop_agent(agent.agent_id)
        if not agent.signed_in:
            self.router.unwish(agent.agent_id)
