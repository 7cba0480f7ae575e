"""Hold, retrieve, mute and keys: what an agent's wish about his talk makes of the floor.

Every wish is checked first and Declined where it does not fit; then the fact is put down and the legs
are ordered to move.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.core.acd import control_wishes as wished
from cti.core.acd import signals as seen
from cti.core.acd.control_orders import LegMove, MoveLegs, MuteLeg, Place, PlayKeys, TellLeg, Told
from cti.core.acd.declined import Declined, signed_in
from cti.core.acd.endings import TALK
from cti.core.acd.excursions import recall, sent_by
from cti.core.acd.floor import Floor
from cti.core.acd.parties import conferees, consulted
from cti.core.acd.places import closing
from cti.core.agent_state import Agent, AgentState, Happened
from cti.core.call import Call, CallPhase, HeldBy, PartyPhase
from cti.core.control_events import DigitsSent, MuteChanged
from cti.core.events import Held, Retrieved
from cti.core.ids import AgentId, ChannelName


def own_talk(floor: Floor, agent_id: AgentId) -> tuple[Agent, Call, ChannelName]:
    """The agent, the call that he has, and his leg. Raises Declined."""
    agent = signed_in(floor, agent_id)
    call = floor.calls.get(agent.call_id) if agent.call_id else None
    if call is None or call.phase not in TALK or call.agent_id != agent_id:
        raise Declined("no_talk")
    if call.agent_channel is None:
        raise Declined("no_talk")
    if call.phase is CallPhase.MENU:
        raise Declined("caller_in_menu")
    return agent, call, call.agent_channel


def free_to_move(floor: Floor, agent_id: AgentId) -> tuple[Agent, Call, ChannelName]:
    """As ``own_talk``, where the phone itself does not hold the caller."""
    agent, call, leg = own_talk(floor, agent_id)
    if call.held_by is HeldBy.PHONE:
        raise Declined("held_by_phone")
    return agent, call, leg


def led_by_caller(floor: Floor, call: Call, now: datetime) -> Call:
    """The call as one whose caller leads it: the customer of a callback, which has been served when it
    comes to that, or of an outbound call is on the line like any caller. Raises Declined where his leg
    is not known."""
    if not call.agent_leads:
        return call
    if call.customer_channel is None:
        raise Declined("line_unknown")
    if call.ticket is not None:
        floor.note(closing(floor, call, "served", now))
    return floor.put_call(call, ticket=None, channel=call.customer_channel, customer_leads=True)


def to_hold(call: Call, leg: ChannelName) -> LegMove:
    """The caller goes on hold, for as long as the agent's leg exists."""
    return LegMove(
        channel=call.channel,
        place=Place.HOLD,
        told={Told.ROLE: "caller", Told.AGENT_LEG: leg},
    )


def talks_again(call: Call) -> TellLeg:
    """The caller is told before somebody joins him, so that he goes on when that talk is over."""
    return TellLeg(channel=call.channel, told={Told.STATE: "talking"})


def note_held(floor: Floor, call: Call, now: datetime) -> Call:
    """The caller hears music from now on."""
    if call.agent_id is not None:
        floor.note(Held(at=now, call_id=call.call_id, agent_id=call.agent_id))
    return floor.put_call(
        floor.calls[call.call_id], phase=CallPhase.HELD, phase_at=now, held_by=HeldBy.DESK
    )


def note_retrieved(floor: Floor, call: Call, now: datetime) -> Call:
    """He hears the agent again."""
    if call.agent_id is not None:
        floor.note(Retrieved(at=now, call_id=call.call_id, agent_id=call.agent_id))
    return floor.put_call(
        floor.calls[call.call_id], phase=CallPhase.TALKING, phase_at=now, held_by=HeldBy.NOBODY
    )


def answer(floor: Floor, wish: wished.AnswerCall, now: datetime) -> None:
    """The offer goes out once more, with the headers that ask a phone to pick up (telephony has no
    other way to answer for a phone). Once is enough: a phone that cannot goes on ringing."""
    agent = signed_in(floor, wish.agent_id)
    call = floor.calls.get(agent.call_id) if agent.call_id else None
    if call is None or call.phase is not CallPhase.RINGING or call.agent_id != agent.agent_id:
        raise Declined("nothing_rings")
    if call.agent_leads:
        raise Declined("answer_by_phone")
    if call.agent_channel is None:
        return
    floor.put_call(call, agent_channel=None, phase_at=now)
    again = LegMove(channel=call.channel, place=Place.ANSWER)
    floor.order(MoveLegs(call_id=call.call_id, moves=(again,)))


