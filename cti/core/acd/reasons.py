"""What a reason for being not ready costs: quota, how many at once, whose word it needs. Pure.

A day is the centre's own: quotas begin anew at midnight of its time zone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from cti.core.agent_state import Agent, AgentStatus, Presence, ReasonUse

DESK_GONE = "DESK"
"""The reason of one whose desktop is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRule:
    """One reason of config/reasons.yaml; None and 0 set no limit.

    ``times`` and ``quota_s`` bound a day's use; at most ``at_once`` agents have it at one time;
    ``approval``: a supervisor grants it; beyond ``max_s`` supervisors are told.
    """

    max_s: float | None = None
    times: int | None = None
    quota_s: float | None = None
    at_once: int = 0
    approval: bool = False


FREE_RULE = ReasonRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonBook:
    """All rules by code; ``zone`` is the centre's, ``asked_s`` how long an asked reason may wait."""

    rules: Mapping[str, ReasonRule] = field(default_factory=dict)
    zone: tzinfo = UTC
    asked_s: float = 300.0

    def rule(self, code: str | None) -> ReasonRule:
        """The code's rule; one nobody wrote sets no limit."""
        return self.rules.get(code, FREE_RULE) if code else FREE_RULE

    def used(self, agent: Agent, now: datetime) -> Mapping[str, ReasonUse]:
        """What he used today, the reason in force included up to ``now``."""
        uses = dict(agent.uses) if agent.uses_on == now.astimezone(self.zone).date() else {}
        code, since = agent.reason, agent.reason_since
        if code is None or since is None or not agent.signed_in:
            return uses
        use = uses.get(code, ReasonUse())
        spent_s = max((now - max(since, self._midnight(now))).total_seconds(), 0.0)
        return {**uses, code: replace(use, seconds=use.seconds + spent_s)}

    def in_status(
        self, agent: Agent, status: AgentStatus, reason: str | None, now: datetime
    ) -> Agent:
        """The agent with this status from now on, and his use of reasons counted."""
        kept = reason if status is AgentStatus.NOT_READY else None
        uses = dict(self.used(agent, now))
        if kept and self.limited(kept):
            use = uses.get(kept, ReasonUse())
            uses[kept] = replace(use, times=use.times + 1)
        return replace(
            agent,
            status=status,
            reason=kept,
            reason_since=now if kept else None,
            uses={code: use for code, use in uses.items() if self.limited(code)},
            uses_on=now.astimezone(self.zone).date(),
            overstayed=False,
            rest_until=None,
            since=now,
            idle_since=now,
        )

    def limited(self, code: str) -> bool:
        """Its use is counted."""
        rule = self.rule(code)
        return rule.times is not None or rule.quota_s is not None

    def refusal(self, agent: Agent, code: str, others: Iterable[Agent], now: datetime) -> str:
        """Why he cannot have the reason now (a code of messages ``desk.*``); empty: he can."""
        rule = self.rule(code)
        if rule.at_once and sum(_has(each, code) for each in others) >= rule.at_once:
            return "reason_full"
        use = self.used(agent, now).get(code, ReasonUse())
        if rule.times is not None and use.times >= rule.times:
            return "reason_used_up"
        if rule.quota_s is not None and use.seconds >= rule.quota_s:
            return "reason_used_up"
        return ""

    def overstays_at(self, agent: Agent) -> datetime | None:
        """When his reason has lasted too long; None where it may last, or supervisors know."""
        since, rule = agent.reason_since, self.rule(agent.reason)
        if since is None or agent.overstayed:
            return None
        bounds = [] if rule.max_s is None else [rule.max_s]
        if rule.quota_s is not None and agent.reason:
            left_s = rule.quota_s - self.used(agent, since).get(agent.reason, ReasonUse()).seconds
            bounds.append(max(left_s, 0.0))
        return since + timedelta(seconds=min(bounds)) if bounds else None

    def _midnight(self, now: datetime) -> datetime:
        local = now.astimezone(self.zone)
        return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _has(agent: Agent, code: str) -> bool:
    """He has the reason, will have it after his call, or may get it."""
    if not agent.signed_in:
        return False
    return code in (agent.reason, agent.pending_reason, agent.asked)


def next_status(agent: Agent) -> tuple[AgentStatus, str | None]:
    """What holds for one with nothing to do: what was chosen for then, or what held before.

    Nobody is ready at a desk that is gone.
    """
    chosen = (
        (agent.pending, agent.pending_reason) if agent.pending else (agent.status, agent.reason)
    )
    gone = agent.desk is Presence.LOST
    if gone and chosen[0] is AgentStatus.READY:
        return AgentStatus.NOT_READY, DESK_GONE
    return chosen


def listed_again(agent: Agent) -> Agent:
    """Signed out: the extension, skills and languages of the roster are his again."""
    fresh = replace(
        agent,
        seat="",
        desk=Presence.HERE if agent.desk is Presence.HERE else Presence.UNSEEN,
        skills_given=False,
        asked=None,
        asked_until=None,
        pending=None,
        pending_reason=None,
        forced=False,
    )
    if (own := agent.listed) is None:
        return fresh
    return replace(fresh, extension=own.extension, skills=own.skills, languages=own.languages)
