"""What a supervisor's hand in a call makes of the floor: listening, taking over, picking up, ending.

Whoever takes a call is an agent of the floor, be it one without skills whom the router never chooses
(config/agents.yaml, ``people`` with an ``extension``); so he is offered the call as anybody is.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cti.core.acd import reach_signals as wished
from cti.core.acd import signals as seen
from cti.core.acd.desk_steps import Declined, known, log_on
from cti.core.acd.endings import give_up
from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.orders import DropLeg
from cti.core.acd.reach_orders import Rewatch, Watch
from cti.core.acd.transfer_steps import can_be_sent, drop_agent, end_part, send, talk_of
from cti.core.agent_state import Agent, AgentState, AgentStatus, Happened
from cti.core.call import Call, CallPhase
from cti.core.control_events import (
    CallIntercepted,
    CallPickedUp,
    CallReleased,
    MonitoringChanged,
    MonitoringEnded,
    MonitoringStarted,
    TargetKind,
)
from cti.core.events import OfferEnd
from cti.core.ids import AgentId, CallId
from cti.core.watching import Watching, WatchMode


def at_hand(floor: Floor, agent_id: AgentId) -> Agent:
    """Who can take a call now, chosen by a person. Raises Declined."""
    agent = known(floor, agent_id)
    if agent.status is AgentStatus.LOGGED_OUT and not agent.supervises:
        raise Declined("logged_out")
    if agent.state is not AgentState.IDLE:
        raise Declined("in_call")
    return agent


def seated(floor: Floor, agent: Agent, now: datetime) -> Agent:
    """A supervisor need not sign in first: his phone rings, that of last time, so he is there."""
    log_on(floor, seen.LogOn(agent_id=agent.agent_id, phone=agent.phone), now)
    return floor.agents[agent.agent_id]


# Listening.


def start_monitoring(floor: Floor, wish: wished.StartMonitoring, now: datetime) -> None:
    call, agent = _talk_at(floor, wish.agent_id)
    watcher = at_hand(floor, wish.watcher)
    watching = Watching(
        leg=wish.leg,
        agent_id=agent.agent_id,
        call_id=call.call_id,
        mode=WatchMode(wish.mode),
        by=wish.by,
        reason=wish.reason,
    )
    watcher = seated(floor, watcher, now)
    floor.moved(watcher, Happened.MONITORED, now, watching=watching)
    floor.order(
        Watch(
            leg=wish.leg,
            extension=watcher.endpoint,
            ring_s=floor.policy(None).ring_s,
            channel=call.agent_channel or call.channel,
            mode=wish.mode,
        )
    )


def _talk_at(floor: Floor, agent_id: AgentId) -> tuple[Call, Agent]:
    """Any talk of the agent, with whomever. Raises Declined."""
    agent = known(floor, agent_id)
    call = floor.calls.get(agent.call_id) if agent.call_id else None
    if call is None or call.agent_id != agent_id or call.agent_channel is None:
        raise Declined("no_talk_there")
    if call.answered_at is None or agent.state is AgentState.WRAP_UP:
        raise Declined("no_talk_there")
    return call, agent


def monitoring_seen(floor: Floor, signal: wished.MonitoringSeen, now: datetime) -> None:
    watcher = watcher_on(floor, signal.leg)
    if watcher is None or watcher.watching is None or watcher.watching.heard:
        return
    begun_as = watcher.watching.rings_as
    watching = replace(watcher.watching, heard=True, rings_as=None)
    floor.put_agent(watcher, watching=watching)
    if begun_as not in (None, watching.mode):
        floor.order(Rewatch(leg=watching.leg, mode=watching.mode))
    floor.note(
        MonitoringStarted(
            at=now,
            call_id=watching.call_id,
            agent_id=watching.agent_id,
            by=watching.by,
            mode=watching.mode,
            reason=watching.reason,
        )
    )


def watcher_on(floor: Floor, leg: CallId) -> Agent | None:
    """Whose leg it is."""
    mine = (a for a in floor.agents.values() if a.watching and a.watching.leg == leg)
    return next(mine, None)


def change_monitoring(floor: Floor, wish: wished.ChangeMonitoring, now: datetime) -> None:
    watcher, watching = _watch_of(floor, wish.watcher)
    if watching.mode == wish.mode:
        return
    if not watching.heard:
        # A leg that still rings must not be moved: it would live on without its call.
        begun_as = watching.rings_as or watching.mode
        changed = replace(watching, mode=WatchMode(wish.mode), rings_as=begun_as)
        floor.put_agent(watcher, watching=changed)
        return
    floor.put_agent(watcher, watching=replace(watching, mode=WatchMode(wish.mode)))
    floor.note(
        MonitoringChanged(
            at=now,
            call_id=watching.call_id,
            agent_id=watching.agent_id,
            by=watching.by,
            mode=wish.mode,
        )
    )
    floor.order(Rewatch(leg=watching.leg, mode=wish.mode))


def _watch_of(floor: Floor, agent_id: AgentId) -> tuple[Agent, Watching]:
    watcher = known(floor, agent_id)
    if watcher.watching is None:
        raise Declined("not_monitoring")
    return watcher, watcher.watching


def stop_monitoring(floor: Floor, wish: wished.StopMonitoring, now: datetime) -> None:
    watcher, watching = _watch_of(floor, wish.watcher)
    end_watch(floor, watcher, now)
    floor.order(DropLeg(channel=watching.leg))


def end_watch(floor: Floor, watcher: Agent, now: datetime) -> Agent:
    """The supervisor hears nothing more, and is free."""
    watching = watcher.watching
    if watching is None:
        return watcher
    floor.note(
        MonitoringEnded(
            at=now, call_id=watching.call_id, agent_id=watching.agent_id, by=watching.by
        )
    )
    return floor.release(floor.put_agent(watcher, watching=None), now)


def watch_leg_over(floor: Floor, signal: seen.ChannelGone | seen.RingFailed, now: datetime) -> None:
    """The talk is over, he hung up, or his phone was never answered."""
    watcher = watcher_on(floor, signal.call_id)
    if watcher is not None and not getattr(signal, "asked", False):
        end_watch(floor, watcher, now)


# Taking calls.


def intercept(floor: Floor, wish: wished.InterceptCall, now: datetime) -> None:
    agent = known(floor, wish.agent_id)
    call = can_be_sent(talk_of(floor, agent))
    taker = seated(floor, _listener_or_idle(floor, wish), now)
    floor.note(
        CallIntercepted(
            at=now,
            call_id=call.call_id,
            agent_id=agent.agent_id,
            to=taker.agent_id,
            by=wish.by,
            reason=wish.reason,
        )
    )
    if taker.watching is not None:
        floor.order(DropLeg(channel=taker.watching.leg))
        taker = end_watch(floor, taker, now)
    floor.allocate(end_part(floor, call, now), taker, "intercept", now)
    drop_agent(floor, call)


def _listener_or_idle(floor: Floor, wish: wished.InterceptCall) -> Agent:
    """Who listens to the talk may take it over."""
    taker = known(floor, wish.to)
    if taker.watching is not None and taker.watching.agent_id == wish.agent_id:
        return taker
    return at_hand(floor, wish.to)


def pick_up(floor: Floor, wish: wished.PickUpCall, now: datetime) -> None:
    call = floor.calls.get(wish.call_id)
    if call is None or not _on_offer(floor, call):
        raise Declined("nothing_to_pick_up")
    taker = seated(floor, at_hand(floor, wish.to), now)
    floor.note(
        CallPickedUp(
            at=now, call_id=call.call_id, to=taker.agent_id, by=wish.by, reason=wish.reason
        )
    )
    if call.phase in OFFERED:
        # His new Dial is what ends the old one, and cancels the phone that rings.
        give_up(floor, call, OfferEnd.WITHDRAWN, now)
    call = floor.calls[wish.call_id]
    floor.allocate(call, taker, "pickUp", now)


def _on_offer(floor: Floor, call: Call) -> bool:
    """Waits, or rings at somebody: a callback's ticket and an agent's own call do neither."""
    if call.agent_leads:
        return False
    return floor.router.holds(call.call_id) or call.phase in (
        CallPhase.RESERVED,
        CallPhase.RINGING,
    )


def release_call(floor: Floor, wish: wished.ReleaseCall, now: datetime) -> None:
    call, agent = _talk_at(floor, wish.agent_id)
    floor.note(
        CallReleased(
            at=now,
            call_id=call.call_id,
            agent_id=agent.agent_id,
            by=wish.by,
            reason=wish.reason,
        )
    )
    known = not call.agent_leads or call.customer_channel is not None
    if known and not call.parties:
        # From hold too he goes on to what follows a talk, and not back to his queue.
        answered_at = call.answered_at
        after = end_part(floor, call, now, phase=CallPhase.AFTER, answered_at=answered_at)
        send(floor, after, TargetKind.SURVEY)
    drop_agent(floor, call)


SUPERVISE_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    wished.StartMonitoring: start_monitoring,
    wished.MonitoringSeen: monitoring_seen,
    wished.ChangeMonitoring: change_monitoring,
    wished.StopMonitoring: stop_monitoring,
    wished.InterceptCall: intercept,
    wished.PickUpCall: pick_up,
    wished.ReleaseCall: release_call,
}

WATCH_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    seen.ChannelGone: watch_leg_over,
    seen.RingFailed: watch_leg_over,
}
"""In place of the line's steps, for a supervisor's leg."""
