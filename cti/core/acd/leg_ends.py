"""Legs of parties and agents that ring, answer and leave, once a call is no longer inside one Dial.

The caller is never dropped: whoever talks to him keeps him, whoever was asked and answered gets him,
and where nobody is left he goes to the head of his queue.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.core.acd import party_signals
from cti.core.acd import signals as seen
from cti.core.acd.broken_talks import break_off, may_come_back
from cti.core.acd.consult_steps import Ended, note_ended
from cti.core.acd.control_orders import LegMove, MoveLegs, Place, TellLeg, Told
from cti.core.acd.endings import TALK
from cti.core.acd.excursions import agent_left
from cti.core.acd.floor import Floor
from cti.core.acd.handing_over import back_to_queue, hand_over, send_to, told_of_heir
from cti.core.acd.orders import DropLeg
from cti.core.acd.parties import (
    DIALLED,
    ON_THE_LINE,
    conferees,
    consulted,
    drop_all,
    gives_up_at,
    party_agent,
    put_party,
    take_out,
)
from cti.core.agent_state import AgentState, Happened
from cti.core.call import Call, CallPhase, HeldBy, Party, PartyPhase, PartyRole
from cti.core.control_events import ConsultationAnswered, ConsultationDelivered, Left
from cti.core.ids import CallId

UNREACHABLE = 20
CAUSES = {17: "busy", 18: "noAnswer", 19: "noAnswer", 20: "unreachable", 21: "refused"}
"""ITU-T Q.850 cause of a party's leg that nobody answered; 0 is no answer within its time."""


def party_alerted(floor: Floor, signal: party_signals.PartyAlerted, now: datetime) -> None:
    call = floor.calls.get(signal.call_id)
    party = call.party(signal.party_id) if call else None
    if call is None or party is None:
        floor.order(DropLeg(channel=signal.channel))
        return
    if party.phase is not PartyPhase.DIALLING:
        return
    agent = party_agent(floor, call, party)
    if agent is not None and agent.state is AgentState.RESERVED:
        floor.moved(agent, Happened.ALERTED, now)
    put_party(floor, call, party, phase=PartyPhase.RINGING, channel=signal.channel)
    if call.agent_id is not None:
        floor.note(
            ConsultationDelivered(
                at=now,
                call_id=call.call_id,
                agent_id=call.agent_id,
                party_id=party.party_id,
                party_agent_id=party.agent_id or "",
            )
        )


def party_answered(floor: Floor, signal: party_signals.PartyAnswered, now: datetime) -> None:
    """The party's own dialplan has joined it to the agent's leg."""
    call = floor.calls.get(signal.call_id)
    party = call.party(signal.party_id) if call else None
    if call is None or party is None or party.role is not PartyRole.CONSULTED:
        return
    if party.phase not in DIALLED or call.agent_id is None:
        return
    agent = party_agent(floor, call, party)
    if agent is not None:
        floor.moved(agent, Happened.ANSWERED, now)
    put_party(floor, call, party, phase=PartyPhase.TALKING, channel=signal.channel, since=now)
    floor.order(TellLeg(channel=call.channel, told={Told.PARTY_LEG: signal.channel}))
    floor.note(
        ConsultationAnswered(
            at=now,
            call_id=call.call_id,
            agent_id=call.agent_id,
            party_id=party.party_id,
            party_agent_id=party.agent_id or "",
        )
    )


def party_failed(floor: Floor, signal: party_signals.PartyFailed, now: datetime) -> None:
    call = floor.calls.get(signal.call_id)
    party = call.party(signal.party_id) if call else None
    if call is not None and party is not None and party.phase in DIALLED:
        # A phone that rang or refused tells why itself; its word may come after this one.
        put_party(floor, call, party, failed=True, since=now)


def party_gone(floor: Floor, call: Call, party: Party, cause: int, now: datetime) -> None:
    """A party's leg is over, or never came to be."""
    if party.role is PartyRole.SUPERVISOR:
        return
    call = take_out(floor, call, party, Left.HUNG_UP, now)
    if party.role is PartyRole.CONFERENCE:
        alone_again(floor, call, now)
        return
    was_there = party.phase in ON_THE_LINE
    missed = Ended("failed", CAUSES.get(cause, "noAnswer"))
    note_ended(floor, call, party, Ended("left") if was_there else missed, now)
    with_caller_alone(floor, call, silence=not was_there, now=now)


