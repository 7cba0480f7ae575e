"""What each wish of an agent makes of the floor. A wish that cannot be met is Declined."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cti.core.acd import desk_signals as wished
from cti.core.acd.asking import ask_for, forget_asking
from cti.core.acd.declined import Declined, known, signed_in
from cti.core.acd.floor import Floor
from cti.core.acd.native import mirrored
from cti.core.acd.orders import DropLeg
from cti.core.acd.parties import leg_of
from cti.core.acd.wrap_up_steps import end_wrap_up, finish_wrap_up
from cti.core.agent_state import Agent, AgentState, AgentStatus, Listed
from cti.core.endpoints import PhoneKind
from cti.core.events import (
    AgentChoiceCancelled,
    AgentChoicePending,
    AgentLoggedOn,
    AgentWorkingAfterCall,
    WrapUpSaved,
)
from cti.core.wrap_ups import record_of

__all__ = ["DESK_STEPS", "Declined", "known", "signed_in"]

REASON_AFTER_LOG_ON = "LOGIN"


def log_on(floor: Floor, wish: wished.LogOn, now: datetime) -> None:
    agent = known(floor, wish.agent_id)
    extension = wish.extension or _own_extension(agent)
    if agent.signed_in:
        if wish.extension and extension != agent.extension:
            raise Declined("signed_in_elsewhere")
        if wish.phone not in (None, agent.phone):
            raise Declined("other_phone")
        return
    for each in floor.agents.values():
        if each.extension == extension and each.signed_in:
            raise Declined("seat_taken", extension=extension, name=each.name, agent=each.agent_id)
    own = agent.listed or _as_listed(agent)
    sitting = replace(
        agent,
        extension=extension,
        phone=wish.phone or PhoneKind.DESK,
        phone_away=False,
        seat=wish.seat,
        listed=own,
        talked_s=0.0,
    )
    status, reason = AgentStatus.NOT_READY, REASON_AFTER_LOG_ON
    fresh = floor.put_agent(floor.rules.reasons.in_status(sitting, status, reason, now))
    floor.note(
        AgentLoggedOn(
            at=now,
            agent_id=fresh.agent_id,
            extension=extension,
            seat=fresh.seat,
            phone=fresh.phone,
            skills=fresh.skills,
            languages=tuple(sorted(fresh.languages)),
        )
    )
    floor.note_status(fresh, now)
    floor.order(mirrored(floor, fresh))


def _own_extension(agent: Agent) -> str:
    return agent.listed.extension if agent.listed else agent.extension


def _as_listed(agent: Agent) -> Listed:
    return Listed(extension=agent.extension, skills=dict(agent.skills), languages=agent.languages)


def log_off(floor: Floor, wish: wished.LogOff, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    if agent.state not in (AgentState.IDLE, AgentState.WRAP_UP):
        raise Declined("in_call")
    if agent.state is AgentState.WRAP_UP:
        agent = finish_wrap_up(floor, agent, now)
        if not agent.signed_in:  # a supervisor had chosen it for then
            return
    floor.take_status(agent, AgentStatus.LOGGED_OUT, None, now)


def choose_status(floor: Floor, wish: wished.ChooseStatus, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    if wish.status is AgentStatus.LOGGED_OUT:
        raise Declined("use_log_off")
    if wish.status is AgentStatus.NOT_READY and not wish.reason:
        raise Declined("reason_missing")
    if agent.forced:
        raise Declined("forced_pending")
    reason = wish.reason if wish.status is AgentStatus.NOT_READY else None
    if agent.pending is None and (agent.status, agent.reason) == (wish.status, reason):
        return _no_change(floor, agent, now)
    if reason and ask_for(floor, agent, reason, now):
        return None
    return take_choice(floor, forget_asking(floor, agent, reason, now), wish.status, reason, now)


def _no_change(floor: Floor, agent: Agent, now: datetime) -> None:
    if agent.state is AgentState.WRAP_UP and agent.status is AgentStatus.READY:
        finish_wrap_up(floor, agent, now)


def take_choice(
    floor: Floor, agent: Agent, status: AgentStatus, reason: str | None, now: datetime
) -> None:
    """In force at once where nothing is in its way, else after the call and its wrap-up."""
    if agent.state is AgentState.IDLE:
        floor.take_status(agent, status, reason, now)
    elif agent.state is AgentState.WRAP_UP and status is AgentStatus.READY:
        finish_wrap_up(floor, replace(agent, pending=status, pending_reason=None), now)
    elif (agent.pending, agent.pending_reason) != (status, reason):
        floor.put_agent(agent, pending=status, pending_reason=reason)
        floor.note(
            AgentChoicePending(at=now, agent_id=agent.agent_id, status=status, reason=reason)
        )


def cancel_pending(floor: Floor, wish: wished.CancelPending, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    if agent.forced:
        raise Declined("forced_pending")
    if agent.pending is None and agent.asked is None:
        raise Declined("nothing_pending")
    floor.put_agent(agent, pending=None, pending_reason=None, asked=None, asked_until=None)
    floor.note(AgentChoiceCancelled(at=now, agent_id=agent.agent_id))


def hang_up(floor: Floor, wish: wished.HangUp, _now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    call = floor.calls.get(agent.call_id) if agent.call_id else None
    leg = leg_of(call, agent.agent_id) if call else None
    if leg is None:
        raise Declined("no_call")
    floor.order(DropLeg(channel=leg))


def save_wrap_up(floor: Floor, wish: wished.SaveWrapUp, now: datetime) -> None:
    if not wish.by:
        _check_his(floor, wish)
    floor.note(
        WrapUpSaved(
            at=now, call_id=wish.call_id, agent_id=wish.agent_id, by=wish.by, **record_of(wish)
        )
    )
    agent = floor.agents.get(wish.agent_id)
    if agent and not wish.by and agent.call_id == wish.call_id:
        agent = floor.put_agent(agent, recorded=wish.call_id)
        if agent.state is AgentState.WRAP_UP:
            end_wrap_up(floor, agent, "agent", now)


def _check_his(floor: Floor, wish: wished.SaveWrapUp) -> None:
    agent = signed_in(floor, wish.agent_id)
    offered = agent.state in (AgentState.RESERVED, AgentState.RINGING)
    mine = agent.recent_calls if offered else (agent.call_id, *agent.recent_calls)
    if wish.call_id not in mine and not wish.his:
        raise Declined("not_your_call")


def end_early(floor: Floor, wish: wished.EndWrapUp, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    if agent.state is not AgentState.WRAP_UP:
        raise Declined("not_in_wrap_up")
    finish_wrap_up(floor, agent, now)


def extend_wrap_up(floor: Floor, wish: wished.ExtendWrapUp, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    if agent.wrap_up_until is None or agent.call_id is None:
        raise Declined("not_in_wrap_up")
    if agent.wrap_up_extended:
        raise Declined("extended_already")
    rule = floor.policy(agent.wrap_up_queue).wrap_up
    wanted, limit = agent.wrap_up_until + timedelta(seconds=rule.extend_s), rule.limit(agent)
    until = min(wanted, limit) if limit else wanted
    floor.put_agent(agent, wrap_up_until=until, wrap_up_extended=True)
    floor.note(
        AgentWorkingAfterCall(at=now, agent_id=agent.agent_id, call_id=agent.call_id, until=until)
    )


DESK_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    wished.LogOn: log_on,
    wished.LogOff: log_off,
    wished.ChooseStatus: choose_status,
    wished.CancelPending: cancel_pending,
    wished.HangUp: hang_up,
    wished.SaveWrapUp: save_wrap_up,
    wished.ExtendWrapUp: extend_wrap_up,
    wished.EndWrapUp: end_early,
}
