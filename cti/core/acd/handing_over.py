"""A call changes hands: from its agent to the party that he asked, or back to its queue."""

from datetime import datetime
from typing import Any

from cti.core.acd.control_orders import LegMove, MoveLegs, Place, TellLeg, Told
from cti.core.acd.endings import end_talk
from cti.core.acd.floor import Floor
from cti.core.acd.parties import count_talk, drop_all, party_agent
from cti.core.acd.places import take_up_place
from cti.core.acd.queued import note_queued
from cti.core.agent_state import Agent, AgentState, Happened
from cti.core.call import Call, CallPhase, HeldBy, Party
from cti.core.control_events import TargetKind
from cti.core.events import Established, Transferred
from cti.core.ids import ChannelName


def hand_over(floor: Floor, call: Call, party: Party, now: datetime) -> Call:
    """The party has the call from now on: a colleague as its agent, an outside number for good.

    Facts only, and what the caller's channel is told; whoever calls this moves the legs.
    """
    count_talk(floor, call, party, now)
    heir = party_agent(floor, call, party)
    floor.note(
        Transferred(
            at=now,
            call_id=call.call_id,
            target=heir.agent_id if heir else party.number,
            by=call.agent_id or "",
            how="attended",
            target_kind=TargetKind.AGENT if heir else TargetKind.NUMBER,
        )
    )
    end_talk(floor, call, now)
    call = without(floor, floor.calls[call.call_id], party)
    if heir is None or party.channel is None:
        return floor.put_call(call, **_nobodys(CallPhase.TRANSFERRED, now))
    return inherit(floor, call, heir, party.channel, now)


def inherit(floor: Floor, call: Call, heir: Agent, leg: ChannelName, now: datetime) -> Call:
    """The heir's talk with the caller begins."""
    if heir.state is AgentState.CONFERENCING:
        floor.moved(heir, Happened.RETRIEVED_CALLER, now)
    floor.note(
        Established(
            at=now, call_id=call.call_id, agent_id=heir.agent_id, agent_channel=leg, waited_s=0.0
        )
    )
    return floor.put_call(
        floor.calls[call.call_id],
        phase=CallPhase.TALKING,
        phase_at=now,
        answered_at=now,
        agent_id=heir.agent_id,
        agent_channel=leg,
        held_by=HeldBy.NOBODY,
        muted=False,
    )


def without(floor: Floor, call: Call, party: Party) -> Call:
    """The call without a party who is its agent now, or is on it for good."""
    left = tuple(one for one in call.parties if one.party_id != party.party_id)
    return floor.put_call(call, parties=left)


def told_of_heir(call: Call, party: Party) -> TellLeg:
    """What the caller's channel says about who has him, for his way on and for recovery."""
    told = {Told.STATE: "talking" if party.agent_id else "transferred"}
    if party.agent_id:
        told[Told.AGENT] = party.agent_id
    if party.channel:
        told[Told.AGENT_LEG] = party.channel
    return TellLeg(channel=call.channel, told=told)


def back_to_queue(floor: Floor, call: Call, why: str, now: datetime) -> Call:
    """Nobody is left who could talk to the caller: he goes to the head of his queue.

    The agent's talk ends. The caller's leg is ordered into the waiting loop.
    """
    call = drop_all(floor, call, now)
    end_talk(floor, call, now)
    call = queue_anew(floor, floor.calls[call.call_id], why, now)
    send_to(floor, call, Place.QUEUE)
    return call


def queue_anew(floor: Floor, call: Call, why: str, now: datetime, **more: Any) -> Call:
    """A talk of his is over, and he is at the head of his queue; ``more`` changes in the call."""
    changed = {
        **_nobodys(CallPhase.WAITING, now),
        "queue": floor.policy(call.queue).name,
        "queued_at": now,
        "place_at": None,
        "overflowed": (),
        "head": True,
        "answered_at": None,
        **more,
    }
    call = take_up_place(floor, floor.put_call(call, **changed))
    note_queued(floor, call, now, why)
    return floor.calls[call.call_id]


def send_to(floor: Floor, call: Call, place: Place) -> None:
    """The caller's leg goes there by itself."""
    move = LegMove(channel=call.channel, place=place)
    floor.order(MoveLegs(call_id=call.call_id, moves=(move,)))


def _nobodys(phase: CallPhase, now: datetime) -> dict[str, Any]:
    return {
        "phase": phase,
        "phase_at": now,
        "agent_id": None,
        "agent_channel": None,
        "held_by": HeldBy.NOBODY,
        "muted": False,
    }
