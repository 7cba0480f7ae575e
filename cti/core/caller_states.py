"""What a fact of a call means to the caller himself. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cti.core import control_events as control
from cti.core import events


@dataclass(frozen=True, slots=True)
class CallerState:
    """How the call stands for its caller; ``values`` go into its sentence."""

    state: str
    values: Mapping[str, object] = field(default_factory=dict)


_STATES: Mapping[type[events.Event], str] = {
    events.Offered: "menu",
    events.Queued: "waiting",
    events.Delivered: "ringing",
    events.Established: "connected",
    events.Held: "held",
    events.Retrieved: "connected",
    control.SentToMenu: "menu",
    control.BackFromMenu: "connected",
    control.Conferenced: "conferenced",
    events.Transferred: "transferred",
    events.ConnectionCleared: "left",
    events.CallSurvived: "survive",
    events.CallCleared: "ended",
}
SECONDS_A_MINUTE = 60


def caller_state(event: events.Event) -> CallerState | None:
    """None for a fact that the caller does not notice."""
    if isinstance(event, control.WaitAnnounced):
        return _told(event)
    state = _STATES.get(type(event))
    return CallerState(state) if state else None


def _told(event: control.WaitAnnounced) -> CallerState:
    """Minutes as the announcement speaks of them: begun ones count."""
    if event.wait_s is None:
        return CallerState("told_place", {"place": event.position})
    minutes = max(1, -(-event.wait_s // SECONDS_A_MINUTE))
    return CallerState("told", {"place": event.position, "minutes": minutes})
