"""Who sits at a desktop, and which call concerns him."""

from cti.core.agent_state import Agent
from cti.core.call import Call, CallPhase
from cti.core.ids import CallId
from cti.web.desktop import Desktop
from cti.web.messages import Records

_NOT_WITH_AGENT = frozenset(
    {
        CallPhase.IVR,
        CallPhase.WAITING,
        CallPhase.CALLBACK,
        CallPhase.RESERVED,
        CallPhase.SURVIVING,
    }
)


def me_of(desktop: Desktop, records: Records) -> Agent | None:
    return records.agents.get(desktop.agent_id) if desktop.agent_id else None


def call_of(desktop: Desktop, records: Records) -> Call | None:
    """The call that rings or talks at this desktop's agent, or that he wraps up."""
    me = me_of(desktop, records)
    call = records.calls.get(me.call_id or CallId("")) if me else None
    return call if call and call.phase not in _NOT_WITH_AGENT else None
