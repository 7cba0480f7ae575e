"""A talk of whose beginning no event told: put down when something else proves it. Pure."""

from datetime import datetime

from cti.core.acd.binding import occupy
from cti.core.acd.endings import leave_queue
from cti.core.acd.floor import Floor
from cti.core.acd.places import stand_in_served
from cti.core.agent_state import Agent
from cti.core.call import Call, CallPhase
from cti.core.events import Established, Outcome


def answered_unseen(floor: Floor, call: Call, agent: Agent, now: datetime) -> None:
    """History learns of the talk now, and only once."""
    fresh = floor.put_call(call, answered_at=now)
    floor.note(
        Established(
            at=now,
            call_id=call.call_id,
            agent_id=agent.agent_id,
            agent_channel=call.agent_channel or call.channel,
            waited_s=round(call.waited_s(now), 3),
        )
    )
    if call.queued_at is not None:
        leave_queue(floor, fresh, Outcome.ANSWERED, now)
    stand_in_served(floor, call.call_id, now)


def talked_unseen(floor: Floor, call: Call, now: datetime) -> Call:
    """The offer had become a talk: since the agent picked up, where that was seen, else only now."""
    agent = floor.agent_of(call)
    if agent is None or agent.call_id != call.call_id:
        return call
    picked_up = call.phase_at if call.phase is CallPhase.WHISPER else None
    floor.avoid(call.call_id, None)
    fresh = floor.put_call(call, phase=CallPhase.TALKING, phase_at=now)
    occupy(floor, agent, fresh, now)
    answered_unseen(floor, fresh, agent, min(picked_up or now, now))
    return floor.calls[call.call_id]
