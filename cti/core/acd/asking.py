"""Reasons that are limited: asked for, granted by a supervisor, refused, or waited for too long."""

from datetime import datetime, timedelta

from cti.core.acd.declined import Declined
from cti.core.acd.floor import Floor
from cti.core.agent_state import Agent
from cti.core.control_events import ReasonAsked, ReasonDecided
from cti.core.events import AgentChoiceCancelled

TIMER = "timer"
"""Who refuses what nobody decided in time."""


def check_reason(floor: Floor, agent: Agent, reason: str, now: datetime) -> None:
    """Raises Declined where quota or number leave no room for it."""
    others = (each for each in floor.agents.values() if each.agent_id != agent.agent_id)
    if code := floor.rules.reasons.refusal(agent, reason, others, now):
        raise Declined(code)


def ask_for(floor: Floor, agent: Agent, reason: str, now: datetime) -> bool:
    """True when a supervisor has been asked, so that nothing more is to be done now.

    Raises Declined where it cannot be had, or was asked already.
    """
    check_reason(floor, agent, reason, now)
    book = floor.rules.reasons
    if not book.rule(reason).approval:
        return False
    if agent.asked == reason:
        raise Declined("asked_already")
    agent = forget_asking(floor, agent, reason, now)
    until = now + timedelta(seconds=book.asked_s)
    floor.put_agent(agent, asked=reason, asked_until=until)
    floor.note(ReasonAsked(at=now, agent_id=agent.agent_id, reason=reason))
    return True


def forget_asking(floor: Floor, agent: Agent, reason: str | None, now: datetime) -> Agent:
    """Who chooses another reason no longer waits for the one he asked for; being ready he does."""
    if agent.asked is None or reason is None:
        return agent
    floor.note(AgentChoiceCancelled(at=now, agent_id=agent.agent_id))
    return floor.put_agent(agent, asked=None, asked_until=None)


def decided(floor: Floor, agent: Agent, by: str, now: datetime, *, granted: bool) -> Agent:
    """The asked reason is granted or refused; the agent no longer waits for a word."""
    fresh = floor.put_agent(agent, asked=None, asked_until=None)
    floor.note(
        ReasonDecided(
            at=now, agent_id=agent.agent_id, reason=agent.asked or "", granted=granted, by=by
        )
    )
    return fresh
