"""Consult, complete, cancel, alternate, conference: the agent asks somebody while his caller waits.

The party dials in by a leg of its own, whose dialplan joins it to the agent's leg when it answers.
``leg_ends.py`` is about whoever leaves.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from cti.core.acd import control_wishes as wished
from cti.core.acd.control_orders import LegMove, MoveLegs, Place, Told
from cti.core.acd.control_steps import (
    free_to_move,
    join_caller,
    led_by_caller,
    note_held,
    note_retrieved,
    talks_again,
    to_hold,
)
from cti.core.acd.declined import Declined
from cti.core.acd.floor import Floor
from cti.core.acd.handing_over import hand_over, told_of_heir
from cti.core.acd.orders import DropLeg
from cti.core.acd.parties import (
    ON_THE_LINE,
    add,
    conferees,
    consulted,
    drop,
    next_party_id,
    party_agent,
    put_party,
    ring,
    seek,
)
from cti.core.agent_state import Agent, Happened
from cti.core.call import Call, CallPhase, Party, PartyPhase, PartyRole
from cti.core.control_events import (
    Alternated,
    Conferenced,
    ConsultationEnded,
    ConsultationStarted,
    TargetKind,
)
from cti.core.ids import AgentId, ChannelName, QueueName


def consult(floor: Floor, wish: wished.ConsultCall, now: datetime) -> None:
    agent, call, leg = free_to_move(floor, wish.agent_id)
    if consulted(call) or conferees(call):
        raise Declined("consulting_already")
    party = asked_party(floor, call, wish, now)
    call = add(floor, led_by_caller(floor, call, now), party)
    floor.order(MoveLegs(call_id=call.call_id, moves=to_ringing(call, leg, party)))
    if call.phase is not CallPhase.HELD:
        call = note_held(floor, call, now)
    floor.moved(agent, Happened.CONSULTED, now)
    floor.note(
        ConsultationStarted(
            at=now,
            call_id=call.call_id,
            agent_id=agent.agent_id,
            party_id=party.party_id,
            target_kind=TargetKind(wish.kind),
            target=wish.target,
        )
    )
    if party.queue is not None:
        seek(floor, call, party, frozenset({agent.agent_id}))
    else:
        ring(floor, call, party.party_id, now)


def to_ringing(call: Call, leg: ChannelName, party: Party) -> tuple[LegMove, ...]:
    """The agent hears the ring tone, and the caller music where he does not yet."""
    told = {Told.ROLE: "agent", Told.CALLER: call.channel, Told.PARTY: party.party_id}
    listens = LegMove(channel=leg, place=Place.RINGING, told=told)
    return (listens,) if call.phase is CallPhase.HELD else (to_hold(call, leg), listens)


def asked_party(floor: Floor, call: Call, wish: wished.ConsultCall, now: datetime) -> Party:
    """Whom the agent asks. Raises Declined for nobody who could answer."""
    is_agent, is_queue = wish.kind is wished.Asked.AGENT, wish.kind is wished.Asked.QUEUE
    return Party(
        party_id=next_party_id(call),
        role=PartyRole.CONSULTED,
        phase=PartyPhase.WAITING,
        since=now,
        agent_id=free_colleague(floor, wish.target) if is_agent else None,
        queue=known_queue(floor, wish.target) if is_queue else None,
        number=wish.target if wish.kind is wished.Asked.NUMBER else "",
    )


def free_colleague(floor: Floor, target: str) -> AgentId:
    """An agent who can be rung. Raises Declined."""
    colleague = floor.agents.get(AgentId(target))
    if colleague is None:
        raise Declined("unknown_target")
    if not colleague.free:
        raise Declined("target_not_free")
    return colleague.agent_id


def known_queue(floor: Floor, target: str) -> QueueName:
    """A queue of ours. Raises Declined."""
    if target not in floor.rules.policies:
        raise Declined("unknown_target")
    return QueueName(target)


def consulting(floor: Floor, agent_id: AgentId) -> tuple[Agent, Call, Party, ChannelName]:
    """The agent, his call, whom he consults, and his leg. Raises Declined."""
    agent, call, leg = free_to_move(floor, agent_id)
    party = consulted(call)
    if party is None:
        raise Declined("not_consulting")
    return agent, call, party, leg


def answered(
    floor: Floor, agent_id: AgentId
) -> tuple[Agent, Call, Party, tuple[ChannelName, ChannelName]]:
    """As ``consulting``, with the leg of a party who has answered. Raises Declined."""
    agent, call, party, leg = consulting(floor, agent_id)
    if party.phase not in ON_THE_LINE or party.channel is None:
        raise Declined("not_answered_yet")
    return agent, call, party, (leg, party.channel)


def complete(floor: Floor, wish: wished.CompleteTransfer, now: datetime) -> None:
    """Asterisk joins party and caller at once; the agent's leg has nothing left to do."""
    _, call, party, (leg, theirs) = answered(floor, wish.agent_id)
    told = {Told.ROLE: "agent", Told.PEER: call.channel}
    joins = LegMove(channel=theirs, place=Place.CALLER, told=told)
    tells = (told_of_heir(call, party),)
    floor.order(MoveLegs(call_id=call.call_id, moves=(joins,), tells=tells))
    floor.order(DropLeg(channel=leg))
    note_ended(floor, call, party, Ended("completed"), now)
    hand_over(floor, call, party, now)


