"""Agents whose browser is gone: found out, and told to the floor once it has lasted too long.

What is connected is compared with what the floor believes, again and again: so a floor that was set
right after an outage, or began anew, learns the truth without being asked.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable

from cti.core.acd.signals import DeskGone, DeskSeen
from cti.core.agent_state import Agent, Presence
from cti.core.ids import AgentId
from cti.services.dispatcher import Dispatcher

LOOK_EVERY_S = 1.0


class DesktopWatch:
    """``gone_s``: how long an agent may be without a desktop. ``run`` must be running."""

    def __init__(
        self, dispatcher: Dispatcher, gone_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._dispatcher, self._gone_s, self._clock = dispatcher, gone_s, clock
        self._here: Counter[AgentId] = Counter()
        self._away_since: dict[AgentId, float] = {}

    def came(self, agent_id: AgentId) -> None:
        """One more desktop of the agent is connected."""
        self._here[agent_id] += 1
        self._away_since.pop(agent_id, None)
        self._dispatcher.tell(DeskSeen(agent_id=agent_id))

    def went(self, agent_id: AgentId) -> None:
        """One of them is gone."""
        self._here[agent_id] -= 1
        if self._here[agent_id] <= 0:
            del self._here[agent_id]
            self._away_since[agent_id] = self._clock()

    async def run(self) -> None:
        """Look at everybody, for ever."""
        while True:
            self.look()
            await asyncio.sleep(min(LOOK_EVERY_S, self._gone_s / 4))

    def look(self) -> None:
        """Tell the floor what it does not know yet."""
        if not self._dispatcher.live:
            return
        for agent in self._dispatcher.floor.agents.values():
            self._compare(agent)

    def _compare(self, agent: Agent) -> None:
        agent_id = agent.agent_id
        if self._here[agent_id]:
            if agent.desk is not Presence.HERE:
                self._dispatcher.tell(DeskSeen(agent_id=agent_id))
        elif agent.desk is Presence.HERE:
            since = self._away_since.setdefault(agent_id, self._clock())
            if self._clock() - since >= self._gone_s:
                self._dispatcher.tell(DeskGone(agent_id=agent_id))
