"""Offers and dials that are overdue although Asterisk told nothing of their end: news was missed. Pure.

What became of them is asked before they are given up, since the two may be talking.
"""

from datetime import datetime

from cti.core.acd import parties
from cti.core.acd.floor import OFFERED, Floor
from cti.core.call import Call
from cti.core.ids import CallId


def unheard(floor: Floor, now: datetime) -> bool:
    """Whether a moment has come at which something would be given up unseen."""
    due = (floor.calls.get(CallId(name)) for name in floor.alarms.due(now))
    return any(_silent(floor, call, now) for call in due if call is not None)


def _silent(floor: Floor, call: Call, now: datetime) -> bool:
    told = call.ticket is not None and bool(call.ticket.failed)
    if call.phase in OFFERED[:2] and not told and floor.gives_up_at(call) <= now:
        return True
    dialled = (one for one in call.parties if one.phase in parties.DIALLED and not one.failed)
    moments = (parties.gives_up_at(floor, call, one) for one in dialled)
    return any(at is not None and at <= now for at in moments)
