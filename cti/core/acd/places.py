"""Places in a queue without anybody on the line: a callback's ticket keeps its caller's.

A ticket is a call of its own, which the same router matches in the same order as callers who wait.
While its customer is on the line himself, that call has the place, so that nobody has two.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from cti.core.acd.floor import Floor
from cti.core.call import Call, CallPhase, Ticket
from cti.core.callback_events import CallbackClosed
from cti.core.ids import CallId

_PREFIX = "callback-"
REST_S = 5.0
"""So long a ticket rests when a leg of an earlier dial may still be there."""


def ticket_id(origin: CallId) -> CallId:
    """The ticket that a call may have; one only, so that asking twice changes nothing."""
    return CallId(_PREFIX + origin)


def is_ticket_id(call_id: CallId) -> bool:
    """Whether the id is a ticket's."""
    return call_id.startswith(_PREFIX)


def tickets(floor: Floor) -> Iterator[tuple[Call, Ticket]]:
    """All open tickets."""
    for call in tuple(floor.calls.values()):
        if call.ticket is not None:
            yield call, call.ticket


def put_ticket(floor: Floor, call: Call, **changed: Any) -> Call:
    """Replace fields of a ticket."""
    assert call.ticket is not None  # noqa: S101 (callers looked)
    return floor.put_call(floor.calls[call.call_id], ticket=replace(call.ticket, **changed))


def back_in_line(floor: Floor, call: Call, now: datetime) -> None:
    """The ticket may be matched, unless it rests or its customer is on the line himself."""
    ticket = floor.resting(call)
    if ticket is not None and ticket.due_at <= now:
        floor.wait(call)


def close_ticket(floor: Floor, call: Call, result: str, now: datetime) -> None:
    """The ticket came to its end by what happened on the line."""
    remove_ticket(floor, closing(floor, call, result, now))


def closing(floor: Floor, call: Call, result: str, now: datetime) -> CallbackClosed:
    """The fact that a ticket is over."""
    return CallbackClosed(
        at=now,
        call_id=call.call_id,
        result=result,
        queue=floor.policy(call.queue).name,
        number=call.ticket.number if call.ticket else "",
        language=call.language,
    )


def remove_ticket(floor: Floor, closed: CallbackClosed) -> None:
    """The ticket is over, and gone from the floor."""
    floor.stop_waiting(closed.call_id)
    floor.avoid(closed.call_id, None)
    floor.put_call(floor.calls[closed.call_id], phase=CallPhase.ENDED, phase_at=closed.at)
    floor.note(closed)


def take_up_place(floor: Floor, call: Call) -> Call:
    """Who rings in while his callback is open gets the place that it kept for him."""
    for waiting, ticket in tickets(floor):
        if waiting.phase is CallPhase.CALLBACK and _is_his(waiting, ticket, call):
            floor.stop_waiting(waiting.call_id)
            put_ticket(floor, waiting, stand_in=call.call_id)
            call = floor.put_call(
                call,
                place_at=min(place_of(call), place_of(waiting)),
                priority=max(call.priority, waiting.priority),
                head=call.head or waiting.head,
            )
    return call


def _is_his(waiting: Call, ticket: Ticket, call: Call) -> bool:
    number = call.caller_number
    same = bool(number) and number in (ticket.number, waiting.caller_number)
    return same and ticket.stand_in is None and waiting.queue == call.queue


def place_of(call: Call) -> datetime:
    """Since when the call has its place."""
    return call.place_at or call.queued_at or call.arrived_at


def stand_in_left(floor: Floor, call_id: CallId, now: datetime) -> None:
    """The customer's own call came to nothing: his ticket has its place again."""
    for waiting, ticket in tickets(floor):
        if ticket.stand_in == call_id:
            back_in_line(floor, put_ticket(floor, waiting, stand_in=None), now)


def stand_in_served(floor: Floor, call_id: CallId, now: datetime) -> None:
    """The customer rang in and was answered: he needs no callback any more."""
    for waiting, ticket in tickets(floor):
        if ticket.stand_in == call_id:
            close_ticket(floor, waiting, "rangIn", now)
