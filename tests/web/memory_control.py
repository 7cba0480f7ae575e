"""Call control in memory: what was asked, and a refusal where the test wants one."""

from cti.core.acd.control_wishes import Asked
from cti.core.ids import AgentId
from cti.services.ports import Refused


class MemoryControl:
    """The CallControl port."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.refuse = ""

    def _note(self, *what: str) -> None:
        if self.refuse:
            raise Refused(self.refuse)
        self.asked.append(what)

    async def answer(self, agent_id: AgentId) -> None:
        self._note("answer", agent_id)

    async def hold(self, agent_id: AgentId) -> None:
        self._note("hold", agent_id)

    async def retrieve(self, agent_id: AgentId) -> None:
        self._note("retrieve", agent_id)

    async def consult(self, agent_id: AgentId, kind: Asked, target: str) -> None:
        self._note("consult", agent_id, kind, target)

    async def complete(self, agent_id: AgentId) -> None:
        self._note("complete", agent_id)

    async def cancel(self, agent_id: AgentId) -> None:
        self._note("cancel", agent_id)

    async def alternate(self, agent_id: AgentId) -> None:
        self._note("alternate", agent_id)

    async def conference(self, agent_id: AgentId) -> None:
        self._note("conference", agent_id)

    async def set_mute(self, agent_id: AgentId, *, on: bool) -> None:
        self._note("set_mute", agent_id, str(on))

    async def send_digits(self, agent_id: AgentId, digits: str) -> None:
        self._note("send_digits", agent_id, digits)
