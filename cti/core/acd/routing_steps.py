"""What a change of the centre, and a supervisor's word about a waiting call, make of the floor."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.core.acd.declined import Declined
from cti.core.acd.floor import Floor
from cti.core.acd.queueing import change_queue
from cti.core.acd.routing_signals import CentreIs, ChangeWaitingCall
from cti.core.call import Call, CallPhase
from cti.core.control_events import WaitingCallChanged

MOST_POINTS = 100


def centre_is(floor: Floor, signal: CentreIs, _now: datetime) -> None:
    floor.take_centre(signal.centre)


def change_waiting(floor: Floor, wish: ChangeWaitingCall, now: datetime) -> None:
    call = floor.calls.get(wish.call_id)
    _check(floor, wish, call)
    assert call is not None  # noqa: S101 (checked)
    if wish.queue is not None and wish.queue != call.queue:
        call = change_queue(floor, floor.put_call(call, overflowed=()), wish.queue, now, "moved")
    if wish.priority is not None:
        call = floor.put_call(call, priority=wish.priority)
    if floor.router.holds(call.call_id):
        floor.wait(call)
    floor.note(
        WaitingCallChanged(
            at=now,
            call_id=call.call_id,
            queue=floor.policy(call.queue).name,
            priority=call.priority,
            by=wish.by,
            reason=wish.reason,
        )
    )


def _check(floor: Floor, wish: ChangeWaitingCall, call: Call | None) -> None:
    """Raises Declined, before anything is changed."""
    if call is None or call.phase is not CallPhase.WAITING or call.queued_at is None:
        raise Declined("not_waiting")
    if wish.queue is None and wish.priority is None:
        raise Declined("nothing_to_change")
    if wish.queue is not None and wish.queue not in floor.rules.policies:
        raise Declined("queue_unknown")
    if wish.priority is not None and not 0 <= wish.priority <= MOST_POINTS:
        raise Declined("priority_wrong")


ROUTING_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    CentreIs: centre_is,
    ChangeWaitingCall: change_waiting,
}
"""Signal → its step."""