def cancel(floor: Floor, wish: wished.CancelConsultation, now: datetime) -> None:
    """The party goes first: its dialplan must not take the agent's leaving for a transfer."""
    agent, call, party, leg = consulting(floor, wish.agent_id)
    call = drop(floor, call, party, now)
    note_ended(floor, call, party, Ended("cancelled"), now)
    if call.phase is CallPhase.HELD:
        join_caller(floor, agent, note_retrieved(floor, call, now), leg, now)
    else:
        floor.moved(agent, Happened.RETRIEVED_CALLER, now)


def alternate(floor: Floor, wish: wished.AlternateCall, now: datetime) -> None:
    _, call, party, (leg, theirs) = answered(floor, wish.agent_id)
    if call.phase is CallPhase.HELD:
        talking_to = "caller"
        call = put_party(floor, call, party, phase=PartyPhase.HELD, since=now)
        note_retrieved(floor, call, now)
        to_caller(floor, call, leg, theirs)
    else:
        talking_to = "party"
        call = put_party(floor, call, party, phase=PartyPhase.TALKING, since=now)
        note_held(floor, call, now)
        to_party(floor, call, leg, theirs)
    floor.note(
        Alternated(
            at=now,
            call_id=call.call_id,
            agent_id=wish.agent_id,
            party_id=party.party_id,
            talking_to=talking_to,
        )
    )


def to_caller(floor: Floor, call: Call, leg: ChannelName, theirs: ChannelName) -> None:
    """Order the agent to his caller, and the party to music."""
    joins = LegMove(channel=leg, place=Place.CALLER, told={Told.PEER: call.channel})
    music = LegMove(channel=theirs, place=Place.MUSIC)
    tells = (talks_again(call),)
    floor.order(MoveLegs(call_id=call.call_id, moves=(joins, music), tells=tells))


def to_party(floor: Floor, call: Call, leg: ChannelName, theirs: ChannelName) -> None:
    """Order the agent to the party, and the caller to music."""
    joins = LegMove(channel=leg, place=Place.PARTY, told={Told.PEER: theirs})
    floor.order(MoveLegs(call_id=call.call_id, moves=(to_hold(call, leg), joins)))


def conference(floor: Floor, wish: wished.ConferenceCall, now: datetime) -> None:
    agent, call, party, (leg, theirs) = answered(floor, wish.agent_id)
    note_ended(floor, call, party, Ended("conferenced"), now)
    if call.phase is CallPhase.HELD:
        call = note_retrieved(floor, call, now)
    call = put_party(
        floor, call, party, role=PartyRole.CONFERENCE, phase=PartyPhase.TALKING, since=now
    )
    floor.moved(agent, Happened.CONFERENCED, now)
    if (colleague := party_agent(floor, call, party)) is not None:
        floor.moved(colleague, Happened.CONFERENCED, now)
    everybody = (call.channel, leg, theirs)
    moves = tuple(LegMove(channel=each, place=Place.CONFERENCE) for each in everybody)
    floor.order(MoveLegs(call_id=call.call_id, moves=moves, tells=(talks_again(call),)))
    floor.note(
        Conferenced(
            at=now, call_id=call.call_id, agent_id=agent.agent_id, parties=(party.party_id,)
        )
    )


class Ended(NamedTuple):
    """How a consultation ended: completed, cancelled, conferenced, failed (and why), left."""

    result: str
    cause: str = ""


def note_ended(floor: Floor, call: Call, party: Party, ended: Ended, now: datetime) -> None:
    """The consultation is over, and how."""
    if call.agent_id is None:
        return
    floor.note(
        ConsultationEnded(
            at=now,
            call_id=call.call_id,
            agent_id=call.agent_id,
            party_id=party.party_id,
            result=ended.result,
            cause=ended.cause,
            party_agent_id=party.agent_id or "",
        )
    )


CONSULT_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    wished.ConsultCall: consult,
    wished.CompleteTransfer: complete,
    wished.CancelConsultation: cancel,
    wished.AlternateCall: alternate,
    wished.ConferenceCall: conference,
}
