"""Why the router did what it did, as data. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from cti.core.acd.queue import POINT, FreeAgent, WaitingCall
from cti.core.acd.skills import Needs, is_agent, is_language
from cti.core.ids import AgentId, CallId, QueueName


class Rule(StrEnum):
    """What kept a free agent from a call."""

    SKILL = "skill"
    LEVEL = "level"
    LANGUAGE = "language"
    AVOIDED = "avoided"
    WISH = "wish"
    """The call waits for another agent alone."""


class Why(NamedTuple):
    """What decided an offer: so many free ``candidates`` met all needs after ``step`` relaxations; while
    the call waited for the agent of its ``wish`` alone, he is one of them."""

    call: WaitingCall
    agent: FreeAgent
    at: datetime
    score: int
    step: int
    candidates: int
    wish: AgentId | None = None

    @property
    def points(self) -> float:
        """The call's priority with ageing at that moment."""
        return self.score / POINT

    @property
    def waited_s(self) -> float:
        """Seconds the call had waited."""
        return (self.at - self.call.queued_at).total_seconds()

    def __str__(self) -> str:
        """One line for the journal: ``points=62.5 waited_s=25.0 step=1 candidates=3``."""
        words = (
            f"points={self.points:.1f} waited_s={self.waited_s:.1f} step={self.step}"
            f" candidates={self.candidates}"
        )
        words += f" wish={self.wish}" if self.wish else ""
        flags = f" flags={','.join(self.call.flags)}" if self.call.flags else ""
        return words + flags + (" head" if self.call.head else "")


class Offer(NamedTuple):
    """This call goes to this agent."""

    call_id: CallId
    agent_id: AgentId
    why: Why


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One free agent who does not get the call: the rule, and what he has of what is wanted."""

    agent_id: AgentId
    rule: Rule
    need: str = ""
    wanted: int = 0
    has: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a waiting call stands: ``ahead`` calls, of any queue, go before it; best candidates first."""

    call_id: CallId
    queue: QueueName
    waited_s: float
    points: float
    step: int
    wish: AgentId | None
    needs: Needs
    ahead: int
    candidates: tuple[AgentId, ...]
    excluded: tuple[Exclusion, ...]


def exclusions(
    agents: Iterable[FreeAgent], needs: Needs, avoid: frozenset[AgentId]
) -> tuple[Exclusion, ...]:
    """Every agent who misses a need (the first one missed), then those who are avoided."""
    found = [one for agent in agents if (one := gap(agent, needs, avoid))]
    return tuple(sorted(found, key=lambda one: (one.rule is Rule.AVOIDED, one.agent_id)))


def gap(agent: FreeAgent, needs: Needs, avoid: frozenset[AgentId]) -> Exclusion | None:
    """The first need that a free agent misses, or that the call avoids him; None: he may have it."""
    for need, wanted in needs.items():
        has = agent.skills.get(need, 0)
        if has < wanted:
            return Exclusion(agent.agent_id, _rule(need, has), need, wanted, has)
    return Exclusion(agent.agent_id, Rule.AVOIDED) if agent.agent_id in avoid else None


def _rule(need: str, has: int) -> Rule:
    if is_agent(need):
        return Rule.WISH
    if is_language(need):
        return Rule.LANGUAGE
    return Rule.LEVEL if has else Rule.SKILL
