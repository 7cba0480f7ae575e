"""What a call of the agent's own makes of the floor: his phone rings first, then the other's.

The agent's leg leads the call and bears its id, as in a callback's dial; the call is over when that leg
is gone. Nothing is tried again: the agent hears why, and decides.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cti.core.acd import reach_signals as wished
from cti.core.acd import signals as seen
from cti.core.acd.desk_steps import Declined, signed_in
from cti.core.acd.endings import TALK, end_talk
from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.orders import DropLeg
from cti.core.acd.reach_orders import DialOut
from cti.core.agent_state import Agent, AgentState, Happened
from cti.core.call import Call, CallPhase, Direction
from cti.core.control_events import DialFailed, Originated
from cti.core.events import AgentAnswered, CallCleared, ClearedBy, Established
from cti.core.ids import AgentId, CallId, ChannelName
from cti.core.recordings import talk_of

_PREFIX = "out-"
NOBODY_TOLD = "CANCEL"
"""DIALSTATUS of a dial that the agent himself ended, or never began."""


def outbound_id(unique: str) -> CallId:
    """The id of a new call; ``unique`` is nobody else's."""
    return CallId(_PREFIX + unique)


def is_outbound_id(call_id: CallId) -> bool:
    """Whether the id is that of an agent's own call."""
    return call_id.startswith(_PREFIX)


