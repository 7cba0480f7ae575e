"""What each wish of an agent makes of the floor. A wish that cannot be met is Declined."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cti.core.acd import signals as wished
from cti.core.acd.endings import end_wrap_up
from cti.core.acd.floor import Floor
from cti.core.acd.native import mirrored
from cti.core.acd.orders import DropLeg
from cti.core.agent_state import Agent, AgentState, AgentStatus
from cti.core.events import (
    AgentChoicePending,
    AgentLoggedOff,
    AgentLoggedOn,
    AgentWorkingAfterCall,
    WrapUpSaved,
)
from cti.core.ids import AgentId

REASON_AFTER_LOG_ON = "LOGIN"


class Declined(Exception):
    """The wish cannot be met now; ``code`` says why (messages ``desk.CODE``). Nothing changed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def known(floor: Floor, agent_id: AgentId) -> Agent:
    """The agent's record. Raises Declined for a stranger."""
    try:
        return floor.agents[agent_id]
    except KeyError:
        raise Declined("unknown_agent") from None


def signed_in(floor: Floor, agent_id: AgentId) -> Agent:
    agent = known(floor, agent_id)
    if agent.status is AgentStatus.LOGGED_OUT:
        raise Declined("logged_out")
    return agent


def log_on(floor: Floor, wish: wished.LogOn, now: datetime) -> None:
    agent = known(floor, wish.agent_id)
    if agent.status is not AgentStatus.LOGGED_OUT:
        return
    fresh = floor.put_agent(
        agent,
        status=AgentStatus.NOT_READY,
        reason=REASON_AFTER_LOG_ON,
        pending=None,
        pending_reason=None,
        since=now,
        talked_s=0.0,
    )
    floor.note(AgentLoggedOn(at=now, agent_id=agent.agent_id, extension=agent.extension))
    floor.note_status(fresh, now)
    floor.order(mirrored(floor, fresh))


def log_off(floor: Floor, wish: wished.LogOff, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    if agent.state is AgentState.WRAP_UP:
        agent = end_wrap_up(floor, agent, "agent", now)
    if agent.state is not AgentState.IDLE:
        raise Declined("in_call")
    floor.put_agent(agent, status=AgentStatus.LOGGED_OUT, reason=None, since=now)
    floor.note(AgentLoggedOff(at=now, agent_id=agent.agent_id))
    floor.order(mirrored(floor, floor.agents[agent.agent_id]))


def choose_status(floor: Floor, wish: wished.ChooseStatus, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    if wish.status is AgentStatus.LOGGED_OUT:
        raise Declined("use_log_off")
    if wish.status is AgentStatus.NOT_READY and not wish.reason:
        raise Declined("reason_missing")
    if agent.state is AgentState.IDLE:
        settle_status(floor, agent, wish, now)
    elif agent.state is AgentState.WRAP_UP and wish.status is AgentStatus.READY:
        pending = floor.put_agent(agent, pending=AgentStatus.READY, pending_reason=None)
        end_wrap_up(floor, pending, "agent", now)
    else:
        floor.put_agent(agent, pending=wish.status, pending_reason=wish.reason)
        floor.note(
            AgentChoicePending(
                at=now, agent_id=agent.agent_id, status=wish.status, reason=wish.reason
            )
        )


def settle_status(floor: Floor, agent: Agent, wish: wished.ChooseStatus, now: datetime) -> None:
    reason = wish.reason if wish.status is AgentStatus.NOT_READY else None
    if (agent.status, agent.reason) == (wish.status, reason):
        return
    fresh = floor.put_agent(agent, status=wish.status, reason=reason, since=now, idle_since=now)
    floor.note_status(fresh, now)


def hang_up(floor: Floor, wish: wished.HangUp, _now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    call = floor.calls.get(agent.call_id) if agent.call_id else None
    if call is None or call.agent_channel is None or call.agent_id != agent.agent_id:
        raise Declined("no_call")
    floor.order(DropLeg(channel=call.agent_channel))


def save_wrap_up(floor: Floor, wish: wished.SaveWrapUp, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    if wish.call_id not in (agent.call_id, *agent.recent_calls):
        raise Declined("not_your_call")
    floor.note(
        WrapUpSaved(
            at=now,
            call_id=wish.call_id,
            agent_id=agent.agent_id,
            reason=wish.reason,
            remarks=wish.remarks,
            solved=wish.solved,
            follow_up=wish.follow_up,
        )
    )
    if agent.state is AgentState.WRAP_UP and agent.call_id == wish.call_id:
        end_wrap_up(floor, agent, "agent", now)


def extend_wrap_up(floor: Floor, wish: wished.ExtendWrapUp, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    if agent.wrap_up_until is None or agent.call_id is None:
        raise Declined("not_in_wrap_up")
    if agent.wrap_up_extended:
        raise Declined("extended_already")
    more = timedelta(seconds=floor.policy(agent.wrap_up_queue).wrap_up_s)
    until = agent.wrap_up_until + more
    floor.put_agent(agent, wrap_up_until=until, wrap_up_extended=True)
    floor.note(
        AgentWorkingAfterCall(at=now, agent_id=agent.agent_id, call_id=agent.call_id, until=until)
    )


DESK_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    wished.LogOn: log_on,
    wished.LogOff: log_off,
    wished.ChooseStatus: choose_status,
    wished.HangUp: hang_up,
    wished.SaveWrapUp: save_wrap_up,
    wished.ExtendWrapUp: extend_wrap_up,
}
