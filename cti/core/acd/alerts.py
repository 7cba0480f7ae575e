"""Calls that supervisors are told of at once, and that one of them has seen."""

from datetime import datetime

from cti.core.acd.desk_steps import Declined
from cti.core.acd.floor import Floor
from cti.core.acd.signals import AcknowledgeAlert
from cti.core.call import Call
from cti.core.callback_events import AlertAcknowledged, SupervisorAlerted

OPEN = "open"


def raise_alert(floor: Floor, call: Call, now: datetime) -> None:
    """Tell every supervisor of the call that has just joined its queue."""
    floor.put_call(floor.calls[call.call_id], alert=OPEN)
    floor.note(SupervisorAlerted(at=now, call_id=call.call_id, queue=floor.policy(call.queue).name))


def acknowledge(floor: Floor, wish: AcknowledgeAlert, now: datetime) -> None:
    """The first supervisor to say so has it; the others see who."""
    call = floor.calls.get(wish.call_id)
    if call is None or not call.alert:
        raise Declined("no_alert")
    if call.alert != OPEN:
        raise Declined("alert_taken")
    floor.put_call(call, alert=wish.by)
    floor.note(AlertAcknowledged(at=now, call_id=call.call_id, by=wish.by))
