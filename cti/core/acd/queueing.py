"""How a call comes into a queue, and goes from one queue into another."""

from datetime import datetime

from cti.core.acd import signals as seen
from cti.core.acd.alerts import raise_alert
from cti.core.acd.broken_talks import rejoined
from cti.core.acd.endings import TALK, give_up, leave_queue
from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.handing_over import back_to_queue
from cti.core.acd.places import place_of, take_up_place
from cti.core.acd.queued import note_queued as note_queued
from cti.core.acd.wishes import with_place, with_wish
from cti.core.call import Call, CallPhase
from cti.core.events import CallRecovered, OfferEnd, Outcome
from cti.core.ids import QueueName


def queue_chosen(floor: Floor, signal: seen.QueueChosen, now: datetime) -> None:
    call = floor.calls.get(signal.call_id)
    if call is None or call.phase in (*OFFERED, *TALK):
        return
    policy = floor.policy(signal.queue)
    if call.phase is CallPhase.WAITING and call.queued_at is not None:
        if call.queue == policy.name:
            return choose_again(floor, call, signal)
        leave_queue(floor, call, Outcome.OVERFLOWED, now)
    call = floor.put_call(
        floor.calls[call.call_id],
        phase=CallPhase.WAITING,
        phase_at=now,
        queue=policy.name,
        priority=policy.priority_with(call.points, signal.priority),
        needs=dict(signal.needs),
        queued_at=now,
        language=signal.language,
        keys=signal.keys,
        choices=signal.choices,
        variables=dict(signal.variables),
        place_at=None,
        overflowed=(),
        head=False,
        attempt=0,
    )
    call = with_wish(floor, with_place(floor, call), now)
    note_queued(floor, take_up_place(floor, call), now, "ivr")
    if policy.alert:
        raise_alert(floor, call, now)
    return None


def choose_again(floor: Floor, call: Call, signal: seen.QueueChosen) -> None:
    """Told twice, or chosen by one who waits there already: his visit goes on."""
    policy = floor.policy(call.queue)
    floor.put_call(
        call,
        priority=max(call.priority, policy.priority_with(call.points, signal.priority)),
        needs=dict(signal.needs),
        language=signal.language,
        variables={**call.variables, **signal.variables},
    )


def caller_waits(floor: Floor, signal: seen.CallerWaits, now: datetime) -> None:
    call = floor.calls.get(signal.call_id)
    if call is None or call.ticket is not None:
        return
    if call.queued_at is None or call.phase is CallPhase.SURVIVING:
        if call.visit_open:
            floor.note(CallRecovered(at=now, call_id=call.call_id, phase=CallPhase.WAITING))
        rejoin(floor, call, now, way_back(call))
        call = floor.calls[signal.call_id]
    elif call.phase in OFFERED and signal.attempt >= call.attempt:
        give_up(floor, call, OfferEnd.WITHDRAWN, now)
        call = floor.calls[signal.call_id]
    elif call.phase in TALK:
        call = back_to_queue(floor, call, "agentLeft", now)
    if call.phase is CallPhase.WAITING:
        floor.wait(rejoined(floor, call, now))


def way_back(call: Call) -> str:
    """Why a call that was in no queue joins one."""
    if call.phase is CallPhase.WAITING:
        return "transfer"  # rung by hand, and nobody answered
    if call.phase is CallPhase.IVR and call.head:
        return "agentLeft"  # while he was in the menu
    sent_out = call.phase is CallPhase.TRANSFERRED and (call.sent_out_at or call.head)
    return "notReached" if sent_out else "recovered"


def rejoin(floor: Floor, call: Call, now: datetime, why: str = "recovered") -> None:
    """A caller whose way to us is lost waits in the fallback queue, at his old place if he had one: then
    his visit goes on, and is not written down a second time."""
    policy = floor.policy(call.queue)
    fresh = floor.put_call(
        call,
        phase=CallPhase.WAITING,
        phase_at=now,
        queue=policy.name,
        priority=call.priority if call.queued_at else policy.priority_with(call.points),
        queued_at=call.queued_at or now,
        agent_id=None,
        agent_channel=None,
    )
    if not fresh.visit_open:
        note_queued(floor, take_up_place(floor, fresh), now, why)


def change_queue(floor: Floor, call: Call, queue: QueueName, now: datetime, why: str) -> Call:
    """A waiting call goes to another queue and keeps its place: one visit ends, another one begins."""
    policy, waited = floor.policy(queue), floor.router.holds(call.call_id)
    leave_queue(floor, call, Outcome.OVERFLOWED, now)
    fresh = floor.put_call(
        floor.calls[call.call_id],
        queue=policy.name,
        priority=max(call.priority, policy.priority_with(call.points)),
        queued_at=now,
        place_at=place_of(call),
        wish=None,
    )
    note_queued(floor, fresh, now, why)
    if policy.alert and not call.alert:
        raise_alert(floor, fresh, now)
    if waited:
        floor.wait(floor.calls[call.call_id])
    return floor.calls[call.call_id]
