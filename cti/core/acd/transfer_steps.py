"""What a blind transfer makes of the floor: the agent is done, the caller goes on and is never dropped.

The caller leaves the talk by a redirect of his channel, so the agent's part ends at the wish itself.
Whoever is not reached at the other end goes to the head of the queue that he came from.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.core.acd import reach_signals as wished
from cti.core.acd.alerts import raise_alert
from cti.core.acd.control_orders import TellLeg, Told
from cti.core.acd.control_steps import led_by_caller
from cti.core.acd.desk_steps import Declined, signed_in
from cti.core.acd.endings import TALK, end_talk
from cti.core.acd.floor import Floor
from cti.core.acd.orders import DropLeg
from cti.core.acd.places import take_up_place
from cti.core.acd.queueing import note_queued
from cti.core.acd.reach_orders import SendCaller
from cti.core.agent_state import Agent, AgentState
from cti.core.call import Call, CallPhase, HeldBy
from cti.core.control_events import TargetKind
from cti.core.events import Transferred
from cti.core.ids import AgentId, QueueName

WITH_CALLER = (AgentState.TALKING, AgentState.HELD)


def talk_of(floor: Floor, agent: Agent) -> Call:
    """The call in which the agent has a caller, and nobody else. Raises Declined."""
    call = floor.calls.get(agent.call_id) if agent.call_id else None
    if call is None or call.phase not in TALK or call.agent_id != agent.agent_id:
        raise Declined("no_talk")
    if call.phase is CallPhase.MENU:
        raise Declined("caller_in_menu")
    if agent.state not in WITH_CALLER or call.parties:
        raise Declined("not_alone")
    return call


def can_be_sent(call: Call) -> Call:
    """A call whose caller's or customer's own leg is known, so that he can be sent on. Raises Declined."""
    if call.agent_leads and call.customer_channel is None:
        raise Declined("line_unknown")
    return call


def transfer(floor: Floor, wish: wished.SingleStepTransfer, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    call = can_be_sent(talk_of(floor, agent))
    _TARGETS[wish.kind](floor, call, wish, now)
    drop_agent(floor, call)


def leave(
    floor: Floor, call: Call, wish: wished.SingleStepTransfer, now: datetime, **left: Any
) -> Call:
    """The agent's part is over; the call as the next one finds it, with ``left`` changed."""
    floor.note(
        Transferred(
            at=now,
            call_id=call.call_id,
            target=wish.target,
            by=wish.agent_id,
            how="blind",
            target_kind=wish.kind,
        )
    )
    return end_part(floor, call, now, **left)


def end_part(floor: Floor, call: Call, now: datetime, **left: Any) -> Call:
    """The agent goes to his wrap-up while the caller, whose leg leads from now on, stays on the line."""
    if call.agent_leads:
        call = led_by_caller(floor, call, now)
        floor.order(TellLeg(channel=call.channel, told={Told.ROLE: "caller"}))
    end_talk(floor, call, now)
    cleared = {
        "queued_at": None,
        "place_at": None,
        "answered_at": None,
        "agent_channel": None,
        "held_by": HeldBy.NOBODY,
        "muted": False,
    }
    return floor.put_call(floor.calls[call.call_id], phase_at=now, **{**cleared, **left})


def send(floor: Floor, call: Call, kind: TargetKind, target: str = "") -> None:
    """The caller goes; his agent's leg ends with the talk, or by ``drop_agent``."""
    floor.order(SendCaller(call_id=call.call_id, channel=call.channel, kind=kind, target=target))


def drop_agent(floor: Floor, before: Call) -> None:
    """Also a leg that waits for a caller on hold is done."""
    if before.agent_channel:
        floor.order(DropLeg(channel=before.agent_channel))


def to_agent(floor: Floor, call: Call, wish: wished.SingleStepTransfer, now: datetime) -> None:
    target = floor.agents.get(AgentId(wish.target))
    if target is None:
        raise Declined("unknown_target")
    if not target.free:
        raise Declined("target_not_free")
    floor.allocate(leave(floor, call, wish, now), target, "transfer", now)


def to_queue(floor: Floor, call: Call, wish: wished.SingleStepTransfer, now: datetime) -> None:
    policy = floor.rules.policies.get(QueueName(wish.target))
    if policy is None:
        raise Declined("unknown_target")
    fresh = leave(
        floor,
        call,
        wish,
        now,
        phase=CallPhase.WAITING,
        queue=policy.name,
        priority=policy.priority_with(call.points),
        needs={},
        queued_at=now,
        head=False,
        agent_id=None,
    )
    note_queued(floor, take_up_place(floor, fresh), now, "transfer")
    if policy.alert:
        raise_alert(floor, floor.calls[call.call_id], now)
    send(floor, fresh, wish.kind, wish.target)


def to_number(floor: Floor, call: Call, wish: wished.SingleStepTransfer, now: datetime) -> None:
    fresh = leave(floor, call, wish, now, phase=CallPhase.TRANSFERRED, head=True, agent_id=None)
    send(floor, fresh, wish.kind, wish.target)


def to_survey(floor: Floor, call: Call, wish: wished.SingleStepTransfer, now: datetime) -> None:
    """He rates the agent who leaves, so the call stays that agent's, and answered."""
    fresh = leave(floor, call, wish, now, phase=CallPhase.AFTER, answered_at=call.answered_at)
    send(floor, fresh, wish.kind, wish.target)


_TARGETS: Mapping[
    TargetKind, Callable[[Floor, Call, wished.SingleStepTransfer, datetime], None]
] = {
    TargetKind.AGENT: to_agent,
    TargetKind.QUEUE: to_queue,
    TargetKind.NUMBER: to_number,
    TargetKind.SURVEY: to_survey,
}

TRANSFER_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    wished.SingleStepTransfer: transfer,
}
