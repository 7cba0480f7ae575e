"""What agents and supervisors may do with calls from their desktops, beyond hold and consultation.

Every method raises Refused, with nothing changed; those of supervision write the audit first.
"""

from dataclasses import dataclass
from typing import Protocol

from cti.core.control_events import TargetKind
from cti.core.ids import AgentId, CallId
from cti.core.watching import WatchMode


class Reach(Protocol):
    """An agent's transfers, and calls of his own."""

    async def transfer(self, agent_id: AgentId, kind: TargetKind, target: str) -> None:
        """Send his caller on, and leave."""
        ...

    async def to_survey(self, agent_id: AgentId) -> None:
        """Leave; the caller is asked how it was."""
        ...

    async def to_menu(self, agent_id: AgentId, task: str) -> None:
        """Send his caller to the menu for a task, and wait for him."""
        ...

    async def make_call(self, agent_id: AgentId, number: str, shown_number: str | None) -> None:
        """Ring his phone, then the number."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who does something to somebody's call, and why. ``by`` is a sign-in."""

    by: str
    reason: str


class Supervision(Protocol):
    """A supervisor's hand in other people's calls."""

    async def monitor(self, act: Act, watcher: AgentId, agent_id: AgentId, mode: WatchMode) -> None:
        """Ring the watcher's phone, and let him hear the agent's talk."""
        ...

    async def change_monitor(self, watcher: AgentId, mode: WatchMode, *, by: str) -> None:
        """Listen, whisper or barge from now on."""
        ...

    async def stop_monitor(self, watcher: AgentId, *, by: str) -> None:
        """Hear no more."""
        ...

    async def intercept(self, act: Act, agent_id: AgentId, to: AgentId) -> None:
        """``to`` gets the agent's caller."""
        ...

    async def pick_up(self, act: Act, call_id: CallId, to: AgentId) -> None:
        """A call that waits, or rings elsewhere, rings at ``to``."""
        ...

    async def release(self, act: Act, agent_id: AgentId) -> None:
        """End the agent's talk; his caller goes on to the survey or good-bye."""
        ...

    def agent_with(self, call_id: CallId) -> AgentId:
        """Whose call it is. Raises Refused for a call that nobody has."""
        ...
