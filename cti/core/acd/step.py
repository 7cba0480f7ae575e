"""One signal in, one step out: the door of the floor."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.core.acd.alerts import acknowledge
from cti.core.acd.desk_steps import DESK_STEPS
from cti.core.acd.floor import Floor, Step
from cti.core.acd.line_steps import LINE_STEPS
from cti.core.acd.people_steps import PEOPLE_STEPS
from cti.core.acd.record_steps import RECORD_STEPS, settle_recordings
from cti.core.acd.signals import AcknowledgeAlert, Signal
from cti.core.acd.ticket_wishes import TICKET_STEPS
from cti.core.acd.wait_steps import WAIT_STEPS

_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    **LINE_STEPS,
    **TICKET_STEPS,
    **WAIT_STEPS,
    **DESK_STEPS,
    **PEOPLE_STEPS,
    **RECORD_STEPS,
    AcknowledgeAlert: acknowledge,
}


def take(floor: Floor, signal: Signal, now: datetime) -> Step:
    """What the signal makes of the floor, matching included.

    Raises Declined, with nothing changed, for an agent's wish that cannot be met.
    """
    _STEPS[type(signal)](floor, signal, now)
    settle_recordings(floor)
    return floor.finish(now)
