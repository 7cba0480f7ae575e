"""An agent found at work on a call, after an outage: his record says so again."""

from datetime import datetime

from cti.core.acd.floor import Floor
from cti.core.agent_state import Agent, AgentState, AgentStatus
from cti.core.call import Call, CallPhase
from cti.core.endpoints import endpoint_at, phone_of
from cti.core.events import AgentLoggedOn

AGENT_STATE_IN = {
    CallPhase.RESERVED: AgentState.RESERVED,
    CallPhase.RINGING: AgentState.RINGING,
    CallPhase.WHISPER: AgentState.TALKING,
    CallPhase.DIALLING: AgentState.TALKING,
    CallPhase.TALKING: AgentState.TALKING,
    CallPhase.HELD: AgentState.HELD,
    CallPhase.MENU: AgentState.HELD,
    CallPhase.SURVIVING: AgentState.TALKING,
}


def occupy(floor: Floor, agent: Agent, call: Call, now: datetime) -> None:
    state = AGENT_STATE_IN[call.phase]
    if (agent.state, agent.call_id) == (state, call.call_id):
        return
    if agent.status is AgentStatus.LOGGED_OUT:
        # Somebody talks at this phone, so somebody sits there.
        phone = phone_of(endpoint_at(call.agent_channel or ""))
        agent = floor.put_agent(agent, status=AgentStatus.NOT_READY, reason="LOGIN", phone=phone)
        floor.note(
            AgentLoggedOn(
                at=now, agent_id=agent.agent_id, extension=agent.extension, phone=agent.phone
            )
        )
    floor.put_agent(
        agent, state=state, call_id=call.call_id, since=now, wrap_up_until=None, wrap_up_queue=None
    )
