"""Transfers, own calls and supervision in memory: what was asked, and a refusal where wanted."""

from cti.core.control_events import TargetKind
from cti.core.ids import AgentId, CallId
from cti.core.watching import WatchMode
from cti.services.ports import Refused
from cti.services.reach_ports import Act


class MemoryReach:
    """The ports Reach and Supervision."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.refuse = ""

    def _note(self, *what: object) -> None:
        if self.refuse:
            raise Refused(self.refuse)
        self.asked.append(what)

    async def transfer(self, agent_id: AgentId, kind: TargetKind, target: str) -> None:
        self._note("transfer", agent_id, kind, target)

    async def to_survey(self, agent_id: AgentId) -> None:
        self._note("to_survey", agent_id)

    async def to_menu(self, agent_id: AgentId, task: str) -> None:
        self._note("to_menu", agent_id, task)

    async def make_call(self, agent_id: AgentId, number: str, shown_number: str | None) -> None:
        self._note("make_call", agent_id, number, shown_number)

    async def monitor(self, act: Act, watcher: AgentId, agent_id: AgentId, mode: WatchMode) -> None:
        self._note("monitor", act, watcher, agent_id, mode)

    async def change_monitor(self, watcher: AgentId, mode: WatchMode, *, by: str) -> None:
        self._note("change_monitor", watcher, mode)

    async def stop_monitor(self, watcher: AgentId, *, by: str) -> None:
        self._note("stop_monitor", watcher)

    async def intercept(self, act: Act, agent_id: AgentId, to: AgentId) -> None:
        self._note("intercept", act, agent_id, to)

    async def pick_up(self, act: Act, call_id: CallId, to: AgentId) -> None:
        self._note("pick_up", act, call_id, to)

    async def release(self, act: Act, agent_id: AgentId) -> None:
        self._note("release", act, agent_id)

    def agent_with(self, call_id: CallId) -> AgentId:
        return AgentId(f"with {call_id}")
