"""Setting the floor right after a restart or an outage: what Asterisk shows wins over what we knew.

Rules (telephony.md §1, "Crash and recovery"): the caller's own ``ACD_*`` variables say where he is;
a call without a channel ended while we were away; whoever is bound to no call is free.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from cti.core.acd.binding import occupy
from cti.core.acd.broken_talks import break_off
from cti.core.acd.endings import TALK, end_talk
from cti.core.acd.excursions import agent_left, back
from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.leg_ends import let_go
from cti.core.acd.line_steps import time_came
from cti.core.acd.lines import Line
from cti.core.acd.native import take_choice
from cti.core.acd.orders import TakeBack
from cti.core.acd.parties import is_on
from cti.core.acd.past import PastCall
from cti.core.acd.places import is_ticket_id, tickets
from cti.core.acd.queueing import rejoin
from cti.core.acd.reconcile_bonds import (
    AT_REST,
    attempt_of,
    bond,
    bound_agent,
    part,
    rings_rightly,
    settled_order,
    shown_agent,
)
from cti.core.acd.reconcile_parties import parties_of, settle_parties
from cti.core.acd.reconcile_past import ended_away, tell_strangers, with_answers
from cti.core.acd.reconcile_reach import settle_reach
from cti.core.acd.reconcile_tickets import settle_ticket
from cti.core.acd.record_steps import recording_found, settle_recordings
from cti.core.acd.signals import TimeCame
from cti.core.acd.unseen import answered_unseen, talked_unseen
from cti.core.agent_state import Agent
from cti.core.call import Call, CallPhase, HeldBy
from cti.core.endpoints import endpoint_at, extension_of
from cti.core.events import (
    CallRecovered,
    Offered,
)
from cti.core.ids import CallId

BROKEN = "ACD_BROKEN"
NO_SOUND = 44
"""Q.850 cause of most legs that are lost."""
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
    for line in settled_order(callers.values()):
        if not is_open_ticket(floor, call_id := line.call_id):
            settle(floor, line, legs.get(call_id), now)
            settle_parties(floor, line, legs.get(call_id), parties_of(seen, call_id), now)
    for call, _ in tickets(floor):
        settle_ticket(floor, call, callers.get(call.call_id), now)
    for agent in list(floor.agents.values()):
        free_if_unbound(floor, agent, now)
    tell_strangers(floor, past, known | callers.keys())
    time_came(floor, TimeCame(), now)  # an offer that is overdue was looked at just now
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
    call = broken_unseen(floor, call, line, now)
    match line.state:
        case "waiting":
            back_to_queue(floor, part(floor, call, line, now), now)
        case "choosing" | "broken":
            keep_place(floor, part(floor, call, line, now), now)
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
    agent, before = shown_agent(floor, call, line, leg), call
    if line.state == "ringing" and not rings_rightly(call, line, agent):
        return take_back(floor, part(floor, call, line, now), line, now)
    if agent is None or agent.agent_id != call.agent_id:
        call = part(floor, call, line, now)
    phase = CallPhase(line.state) if line.state != "ringing" else ringing_phase(call, leg)
    call = floor.put_call(
        call,
        phase=phase,
        phase_at=call.phase_at or now,
        agent_id=agent.agent_id if agent else None,
        agent_channel=leg.channel if leg else call.agent_channel,
        held_by=HeldBy.DESK if phase in APART else HeldBy.NOBODY,
        answered_at=call.answered_at if phase in TALK else None,
        attempt=attempt_of(line, call),
    )
    if agent is None:
        return None
    bond(floor, call, agent, before, now)
    if phase in TALK and call.answered_at is None:
        answered_unseen(floor, floor.calls[call.call_id], agent, line.answered_at or now)
    return None


def take_back(floor: Floor, call: Call, line: Line, now: datetime) -> None:
    """His channel lets a phone ring whose offer was given up."""
    keep_place(floor, call, now)
    floor.order(TakeBack(call_id=call.call_id, channel=line.channel))


def menu_left_unseen(floor: Floor, call: Call, line: Line, now: datetime) -> Call:
    """His agent sent him to the menu, and he is there no more."""
    if call.phase is not CallPhase.MENU or line.state == "menu":
        return call
    if line.state in ("talking", "held", "after"):
        return back(floor, call, line.variables.get("ACD_BACK", ""), now)
    return agent_left(floor, call, now)


def broken_unseen(floor: Floor, call: Call, line: Line, now: datetime) -> Call:
    """His agent's leg was lost, and no event told."""
    if _whole(line.variables, BROKEN) <= len(call.broken) or call.phase not in (*OFFERED, *TALK):
        return call
    if call.phase in OFFERED:
        call = talked_unseen(floor, call, now)
    return break_off(floor, let_go(floor, call, now), NO_SOUND, now)


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
    agent = agent_at(floor, leg) if line.bridge_id else None
    if agent is None or bound_agent(floor, call) is not agent:
        call = part(floor, call, line, now)
    call = floor.put_call(call, phase=CallPhase.SURVIVING, phase_at=now)
    if not line.bridge_id:
        floor.order(TakeBack(call_id=call.call_id, channel=line.channel))
        floor.coming_back.expect(call.call_id, now)
        return
    if agent is not None and leg is not None:
        call = floor.put_call(call, agent_id=agent.agent_id, agent_channel=leg.channel)
        occupy(floor, agent, call, now)
        if call.answered_at is None:
            answered_unseen(floor, call, agent, line.answered_at or now)


def agent_at(floor: Floor, leg: Line | None) -> Agent | None:
    """Whose phone a leg is: channel names are ``PJSIP/ENDPOINT-NUMBER``."""
    if leg is None:
        return None
    extension = extension_of(endpoint_at(leg.channel))
    at_it = [agent for agent in floor.agents.values() if agent.extension == extension]
    return max(at_it, key=lambda agent: agent.signed_in, default=None)


def free_if_unbound(floor: Floor, agent: Agent, now: datetime) -> None:
    if agent.state in AT_REST:
        return
    call = floor.calls.get(agent.call_id) if agent.call_id else None
    if call is None or not is_on(call, agent.agent_id):
        floor.release(floor.put_agent(agent, call_id=None), now)


def _whole(told: Mapping[str, str], name: str) -> int:
    value = told.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else 0
