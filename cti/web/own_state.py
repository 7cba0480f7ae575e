"""A supervisor's own state on his own desktop: whether he listens, to whom, and who hears him.

No fact carries it: facts go to agents too, and no agent's desktop is to learn that somebody listens.
"""

from typing import Any
from weakref import WeakKeyDictionary

from cti.core.agent_state import Agent
from cti.core.ids import EventId
from cti.web.desktop import Desktop
from cti.web.messages import Json, Records, View, agent_record, encode, text_frame, wire

_MONITORING = ("call_id", "agent_id", "mode", "heard")


def monitoring_record(me: Agent | None) -> Json | None:
    """What he hears, or is called up to hear: ``heard`` once his phone was answered."""
    return wire(me.watching, _MONITORING) if me and me.watching else None


def own_state_message(event_id: EventId, me: Agent) -> bytes:
    """His record as it stands; its id is the last event sent before it."""
    told = {"me": agent_record(me), "monitoring": monitoring_record(me)}
    return encode({"type": "ownState", "id": event_id, **told})


class OwnStates:
    """What each supervisor's desktop was told of its own person."""

    def __init__(self) -> None:
        self._told: WeakKeyDictionary[Desktop, Any] = WeakKeyDictionary()

    def told(self, desktop: Desktop, me: Agent | None) -> None:
        """A snapshot said it."""
        self._told[desktop] = _known(me)

    def news(self, desktop: Desktop, records: Records, position: EventId) -> bytes:
        """A frame for a supervisor's desktop whose own person is not as it was told; else nothing."""
        if desktop.view is not View.SUPERVISION or desktop.agent_id is None:
            return b""
        me = records.agents.get(desktop.agent_id)
        if me is None or self._told.get(desktop) == _known(me):
            return b""
        self.told(desktop, me)
        return text_frame(own_state_message(position, me))


def _known(me: Agent | None) -> tuple[Json, Json | None] | None:
    return (agent_record(me), monitoring_record(me)) if me else None
