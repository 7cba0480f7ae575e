"""Setting the floor right after a restart or an outage: what Asterisk shows wins over what we knew.

Rules (telephony.md §1, "Crash and recovery"): the caller's own ``ACD_*`` variables say where he is;
a call without a channel ended while we were away; whoever is bound to no call is free.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from cti.core.acd.binding import occupy
from cti.core.acd.endings import TALK, end_talk, give_up, leave_queue
from cti.core.acd.excursions import agent_left, back
from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.lines import Line
from cti.core.acd.native import take_choice
from cti.core.acd.offer_ends import end_unheard
from cti.core.acd.orders import TakeBack
from cti.core.acd.parties import is_on
from cti.core.acd.past import PastCall
from cti.core.acd.places import is_ticket_id, stand_in_served, tickets
from cti.core.acd.queueing import rejoin
from cti.core.acd.reconcile_parties import parties_of, settle_parties
from cti.core.acd.reconcile_past import ended_away, tell_strangers, with_answers
from cti.core.acd.reconcile_reach import settle_reach
from cti.core.acd.reconcile_tickets import settle_ticket
from cti.core.acd.record_steps import recording_found, settle_recordings
from cti.core.agent_state import Agent, AgentState
from cti.core.call import Call, CallPhase, HeldBy
from cti.core.events import (
    CallRecovered,
    Established,
    Offered,
    Outcome,
)
from cti.core.ids import AgentId, CallId

APART = (CallPhase.HELD, CallPhase.MENU)
"""Phases in which the agent has the caller and neither hears the other."""


def reconcile(
    floor: Floor,
    lines: Iterable[Line],
    now: datetime,
    past: Mapping[CallId, PastCall] | None = None,
) -> None:
    """Make the floor what ``lines`` show. Leaves facts and orders for ``floor.finish``.

    ``past`` is what Asterisk wrote down of calls while we were away.
    """
    past = past or {}
    known = frozenset(floor.calls)
    seen = with_answers(lines, past)
    callers = {line.call_id: line for line in seen if line.is_caller}
    legs = {line.call_id: line for line in seen if not (line.is_caller or line.party_id)}
    callers = dict(settle_reach(floor, callers, past, now))
    for call in list(floor.calls.values()):
        if call.call_id not in callers and not call.agent_leads:
            ended_away(floor, call, past.get(call.call_id), now)
    for call_id, line in callers.items():
        if not is_open_ticket(floor, call_id):
            settle(floor, line, legs.get(call_id), now)
            settle_parties(floor, line, legs.get(call_id), parties_of(seen, call_id), now)
    for call, _ in tickets(floor):
        settle_ticket(floor, call, callers.get(call.call_id), now)
    for agent in list(floor.agents.values()):
        free_if_unbound(floor, agent, now)
    tell_strangers(floor, past, known | callers.keys())
    settle_recordings(floor)


def is_open_ticket(floor: Floor, call_id: CallId) -> bool:
    """Whether the line is that of a callback's agent."""
    call = floor.calls.get(call_id)
    return call.ticket is not None if call else is_ticket_id(call_id)


def settle(floor: Floor, line: Line, leg: Line | None, now: datetime) -> None:
    """Put one caller where his channel shows him."""
    known = floor.calls.get(line.call_id)
    if known is None and line.state == "ivr":
        return  # a fresh caller: his FastAGI session announces him
    call = take_choice(floor, known or adopt(floor, line, now), line.variables)
    call = menu_left_unseen(floor, call, line, now)
    match line.state:
        case "waiting":
            unbind(floor, call, line, now)
            back_to_queue(floor, floor.calls[call.call_id], now)
        case "choosing":
            unbind(floor, call, line, now)
            keep_place(floor, floor.calls[call.call_id], now)
        case "ringing" | "talking" | "held" | "menu":
            bind(floor, call, line, leg, now)
        case "after" | "transferred" as state:
            end_unseen(floor, call, line, now)
            floor.put_call(floor.calls[call.call_id], phase=CallPhase(state), phase_at=now)
        case "survive":
            surviving(floor, call, line, leg, now)
    recording_found(floor, floor.calls[line.call_id], line)
    fresh = floor.calls[line.call_id]
    floor.note(CallRecovered(at=now, call_id=line.call_id, phase=fresh.phase))


def adopt(floor: Floor, line: Line, now: datetime) -> Call:
    """A caller of whom we have no record: he came while we were away, or Redis lost him."""
    told = line.variables
    queued = bool(told.get("ACD_QUEUE")) and not told.get("ACD_JOINED")
    arrived_at = now - timedelta(seconds=line.age_s)
    call = floor.put_call(
        Call(
            call_id=line.call_id,
            channel=line.channel,
            caller_number=line.caller_number,
            dialed_number=line.dialed_number,
            arrived_at=arrived_at,
            phase_at=now,
            queued_at=arrived_at if queued else None,
            attempt=_whole(told, "ACD_TRY"),
        )
    )
    floor.note(
        Offered(
            at=arrived_at,
            call_id=call.call_id,
            caller_number=call.caller_number,
            dialed_number=call.dialed_number,
            channel=call.channel,
        )
    )
    return call


def back_to_queue(floor: Floor, call: Call, now: datetime) -> None:
    """The channel is in our waiting loop already: the call can be offered at once."""
    keep_place(floor, call, now)
    floor.wait(floor.calls[call.call_id])


