"""People at work, in memory: what supervisors asked for, notices kept, desktops that came and went."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cti.core.agent_state import AgentStatus
from cti.core.control_events import NoticeSent
from cti.core.ids import AgentId
from tests.web.memory import MemoryDesk


class MemoryPeople:
    """``People`` that writes down what it was asked, beside what the desk was."""

    def __init__(self, desk: MemoryDesk) -> None:
        self._desk = desk

    async def force(self, agent_id: AgentId, status: AgentStatus, *, by: str, reason: str) -> None:
        await self._desk._do("force", agent_id, status, by, reason)

    async def change_skills(
        self,
        agent_id: AgentId,
        skills: Mapping[str, int],
        languages: Sequence[str] | None,
        *,
        by: str,
        reason: str,
    ) -> None:
        await self._desk._do("change_skills", agent_id, skills, languages, by, reason)

    async def decide(self, agent_id: AgentId, granted: bool, *, by: str, reason: str) -> None:
        await self._desk._do("decide", agent_id, granted, by, reason)

    async def notify(self, text: str, queues: Sequence[str], *, by: str) -> None:
        await self._desk._do("notify", text, tuple(queues), by)


class MemoryNoticeBoard:
    """``NoticeBoard`` in memory."""

    def __init__(self) -> None:
        self.kept: list[NoticeSent] = []

    async def put(self, notice: NoticeSent) -> None:
        self.kept.append(notice)

    async def since(self, earliest: datetime) -> Sequence[NoticeSent]:
        return [one for one in self.kept if one.at >= earliest]


class MemoryWatch:
    """``DesktopWatch`` that writes down."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, AgentId]] = []

    def came(self, agent_id: AgentId) -> None:
        self.seen.append(("came", agent_id))

    def went(self, agent_id: AgentId) -> None:
        self.seen.append(("went", agent_id))
