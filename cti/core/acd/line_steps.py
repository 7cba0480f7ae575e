"""What each thing seen on the line makes of the floor. Late and doubtful signals change nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.core.acd import signals as seen
from cti.core.acd.agent_time import agents_time
from cti.core.acd.endings import TALK, end_call, end_talk, give_up, leave_queue
from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.leg_ends import leg_gone, let_go, parties_time
from cti.core.acd.native import take_choice
from cti.core.acd.offer_ends import offer_end
from cti.core.acd.orders import TakeBack
from cti.core.acd.outbound_steps import outbound_time
from cti.core.acd.places import put_ticket, stand_in_served
from cti.core.acd.queueing import caller_waits, queue_chosen
from cti.core.acd.tickets import (
    NOT_BEGUN,
    agent_leg_gone,
    customer_answered,
    customer_ended,
    ticket_time,
)
from cti.core.acd.unseen import talked_unseen
from cti.core.agent_state import Agent, Happened
from cti.core.call import Call, CallPhase, Direction
from cti.core.events import (
    AgentAnswered,
    CallSurvived,
    ClearedBy,
    Delivered,
    Established,
    Offered,
    OfferEnd,
    Outcome,
    Transferred,
)
from cti.core.ids import CallId

HEARD_AGENT = ("talking", "after")
"""``ACD_STATE`` of a caller whose offer became a talk."""
GOES_ON = (CallPhase.AFTER, CallPhase.TRANSFERRED, CallPhase.WAITING)
"""Phases in which no talk is left to end: he was sent on while his agent hung up."""


def arrived(floor: Floor, signal: seen.CallerArrived, now: datetime) -> None:
    if signal.call_id in floor.calls:
        return
    floor.put_call(
        Call(
            call_id=signal.call_id,
            channel=signal.channel,
            caller_number=signal.caller_number,
            dialed_number=signal.dialed_number,
            caller_name=signal.caller_name,
            area=signal.area,
            language=signal.language,
            tree_version=signal.tree_version,
            flags=signal.flags,
            points=signal.points,
            known=signal.known,
            arrived_at=now,
            phase_at=now,
        )
    )
    floor.note(
        Offered(
            at=now,
            call_id=signal.call_id,
            caller_number=signal.caller_number,
            dialed_number=signal.dialed_number,
            channel=signal.channel,
            caller_name=signal.caller_name,
            language=signal.language,
            tree_version=signal.tree_version,
            area=signal.area,
            flags=signal.flags,
        )
    )
    if floor.early_leavers.left(signal.call_id):
        end_call(floor, floor.calls[signal.call_id], ClearedBy.CALLER, now)


def ivr_noted(floor: Floor, signal: seen.IvrNoted, now: datetime) -> None:
    for event in signal.events:
        floor.note(event)
    call = floor.calls.get(signal.call_id)
    if call is not None and any(isinstance(event, Transferred) for event in signal.events):
        floor.put_call(call, phase=CallPhase.TRANSFERRED, phase_at=now)


def phone_alerted(floor: Floor, signal: seen.PhoneAlerted, now: datetime) -> None:
    call, agent = floor.pair(signal.call_id)
    if call is None or agent is None:
        return
    if call.phase is CallPhase.RINGING and call.agent_channel is None:
        floor.put_call(call, agent_channel=signal.agent_channel)
    if call.phase is not CallPhase.RESERVED:
        return
    floor.moved(agent, Happened.ALERTED, now)
    call = floor.put_call(
        call, phase=CallPhase.RINGING, phase_at=now, agent_channel=signal.agent_channel
    )
    note_delivered(floor, call, agent, now)


def note_delivered(floor: Floor, call: Call, agent: Agent, now: datetime) -> None:
    floor.note(
        Delivered(
            at=now,
            call_id=call.call_id,
            agent_id=agent.agent_id,
            queue=floor.policy(call.queue).name,
            attempt=call.attempt,
            agent_channel=call.agent_channel or call.channel,
        )
    )


def phone_answered(floor: Floor, signal: seen.PhoneAnswered, now: datetime) -> None:
    call, agent = floor.pair(signal.call_id)
    if call is None or agent is None or call.phase not in OFFERED[:2]:
        return
    if call.phase is CallPhase.RESERVED:
        call = floor.put_call(call, agent_channel=signal.agent_channel)
        note_delivered(floor, call, agent, now)
    floor.moved(agent, Happened.ANSWERED, now)
    floor.put_call(call, phase=CallPhase.WHISPER, phase_at=now, agent_channel=signal.agent_channel)
    floor.note(AgentAnswered(at=now, call_id=call.call_id, agent_id=agent.agent_id))


def talk_began(floor: Floor, signal: seen.TalkBegan, now: datetime) -> None:
    call, agent = floor.pair(signal.call_id)
    if call is None or agent is None or call.phase not in (CallPhase.WHISPER, CallPhase.DIALLING):
        return
    if call.ticket is not None:
        call = floor.put_call(call, customer_channel=signal.customer_channel)
        customer_answered(floor, call, now)
        return
    floor.avoid(call.call_id, None)
    floor.put_call(call, phase=CallPhase.TALKING, phase_at=now, answered_at=now)
    waited_s = round(call.waited_s(now), 3)
    floor.note(
        Established(
            at=now,
            call_id=call.call_id,
            agent_id=agent.agent_id,
            agent_channel=signal.agent_channel,
            waited_s=waited_s,
        )
    )
    if call.queued_at is not None:  # else an agent or a supervisor brought him here
        leave_queue(floor, call, Outcome.ANSWERED, now)
    stand_in_served(floor, call.call_id, now)


def dial_ended(floor: Floor, signal: seen.DialEnded, now: datetime) -> None:
    call = floor.calls.get(signal.call_id)
    if call is None or signal.attempt != call.attempt:
        return
    if call.ticket is not None:
        customer_ended(floor, call, signal.status, now)
    elif call.phase in TALK:
        end_talk(floor, call, now)
        floor.put_call(floor.calls[call.call_id], phase=CallPhase.AFTER, phase_at=now)
    elif call.phase in OFFERED and signal.status == "ANSWER":
        # Told only of a Dial whose whisper was over: both heard each other.
        end_talk(floor, talked_unseen(floor, call, now), now)
        floor.put_call(floor.calls[call.call_id], phase=CallPhase.AFTER, phase_at=now)
    elif call.phase in OFFERED:
        give_up(floor, call, offer_end(signal.status, signal.cause), now)


def caller_survives(floor: Floor, signal: seen.CallerSurvives, now: datetime) -> None:
    """We are well, so the caller need not stay in the fallback: he is taken back at once."""
    if signal.call_id not in floor.calls:
        # His menu was refused while we were in doubt, so nobody has announced him yet.
        arrived(
            floor,
            seen.CallerArrived(
                call_id=signal.call_id,
                channel=signal.channel,
                caller_number=signal.caller_number,
                dialed_number=signal.dialed_number,
            ),
            now,
        )
    call = floor.calls[signal.call_id]
    if call.ticket is not None:
        return
    floor.stop_waiting(call.call_id)
    if call.phase in OFFERED:
        give_up(floor, call, OfferEnd.WITHDRAWN, now)
        call = floor.calls[signal.call_id]
    call = take_choice(floor, call, {"ACD_QUEUE": signal.queue or "", **signal.told})
    floor.put_call(call, phase=CallPhase.SURVIVING, phase_at=now)
    floor.note(CallSurvived(at=now, call_id=call.call_id, why=signal.why))
    floor.order(TakeBack(call_id=call.call_id, channel=signal.channel))


def caller_after(floor: Floor, signal: seen.CallerAfter, now: datetime) -> None:
    """The agent left and the caller goes on: also the way out of a talk in the native fallback."""
    call = floor.calls.get(signal.call_id)
    if call is None or call.ticket or call.phase in GOES_ON:
        return
    if call.phase in OFFERED:
        call = talked_unseen(floor, call, now)  # there is no other way to here from an offer
    if call.phase in (*TALK, CallPhase.SURVIVING):
        end_talk(floor, let_go(floor, call, now), now)
    floor.put_call(floor.calls[call.call_id], phase=CallPhase.AFTER, phase_at=now)


def ring_failed(floor: Floor, signal: seen.RingFailed, now: datetime) -> None:
    call = floor.calls.get(signal.call_id)
    if call is None or call.phase not in OFFERED or signal.attempt not in (0, call.attempt):
        return
    if call.ticket is None:
        give_up(floor, call, OfferEnd.CALLER_GONE, now)
    elif call.phase is CallPhase.RESERVED:
        # A phone that rang or refused tells us itself; its word may come after this one.
        put_ticket(floor, call, failed=NOT_BEGUN)
        floor.put_call(floor.calls[call.call_id], phase_at=now)


def channel_gone(floor: Floor, signal: seen.ChannelGone, now: datetime) -> None:
    call = floor.calls.get(signal.call_id)
    if call is not None and call.ticket is not None:
        agent_leg_gone(floor, call, signal, now)
        return
    if call is None:
        floor.early_leavers.remember(signal.call_id, now)
        return
    if leg_gone(floor, call, signal, now) or signal.channel != call.channel:
        return
    if call.phase in OFFERED and signal.state in HEARD_AGENT:
        call = talked_unseen(floor, call, now)
    cleared_by = ClearedBy.AGENT if call.phase is CallPhase.AFTER else ClearedBy.CALLER
    end_call(floor, call, cleared_by, now, cause=str(signal.cause))


def time_came(floor: Floor, _signal: seen.TimeCame, now: datetime) -> None:
    agents_time(floor, now)
    for call_id in map(CallId, floor.alarms.due(now)):
        call = floor.calls.get(call_id)
        if call is None:
            continue
        if call.ticket is not None:
            ticket_time(floor, call, now)
        elif call.direction is Direction.OUTBOUND and call.agent_leads:
            outbound_time(floor, call, now)
        elif call.phase in OFFERED[:2] and floor.gives_up_at(call) <= now:
            give_up(floor, call, OfferEnd.UNREACHABLE, now)
            floor.order(TakeBack(call_id=call.call_id, channel=call.channel))
        else:
            parties_time(floor, call, now)


LINE_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    seen.CallerArrived: arrived,
    seen.IvrNoted: ivr_noted,
    seen.QueueChosen: queue_chosen,
    seen.CallerWaits: caller_waits,
    seen.PhoneAlerted: phone_alerted,
    seen.PhoneAnswered: phone_answered,
    seen.TalkBegan: talk_began,
    seen.DialEnded: dial_ended,
    seen.CallerSurvives: caller_survives,
    seen.CallerAfter: caller_after,
    seen.ChannelGone: channel_gone,
    seen.RingFailed: ring_failed,
    seen.TimeCame: time_came,
}
