"""Live figures for /metrics."""

from collections.abc import Sequence
from datetime import datetime

from cti.core.acd.places import place_of
from cti.core.agent_state import Agent, AgentState
from cti.core.call import Call, CallPhase


def counts(calls: Sequence[Call], agents: Sequence[Agent]) -> dict[str, int]:
    """How many calls wait and how many agents are in each state, for metrics."""
    found = {f"agents_{state}": 0 for state in AgentState}
    for agent in agents:
        found[f"agents_{agent.state}"] += 1
    on_line = [call for call in calls if call.ticket is None]
    waiting = sum(call.phase is CallPhase.WAITING for call in on_line)
    return {**found, "calls": len(on_line), "calls_waiting": waiting}


def callback_counts(calls: Sequence[Call], now: datetime) -> dict[str, float]:
    """Open tickets, those being dialled now, and since when the oldest has its place; for metrics."""
    tickets = [call for call in calls if call.ticket is not None]
    ages_s = [(now - place_of(call)).total_seconds() for call in tickets]
    return {
        "callbacks_open": len(tickets),
        "callbacks_dialling": sum(call.phase is not CallPhase.CALLBACK for call in tickets),
        "callbacks_oldest_s": round(max(ages_s, default=0.0), 1),
    }
