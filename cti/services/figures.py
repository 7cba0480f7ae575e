"""Live figures for /metrics."""

from collections.abc import Sequence

from cti.core.agent_state import Agent, AgentState
from cti.core.call import Call


def counts(calls: Sequence[Call], agents: Sequence[Agent]) -> dict[str, int]:
    """How many calls wait and how many agents are in each state, for metrics."""
    found = {f"agents_{state}": 0 for state in AgentState}
    for agent in agents:
        found[f"agents_{agent.state}"] += 1
    return {**found, "calls": len(calls), "calls_waiting": sum(c.phase == "waiting" for c in calls)}
