"""The live state and its journal in memory, for tests without Redis; one test suite holds both true."""

import itertools
import time
from datetime import datetime

from cti.core.agent_state import Agent
from cti.core.call import Call, CallPhase
from cti.core.changes import Changes
from cti.core.ids import EventId
from cti.services.ports import Conflict, Recorded


class MemoryState:
    """``LiveState``; ``journal`` holds every event committed, in order."""

    def __init__(self) -> None:
        self.journal: list[Recorded] = []
        self._agents: dict[str, Agent] = {}
        self._calls: dict[str, Call] = {}
        self._answers: dict[str, tuple[EventId, ...]] = {}
        self._numbers = itertools.count(1)
        self._lease = ("", 0.0)
        self._live_at: datetime | None = None

    async def commit(self, changes: Changes) -> tuple[EventId, ...]:
        """Write states and facts at once; raises Conflict with nothing written."""
        if changes.commit_id in self._answers:
            return self._answers[changes.commit_id]
        for agent in changes.agents:
            _refuse_stale(agent.agent_id, self._agents.get(agent.agent_id), agent)
        for call in changes.calls:
            _refuse_stale(call.call_id, self._calls.get(call.call_id), call)
        self._write(changes)
        recorded = [Recorded(EventId(f"{next(self._numbers)}-0"), one) for one in changes.events]
        self.journal += recorded
        answer = tuple(one.event_id for one in recorded)
        if changes.commit_id:
            self._answers[changes.commit_id] = answer
        return answer

    def _write(self, changes: Changes) -> None:
        self._agents.update({agent.agent_id: agent for agent in changes.agents})
        for call in changes.calls:
            self._calls[call.call_id] = call
            if call.phase is CallPhase.ENDED:
                del self._calls[call.call_id]

    async def load(self) -> tuple[tuple[Agent, ...], tuple[Call, ...]]:
        """All agents and live calls."""
        return tuple(self._agents.values()), tuple(self._calls.values())

    async def take_lease(self, node: str, ttl_s: float) -> bool:
        """Become or stay the one dispatcher."""
        owner, ends = self._lease
        if owner not in ("", node) and time.monotonic() < ends:
            return False
        self._lease = (node, time.monotonic() + ttl_s)
        return True

    async def drop_lease(self, node: str) -> None:
        """Give the lease back; another node's lease stays."""
        if self._lease[0] == node:
            self._lease = ("", 0.0)

    async def last_live(self) -> datetime | None:
        """When the dispatcher was last known to be live."""
        return self._live_at

    async def mark_live(self, at: datetime) -> None:
        """The dispatcher is live at ``at``."""
        self._live_at = at


def _refuse_stale(name: str, held: Agent | Call | None, wanted: Agent | Call) -> None:
    version = held.version if held else 0
    if version != wanted.version - 1:
        raise Conflict(f"{name} is at version {version}, not {wanted.version - 1}")
