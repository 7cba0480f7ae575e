"""Calls in a queue that the configuration has no longer: they go to the fallback queue."""

from datetime import datetime

from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.places import place_of
from cti.core.acd.queueing import note_queued
from cti.core.call import Call, CallPhase
from cti.core.events import Outcome, QueueLeft

_IN_LINE = (CallPhase.WAITING, CallPhase.SURVIVING, *OFFERED)


def rehouse(floor: Floor, now: datetime) -> None:
    """Each of them goes on at its place; a visit that was not over ends and another one begins."""
    for call in tuple(floor.calls.values()):
        if call.queue is not None and call.queue not in floor.rules.policies:
            _rehouse(floor, call, now)


def _rehouse(floor: Floor, call: Call, now: datetime) -> None:
    gone, fallback = call.queue, floor.policy(None).name
    if call.ticket or call.phase not in _IN_LINE or not call.visit_open:
        floor.put_call(call, queue=fallback)
        return
    assert gone is not None  # noqa: S101 (looked at)
    waited_s = round(call.waited_s(now), 3)
    floor.note(
        QueueLeft(
            at=now, call_id=call.call_id, queue=gone, outcome=Outcome.OVERFLOWED, waited_s=waited_s
        )
    )
    fresh = floor.put_call(call, queue=fallback, queued_at=now, place_at=place_of(call), wish=None)
    note_queued(floor, fresh, now, "queueGone")
