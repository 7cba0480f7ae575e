"""Transfers and calls of agents' own: what the floor cannot know is looked up here."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol
from uuid import uuid4
from zoneinfo import ZoneInfo

from cti.core.acd.menu_signals import SendToMenu
from cti.core.acd.outbound_steps import outbound_id
from cti.core.acd.reach_signals import MakeCall, SingleStepTransfer
from cti.core.control_events import TargetKind
from cti.core.ids import AgentId
from cti.core.ivr.entries import FROM_AGENT
from cti.services.call_control import DialRule
from cti.services.caller_classes import Remembered
from cti.services.dispatcher import Dispatcher
from cti.services.menus import Menus
from cti.services.ports import Clock, Refused

SURVEY = "after_call"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingRules:
    """Numbers that agents may show, the usual one in front; and between which hours of the day they may
    call people up (the same twice: at any hour)."""

    shown: tuple[str, ...]
    first: time
    last: time
    zone: ZoneInfo
    now: Clock

    def in_hours(self) -> bool:
        """Whether people may be called up now."""
        at = self.now().astimezone(self.zone).time()
        return self.first == self.last or self.first <= at < self.last


class Numbers(Protocol):
    """What is kept of numbers. Raises HistoryDown."""

    async def remembered(self, number: str, now: datetime, chosen_since: datetime) -> Remembered:
        """Whether it is blocked, among other things."""
        ...


class CallReach:
    """The Reach port."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        dial: DialRule,
        calling: CallingRules,
        numbers: Numbers,
        menus: Menus,
    ) -> None:
        self._dispatcher, self._dial, self._calling = dispatcher, dial, calling
        self._numbers, self._menus = numbers, menus

    async def transfer(self, agent_id: AgentId, kind: TargetKind, target: str) -> None:
        if kind is TargetKind.NUMBER:
            target = self._dial.number(target)
        await self._ask_transfer(agent_id, kind, target)

    async def to_survey(self, agent_id: AgentId) -> None:
        if self._menus.at(SURVEY, self._tree_version(agent_id)) is None:
            raise Refused("no_survey")
        await self._ask_transfer(agent_id, TargetKind.SURVEY, "")

    async def to_menu(self, agent_id: AgentId, task: str) -> None:
        edition = self._menus.at(FROM_AGENT, self._tree_version(agent_id))
        if edition is None or task not in edition.tree.tasks:
            raise Refused("unknown_task")
        await self._dispatcher.ask(SendToMenu(agent_id=agent_id, task=task))

    async def _ask_transfer(self, agent_id: AgentId, kind: TargetKind, target: str) -> None:
        wish = SingleStepTransfer(agent_id=agent_id, kind=kind, target=target)
        await self._dispatcher.ask(wish)

    def _tree_version(self, agent_id: AgentId) -> int:
        floor = self._dispatcher.floor
        agent = floor.agents.get(agent_id)
        call = floor.calls.get(agent.call_id) if agent and agent.call_id else None
        return call.tree_version if call else 0

    async def make_call(self, agent_id: AgentId, number: str, shown_number: str | None) -> None:
        number, now, calling = self._dial.number(number), self._calling.now(), self._calling
        shown = shown_number or calling.shown[0]
        if shown not in calling.shown:
            raise Refused("shown_number")
        if not calling.in_hours():
            first, last = f"{calling.first:%H:%M}", f"{calling.last:%H:%M}"
            raise Refused("calling_hours", first=first, last=last)
        if (await self._numbers.remembered(number, now, now)).blocked:
            raise Refused("number_blocked")
        call_id = outbound_id(uuid4().hex)
        await self._dispatcher.ask(
            MakeCall(agent_id=agent_id, call_id=call_id, number=number, shown_number=shown)
        )
