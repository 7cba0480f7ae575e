"""Who is on a call beside the caller and the agent whose call it is: the books of it.

A party that is one of our agents is bound to the call as its agent is, so that nobody offers him
another; he is free again when he leaves, or has the call when it is handed to him.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cti.core.acd.control_orders import DialParty
from cti.core.acd.orders import DropLeg
from cti.core.acd.queue import WaitingCall
from cti.core.acd.skills import language_need
from cti.core.agent_state import Agent, Happened
from cti.core.call import Call, Party, PartyPhase, PartyRole
from cti.core.control_events import Left, PartyLeft
from cti.core.ids import AgentId, CallId, ChannelName

if TYPE_CHECKING:
    from cti.core.acd.floor import Floor
    from cti.core.acd.why import Offer

ON_THE_LINE = (PartyPhase.TALKING, PartyPhase.HELD)
DIALLED = (PartyPhase.DIALLING, PartyPhase.RINGING)
"""Phases of a party whose leg exists but nobody hears him yet."""
LAST_WORD_S = 1.0
"""How long a dial that came to nothing may still tell why."""
DIAL_SLACK_S = 5.0
"""So much longer than its phone rings a party may be silent before it counts as lost."""


def consulted(call: Call) -> Party | None:
    """Whom the agent asks."""
    return next((one for one in call.parties if one.role is PartyRole.CONSULTED), None)


def conferees(call: Call) -> tuple[Party, ...]:
    """Who hears caller and agent, and is heard."""
    return tuple(one for one in call.parties if one.role is PartyRole.CONFERENCE)


def legs(call: Call) -> list[ChannelName]:
    """The channels of all parties, as far as they are known."""
    return [one.channel for one in call.parties if one.channel]


def leg_of(call: Call, agent_id: AgentId) -> ChannelName | None:
    """The channel by which an agent is on the call, whatever he does there."""
    if call.agent_id == agent_id:
        return call.agent_channel
    return next((one.channel for one in call.parties if one.agent_id == agent_id), None)


def is_on(call: Call, agent_id: AgentId) -> bool:
    """Whether an agent has the call, or is a party to it."""
    return agent_id in (call.agent_id, *(one.agent_id for one in call.parties))


def next_party_id(call: Call) -> str:
    """The unique id of the next party's leg."""
    return f"{call.call_id}-p{call.parties_asked + 1}"


def add(floor: Floor, call: Call, party: Party) -> Call:
    """One more party on the call."""
    parties = (*call.parties, party)
    return floor.put_call(call, parties=parties, parties_asked=call.parties_asked + 1)


def put_party(floor: Floor, call: Call, party: Party, **changed: Any) -> Call:
    """Replace fields of a party's record."""
    fresh = replace(party, **changed)
    parties = tuple(fresh if one.party_id == party.party_id else one for one in call.parties)
    return floor.put_call(floor.calls[call.call_id], parties=parties)


def party_agent(floor: Floor, call: Call, party: Party) -> Agent | None:
    """The party's agent, while he is bound to the call."""
    agent = floor.agents.get(party.agent_id) if party.agent_id else None
    return agent if agent is not None and agent.call_id == call.call_id else None


def take_out(floor: Floor, call: Call, party: Party, why: Left, now: datetime) -> Call:
    """The party is on the call no more; its agent is free."""
    floor.router.drop_call(CallId(party.party_id))
    if party.role is PartyRole.CONFERENCE:
        note_left(floor, call, party, why, now)
        count_talk(floor, call, party, now)
    agent = party_agent(floor, call, party)
    if agent is not None and agent.agent_id != call.agent_id:
        floor.release(floor.put_agent(agent, call_id=None), now)
    parties = tuple(one for one in call.parties if one.party_id != party.party_id)
    return floor.put_call(floor.calls[call.call_id], parties=parties)


def count_talk(floor: Floor, call: Call, party: Party, now: datetime) -> None:
    """What an agent talked in a conference is talk as any other."""
    agent = party_agent(floor, call, party)
    if agent is not None and party.role is PartyRole.CONFERENCE:
        talked_s = max(0.0, (now - party.since).total_seconds())
        floor.put_agent(agent, talked_s=agent.talked_s + talked_s)


