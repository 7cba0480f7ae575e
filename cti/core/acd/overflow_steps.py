"""Takes calls out of a queue that should not keep them."""

from datetime import datetime

from cti.core.acd.control_orders import SendOut
from cti.core.acd.endings import leave_queue
from cti.core.acd.floor import Floor
from cti.core.acd.overflow import Overflow
from cti.core.acd.places import place_of
from cti.core.acd.queueing import change_queue
from cti.core.call import Call, CallPhase
from cti.core.events import Outcome, Transferred


def spill(floor: Floor, now: datetime) -> None:
    """All that is due to leave its queue leaves it, until nothing is; who is matched stays.

    Ends because no call comes by overflow into a queue that it has left by overflow.
    """
    floor.match(now)
    while leaving := list(floor.overflowing.leaving(floor, now)):
        for call_id, step in leaving:
            _leave(floor, floor.calls[call_id], step, now)
        floor.match(now)


def _leave(floor: Floor, call: Call, step: Overflow, now: datetime) -> None:
    if step.queue is None:
        return send_out(floor, call, step.number, now)
    went_by = (*call.overflowed, floor.policy(call.queue).name)
    change_queue(floor, floor.put_call(call, overflowed=went_by), step.queue, now, "overflow")
    return None


def send_out(floor: Floor, call: Call, number: str, now: datetime) -> None:
    """The caller goes to an outside number; Asterisk brings him back to wait if nobody answers there."""
    leave_queue(floor, call, Outcome.OVERFLOWED, now)
    floor.put_call(
        floor.calls[call.call_id],
        phase=CallPhase.TRANSFERRED,
        phase_at=now,
        queued_at=None,
        place_at=place_of(call),
        sent_out_at=now,
        wish=None,
    )
    floor.note(Transferred(at=now, call_id=call.call_id, target=number, how="overflow"))
    floor.order(SendOut(call_id=call.call_id, channel=call.channel, number=number))
