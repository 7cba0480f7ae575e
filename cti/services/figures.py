"""Live figures for /metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cti.core.acd.places import place_of
from cti.core.agent_state import Agent, AgentState
from cti.core.call import Call, CallPhase
from cti.core.ids import QueueName
from cti.core.measures.wait_error import WaitErrorFigures


@dataclass(frozen=True, slots=True)
class ByLabel:
    """One figure for each value of a label."""

    label: str
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Counted:
    """A count that only grows, for each set of labels."""

    labels: tuple[str, ...]
    values: Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Spread:
    """Times by buckets (upper limits in seconds, and one more for the rest) with their sum, for each
    value of a label."""

    label: str
    buckets_s: tuple[float, ...]
    values: Mapping[str, tuple[tuple[int, ...], float]]


Figure = float | ByLabel | Counted | Spread


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


def wait_error_gauges(found: Mapping[QueueName, WaitErrorFigures]) -> dict[str, ByLabel]:
    """How true the told waiting times of each queue were in the last hour; for metrics."""
    return {
        "wait_error_told": ByLabel("queue", {q: each.count for q, each in found.items()}),
        "wait_error_mean_s": ByLabel("queue", {q: each.mean_s for q, each in found.items()}),
        "wait_error_median_s": ByLabel("queue", {q: each.median_s for q, each in found.items()}),
        "wait_error_absolute_s": ByLabel(
            "queue", {q: each.mean_absolute_s for q, each in found.items()}
        ),
        "wait_error_near_share": ByLabel(
            "queue", {q: each.near_share for q, each in found.items()}
        ),
    }