def keep_place(floor: Floor, call: Call, now: datetime) -> None:
    """The caller has his place, or gets one; he can be offered once he is in the waiting loop."""
    if call.phase is not CallPhase.WAITING or call.queued_at is None:
        rejoin(floor, call, now)


def bind(floor: Floor, call: Call, line: Line, leg: Line | None, now: datetime) -> None:
    """The caller has an agent: both records say so again."""
    agent_id = AgentId(line.variables.get("ACD_AGENT", "")) or call.agent_id
    agent = floor.agents.get(agent_id) if agent_id else None
    phase = CallPhase(line.state) if line.state != "ringing" else ringing_phase(call, leg)
    call = floor.put_call(
        call,
        phase=phase,
        phase_at=call.phase_at or now,
        agent_id=agent.agent_id if agent else None,
        agent_channel=leg.channel if leg else call.agent_channel,
        held_by=HeldBy.DESK if phase in APART else HeldBy.NOBODY,
        answered_at=call.answered_at if phase in TALK else None,
        attempt=max(call.attempt, _whole(line.variables, "ACD_TRY")),
    )
    if agent is not None:
        occupy(floor, agent, call, now)
        if phase in TALK and call.answered_at is None:
            answered_unseen(floor, call, agent, line.answered_at or now)


def menu_left_unseen(floor: Floor, call: Call, line: Line, now: datetime) -> Call:
    """His agent sent him to the menu, and he is there no more."""
    if call.phase is not CallPhase.MENU or line.state == "menu":
        return call
    if line.state in ("talking", "held", "after"):
        return back(floor, call, line.variables.get("ACD_BACK", ""), now)
    return agent_left(floor, call, now)


def answered_unseen(floor: Floor, call: Call, agent: Agent, now: datetime) -> None:
    """The talk began while we were away: history learns of it now, and only once."""
    fresh = floor.put_call(call, answered_at=now)
    waited_s = round(call.waited_s(now), 3)
    floor.note(
        Established(
            at=now,
            call_id=call.call_id,
            agent_id=agent.agent_id,
            agent_channel=call.agent_channel or call.channel,
            waited_s=waited_s,
        )
    )
    if call.queued_at is not None:
        leave_queue(floor, fresh, Outcome.ANSWERED, now)
    stand_in_served(floor, call.call_id, now)


def end_unseen(floor: Floor, call: Call, line: Line, now: datetime) -> None:
    """A talk ended while we were away: its agent gets his wrap-up."""
    if call.agent_id is None or call.phase not in (*OFFERED, *TALK, CallPhase.SURVIVING):
        return
    # Our record says with whom: the native queue leaves an older ACD_AGENT on the line.
    bind(floor, call, replace(line, state=CallPhase.TALKING, variables={}), None, now)
    end_talk(floor, floor.calls[call.call_id], now)


def ringing_phase(call: Call, leg: Line | None) -> CallPhase:
    if call.phase in OFFERED:
        return call.phase
    return CallPhase.RINGING if leg else CallPhase.RESERVED


def surviving(floor: Floor, call: Call, line: Line, leg: Line | None, now: datetime) -> None:
    """In the native fallback: who talks there finishes his talk, everybody else comes back."""
    unbind(floor, call, line, now)
    call = floor.put_call(floor.calls[call.call_id], phase=CallPhase.SURVIVING, phase_at=now)
    if not line.bridge_id:
        floor.order(TakeBack(call_id=call.call_id, channel=line.channel))
        floor.coming_back.expect(call.call_id, now)
        return
    agent = agent_at(floor, leg)
    if agent is not None and leg is not None:
        call = floor.put_call(call, agent_id=agent.agent_id, agent_channel=leg.channel)
        occupy(floor, agent, call, now)
        if call.answered_at is None:
            answered_unseen(floor, call, agent, line.answered_at or now)


def agent_at(floor: Floor, leg: Line | None) -> Agent | None:
    """Whose phone a leg is: channel names are ``PJSIP/EXTENSION-NUMBER``."""
    if leg is None:
        return None
    extension = leg.channel.partition("/")[2].rpartition("-")[0]
    at_it = [agent for agent in floor.agents.values() if agent.extension == extension]
    return max(at_it, key=lambda agent: agent.signed_in, default=None)


def unbind(floor: Floor, call: Call, line: Line, now: datetime) -> None:
    """The caller has no agent any more; how an offer ended, his line says."""
    agent = floor.agent_of(call)
    if agent is not None and agent.call_id == call.call_id:
        if call.phase in OFFERED:
            return give_up(floor, call, end_unheard(line.variables, call.attempt), now)
        floor.release(floor.put_agent(agent, call_id=None), now)
    floor.put_call(call, agent_id=None, agent_channel=None)
    return None


def free_if_unbound(floor: Floor, agent: Agent, now: datetime) -> None:
    if agent.state in (AgentState.IDLE, AgentState.MONITORING, AgentState.WRAP_UP):
        return
    call = floor.calls.get(agent.call_id) if agent.call_id else None
    if call is None or not is_on(call, agent.agent_id):
        floor.release(floor.put_agent(agent, call_id=None), now)


def _whole(told: Mapping[str, str], name: str) -> int:
    value = told.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else 0
