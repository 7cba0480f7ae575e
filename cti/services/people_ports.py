"""What is asked of the floor about people at work, and what that needs from the world."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from cti.core.agent_state import Agent, AgentStatus
from cti.core.call import Call
from cti.core.control_events import NoticeSent
from cti.core.endpoints import PhoneKind
from cti.core.ids import AgentId, CallId
from cti.services.ports import WrapUp


class AgentDesk(Protocol):
    """All that an agent's desktop can ask for. Each raises Refused, with nothing changed."""

    async def log_on(
        self,
        agent_id: AgentId,
        *,
        extension: str = "",
        seat: str = "",
        phone: PhoneKind | None = None,
    ) -> None:
        """Sign in at the agent's extension, or at another one or a seat; not ready (reason LOGIN).
        ``phone`` None: the one on the desk, or as he is signed in."""
        ...

    async def log_off(self, agent_id: AgentId) -> None:
        """Sign out; refused in a call."""
        ...

    async def set_status(self, agent_id: AgentId, status: AgentStatus, reason: str | None) -> None:
        """Ready, or not ready with a reason; pending while in a call, asked for where it must be."""
        ...

    async def cancel_pending(self, agent_id: AgentId) -> None:
        """Take back what is pending or asked for."""
        ...

    async def hang_up(self, agent_id: AgentId) -> None:
        """End the agent's side of his call; the caller goes on to the survey."""
        ...

    async def save_wrap_up(
        self, agent_id: AgentId, wrap_up: WrapUp, *, his: bool = False, by: str = ""
    ) -> None:
        """Write the record; ends wrap-up when the agent is in it. ``his``: history shows that he talked in
        the call; ``by``: the supervisor who corrects it."""
        ...

    async def extend_wrap_up(self, agent_id: AgentId) -> None:
        """Once for each call, by the queue's own length."""
        ...

    async def end_wrap_up(self, agent_id: AgentId) -> None:
        """Take up what is pending, or be as before the call; refused where a code is missing."""
        ...

    async def acknowledge_alert(self, call_id: CallId, by: str) -> None:
        """The supervisor ``by`` (a sign-in) has seen the call's alert; the first one has it."""
        ...

    async def cancel_callback(self, call_id: CallId, by: str, reason: str) -> None:
        """Take a ticket back for its customer; refused while it is dialled."""
        ...

    def snapshot(self) -> tuple[Sequence[Agent], Sequence[Call]]:
        """All agents and live calls as they stand now."""
        ...


class People(Protocol):
    """What a supervisor (``by``, his sign-in) makes of agents. Each raises Refused, and is audited."""

    async def force(self, agent_id: AgentId, status: AgentStatus, *, by: str, reason: str) -> None:
        """Set an agent's status; pending while he is in a call."""
        ...

    async def change_skills(
        self,
        agent_id: AgentId,
        skills: Mapping[str, int],
        languages: Sequence[str] | None,
        *,
        by: str,
        reason: str,
    ) -> None:
        """Until he signs out; ``languages`` None: as they were."""
        ...

    async def decide(self, agent_id: AgentId, granted: bool, *, by: str, reason: str) -> None:
        """Grant or refuse the reason that he asked for."""
        ...

    async def notify(self, text: str, queues: Sequence[str], *, by: str) -> None:
        """Words for everybody, or for the agents of some queues. Raises StoreDown too."""
        ...


class NoticeBoard(Protocol):
    """The notices of the last hour. Every method raises StoreDown."""

    async def put(self, notice: NoticeSent) -> None:
        """Keep it, and write it into the journal."""
        ...

    async def since(self, earliest: datetime) -> Sequence[NoticeSent]:
        """Those sent since then, oldest first."""
        ...


class Notices(Protocol):
    """The notices, and whom each is for."""

    async def recent(self) -> Sequence[NoticeSent]:
        """Those of the last hour. Raises StoreDown."""
        ...

    def concerns(self, notice: NoticeSent, agent: Agent) -> bool:
        """He is one of those it was sent to."""
        ...


class DesktopWatch(Protocol):
    """Is told which agents have a desktop."""

    def came(self, agent_id: AgentId) -> None:
        """One more desktop of the agent is connected."""
        ...

    def went(self, agent_id: AgentId) -> None:
        """One of them is gone."""
        ...


class Phones(Protocol):
    """Agents' phones."""

    async def registered(self, extension: str) -> bool:
        """The phone is there and answers. Raises TelephonyDown."""
        ...


class PhoneSecrets(Protocol):
    """Passwords of browser phones, as Asterisk knows them. Both raise TelephonyDown."""

    async def put(self, endpoint: str, password: str) -> None:
        """This is the endpoint's password from now on."""
        ...

    async def drop(self, endpoint: str, password: str) -> None:
        """Nobody registers as this endpoint any more, unless it has another password by now."""
        ...
