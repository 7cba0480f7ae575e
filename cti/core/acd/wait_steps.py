"""What is seen of callers while they wait."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.core.acd import signals as seen
from cti.core.acd.floor import Floor
from cti.core.call import CallPhase, Told
from cti.core.control_events import WaitAnnounced


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


WAIT_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {seen.WaitTold: wait_told}
