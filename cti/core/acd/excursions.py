"""A caller whom his agent sent to the menu: how that ends for the two of them.

Asterisk joins them again by itself (templates/call_control.conf, ``[acd-menu]``); what stands here puts
it down. The agent counts as one who holds his caller.
"""

from datetime import datetime

from cti.core.acd.control_orders import RecallFromMenu
from cti.core.acd.endings import end_talk
from cti.core.acd.floor import Floor
from cti.core.agent_state import AgentState, Happened
from cti.core.call import Call, CallPhase, HeldBy
from cti.core.control_events import BackFromMenu
from cti.core.events import Retrieved
from cti.core.ids import AgentId

AGENT_LEFT = "agentLeft"


def sent_by(floor: Floor, agent_id: AgentId) -> Call | None:
    """The call whose caller this agent sent to the menu."""
    agent = floor.agents.get(agent_id)
    call = floor.calls.get(agent.call_id) if agent and agent.call_id else None
    here = call is not None and call.phase is CallPhase.MENU and call.agent_id == agent_id
    return call if here else None


def recall(floor: Floor, call: Call) -> None:
    """The agent wants his caller back now; that he is back is told by his channel."""
    floor.order(RecallFromMenu(channel=call.channel, leg=call.agent_channel))


def note_back(floor: Floor, call: Call, result: str, now: datetime) -> None:
    if call.agent_id is not None:
        floor.note(
            BackFromMenu(
                at=now,
                call_id=call.call_id,
                agent_id=call.agent_id,
                task=call.task,
                result=result,
            )
        )


def back(floor: Floor, call: Call, result: str, now: datetime) -> Call:
    """Agent and caller hear each other again."""
    agent = floor.agent_of(call)
    if agent is None:
        return call
    note_back(floor, call, result, now)
    floor.note(Retrieved(at=now, call_id=call.call_id, agent_id=agent.agent_id))
    if agent.state is AgentState.HELD:
        floor.moved(agent, Happened.RETRIEVED_CALLER, now)
    return floor.put_call(
        call, phase=CallPhase.TALKING, phase_at=now, held_by=HeldBy.NOBODY, task=""
    )


def agent_left(floor: Floor, call: Call, now: datetime) -> Call:
    """The agent's part is over; his caller goes on in the menu, and then to the head of his queue."""
    note_back(floor, call, AGENT_LEFT, now)
    end_talk(floor, call, now)
    return floor.put_call(
        floor.calls[call.call_id],
        phase=CallPhase.IVR,
        phase_at=now,
        agent_id=None,
        agent_channel=None,
        held_by=HeldBy.NOBODY,
        muted=False,
        task="",
        queued_at=None,
        place_at=None,
        answered_at=None,
        head=True,
    )
