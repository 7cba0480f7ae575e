"""What time alone makes of an agent."""

from datetime import datetime

from cti.core.acd.asking import TIMER, decided
from cti.core.acd.floor import Floor
from cti.core.acd.wrap_up_steps import wrap_up_time
from cti.core.agent_state import Agent, AgentState, AgentStatus
from cti.core.events import AgentOverstayed
from cti.core.ids import AgentId


def agents_time(floor: Floor, now: datetime) -> None:
    """End what is over for each agent: his wrap-up, his asking; and tell who overstays."""
    for agent_id in map(AgentId, floor.alarms.due(now)):
        agent = floor.agents.get(agent_id)
        if agent is None:
            continue
        if agent.asked_until and agent.asked_until <= now:
            agent = decided(floor, agent, TIMER, now, granted=False)
        if agent.rest_until and agent.rest_until <= now:
            agent = _rested(floor, agent, now)
        if agent.wrap_up_until and agent.wrap_up_until <= now:
            wrap_up_time(floor, agent, now)
        _overstay(floor, floor.agents[agent_id], now)


def _rested(floor: Floor, agent: Agent, now: datetime) -> Agent:
    """Ready again by himself, unless he has a call by hand meanwhile."""
    if agent.state is AgentState.IDLE:
        return floor.take_status(agent, AgentStatus.READY, None, now)
    pending = agent.pending or AgentStatus.READY
    return floor.put_agent(agent, rest_until=None, pending=pending)


def _overstay(floor: Floor, agent: Agent, now: datetime) -> None:
    at = floor.rules.reasons.overstays_at(agent)
    since = agent.reason_since
    if at is None or since is None or at > now:
        return
    floor.put_agent(agent, overstayed=True)
    limit_s = round((at - since).total_seconds(), 3)
    floor.note(
        AgentOverstayed(at=now, agent_id=agent.agent_id, reason=agent.reason or "", limit_s=limit_s)
    )
