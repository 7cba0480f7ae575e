"""What each thing seen of a callback's dial makes of the floor: agent rung, customer reached or not.

The agent's leg leads a dial and bears the ticket's id; the customer is dialled from it. A dial is over
when that leg is gone, and only then is the agent free and the ticket in line again.
"""

from datetime import datetime, timedelta

from cti.core.acd import signals as seen
from cti.core.acd.endings import TALK, end_talk, give_up
from cti.core.acd.floor import Floor
from cti.core.acd.orders import DropLeg
from cti.core.acd.places import (
    REST_S,
    back_in_line,
    close_ticket,
    put_ticket,
)
from cti.core.call import Call, CallPhase, Ticket
from cti.core.callback_events import (
    CallbackConnected,
    CallbackDialed,
    CallbackFailed,
    NotReached,
)
from cti.core.events import Established, OfferEnd

FAILED = {
    "BUSY": NotReached.BUSY,
    "NOANSWER": NotReached.NO_ANSWER,
    "": NotReached.UNKNOWN,
}
"""DIALSTATUS of the customer's leg in the words of ``callbackFailed``; all else is unreachable."""
NOT_BEGUN = "NOTBEGUN"
"""In place of a DIALSTATUS: Asterisk could not ring the agent's phone."""
ENDED_BY = {17: OfferEnd.BUSY, 20: OfferEnd.UNREACHABLE, 21: OfferEnd.REFUSED}
"""Q.850 cause of an agent's leg that was not answered; all else is no answer."""


def customer_dialled(floor: Floor, signal: seen.CustomerDialled, now: datetime) -> None:
    call, agent = floor.pair(signal.call_id)
    if call is None or call.ticket is None or agent is None or call.attempt != signal.attempt:
        return
    if call.phase is not CallPhase.WHISPER:
        return
    count_dial(floor, call, now)
    floor.put_call(floor.calls[call.call_id], phase=CallPhase.DIALLING, phase_at=now)


def count_dial(floor: Floor, call: Call, now: datetime) -> None:
    """The customer's phone is called once more."""
    if call.ticket is None or call.agent_id is None:
        return
    dials = call.ticket.dials + 1
    put_ticket(floor, call, dials=dials, first_dial_at=call.ticket.first_dial_at or now, failed="")
    floor.note(CallbackDialed(at=now, call_id=call.call_id, agent_id=call.agent_id, attempt=dials))


def customer_answered(floor: Floor, call: Call, now: datetime) -> None:
    """Agent and customer hear each other."""
    if call.ticket is None or call.agent_id is None or call.agent_channel is None:
        return
    floor.avoid(call.call_id, None)
    floor.put_call(call, phase=CallPhase.TALKING, phase_at=now, answered_at=now)
    waited_s = max(0.0, round((now - call.ticket.asked_at).total_seconds(), 3))
    floor.note(
        CallbackConnected(
            at=now,
            call_id=call.call_id,
            agent_id=call.agent_id,
            attempt=call.ticket.dials,
            waited_s=waited_s,
        )
    )
    floor.note(
        Established(
            at=now,
            call_id=call.call_id,
            agent_id=call.agent_id,
            agent_channel=call.agent_channel,
            waited_s=waited_s,
        )
    )


def customer_ended(floor: Floor, call: Call, status: str, now: datetime) -> None:
    """The customer's leg is over: the talk is, or the agent is told why there is none."""
    if call.phase in TALK:
        end_talk(floor, call, now)
        floor.put_call(floor.calls[call.call_id], phase=CallPhase.AFTER, phase_at=now)
    elif call.phase is CallPhase.DIALLING:
        put_ticket(floor, call, failed=status or "NOANSWER")


def agent_leg_gone(floor: Floor, call: Call, signal: seen.ChannelGone, now: datetime) -> None:
    """The dial is over, since the leg that led it is."""
    agent = floor.agent_of(call)
    ours = call.agent_channel or (f"PJSIP/{agent.endpoint}-" if agent else "-")
    if signal.asked or not signal.channel.startswith(ours):
        return
    dial_over(floor, call, ENDED_BY.get(signal.cause, OfferEnd.NO_ANSWER), now)


def dial_over(floor: Floor, call: Call, unanswered: OfferEnd, now: datetime) -> None:
    """Put the ticket where it belongs when no leg of its dial is left."""
    match call.phase:
        case CallPhase.RESERVED | CallPhase.RINGING:
            give_up(floor, call, unanswered, now)
        case CallPhase.WHISPER:
            give_up(floor, call, OfferEnd.WHISPER_HANGUP, now)
        case CallPhase.DIALLING if call.ticket and call.ticket.failed:
            customer_not_reached(floor, call, now)
        case CallPhase.DIALLING:
            give_up(floor, call, OfferEnd.WHISPER_HANGUP, now)
        case CallPhase.TALKING | CallPhase.HELD:
            end_talk(floor, call, now)
            close_ticket(floor, call, "served", now)
        case CallPhase.AFTER:
            close_ticket(floor, call, "served", now)


def customer_not_reached(floor: Floor, call: Call, now: datetime) -> None:
    """Try again when it is time, or give up for good."""
    ticket, agent = call.ticket, floor.agent_of(call)
    if ticket is None:
        return
    next_at = next_dial_at(floor, ticket, now)
    floor.note(
        CallbackFailed(
            at=now,
            call_id=call.call_id,
            agent_id=call.agent_id,
            cause=FAILED.get(ticket.failed, NotReached.UNREACHABLE),
            attempt=ticket.dials,
            next_at=next_at,
        )
    )
    floor.avoid(call.call_id, None)
    call = floor.put_call(
        call, phase=CallPhase.CALLBACK, phase_at=now, agent_id=None, agent_channel=None
    )
    if next_at is None:
        close_ticket(floor, call, "failed", now)
    else:
        back_in_line(floor, put_ticket(floor, call, due_at=next_at, failed=""), now)
    if agent is not None:
        floor.release(floor.put_agent(agent, call_id=None), now)


def next_dial_at(floor: Floor, ticket: Ticket, now: datetime) -> datetime | None:
    """When the customer may be dialled again; None when it was often enough."""
    planned = floor.rules.callback_at_s
    if ticket.dials >= len(planned) or ticket.first_dial_at is None:
        return None
    return max(now, ticket.first_dial_at + timedelta(seconds=planned[ticket.dials]))


def caller_chooses(floor: Floor, signal: seen.CallerChooses, _now: datetime) -> None:
    """Not to be offered until he is back in the waiting loop; an offer under way wins."""
    call = floor.calls.get(signal.call_id)
    if call is not None and call.phase is CallPhase.WAITING:
        floor.stop_waiting(call.call_id)


def ticket_time(floor: Floor, call: Call, now: datetime) -> None:
    """Its rest is over; or nothing was heard of its dial for too long: whatever is left of it ends."""
    if call.phase not in (CallPhase.RESERVED, CallPhase.RINGING):
        back_in_line(floor, call, now)
    elif floor.gives_up_at(call) <= now:
        _unheard(floor, call, now)


def _unheard(floor: Floor, call: Call, now: datetime) -> None:
    if call.ticket and call.ticket.failed == NOT_BEGUN:
        give_up(floor, call, OfferEnd.UNREACHABLE, now)
        return
    rest = now + timedelta(seconds=REST_S)
    give_up(floor, put_ticket(floor, call, due_at=rest), OfferEnd.UNREACHABLE, now)
    floor.order(DropLeg(channel=call.call_id))
