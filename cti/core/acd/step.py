"""One signal in, one step out: the door of the floor."""

from datetime import datetime

from cti.core.acd.desk_steps import DESK_STEPS
from cti.core.acd.floor import Floor, Step
from cti.core.acd.line_steps import LINE_STEPS
from cti.core.acd.signals import Signal

_STEPS = {**LINE_STEPS, **DESK_STEPS}


def take(floor: Floor, signal: Signal, now: datetime) -> Step:
    """What the signal makes of the floor, matching included.

    Raises Declined, with nothing changed, for an agent's wish that cannot be met.
    """
    _STEPS[type(signal)](floor, signal, now)
    return floor.finish(now)
