"""What supervisors make of agents, and what desks and phones tell of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.core.acd import desk_signals as told
from cti.core.acd.asking import check_reason, decided
from cti.core.acd.broken_talks import back_to_his_caller
from cti.core.acd.declined import Declined, signed_in
from cti.core.acd.desk_steps import take_choice
from cti.core.acd.floor import Floor
from cti.core.acd.native import mirrored
from cti.core.acd.reasons import DESK_GONE
from cti.core.acd.wrap_up_steps import end_wrap_up
from cti.core.agent_state import Agent, AgentState, AgentStatus, Presence
from cti.core.control_events import AgentForced, DeskBack, DeskLost, PhoneChanged, SkillsChanged
from cti.core.endpoints import PhoneKind

FORCED = "FORCED"
PHONE_GONE = "PHONE"


def force_status(floor: Floor, wish: told.ForceStatus, now: datetime) -> None:
    """In force at once, or after the call; then the agent cannot choose otherwise before it is."""
    agent = signed_in(floor, wish.agent_id)
    floor.note(
        AgentForced(
            at=now, agent_id=agent.agent_id, by=wish.by, status=wish.status, reason=wish.reason
        )
    )
    reason = FORCED if wish.status is AgentStatus.NOT_READY else None
    if agent.state is AgentState.IDLE:
        if (agent.status, agent.reason) != (wish.status, reason):
            floor.take_status(agent, wish.status, reason, now)
        return
    agent = floor.put_agent(agent, pending=wish.status, pending_reason=reason, forced=True)
    if agent.state is AgentState.WRAP_UP:
        end_wrap_up(floor, agent, wish.by, now)


def change_skills(floor: Floor, wish: told.ChangeSkills, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    languages = agent.languages if wish.languages is None else wish.languages
    fresh = floor.put_agent(agent, skills=dict(wish.skills), languages=languages, skills_given=True)
    floor.note(
        SkillsChanged(
            at=now,
            agent_id=agent.agent_id,
            skills=dict(wish.skills),
            languages=tuple(sorted(languages)),
            by=wish.by,
            reason=wish.reason,
        )
    )
    floor.order(mirrored(floor, fresh))


def decide_reason(floor: Floor, wish: told.DecideReason, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    reason = agent.asked
    if reason is None:
        raise Declined("nothing_asked")
    if wish.granted:
        check_reason(floor, agent, reason, now)
    agent = decided(floor, agent, wish.by, now, granted=wish.granted)
    if wish.granted and not agent.forced:
        take_choice(floor, agent, AgentStatus.NOT_READY, reason, now)


def desk_seen(floor: Floor, news: told.DeskSeen, now: datetime) -> None:
    agent = floor.agents.get(news.agent_id)
    if agent is None or agent.desk is Presence.HERE:
        return
    fresh = floor.put_agent(agent, desk=Presence.HERE)
    if agent.desk is Presence.LOST and agent.signed_in:
        floor.note(DeskBack(at=now, agent_id=agent.agent_id))
        _ready_again(floor, fresh, DESK_GONE, now)


def desk_gone(floor: Floor, news: told.DeskGone, now: datetime) -> None:
    """His calls go on: only the next one would find nobody who sees who calls."""
    agent = floor.agents.get(news.agent_id)
    if agent is None or agent.desk is not Presence.HERE:
        return
    if not agent.signed_in:
        floor.put_agent(agent, desk=Presence.UNSEEN)
        return
    fresh = floor.put_agent(agent, desk=Presence.LOST)
    floor.note(DeskLost(at=now, agent_id=agent.agent_id))
    if fresh.free:
        floor.take_status(fresh, AgentStatus.NOT_READY, DESK_GONE, now)


def phone_seen(floor: Floor, news: told.PhoneSeen, now: datetime) -> None:
    """Only a phone that was seen to go can come back: one that merely ended a call has not. That in a browser
    goes with its page's connection, and so comes back as a desktop does."""
    at_it = (a for a in floor.agents.values() if a.signed_in and a.endpoint == news.extension)
    agent = next(at_it, None)
    if agent is None or agent.phone_away is not news.reachable:
        return
    fresh = floor.put_agent(agent, phone_away=not news.reachable)
    floor.note(PhoneChanged(at=now, agent_id=agent.agent_id, reachable=news.reachable))
    if not news.reachable and fresh.free:
        floor.take_status(fresh, AgentStatus.NOT_READY, PHONE_GONE, now)
    elif news.reachable:
        back_to_his_caller(floor, fresh, now)
        if floor.rules.phone_back_ready or agent.phone is PhoneKind.BROWSER:
            _ready_again(floor, floor.agents[agent.agent_id], PHONE_GONE, now)


def _ready_again(floor: Floor, agent: Agent, after: str, now: datetime) -> None:
    """Only who was made not ready by this very thing."""
    if (agent.status, agent.reason) != (AgentStatus.NOT_READY, after):
        return
    if agent.state is AgentState.IDLE and agent.desk is not Presence.LOST:
        floor.take_status(agent, AgentStatus.READY, None, now)


PEOPLE_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    told.ForceStatus: force_status,
    told.ChangeSkills: change_skills,
    told.DecideReason: decide_reason,
    told.DeskSeen: desk_seen,
    told.DeskGone: desk_gone,
    told.PhoneSeen: phone_seen,
}
