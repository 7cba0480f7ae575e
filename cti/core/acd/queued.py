"""The fact that a call joined a queue."""

from datetime import datetime

from cti.core.acd.floor import Floor
from cti.core.call import Call
from cti.core.events import Queued


def note_queued(floor: Floor, call: Call, now: datetime, why: str) -> None:
    """The fact that the call is in its queue."""
    policy = floor.policy(call.queue)
    floor.put_call(call, visit_open=True)
    floor.note(
        Queued(
            at=now,
            call_id=call.call_id,
            queue=policy.name,
            priority=call.priority,
            needs=policy.needs_after(call.needs, 0),
            language=call.language,
            keys=call.keys,
            variables=call.variables,
            why=why,
            flags=call.flags,
            place_at=call.place_at,
        )
    )
