"""What an offer is made of: the fact, and the order by which it reaches the agent's phone."""

from datetime import datetime, timedelta
from typing import Any

from cti.core.acd.decision import Decision
from cti.core.acd.floor_rules import FloorRules
from cti.core.acd.orders import DialBack, RingAgent
from cti.core.acd.queue import QueuePolicy
from cti.core.agent_state import Agent
from cti.core.call import Call
from cti.core.events import AgentAllocated
from cti.core.recordings import talk_of


def offer_order(
    rules: FloorRules, call: Call, agent: Agent, policy: QueuePolicy
) -> RingAgent | DialBack:
    """Ring one phone for a caller, or for a callback."""
    record = rules.recording.wanted(talk_of(call, agent.agent_id))
    if call.ticket is None:
        return RingAgent(
            call_id=call.call_id,
            channel=call.channel,
            agent_id=agent.agent_id,
            extension=agent.endpoint,
            ring_s=policy.ring_s,
            attempt=call.attempt,
            queue=policy.name,
            record=record,
            reconnects=policy.reconnects,
        )
    return DialBack(
        call_id=call.call_id,
        agent_id=agent.agent_id,
        extension=agent.endpoint,
        ring_s=policy.ring_s,
        attempt=call.attempt,
        queue=policy.name,
        number=call.ticket.number,
        dialed_number=call.dialed_number,
        customer_ring_s=rules.callback_ring_s,
        record=record,
    )


def offered(call: Call, policy: QueuePolicy, now: datetime) -> dict[str, Any]:
    """What changes of an agent whose phone is rung for this call; Asterisk counts the same seconds."""
    until = now + timedelta(seconds=policy.ring_s)
    return {"call_id": call.call_id, "offered_at": now, "rings_until": until}


def allocated(
    call: Call, agent: Agent, policy: QueuePolicy, why: str | Decision, now: datetime
) -> AgentAllocated:
    """The fact that the call is offered to the agent, and what decided that."""
    decided = why if isinstance(why, Decision) else Decision(text=why)
    return AgentAllocated(
        at=now,
        call_id=call.call_id,
        agent_id=agent.agent_id,
        queue=policy.name,
        attempt=call.attempt,
        waited_s=round(call.waited_s(now), 3),
        why=decided.text,
        points=decided.points,
        step=decided.step,
        wish=decided.wish,
        candidates=decided.candidates,
        excluded=decided.excluded,
        unlisted=decided.unlisted,
    )
