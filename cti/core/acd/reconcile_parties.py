"""Setting right, after an outage, who else is on a call: whom its agent asked, or has in a conference.

Asterisk's dialplan has gone on meanwhile (templates/call_control.conf): a party whose agent left has the
caller, a caller with nobody left is in the waiting loop or soon will be.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from cti.core.acd.consult_steps import Ended, note_ended
from cti.core.acd.endings import TALK
from cti.core.acd.excursions import agent_left
from cti.core.acd.floor import Floor
from cti.core.acd.handing_over import back_to_queue, hand_over, told_of_heir
from cti.core.acd.lines import Line
from cti.core.acd.orders import DropLeg
from cti.core.acd.parties import conferees, consulted, drop, party_agent, put_party, take_out
from cti.core.agent_state import AgentState
from cti.core.call import Call, CallPhase, Party, PartyPhase, PartyRole
from cti.core.control_events import Left
from cti.core.ids import CallId

Legs = Mapping[str, Line]
"""Parties' legs by party id."""
AGENT_STATE_IN = {
    PartyPhase.DIALLING: AgentState.RESERVED,
    PartyPhase.RINGING: AgentState.RINGING,
    PartyPhase.TALKING: AgentState.TALKING,
    PartyPhase.HELD: AgentState.TALKING,
}


def parties_of(lines: Iterable[Line], call_id: CallId) -> Legs:
    """The parties' legs of one call."""
    return {line.party_id: line for line in lines if line.party_id and line.call_id == call_id}


def settle_parties(floor: Floor, caller: Line, leg: Line | None, legs: Legs, now: datetime) -> None:
    """Make a call's parties what their legs show; a leg that nobody knows of ends."""
    call = floor.calls.get(caller.call_id)
    known = {one.party_id for one in call.parties} if call else set()
    for party_id, line in legs.items():
        if party_id not in known:
            floor.order(DropLeg(channel=line.channel))
    if call is None:
        return
    for party in call.parties:
        settle_party(floor, floor.calls[call.call_id], party, legs.get(party.party_id), now)
    call = floor.calls[call.call_id]
    if call.phase not in TALK:
        for party in call.parties:
            drop(floor, floor.calls[call.call_id], party, now)
    elif leg is None:
        without_agent(floor, call, now)
    else:
        at_work(floor, call)


def settle_party(floor: Floor, call: Call, party: Party, line: Line | None, now: datetime) -> None:
    if party.role is PartyRole.SUPERVISOR:
        return
    if line is None:
        note_ended(floor, call, party, Ended("left"), now)
        take_out(floor, call, party, Left.LOST, now)
        return
    fresh = put_party(floor, call, party, phase=phase_of(call, party, line), channel=line.channel)
    party = fresh.party(party.party_id) or party
    agent = party_agent(floor, fresh, party)
    if agent is not None:
        state = AGENT_STATE_IN.get(party.phase, agent.state)
        in_conference = party.role is PartyRole.CONFERENCE
        floor.put_agent(agent, state=AgentState.CONFERENCING if in_conference else state)


def phase_of(call: Call, party: Party, line: Line) -> PartyPhase:
    """How far a party has come, by what its leg says."""
    if party.role is PartyRole.CONFERENCE:
        return PartyPhase.TALKING
    if line.state not in ("consulting", "talking"):
        return PartyPhase.RINGING
    return PartyPhase.HELD if call.phase is CallPhase.TALKING else PartyPhase.TALKING


def without_agent(floor: Floor, call: Call, now: datetime) -> None:
    """The agent's leg went while we were away: his caller has somebody else, or nobody."""
    others = conferees(call)
    asked = consulted(call)
    heir = next((one for one in others if one.agent_id), others[0]) if others else asked
    talks = heir is not None and heir.phase in (PartyPhase.TALKING, PartyPhase.HELD)
    if heir is not None and talks:
        if heir is asked:
            note_ended(floor, call, heir, Ended("completed"), now)
        floor.order(told_of_heir(call, heir))
        hand_over(floor, call, heir, now)
    elif call.phase is CallPhase.MENU:
        agent_left(floor, call, now)
    elif call.phase is CallPhase.HELD:
        back_to_queue(floor, call, "agentLeft", now)


def at_work(floor: Floor, call: Call) -> None:
    """What the agent does, where it is more than to talk to his caller."""
    agent = floor.agent_of(call)
    if agent is None:
        return
    if conferees(call):
        floor.put_agent(agent, state=AgentState.CONFERENCING)
    elif consulted(call):
        floor.put_agent(agent, state=AgentState.CONSULTING)
