"""What must hold of callbacks at every moment, checked on the live floor. Pure; 0 everywhere is well.

The same rules are tested over random orders of events; here they are watched while it runs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.queue import WaitingCall, micros, terms
from cti.core.acd.skills import fits
from cti.core.agent_state import Agent, AgentStatus
from cti.core.call import Call, CallPhase
from cti.core.ids import CallId

AGENT_FOR_EACH_DIAL: Final = "agent_for_each_dial"
ONE_DIAL_EACH: Final = "one_dial_each"
ONE_TICKET_EACH: Final = "one_ticket_each"
ORDER_KEPT: Final = "order_kept"

DIALS = (*OFFERED, CallPhase.DIALLING)
"""Phases of a ticket from the agent's allocation to the customer's answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """Who waited at one moment, as the router knew them."""

    at: datetime
    waiting: Mapping[CallId, WaitingCall]


def line_of(floor: Floor, now: datetime) -> LineSeen:
    """The line as it is now; left empty while there is no callback."""
    if not any(call.ticket for call in floor.calls.values()):
        return LineSeen(at=now, waiting={})
    return LineSeen(at=now, waiting={call.call_id: call for call in floor.router.waiting()})


def broken(floor: Floor, before: LineSeen, after: LineSeen) -> Mapping[str, int]:
    """How often each rule is broken now. ``before`` and ``after`` are the line then and now."""
    tickets = [call for call in floor.calls.values() if call.ticket is not None]
    return {
        AGENT_FOR_EACH_DIAL: _without_agent(floor, tickets),
        ONE_DIAL_EACH: _dialled_twice(floor, tickets),
        ONE_TICKET_EACH: _too_many(call.ticket.number for call in tickets if call.ticket),
        ORDER_KEPT: sum(1 for _ in _overtaken(floor, before, after)),
    }


def _without_agent(floor: Floor, tickets: Sequence[Call]) -> int:
    """Tickets in dial whose agent is missing, or bound to another call."""
    agents = ((call, floor.agent_of(call)) for call in tickets if call.phase in DIALS)
    return sum(agent is None or agent.call_id != call.call_id for call, agent in agents)


def _dialled_twice(floor: Floor, tickets: Sequence[Call]) -> int:
    """Agents too many on one ticket in dial, and dials too many of one customer's number."""
    in_dial = {call.call_id: call for call in tickets if call.phase in DIALS}
    bound = (agent.call_id for agent in floor.agents.values() if agent.call_id in in_dial)
    numbers = (call.ticket.number for call in in_dial.values() if call.ticket)
    return _too_many(bound) + _too_many(numbers)


def _too_many(found: Iterable[object]) -> int:
    return sum(count - 1 for count in Counter(found).values())


def _overtaken(floor: Floor, before: LineSeen, after: LineSeen) -> Iterator[CallId]:
    """Calls that got an agent since, although one with the same needs stood before them all the time
    whom he could have served, one of the two being a callback."""
    taken = [(key, was) for key, was in before.waiting.items() if key not in after.waiting]
    if not taken:
        return
    stayed = [call for key, call in after.waiting.items() if before.waiting.get(key) is call]
    callbacks = [call for call in stayed if _is_callback(floor, call.call_id)]
    for key, was in taken:
        now = floor.calls.get(key)
        agent = floor.agent_of(now) if now and now.phase in OFFERED else None
        if agent is None:
            continue
        rivals = stayed if _is_callback(floor, key) else callbacks
        if any(_passed_over(floor, one, was, agent, (before, after)) for one in rivals):
            yield key


def _is_callback(floor: Floor, call_id: CallId) -> bool:
    return call_id in floor.calls and floor.calls[call_id].ticket is not None


def _passed_over(
    floor: Floor,
    one: WaitingCall,
    taken: WaitingCall,
    agent: Agent,
    lines: Sequence[LineSeen],
) -> bool:
    """The agent was given to ``taken`` while ``one`` waited for the same agents before it."""
    alike = (one.queue, one.needs, one.avoid) == (taken.queue, taken.needs, taken.avoid)
    return (
        alike
        and all(_stood_before(floor, one, taken, line.at) for line in lines)
        and _could_serve(floor, agent, one, lines[0].at)
    )


def _stood_before(floor: Floor, one: WaitingCall, other: WaitingCall, at: datetime) -> bool:
    """Order at the beginning and at the end is order all the time: points differ by less and less."""
    order, at_us = terms(floor.policy(one.queue)), micros(at)
    return order.rank(one, at_us) < order.rank(other, at_us)


def _could_serve(floor: Floor, agent: Agent, call: WaitingCall, at: datetime) -> bool:
    """The router would have offered it to him: he is ready, meets the needs as they were relaxed then,
    and the call did not wait for somebody else. Who is not ready took his call by hand."""
    if agent.status is not AgentStatus.READY or agent.agent_id in call.avoid:
        return False
    if call.wish not in (None, agent.agent_id) and (
        call.wish_until is None or call.wish_until > at
    ):
        return False
    policy = floor.policy(call.queue)
    steps = terms(policy).steps(micros(at) - micros(call.queued_at))
    return fits(floor.able(agent).skills, policy.needs_after(call.needs, steps).items())
