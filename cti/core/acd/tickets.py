"""What each thing that happens to a callback makes of the floor: asked for, dialled, reached or not.

The agent's leg leads a dial and bears the ticket's id; the customer is dialled from it. A dial is over
when that leg is gone, and only then is the agent free and the ticket in line again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cti.core.acd import signals as seen
from cti.core.acd.desk_steps import Declined
from cti.core.acd.endings import TALK, end_talk, give_up, leave_queue
from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.orders import DropLeg
from cti.core.acd.places import (
    REST_S,
    back_in_line,
    close_ticket,
    closing,
    place_of,
    put_ticket,
    remove_ticket,
    ticket_id,
    tickets,
)
from cti.core.call import Call, CallPhase, Ticket
from cti.core.callback_events import (
    CallbackConnected,
    CallbackDialed,
    CallbackFailed,
    CallbackRequested,
    NotReached,
)
from cti.core.events import Established, OfferEnd, Outcome
from cti.core.ids import ChannelName

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


def callback_asked(floor: Floor, signal: seen.CallbackAsked, now: datetime) -> None:
    call_id = ticket_id(signal.call_id)
    if call_id in floor.calls:
        return
    old = [one for one in tickets(floor) if _is_same_wish(one[1], signal)]
    origin = floor.calls.get(signal.call_id)
    if any(call.phase is not CallPhase.CALLBACK for call, _ in old):
        raise Declined("callback_open")
    if origin is not None and origin.phase in (*OFFERED, *TALK):
        raise Declined("offered_now")
    fresh = _fresh_ticket(floor, signal, origin, now)
    for call, _ in old:
        if call.queue == fresh.queue:
            fresh = _at_better_place(fresh, call)
        close_ticket(floor, call, "replaced", now)
    if origin is not None and origin.phase is CallPhase.WAITING:
        _leave_line(floor, origin, now)
    open_ticket(floor, fresh, now)


def _is_same_wish(ticket: Ticket, signal: seen.CallbackAsked) -> bool:
    return ticket.number == signal.number or ticket.stand_in == signal.call_id


def _fresh_ticket(
    floor: Floor, signal: seen.CallbackAsked, origin: Call | None, now: datetime
) -> Call:
    policy = floor.policy(signal.queue)
    keeps = origin is not None and _waits_in(origin, policy.name)
    place = origin if keeps else None
    usual = policy.priority if signal.priority is None else signal.priority
    return Call(
        call_id=ticket_id(signal.call_id),
        channel=ChannelName(""),
        caller_number=signal.caller_number,
        dialed_number=signal.dialed_number,
        arrived_at=now,
        caller_name=origin.caller_name if origin else "",
        language=signal.language,
        phase=CallPhase.CALLBACK,
        phase_at=now,
        queue=policy.name,
        priority=place.priority if place else usual,
        needs=dict(place.needs if place else signal.needs),
        queued_at=now,
        place_at=place_of(place) if place else now,
        head=bool(place and place.head),
        keys=origin.keys if origin else (),
        variables={**(origin.variables if origin else {}), **signal.variables},
        ticket=Ticket(origin=signal.call_id, number=signal.number, asked_at=now, due_at=now),
    )


def _waits_in(call: Call, queue: str) -> bool:
    waits = call.phase is CallPhase.WAITING and call.queued_at is not None
    return waits and call.queue == queue


def _at_better_place(fresh: Call, old: Call) -> Call:
    return replace(
        fresh,
        place_at=min(place_of(fresh), place_of(old)),
        priority=max(fresh.priority, old.priority),
        head=fresh.head or old.head,
    )


def _leave_line(floor: Floor, origin: Call, now: datetime) -> None:
    """The caller gave his place to the ticket; he is in a menu, and will say good-bye."""
    if origin.queued_at is not None:
        leave_queue(floor, origin, Outcome.CALLBACK_TAKEN, now)
    floor.put_call(origin, phase=CallPhase.IVR, queued_at=None, place_at=None, head=False)


def open_ticket(floor: Floor, call: Call, now: datetime) -> None:
    """The new ticket is in line."""
    ticket = call.ticket
    assert ticket is not None  # noqa: S101 (made by us)
    floor.put_call(call)
    floor.note(
        CallbackRequested(
            at=now,
            call_id=call.call_id,
            origin=ticket.origin,
            queue=floor.policy(call.queue).name,
            number=ticket.number,
            caller_number=call.caller_number,
            language=call.language,
            place_at=place_of(call),
        )
    )
    back_in_line(floor, call, now)


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
    waited_s = round((now - call.ticket.asked_at).total_seconds(), 3)
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
    ours = call.agent_channel or (f"PJSIP/{agent.extension}-" if agent else "-")
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


def cancel_callback(floor: Floor, wish: seen.CancelCallback, now: datetime) -> None:
    call = floor.calls.get(wish.call_id)
    if call is None or call.ticket is None:
        raise Declined("no_callback")
    if call.phase is not CallPhase.CALLBACK:
        raise Declined("callback_in_dial")
    closed = closing(floor, call, "cancelled", now)
    remove_ticket(floor, replace(closed, by=wish.by, reason=wish.reason))


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


TICKET_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    seen.CallbackAsked: callback_asked,
    seen.CallerChooses: caller_chooses,
    seen.CustomerDialled: customer_dialled,
    seen.CancelCallback: cancel_callback,
}
