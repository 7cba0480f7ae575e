"""How a ticket comes into the line, by a caller's wish, and is taken out of it by a person's."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cti.core.acd import signals as seen
from cti.core.acd.desk_steps import Declined
from cti.core.acd.endings import TALK, leave_queue
from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.places import (
    back_in_line,
    close_ticket,
    closing,
    place_of,
    remove_ticket,
    ticket_id,
    tickets,
)
from cti.core.acd.tickets import caller_chooses, customer_dialled
from cti.core.call import Call, CallPhase, Ticket
from cti.core.callback_events import (
    CallbackRequested,
)
from cti.core.events import Outcome
from cti.core.ids import ChannelName


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
        area=origin.area if origin else "",
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
        choices=origin.choices if origin else (),
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
    out = {"phase": CallPhase.IVR, "queued_at": None, "place_at": None, "head": False}
    floor.put_call(floor.calls[origin.call_id], **out)


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
            area=call.area,
        )
    )
    back_in_line(floor, call, now)


def cancel_callback(floor: Floor, wish: seen.CancelCallback, now: datetime) -> None:
    call = floor.calls.get(wish.call_id)
    if call is None or call.ticket is None:
        raise Declined("no_callback")
    if call.phase is not CallPhase.CALLBACK:
        raise Declined("callback_in_dial")
    closed = closing(floor, call, "cancelled", now)
    remove_ticket(floor, replace(closed, by=wish.by, reason=wish.reason))


TICKET_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    seen.CallbackAsked: callback_asked,
    seen.CallerChooses: caller_chooses,
    seen.CustomerDialled: customer_dialled,
    seen.CancelCallback: cancel_callback,
}
