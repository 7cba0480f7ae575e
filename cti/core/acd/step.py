"""One signal in, one step out: the door of the floor."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.core.acd.alerts import acknowledge
from cti.core.acd.broken_steps import BROKEN_STEPS
from cti.core.acd.consult_steps import CONSULT_STEPS
from cti.core.acd.control_steps import CONTROL_STEPS
from cti.core.acd.desk_steps import DESK_STEPS
from cti.core.acd.floor import Floor, Step
from cti.core.acd.leg_ends import LEG_STEPS
from cti.core.acd.line_steps import LINE_STEPS
from cti.core.acd.menu_steps import MENU_STEPS
from cti.core.acd.outbound_steps import MAKE_STEPS, OUTBOUND_STEPS
from cti.core.acd.overflow_steps import spill
from cti.core.acd.people_steps import PEOPLE_STEPS
from cti.core.acd.record_steps import RECORD_STEPS, settle_recordings
from cti.core.acd.routing_steps import ROUTING_STEPS
from cti.core.acd.signals import AcknowledgeAlert, Signal
from cti.core.acd.supervise_steps import SUPERVISE_STEPS, WATCH_STEPS
from cti.core.acd.ticket_wishes import TICKET_STEPS
from cti.core.acd.transfer_steps import TRANSFER_STEPS
from cti.core.acd.wait_steps import WAIT_STEPS
from cti.core.call import Call, Direction
from cti.core.ids import CallId
from cti.core.watching import is_watch_id

_Steps = Mapping[type, Callable[[Floor, Any, datetime], None]]

_STEPS: _Steps = {
    **LINE_STEPS,
    **TICKET_STEPS,
    **WAIT_STEPS,
    **CONTROL_STEPS,
    **CONSULT_STEPS,
    **LEG_STEPS,
    **BROKEN_STEPS,
    **MENU_STEPS,
    **DESK_STEPS,
    **PEOPLE_STEPS,
    **RECORD_STEPS,
    **ROUTING_STEPS,
    **TRANSFER_STEPS,
    **MAKE_STEPS,
    **SUPERVISE_STEPS,
    AcknowledgeAlert: acknowledge,
}


def take(floor: Floor, signal: Signal, now: datetime) -> Step:
    """What the signal makes of the floor, matching included.

    Raises Declined, with nothing changed, for an agent's wish that cannot be met.
    """
    kind = type(signal)
    step = _instead(floor, signal).get(kind) or _STEPS[kind]
    step(floor, signal, now)
    spill(floor, now)
    settle_recordings(floor)
    return floor.finish(now)


def _agents_own(call: Call) -> bool:
    return call.direction is Direction.OUTBOUND and call.agent_leads


def _instead(floor: Floor, signal: Signal) -> _Steps:
    """The steps of a line that is no caller's: an agent's own call, a supervisor's leg."""
    call_id = CallId(getattr(signal, "call_id", ""))
    if is_watch_id(call_id):
        return WATCH_STEPS
    call = floor.calls.get(call_id)
    return OUTBOUND_STEPS if call and _agents_own(call) else {}
