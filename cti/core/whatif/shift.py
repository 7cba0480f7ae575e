"""People sign in, take breaks, come back after a missed call, and go home. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta

from cti.core.acd import signals as wished
from cti.core.acd.floor import Floor
from cti.core.acd.signals import Signal
from cti.core.agent_state import Agent, AgentState, AgentStatus
from cti.core.ids import AgentId
from cti.core.whatif.crew import House

READY, BREAK, HOME = "ready", "break", "home"
_BREAK_REASON = "BREAK"
At = Callable[[datetime, Callable[[], None]], None]


class Shifts:
    """What each agent means to do now: take calls, have a break, or be at home."""

    def __init__(self, floor: Floor, house: House, at: At, take: Callable[[Signal], None]) -> None:
        self._floor, self._habits, self._at, self._take = floor, house.habits, at, take
        self._means: dict[AgentId, str] = {}
        self._coming_back: set[AgentId] = set()
        for person in house.crew:
            agent_id = person.agent.agent_id
            for spell in person.shifts:
                self._plan(agent_id, spell.start, READY)
                self._plan(agent_id, spell.end, HOME)
            for spell in person.breaks:
                self._plan(agent_id, spell.start, BREAK)
                self._plan(agent_id, spell.end, READY)

    def look_at(self, agent: Agent, now: datetime) -> None:
        """After anything happened to an agent: does he do what he means to?"""
        if agent.state is not AgentState.IDLE or agent.status is not AgentStatus.NOT_READY:
            return
        agent_id, means = agent.agent_id, self._means[agent.agent_id]
        if means == HOME:
            self._at(now, lambda: self._goes_home(agent_id))
        elif means == READY and agent_id not in self._coming_back:
            self._coming_back.add(agent_id)
            back_at = now + timedelta(seconds=self._habits.back_s)
            self._at(back_at, lambda: self._comes_back(agent_id))

    def _plan(self, agent_id: AgentId, at: datetime, means: str) -> None:
        self._at(at, lambda: self._turns_to(agent_id, means))

    def _turns_to(self, agent_id: AgentId, means: str) -> None:
        away = self._floor.agents[agent_id].status is AgentStatus.LOGGED_OUT
        if means == BREAK and away:
            return
        self._means[agent_id] = means
        self._coming_back.discard(agent_id)
        if means == READY:
            if away:
                # He is ready a moment later, so nobody has to come back to that.
                self._coming_back.add(agent_id)
                self._take(wished.LogOn(agent_id=agent_id))
                self._coming_back.discard(agent_id)
            self._choose(agent_id, AgentStatus.READY)
        elif not away:
            self._choose(agent_id, AgentStatus.NOT_READY)
            self._goes_home(agent_id)

    def _choose(self, agent_id: AgentId, status: AgentStatus) -> None:
        reason = _BREAK_REASON if status is AgentStatus.NOT_READY else None
        self._take(wished.ChooseStatus(agent_id=agent_id, status=status, reason=reason))

    def _goes_home(self, agent_id: AgentId) -> None:
        agent = self._floor.agents[agent_id]
        idle = agent.state is AgentState.IDLE and agent.status is not AgentStatus.LOGGED_OUT
        if self._means[agent_id] == HOME and idle:
            self._take(wished.LogOff(agent_id=agent_id))

    def _comes_back(self, agent_id: AgentId) -> None:
        if agent_id in self._coming_back:
            self._coming_back.discard(agent_id)
            if self._means[agent_id] == READY:
                self._choose(agent_id, AgentStatus.READY)
