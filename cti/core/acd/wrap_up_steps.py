"""How the work after a call ends: by the agent, by its timer, or at its limit."""

from datetime import datetime

from cti.core.acd.declined import Declined
from cti.core.acd.floor import Floor
from cti.core.agent_state import Agent, AgentStatus
from cti.core.events import AgentOverstayed, AgentWorkingAfterCall, WrapUpEnded

AFTER_CALL = "ACW"
"""The reason of one whose wrap-up reached its limit, and its name in alarms."""


def end_wrap_up(floor: Floor, agent: Agent, by: str, now: datetime) -> Agent:
    """The agent is done with the call he wrapped up."""
    if agent.call_id is not None:
        floor.note(WrapUpEnded(at=now, agent_id=agent.agent_id, call_id=agent.call_id, by=by))
    fresh = floor.put_agent(agent, call_id=None, wrap_up_until=None, wrap_up_queue=None)
    return floor.release(fresh, now)


def finish_wrap_up(floor: Floor, agent: Agent, now: datetime) -> Agent:
    """The agent himself ends it. Raises Declined where his record is wanted first."""
    if floor.policy(agent.wrap_up_queue).wrap_up.lacks_code(agent):
        raise Declined("code_missing")
    return end_wrap_up(floor, agent, "agent", now)


def wrap_up_time(floor: Floor, agent: Agent, now: datetime) -> None:
    """The moment in ``wrap_up_until`` is here."""
    rule = floor.policy(agent.wrap_up_queue).wrap_up
    limit = rule.limit(agent)
    if rule.ends_by_itself(agent) or agent.call_id is None:
        end_wrap_up(floor, agent, "timer", now)
    elif limit and now < limit:
        floor.put_agent(agent, wrap_up_until=limit)
        floor.note(
            AgentWorkingAfterCall(
                at=now, agent_id=agent.agent_id, call_id=agent.call_id, until=limit
            )
        )
    else:
        _at_the_limit(floor, agent, rule.max_s, now)


def _at_the_limit(floor: Floor, agent: Agent, limit_s: float, now: datetime) -> None:
    floor.note(AgentOverstayed(at=now, agent_id=agent.agent_id, reason=AFTER_CALL, limit_s=limit_s))
    if agent.pending in (None, AgentStatus.READY):
        status = AgentStatus.NOT_READY
        agent = floor.put_agent(agent, pending=status, pending_reason=AFTER_CALL)
    end_wrap_up(floor, agent, "limit", now)
