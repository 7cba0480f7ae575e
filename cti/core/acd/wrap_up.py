"""How long work after a call may take, and what it needs to end. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cti.core.agent_state import Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpRule:
    """The wrap-up of one queue.

    It ends by itself after ``s`` seconds, once ``extend_s`` later, unless a record with its code is
    wanted first (``codes_required``) or the agent is to say himself that he is ready (``auto_ready``
    off); after ``max_s`` it ends in any case, supervisors are told, and he is not ready.
    """

    s: float = 45.0
    extend_s: float = 45.0
    max_s: float = 180.0
    codes_required: bool = False
    auto_ready: bool = True

    def lacks_code(self, agent: Agent) -> bool:
        """He must write his record before he can take the next call."""
        return self.codes_required and not agent.code_given

    def ends_by_itself(self, agent: Agent) -> bool:
        """He is free when the time is over."""
        return self.auto_ready and not self.lacks_code(agent)

    def limit(self, agent: Agent) -> datetime | None:
        """When it ends in any case."""
        return agent.since + timedelta(seconds=max(self.max_s, self.s)) if agent.since else None
