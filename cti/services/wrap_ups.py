"""Agents' records of their calls: saving, correcting, and what is typed but not saved yet."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from cti.core.ids import AgentId, CallId
from cti.core.wrap_ups import is_closed
from cti.services.people_ports import AgentDesk
from cti.services.ports import Audit, Clock, HistoryDown, Refused, WrapUp
from cti.services.reach_ports import Act

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""History is asked so long before a record is saved without its word."""
KEPT = timedelta(days=7)
SWEEP_EVERY_S = 3600.0


@dataclass(frozen=True, slots=True)
class Standing:
    """An agent's part in a call: did he talk in it, and when did he first save a record of it?"""

    took_part: bool = False
    first_saved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpDraft:
    """What an agent has typed of a call; ``fields`` are his page's own, kept as they are."""

    call_id: CallId
    changed_at: datetime
    fields: Mapping[str, Any]


class WrapUpBook(Protocol):
    """Records and drafts in SQL. Every method raises HistoryDown."""

    async def standing(self, call_id: CallId, agent_id: AgentId) -> Standing:
        """The agent's part in the call."""
        ...

    async def agent_of(self, call_id: CallId) -> AgentId | None:
        """Who talked in the call last."""
        ...

    async def drafts(self, agent_id: AgentId) -> Sequence[WrapUpDraft]:
        """All of the agent's, newest first."""
        ...

    async def keep(self, agent_id: AgentId, draft: WrapUpDraft) -> WrapUpDraft | None:
        """Keep it in place of the one before; None when done, else the newer one that is kept."""
        ...

    async def drop(self, agent_id: AgentId, call_id: CallId) -> None:
        """Forget one; it may be gone already."""
        ...

    async def missing(self, agent_id: AgentId, since: datetime) -> int:
        """Calls that arrived since, in which the agent talked last, that are over and of which nobody
        saved a record."""
        ...

    async def sweep(self, before: datetime) -> int:
        """Forget what was last changed before; how many."""
        ...


class WrapUps:
    """``desk`` writes records where the floor stands."""

    def __init__(self, desk: AgentDesk, book: WrapUpBook, audit: Audit, now: Clock) -> None:
        self._desk, self._book, self._audit, self._now = desk, book, audit, now

    async def save(self, agent_id: AgentId, wrap_up: WrapUp) -> None:
        """The agent's own record, new or corrected. Raises Refused, also when it is too late."""
        standing = await self._standing(agent_id, wrap_up.call_id)
        if is_closed(standing.first_saved_at, self._now()):
            raise Refused("wrap_up_closed")
        await self._desk.save_wrap_up(agent_id, wrap_up, his=standing.took_part)
        await self._forget(agent_id, wrap_up.call_id)

    async def correct(self, act: Act, wrap_up: WrapUp) -> None:
        """A supervisor's word over the record, however old; audit first. Raises Refused, HistoryDown."""
        agent_id = await self._book.agent_of(wrap_up.call_id)
        if agent_id is None:
            raise Refused("no_talk_recorded")
        await self._audit.note(
            act.by, "wrapUp.correct", wrap_up.call_id, reason=act.reason, at=self._now()
        )
        await self._desk.save_wrap_up(agent_id, wrap_up, by=act.by)

    async def drafts(self, agent_id: AgentId) -> Sequence[WrapUpDraft]:
        """What the agent has not saved yet, newest first. Raises HistoryDown."""
        return await self._book.drafts(agent_id)

    async def keep(self, agent_id: AgentId, draft: WrapUpDraft) -> WrapUpDraft | None:
        """Keep what he typed; None when done, else the newer one that is kept. A page whose clock is
        ahead counts as of now. Raises Refused for a call that was never his, HistoryDown."""
        if not await self._is_his(agent_id, draft.call_id):
            raise Refused("not_your_call")
        typed_at = min(draft.changed_at, self._now())
        return await self._book.keep(agent_id, replace(draft, changed_at=typed_at))

    async def drop(self, agent_id: AgentId, call_id: CallId) -> None:
        """Forget what he typed. Raises HistoryDown."""
        await self._book.drop(agent_id, call_id)

    async def _is_his(self, agent_id: AgentId, call_id: CallId) -> bool:
        agents, _ = self._desk.snapshot()
        agent = next((one for one in agents if one.agent_id == agent_id), None)
        if agent and call_id in (agent.call_id, *agent.recent_calls):
            return True
        return (await self._book.standing(call_id, agent_id)).took_part

    async def _standing(self, agent_id: AgentId, call_id: CallId) -> Standing:
        """Without history's word the floor decides, which knows his latest calls."""
        try:
            async with asyncio.timeout(LOOK_S):
                return await self._book.standing(call_id, agent_id)
        except (HistoryDown, TimeoutError) as why:
            fact = {"fact": "standing_unknown", "call_id": call_id}
            log.warning("history does not say whose call it is: %s", type(why).__name__, extra=fact)
            return Standing()

    async def _forget(self, agent_id: AgentId, call_id: CallId) -> None:
        """The record is saved: a draft that stays is swept later."""
        try:
            async with asyncio.timeout(LOOK_S):
                await self._book.drop(agent_id, call_id)
        except (HistoryDown, TimeoutError) as why:
            fact = {"fact": "draft_stays", "call_id": call_id}
            log.warning("a draft stays behind: %s", type(why).__name__, extra=fact)


class WrapUpSweep:
    """Forgets drafts that nobody touched for a week."""

    def __init__(self, book: WrapUpBook, now: Clock) -> None:
        self._book, self._now = book, now

    async def run(self) -> None:
        """Forget old drafts, for ever."""
        while True:
            try:
                await self._book.sweep(self._now() - KEPT)
            except HistoryDown as down:
                log.info("drafts are not swept: %s", down, extra={"fact": "drafts_not_swept"})
            await asyncio.sleep(SWEEP_EVERY_S)
