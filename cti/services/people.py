"""What supervisors make of agents: forced states, skills, answers to who asks; all of it audited."""

import logging
from collections.abc import Collection, Mapping, Sequence

from cti.core.acd.signals import ChangeSkills, DecideReason, ForceStatus, Signal
from cti.core.agent_state import AgentStatus
from cti.core.ids import AgentId
from cti.services.dispatcher import Dispatcher
from cti.services.notices import Notices
from cti.services.ports import Audit, Clock, HistoryDown, Refused

log = logging.getLogger(__name__)

LEVELS = range(1, 6)
_OF_OTHERS = {"unknown_agent": "no_such_agent", "logged_out": "agent_logged_out"}
"""What the floor says of an agent to himself, as it is said of him to others."""


class People:
    """The People port. ``skills`` and ``languages`` are those of config/skills.yaml."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        notices: Notices,
        audit: Audit,
        now: Clock,
        known: tuple[Collection[str], Collection[str]],
    ) -> None:
        self._dispatcher, self._notices = dispatcher, notices
        self._audit, self._now = audit, now
        self._skills, self._languages = map(frozenset, known)

    async def force(self, agent_id: AgentId, status: AgentStatus, *, by: str, reason: str) -> None:
        """Set an agent's status; pending while he is in a call."""
        await self._ask(ForceStatus(agent_id=agent_id, status=status, by=by, reason=reason))
        await self._note(by, f"agent.force.{status}", agent_id, reason)

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
        self._check(skills, languages)
        wish = ChangeSkills(
            agent_id=agent_id,
            skills=skills,
            languages=None if languages is None else frozenset(languages),
            by=by,
            reason=reason,
        )
        await self._ask(wish)
        await self._note(by, "agent.skills", agent_id, reason)

    async def decide(self, agent_id: AgentId, granted: bool, *, by: str, reason: str) -> None:
        """Grant or refuse the reason that he asked for."""
        await self._ask(DecideReason(agent_id=agent_id, granted=granted, by=by))
        action = "agent.reason.grant" if granted else "agent.reason.refuse"
        await self._note(by, action, agent_id, reason)

    async def notify(self, text: str, queues: Sequence[str], *, by: str) -> None:
        """Words for everybody, or for the agents of some queues."""
        notice = await self._notices.send(text, queues, by=by)
        await self._note(by, "notice.send", " ".join(notice.queues) or "*", notice.text)

    def _check(self, skills: Mapping[str, int], languages: Sequence[str] | None) -> None:
        for skill, level in skills.items():
            if skill not in self._skills:
                raise Refused("unknown_skill", name=skill)
            if level not in LEVELS:
                raise Refused("skill_level", name=skill)
        for tag in languages or ():
            if tag not in self._languages:
                raise Refused("unknown_language", name=tag)

    async def _ask(self, wish: Signal) -> None:
        try:
            await self._dispatcher.ask(wish)
        except Refused as no:
            raise Refused(_OF_OTHERS.get(no.code, no.code), **no.values) from None

    async def _note(self, by: str, action: str, subject: str, reason: str) -> None:
        """The journal has the fact already: a database that is away must not undo it."""
        log.info(action, extra={"fact": action, "subject": subject, "by": by})
        try:
            await self._audit.note(by, action, subject, reason=reason, at=self._now())
        except HistoryDown:
            log.error("audit line lost", extra={"fact": "audit_lost", "action": action})
