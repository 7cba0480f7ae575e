"""One row a call, from its events. The same events in the same order always give the same row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cti.core import events
from cti.core.callback_events import CallbackClosed, CallbackRequested
from cti.core.control_events import Originated
from cti.core.events import CallEvent, Event, Outcome
from cti.core.work_events import SmsEvent, WorkEvent

Row = dict[str, Any]


def call_row(call_id: str, story: Sequence[Event]) -> Row:
    """The columns of table ``call`` for one call; ``story`` is all its events, oldest first.

    Waits of several visits to a queue add up, and so do several agents' talks. A call whose arrival
    is not in the story (it was found after an outage) arrived, for us, at its first event.
    """
    row: Row = {**_EMPTY, "call_id": call_id, "arrived_at": story[0].at, "keys": []}
    for event in story:
        if project := _PROJECTIONS.get(type(event)):
            row.update(project(row, event))
    return row


_EMPTY: Mapping[str, object] = {
    "caller_number": "",
    "dialed_number": "",
    "language": "zh",
    "flags": None,
    "tree_version": 0,
    "direction": "inbound",
    **dict.fromkeys(("queue", "agent_id", "outcome", "waited_s", "talked_s", "cleared_by")),
    **dict.fromkeys(("ended_at", "wrap_up_reason", "wrap_up_remarks", "solved", "follow_up")),
    **dict.fromkeys(("handling", "caller_role", "emotion", "reference", "follow_up_due")),
    "wrapped_up_at": None,
}


def _offered(_row: Row, event: events.Offered) -> Row:
    return {
        "caller_number": event.caller_number,
        "dialed_number": event.dialed_number,
        "arrived_at": event.at,
        "language": event.language,
        "tree_version": event.tree_version,
        "flags": list(event.flags),
    }


def _originated(_row: Row, event: Originated) -> Row:
    return {
        "caller_number": event.number,
        "dialed_number": event.shown_number,
        "arrived_at": event.at,
        "agent_id": event.agent_id,
        "direction": "outbound",
    }


def _digits(row: Row, event: events.DigitsDialed) -> Row:
    return {"keys": [*row["keys"], event.digits]} if event.digits else {}


def _queued(row: Row, event: events.Queued) -> Row:
    return {
        "queue": event.queue,
        "language": event.language,
        "keys": list(event.keys) or row["keys"],
        "outcome": row["outcome"] if event.why == "lost" else None,
    }


def _callback_requested(_row: Row, event: CallbackRequested) -> Row:
    return {
        "caller_number": event.caller_number,
        "queue": event.queue,
        "language": event.language,
    }


def _callback_closed(_row: Row, event: CallbackClosed) -> Row:
    return {"ended_at": event.at}


def _left(row: Row, event: events.QueueLeft) -> Row:
    if event.outcome in (Outcome.RECONNECTED, Outcome.BROKEN_OFF):
        return {}  # he was answered before; that talk broke off
    return {"outcome": event.outcome.value, "waited_s": (row["waited_s"] or 0.0) + event.waited_s}


def _established(_row: Row, event: events.Established) -> Row:
    return {"agent_id": event.agent_id}


def _connection_cleared(row: Row, event: events.ConnectionCleared) -> Row:
    return {"talked_s": (row["talked_s"] or 0.0) + event.talked_s}


def _cleared(_row: Row, event: events.CallCleared) -> Row:
    return {"ended_at": event.at, "cleared_by": event.cleared_by.value}


def _wrapped_up(row: Row, event: events.WrapUpSaved) -> Row:
    return {
        "wrap_up_reason": event.reason,
        "wrap_up_remarks": event.remarks,
        "solved": event.solved,
        "follow_up": event.follow_up,
        "handling": event.handling.value,
        "caller_role": event.caller_role.value,
        "emotion": event.emotion.value,
        "reference": event.reference,
        "follow_up_due": event.follow_up_due,
        "wrapped_up_at": row["wrapped_up_at"] or event.at,
    }


_PROJECTIONS: Mapping[type[Event], Callable[[Row, Any], Row]] = {
    events.Offered: _offered,
    Originated: _originated,
    events.DigitsDialed: _digits,
    events.Queued: _queued,
    events.QueueLeft: _left,
    CallbackRequested: _callback_requested,
    CallbackClosed: _callback_closed,
    events.Established: _established,
    events.ConnectionCleared: _connection_cleared,
    events.CallCleared: _cleared,
    events.WrapUpSaved: _wrapped_up,
}


def call_id_of(event: Event) -> str | None:
    """The call whose story the event belongs to; a wrap-up's agent event belongs to one too."""
    of_a_call = CallEvent | events.AgentWorkingAfterCall | events.WrapUpEnded
    if isinstance(event, of_a_call | WorkEvent | SmsEvent):
        return event.call_id
    return None