def with_caller_alone(floor: Floor, call: Call, *, silence: bool, now: datetime) -> None:
    """Whom the agent asked is gone; he may retrieve his caller, or ask somebody else."""
    agent = floor.agent_of(call)
    if agent is None or agent.state is not AgentState.CONSULTING:
        return
    if call.phase is not CallPhase.HELD:
        floor.moved(agent, Happened.RETRIEVED_CALLER, now)
        return
    floor.moved(agent, Happened.LEFT_BY_PARTY, now)
    if silence and call.agent_channel:
        # No ring tone for a phone that rings no more.
        quiet = LegMove(channel=call.agent_channel, place=Place.SILENCE)
        floor.order(MoveLegs(call_id=call.call_id, moves=(quiet,)))


def alone_again(floor: Floor, call: Call, now: datetime) -> None:
    """Caller and agent are left of a conference: they talk on where they are."""
    agent = floor.agent_of(call)
    if agent is not None and agent.state is AgentState.CONFERENCING and not conferees(call):
        floor.moved(agent, Happened.RETRIEVED_CALLER, now)


def leg_gone(floor: Floor, call: Call, signal: seen.ChannelGone, now: datetime) -> bool:
    """Deal with a leg that is a party's or the agent's; False where it is neither."""
    if signal.channel == call.channel:
        return False
    party = call.party(signal.party_id) if signal.party_id else None
    if party is not None:
        if not signal.asked:
            party_gone(floor, call, party, signal.cause, now)
        return True
    if signal.channel == call.agent_channel and call.phase in TALK and not signal.asked:
        agent_gone(floor, call, signal.cause, now)
        return True
    return False


def agent_gone(floor: Floor, call: Call, cause: int, now: datetime) -> None:
    """The agent left by his phone. Inside a Dial or a plain talk the caller's channel tells the rest."""
    asked, others = consulted(call), conferees(call)
    if call.phase is CallPhase.MENU:
        agent_left(floor, call, now)
    elif others:
        conference_left(floor, call, others, now)
    elif call.held_by is HeldBy.DESK and asked and asked.phase is PartyPhase.TALKING:
        # The party's dialplan joins the caller by itself when the agent's leg is gone.
        floor.order(told_of_heir(call, asked))
        note_ended(floor, call, asked, Ended("completed"), now)
        hand_over(floor, call, asked, now)
    elif call.held_by is HeldBy.DESK:
        if asked:
            note_ended(floor, call, asked, Ended("left"), now)
        left_on_hold(floor, call, cause, now)
    else:
        with_caller_alone(floor, let_go(floor, call, now), silence=False, now=now)


def left_on_hold(floor: Floor, call: Call, cause: int, now: datetime) -> None:
    """Nobody is left who could take the caller back; where the agent was lost, he is told so."""
    if not may_come_back(floor, call, cause):
        back_to_queue(floor, call, "agentLeft", now)
        return
    call = break_off(floor, drop_all(floor, call, now), cause, now)
    send_to(floor, call, Place.BROKEN)


def let_go(floor: Floor, call: Call, now: datetime) -> Call:
    """The talk with the caller is over: whoever else is on the call has nobody to wait for."""
    for party in call.parties:
        if party.role is PartyRole.CONSULTED:
            note_ended(floor, call, party, Ended("left"), now)
    return drop_all(floor, call, now)


def conference_left(floor: Floor, call: Call, others: tuple[Party, ...], now: datetime) -> None:
    """The agent leaves two who hear each other: a colleague has the call now, else the number does."""
    heir = next((one for one in others if party_agent(floor, call, one)), others[0])
    floor.order(told_of_heir(call, heir))
    hand_over(floor, call, heir, now)


def parties_time(floor: Floor, call: Call, now: datetime) -> None:
    """Give up parties of which nothing was heard for too long."""
    for party in call.parties:
        due = gives_up_at(floor, call, party)
        if due is not None and due <= now:
            if party.phase in DIALLED:
                floor.order(DropLeg(channel=party.channel or CallId(party.party_id)))
            party_gone(floor, floor.calls[call.call_id], party, UNREACHABLE, now)


LEG_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    party_signals.PartyAlerted: party_alerted,
    party_signals.PartyAnswered: party_answered,
    party_signals.PartyFailed: party_failed,
}
