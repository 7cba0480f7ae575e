"""Transfers and calls of agents' own: what the floor cannot know is looked up here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol
from uuid import uuid4
from zoneinfo import ZoneInfo

from cti.core.acd.outbound_steps import outbound_id
from cti.core.acd.reach_signals import MakeCall, SingleStepTransfer
from cti.core.control_events import TargetKind
from cti.core.ids import AgentId
from cti.services.caller_classes import Remembered
from cti.services.dispatcher import Dispatcher
from cti.services.menus import Menus
from cti.services.ports import Clock, Refused

SURVEY = "after_call"
_NUMBER = re.compile(r"\+?[0-9]{3,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DialRules:
    """Which numbers agents may dial: those that match one of ``allowed``; which they may show, the usual
    one in front; and between which hours of the day they may call people up."""

    allowed: tuple[re.Pattern[str], ...]
    shown: tuple[str, ...]
    first: time
    last: time
    zone: ZoneInfo

    def allows(self, number: str) -> bool:
        """Whether the number may be dialled at all."""
        return any(each.fullmatch(number) for each in self.allowed)

    def in_hours(self, now: datetime) -> bool:
        """Whether people may be called up now."""
        return self.first <= now.astimezone(self.zone).time() < self.last


class Numbers(Protocol):
    """What is kept of numbers. Raises HistoryDown."""

    async def remembered(self, number: str, now: datetime, chosen_since: datetime) -> Remembered:
        """Whether it is blocked, among other things."""
        ...


def dialable(number: str) -> str:
    """The digits of what a person typed. Raises Refused for what is no number."""
    plain = re.sub(r"[\s()-]", "", number)
    if not _NUMBER.fullmatch(plain):
        raise Refused("dial_number")
    return plain


class CallReach:
    """The Reach port."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        rules: DialRules,
        numbers: Numbers,
        menus: Callable[[], Menus],
        now: Clock,
    ) -> None:
        self._dispatcher, self._rules, self._numbers = dispatcher, rules, numbers
        self._menus, self._now = menus, now

    async def transfer(self, agent_id: AgentId, kind: TargetKind, target: str) -> None:
        if kind is TargetKind.NUMBER:
            target = dialable(target)
            if not self._rules.allows(target):
                raise Refused("dial_not_allowed")
        await self._ask_transfer(agent_id, kind, target)

    async def to_survey(self, agent_id: AgentId) -> None:
        if self._menus().at(SURVEY, self._tree_version(agent_id)) is None:
            raise Refused("no_survey")
        await self._ask_transfer(agent_id, TargetKind.SURVEY, "")

    async def _ask_transfer(self, agent_id: AgentId, kind: TargetKind, target: str) -> None:
        wish = SingleStepTransfer(agent_id=agent_id, kind=kind, target=target)
        await self._dispatcher.ask(wish)

    def _tree_version(self, agent_id: AgentId) -> int:
        floor = self._dispatcher.floor
        agent = floor.agents.get(agent_id)
        call = floor.calls.get(agent.call_id) if agent and agent.call_id else None
        return call.tree_version if call else 0

    async def make_call(self, agent_id: AgentId, number: str, shown_number: str | None) -> None:
        number, now = dialable(number), self._now()
        shown = shown_number or self._rules.shown[0]
        if shown not in self._rules.shown:
            raise Refused("shown_number")
        if not self._rules.allows(number):
            raise Refused("dial_not_allowed")
        if not self._rules.in_hours(now):
            first, last = (f"{each:%H:%M}" for each in (self._rules.first, self._rules.last))
            raise Refused("dial_hours", first=first, last=last)
        if (await self._numbers.remembered(number, now, now)).blocked:
            raise Refused("dial_blocked")
        call_id = outbound_id(uuid4().hex)
        await self._dispatcher.ask(
            MakeCall(agent_id=agent_id, call_id=call_id, number=number, shown_number=shown)
        )