def make_call(floor: Floor, wish: wished.MakeCall, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    if agent.state is not AgentState.IDLE:
        raise Declined("in_call")
    call = floor.put_call(
        Call(
            call_id=wish.call_id,
            channel=ChannelName(""),
            caller_number=wish.number,
            dialed_number=wish.shown_number,
            direction=Direction.OUTBOUND,
            arrived_at=now,
            phase=CallPhase.RESERVED,
            phase_at=now,
            agent_id=agent.agent_id,
            attempt=1,
        )
    )
    ring_s = floor.policy(None).ring_s
    until = now + timedelta(seconds=ring_s)
    floor.moved(agent, Happened.ALLOCATED, now, call_id=call.call_id, rings_until=until)
    note_originated(floor, call, now)
    floor.order(
        DialOut(
            call_id=call.call_id,
            agent_id=agent.agent_id,
            extension=agent.endpoint,
            ring_s=ring_s,
            number=wish.number,
            shown_number=wish.shown_number,
            customer_ring_s=floor.rules.callback_ring_s,
            record=floor.rules.recording.wanted(talk_of(call, agent.agent_id)),
        )
    )


def note_originated(floor: Floor, call: Call, at: datetime) -> None:
    """The fact that the call was begun."""
    floor.note(
        Originated(
            at=at,
            call_id=call.call_id,
            agent_id=call.agent_id or AgentId(""),
            number=call.caller_number,
            shown_number=call.dialed_number,
        )
    )


def phone_alerted(floor: Floor, signal: seen.PhoneAlerted, now: datetime) -> None:
    """The agent's own phone; the other's ringing is heard, not counted."""
    call, agent = floor.pair(signal.call_id)
    if call is None or agent is None or call.phase is not CallPhase.RESERVED:
        return
    if not signal.agent_channel.startswith(f"PJSIP/{agent.endpoint}-"):
        return
    floor.moved(agent, Happened.ALERTED, now)
    _led_by(floor, call, signal.agent_channel, CallPhase.RINGING, now)


def _led_by(
    floor: Floor, call: Call, channel: ChannelName, phase: CallPhase, now: datetime
) -> Call:
    return floor.put_call(call, phase=phase, phase_at=now, channel=channel, agent_channel=channel)


def phone_answered(floor: Floor, signal: seen.PhoneAnswered, now: datetime) -> None:
    """The agent is on the line, and the other's phone is called."""
    call, agent = floor.pair(signal.call_id)
    if call is None or agent is None or call.phase not in OFFERED[:2]:
        return
    floor.moved(agent, Happened.DIALLED, now)
    call = _led_by(floor, call, signal.agent_channel, CallPhase.DIALLING, now)
    floor.note(AgentAnswered(at=now, call_id=call.call_id, agent_id=agent.agent_id))


def talk_began(floor: Floor, signal: seen.TalkBegan, now: datetime) -> None:
    call, agent = floor.pair(signal.call_id)
    if call is None or agent is None or call.phase is not CallPhase.DIALLING:
        return
    floor.moved(agent, Happened.ANSWERED, now)
    call = floor.put_call(call, customer_channel=signal.customer_channel)
    talking(floor, call, now)


def talking(floor: Floor, call: Call, now: datetime) -> None:
    """Both hear each other."""
    if call.agent_id is None:
        return
    floor.put_call(call, phase=CallPhase.TALKING, phase_at=now, answered_at=now, failed="")
    floor.note(
        Established(
            at=now,
            call_id=call.call_id,
            agent_id=call.agent_id,
            agent_channel=call.agent_channel or call.channel,
            waited_s=0.0,
        )
    )


def dial_ended(floor: Floor, signal: seen.DialEnded, now: datetime) -> None:
    """The other's leg is over, or there was none: then the agent hears why."""
    call = floor.calls.get(signal.call_id)
    if call is None:
        return
    if call.phase in TALK:
        end_talk(floor, call, now)
        floor.put_call(floor.calls[call.call_id], phase=CallPhase.AFTER, phase_at=now)
    elif call.phase is CallPhase.DIALLING and not call.failed:
        not_reached(floor, call, signal.status or "NOANSWER", now)


def not_reached(floor: Floor, call: Call, status: str, now: datetime) -> Call:
    """Nobody is there to talk to; said once."""
    if call.agent_id is not None and not call.failed:
        floor.note(DialFailed(at=now, call_id=call.call_id, agent_id=call.agent_id, cause=status))
    return floor.put_call(call, failed=call.failed or status)


def ring_failed(floor: Floor, signal: seen.RingFailed, now: datetime) -> None:
    """The agent's own phone is not there, or refused."""
    call = floor.calls.get(signal.call_id)
    if call is not None and call.phase in OFFERED:
        over(floor, not_reached(floor, call, "CHANUNAVAIL", now), ClearedBy.SYSTEM, now)


def channel_gone(floor: Floor, signal: seen.ChannelGone, now: datetime) -> None:
    call, agent = floor.pair(signal.call_id)
    if call is None or signal.asked:
        return
    ours = call.agent_channel or (f"PJSIP/{agent.endpoint}-" if agent else "-")
    if not signal.channel.startswith(ours):
        return
    # After the talk only the other can have left first: his leg ends the agent's.
    by = ClearedBy.CALLER if call.phase is CallPhase.AFTER else ClearedBy.AGENT
    over(floor, call, by, now, cause=str(signal.cause))


def over(floor: Floor, call: Call, by: ClearedBy, now: datetime, *, cause: str = "") -> None:
    """No leg of the call is left: its agent has his wrap-up if they talked, and is free if not."""
    agent = floor.agent_of(call)
    if call.phase in TALK:
        end_talk(floor, call, now)
    elif call.phase is not CallPhase.AFTER:
        not_reached(floor, call, NOBODY_TOLD, now)
        if agent is not None and agent.call_id == call.call_id:
            free_again(floor, agent, now)
    floor.put_call(floor.calls[call.call_id], phase=CallPhase.ENDED, phase_at=now)
    floor.note(
        CallCleared(
            at=now,
            call_id=call.call_id,
            cleared_by=by,
            cause=cause,
            reconstructed=by is ClearedBy.UNKNOWN,
        )
    )


def free_again(floor: Floor, agent: Agent, now: datetime) -> None:
    """The end of his call names nobody, so his desktop is told by his status."""
    freed = floor.release(floor.put_agent(agent, call_id=None), now)
    if agent.pending is None:
        floor.note_status(freed, now)


def outbound_time(floor: Floor, call: Call, now: datetime) -> None:
    """Nothing was heard of the agent's phone for longer than it may ring."""
    if call.phase in OFFERED[:2] and floor.gives_up_at(call) <= now:
        over(floor, call, ClearedBy.SYSTEM, now)
        floor.order(DropLeg(channel=call.call_id))


def _nothing(_floor: Floor, _signal: object, _now: datetime) -> None:
    """The agent's leg waits for nobody, and goes nowhere after its talk."""


MAKE_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {wished.MakeCall: make_call}

OUTBOUND_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    seen.PhoneAlerted: phone_alerted,
    seen.PhoneAnswered: phone_answered,
    seen.CustomerDialled: _nothing,
    seen.TalkBegan: talk_began,
    seen.DialEnded: dial_ended,
    seen.RingFailed: ring_failed,
    seen.ChannelGone: channel_gone,
    seen.CallerWaits: _nothing,
    seen.CallerAfter: _nothing,
    seen.CallerSurvives: _nothing,
}
"""In place of the line's steps, for a call that an agent began."""