def hold(floor: Floor, wish: wished.HoldCall, now: datetime) -> None:
    agent, call, leg = free_to_move(floor, wish.agent_id)
    if call.phase is CallPhase.HELD:
        raise Declined("held_already")
    if consulted(call) or conferees(call):
        raise Declined("not_alone")
    call = led_by_caller(floor, call, now)
    note_held(floor, call, now)
    floor.moved(agent, Happened.HELD_CALLER, now)
    told = {Told.ROLE: "agent", Told.CALLER: call.channel}
    silent = LegMove(channel=leg, place=Place.SILENCE, told=told)
    floor.order(MoveLegs(call_id=call.call_id, moves=(to_hold(call, leg), silent)))


def retrieve(floor: Floor, wish: wished.RetrieveCall, now: datetime) -> None:
    if (away := sent_by(floor, wish.agent_id)) is not None:
        recall(floor, away)
        return
    agent, call, leg = free_to_move(floor, wish.agent_id)
    if call.phase is not CallPhase.HELD:
        raise Declined("not_held")
    if consulted(call):
        raise Declined("not_alone")
    join_caller(floor, agent, note_retrieved(floor, call, now), leg, now)


def join_caller(floor: Floor, agent: Agent, call: Call, leg: ChannelName, now: datetime) -> None:
    """Agent and held caller hear each other again."""
    floor.moved(agent, Happened.RETRIEVED_CALLER, now)
    joins = LegMove(channel=leg, place=Place.CALLER, told={Told.PEER: call.channel, Told.PARTY: ""})
    floor.order(MoveLegs(call_id=call.call_id, moves=(joins,), tells=(talks_again(call),)))


def hold_changed(floor: Floor, signal: seen.HoldChanged, now: datetime) -> None:
    """The agent's own phone put the caller on hold, or took him back."""
    call, agent = floor.pair(signal.call_id)
    if call is None or agent is None or signal.agent_channel != call.agent_channel:
        return
    talks = (call.phase, agent.state) == (CallPhase.TALKING, AgentState.TALKING)
    if signal.held and talks:
        floor.moved(agent, Happened.HELD_CALLER, now)
        floor.put_call(call, phase=CallPhase.HELD, phase_at=now, held_by=HeldBy.PHONE)
        floor.note(Held(at=now, call_id=call.call_id, agent_id=agent.agent_id))
    elif not signal.held and (call.phase, call.held_by) == (CallPhase.HELD, HeldBy.PHONE):
        floor.moved(agent, Happened.RETRIEVED_CALLER, now)
        floor.put_call(call, phase=CallPhase.TALKING, phase_at=now, held_by=HeldBy.NOBODY)
        floor.note(Retrieved(at=now, call_id=call.call_id, agent_id=agent.agent_id))


def set_mute(floor: Floor, wish: wished.SetMute, now: datetime) -> None:
    _, call, leg = own_talk(floor, wish.agent_id)
    if call.muted == wish.on:
        return
    floor.put_call(call, muted=wish.on)
    floor.note(MuteChanged(at=now, call_id=call.call_id, agent_id=wish.agent_id, on=wish.on))
    floor.order(MuteLeg(channel=leg, on=wish.on))


def send_digits(floor: Floor, wish: wished.SendDigits, now: datetime) -> None:
    _, call, _ = own_talk(floor, wish.agent_id)
    floor.order(PlayKeys(channel=far_end(call), digits=wish.digits))
    floor.note(
        DigitsSent(at=now, call_id=call.call_id, agent_id=wish.agent_id, count=len(wish.digits))
    )


def far_end(call: Call) -> ChannelName:
    """Whom the agent talks to. Raises Declined while that is nobody."""
    party = consulted(call)
    if party is not None and party.phase is PartyPhase.TALKING and party.channel:
        return party.channel
    if call.phase is not CallPhase.TALKING:
        raise Declined("nobody_hears")
    caller = call.customer_channel if call.agent_leads else call.channel
    if not caller:
        raise Declined("line_unknown")
    return caller


CONTROL_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    wished.AnswerCall: answer,
    wished.HoldCall: hold,
    wished.RetrieveCall: retrieve,
    seen.HoldChanged: hold_changed,
    wished.SetMute: set_mute,
    wished.SendDigits: send_digits,
}
