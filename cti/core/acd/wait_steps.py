"""What is seen of callers while they wait."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.core.acd import signals as seen
from cti.core.acd.endings import leave_queue
from cti.core.acd.floor import Floor
from cti.core.acd.places import place_of
from cti.core.call import CallPhase, Told
from cti.core.control_events import WaitAnnounced
from cti.core.events import Outcome


def wait_told(floor: Floor, signal: seen.WaitTold, now: datetime) -> None:
    call = floor.calls.get(signal.call_id)
    if call is None or call.phase is not CallPhase.WAITING or signal.position < 1:
        return
    queue = floor.policy(call.queue).name
    told = Told(at=now, queue=queue, position=signal.position, wait_s=signal.wait_s)
    floor.put_call(call, told=told)
    floor.note(
        WaitAnnounced(
            at=now,
            call_id=call.call_id,
            queue=queue,
            position=told.position,
            wait_s=told.wait_s,
        )
    )


def message_begun(floor: Floor, signal: seen.MessageBegun, now: datetime) -> None:
    """Whoever waited has left his queue; should he say nothing and come back, he has his place again."""
    call = floor.calls.get(signal.call_id)
    if call is None or call.phase is not CallPhase.WAITING or call.queued_at is None:
        return
    leave_queue(floor, call, Outcome.VOICEMAIL, now)
    left = {"phase": CallPhase.IVR, "phase_at": now, "queued_at": None}
    floor.put_call(floor.calls[call.call_id], **left, place_at=place_of(call))


WAIT_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    seen.WaitTold: wait_told,
    seen.MessageBegun: message_begun,
}
