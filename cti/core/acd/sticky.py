"""Whom a caller should better get than anybody else, and whose place he comes back to. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cti.core.ids import AgentId, QueueName

OWNER = "owner"
"""The call variable that names the agent of an open case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The call waits for this agent alone, until then; ``why`` is ``owner`` or ``last``."""

    agent_id: AgentId
    until: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlace:
    """A place that its caller gave up a moment ago."""

    queue: QueueName
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What history tells of a caller who arrives: who talked to him last, the place he gave up."""

    last_agent: AgentId | None = None
    place: KeptPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StickyRules:
    """``within_s``: so long ago at most the last talk ended; the caller waits ``wait_s`` for that agent
    alone. A place is kept ``place_s`` for a caller who gave up. 0 switches either off."""

    within_s: float = 86400.0
    wait_s: float = 10.0
    place_s: float = 600.0

    def until(self, now: datetime) -> datetime:
        """When a wish of now is given up."""
        return now + timedelta(seconds=self.wait_s)