def note_left(floor: Floor, call: Call, party: Party, why: Left, now: datetime) -> None:
    """Who heard the caller, and was heard, is gone."""
    floor.note(
        PartyLeft(
            at=now,
            call_id=call.call_id,
            party_id=party.party_id,
            party_agent_id=party.agent_id or "",
            why=why,
        )
    )


def drop(floor: Floor, call: Call, party: Party, now: datetime) -> Call:
    """Let the party go: its leg is hung up, or it is sought no more."""
    if party.phase is not PartyPhase.WAITING:
        floor.order(DropLeg(channel=party.channel or CallId(party.party_id)))
    return take_out(floor, call, party, Left.CALL_OVER, now)


def drop_all(floor: Floor, call: Call, now: datetime) -> Call:
    """The call is over for everybody beside caller and agent."""
    for party in call.parties:
        call = drop(floor, call, party, now)
    return call


def seek(floor: Floor, call: Call, party: Party, avoid: frozenset[AgentId]) -> None:
    """The router looks for an agent of the party's queue; it goes before all who wait there."""
    policy = floor.policy(party.queue)
    floor.router.put_call(
        WaitingCall(
            call_id=CallId(party.party_id),
            queue=policy.name,
            queued_at=party.since,
            priority=policy.top,
            needs={language_need(call.language): 1},
            head=True,
            avoid=avoid,
        )
    )


def call_of_party(floor: Floor, party_id: CallId) -> tuple[Call, Party] | None:
    """The call on which a party is sought or dialled."""
    for call in floor.calls.values():
        party = call.party(party_id)
        if party is not None:
            return call, party
    return None


def allocate(floor: Floor, offer: Offer, now: datetime) -> None:
    """The router found an agent for a party that a queue was asked for."""
    floor.stop_waiting(offer.call_id)
    found = call_of_party(floor, offer.call_id)
    if found is not None:
        call, party = found
        ring(floor, put_party(floor, call, party, agent_id=offer.agent_id), party.party_id, now)


def ring(floor: Floor, call: Call, party_id: str, now: datetime) -> None:
    """The party's phone is rung; one of our agents is bound to the call from now on."""
    party = call.party(party_id)
    if party is None or call.agent_channel is None:
        return
    agent = floor.agents.get(party.agent_id) if party.agent_id else None
    if agent is not None:
        until = now + timedelta(seconds=ring_s(floor, call, party))
        agent = floor.moved(agent, Happened.ALLOCATED, now, call_id=call.call_id, rings_until=until)
    put_party(floor, call, party, phase=PartyPhase.DIALLING, since=now)
    floor.order(
        DialParty(
            call_id=call.call_id,
            party_id=party.party_id,
            target=agent.endpoint if agent else party.number,
            inside=agent is not None,
            peer=call.agent_channel,
            caller=call.channel,
            ring_s=ring_s(floor, call, party),
            shown_number=call.caller_number if agent else call.dialed_number,
        )
    )


def ring_s(floor: Floor, call: Call, party: Party) -> int:
    """How long a party's phone rings."""
    return floor.policy(call.queue).ring_s if party.agent_id else floor.rules.callback_ring_s


def gives_up_at(floor: Floor, call: Call, party: Party) -> datetime | None:
    """When a party of which nothing more is heard is given up."""
    if party.phase is PartyPhase.WAITING:
        return party.since + timedelta(seconds=floor.rules.consult_wait_s)
    if party.phase not in DIALLED:
        return None
    if party.failed:
        return party.since + timedelta(seconds=LAST_WORD_S)
    return party.since + timedelta(seconds=ring_s(floor, call, party) + DIAL_SLACK_S)


def due(floor: Floor, call: Call) -> datetime | None:
    """When something must be done about the call's parties, if ever."""
    found = (gives_up_at(floor, call, party) for party in call.parties)
    return min(filter(None, found), default=None)
