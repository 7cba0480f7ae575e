"""What agents may do with the call that they have: the port behind the desktop's commands."""

from typing import Protocol

from cti.core.acd.control_wishes import Asked
from cti.core.ids import AgentId


class CallControl(Protocol):
    """Each of these raises Refused (messages ``desk.CODE``) with nothing changed where it does not fit
    what the call is doing, and while the floor is being set right."""

    async def answer(self, agent_id: AgentId) -> None:
        """Make the agent's ringing phone pick up, where it can."""
        ...

    async def hold(self, agent_id: AgentId) -> None:
        """The caller hears music, the agent nothing."""
        ...

    async def retrieve(self, agent_id: AgentId) -> None:
        """They hear each other again."""
        ...

    async def consult(self, agent_id: AgentId, kind: Asked, target: str) -> None:
        """Ask a colleague, a queue or a number while the caller is held."""
        ...

    async def complete(self, agent_id: AgentId) -> None:
        """Whom the agent consults gets the caller."""
        ...

    async def cancel(self, agent_id: AgentId) -> None:
        """Let the consulted party go and be back with the caller."""
        ...

    async def alternate(self, agent_id: AgentId) -> None:
        """Talk to the other one: caller or consulted party."""
        ...

    async def conference(self, agent_id: AgentId) -> None:
        """Caller, agent and consulted party hear each other."""
        ...

    async def set_mute(self, agent_id: AgentId, *, on: bool) -> None:
        """Close the agent's microphone, or open it."""
        ...

    async def send_digits(self, agent_id: AgentId, digits: str) -> None:
        """Keys for whoever the agent talks to."""
        ...
