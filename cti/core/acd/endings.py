"""How an offer, a talk, a wrap-up and a call end: the steps that several signals share."""

from dataclasses import replace
from datetime import datetime, timedelta

from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.missed import REASONS
from cti.core.acd.orders import DropLeg
from cti.core.acd.parties import drop_all
from cti.core.acd.places import back_in_line, stand_in_left
from cti.core.agent_state import Agent, AgentState, AgentStatus, Happened
from cti.core.call import Call, CallPhase, HeldBy
from cti.core.events import (
    AgentWorkingAfterCall,
    CallCleared,
    ClearedBy,
    ConnectionCleared,
    Diverted,
    OfferEnd,
    Outcome,
    QueueLeft,
)

TALK = (CallPhase.TALKING, CallPhase.HELD, CallPhase.MENU)
"""Phases in which an agent has the caller, whether he hears him or not."""
RECENT_CALLS = 10
"""How many past calls an agent may still write a record of."""


def give_up(floor: Floor, call: Call, cause: OfferEnd, now: datetime) -> None:
    """The offer is over without a talk: the call goes to the head of its queue, the agent is free
    again, or not ready where the fault was his or his phone's."""
    agent = floor.agent_of(call)
    phase = CallPhase.CALLBACK if call.ticket else CallPhase.WAITING
    call = floor.put_call(
        call, phase=phase, phase_at=now, head=True, agent_id=None, agent_channel=None, wish=None
    )
    if agent is not None:
        part(floor, call, agent, cause, now)
    # A caller is offered again when his channel is seen waiting; a ticket has none.
    back_in_line(floor, call, now)


def part(floor: Floor, call: Call, agent: Agent, cause: OfferEnd, now: datetime) -> None:
    """The agent whose offer came to nothing."""
    floor.avoid(call.call_id, agent.agent_id)
    floor.note(
        Diverted(
            at=now,
            call_id=call.call_id,
            agent_id=agent.agent_id,
            cause=cause,
            attempt=call.attempt,
        )
    )
    free_from_offer(floor, agent, cause, now)


def free_from_offer(floor: Floor, agent: Agent, cause: OfferEnd, now: datetime) -> None:
    """What the rules make of an agent whose offer ended so: ready, at rest, or not ready."""
    rule = floor.rules.missed.rule(cause)
    if rule is None:
        floor.release(floor.put_agent(agent, call_id=None), now)
        return
    missed = agent.missed + 1
    out = rule.not_ready_after is not None and missed >= rule.not_ready_after
    agent = replace(agent, call_id=None, missed=0 if out else missed)
    if agent.pending is not None or not (out or rule.rest_s):
        floor.release(floor.put_agent(agent), now)
        return
    idle = replace(agent, state=AgentState.IDLE)
    resting = floor.take_status(idle, AgentStatus.NOT_READY, REASONS[cause], now)
    if not out:
        floor.put_agent(resting, rest_until=now + timedelta(seconds=rule.rest_s))


def end_talk(floor: Floor, call: Call, now: datetime, *, lost: int = 0) -> None:
    """The agent's side of the talk is over: wrap-up begins. ``lost``: the cause that his phone was."""
    agent = floor.agent_of(call)
    if agent is None:
        return
    policy = floor.policy(call.queue)
    until = now + timedelta(seconds=policy.wrap_up.s)
    talked_s = max(0.0, (now - call.answered_at).total_seconds()) if call.answered_at else 0.0
    floor.note(
        ConnectionCleared(
            at=now,
            call_id=call.call_id,
            agent_id=agent.agent_id,
            talked_s=round(talked_s, 3),
            why="lost" if lost else "",
            cause=lost,
        )
    )
    if agent.call_id != call.call_id:
        return  # found at work on another call after an outage
    floor.moved(
        agent,
        Happened.HUNG_UP,
        now,
        wrap_up_until=until,
        wrap_up_extended=False,
        wrap_up_queue=policy.name,
        recent_calls=(call.call_id, *agent.recent_calls)[:RECENT_CALLS],
        talked_s=agent.talked_s + talked_s,
        missed=0,
    )
    floor.note(
        AgentWorkingAfterCall(at=now, agent_id=agent.agent_id, call_id=call.call_id, until=until)
    )


def leave_queue(floor: Floor, call: Call, outcome: Outcome, now: datetime) -> None:
    """His visit is over. Who came back from a talk that broke off was counted as answered already."""
    floor.stop_waiting(call.call_id)
    again, answered = call.reconnecting, outcome is Outcome.ANSWERED
    if again:
        outcome = Outcome.RECONNECTED if answered else Outcome.BROKEN_OFF
    fresh = floor.calls[call.call_id]
    floor.put_call(fresh, visit_open=False, reconnecting=again and not answered)
    floor.note(
        QueueLeft(
            at=now,
            call_id=call.call_id,
            queue=floor.policy(call.queue).name,
            outcome=outcome,
            waited_s=round(call.waited_s(now), 3),
        )
    )


def end_call(
    floor: Floor, call: Call, cleared_by: ClearedBy, now: datetime, *, cause: str = ""
) -> None:
    """The caller's line is gone: free whoever was bound to it and close the books."""
    agent = floor.agent_of(call)
    call = drop_others(floor, call, now)
    if call.phase in (*TALK, CallPhase.SURVIVING):
        end_talk(floor, call, now)
    elif call.phase in OFFERED and agent is not None:
        free_after_caller_left(floor, call, agent, now)
    if call.queued_at and call.answered_at is None:
        leave_queue(floor, call, lost_outcome(floor, call, cleared_by, now), now)
    floor.stop_waiting(call.call_id)
    floor.avoid(call.call_id, None)
    floor.put_call(floor.calls[call.call_id], phase=CallPhase.ENDED, phase_at=now)
    stand_in_left(floor, call.call_id, now)
    floor.note(
        CallCleared(
            at=now,
            call_id=call.call_id,
            cleared_by=cleared_by,
            cause=cause,
            reconstructed=cleared_by is ClearedBy.UNKNOWN,
        )
    )


def drop_others(floor: Floor, call: Call, now: datetime) -> Call:
    """Whoever was not joined to the caller himself does not hear that he is gone; nor does who is left
    of a conference, which outlasts him."""
    apart = call.held_by is HeldBy.DESK or call.parties_asked
    if apart and call.agent_channel:
        floor.order(DropLeg(channel=call.agent_channel))
    return drop_all(floor, call, now)


def free_after_caller_left(floor: Floor, call: Call, agent: Agent, now: datetime) -> None:
    floor.note(
        Diverted(
            at=now,
            call_id=call.call_id,
            agent_id=agent.agent_id,
            cause=OfferEnd.CALLER_GONE,
            attempt=call.attempt,
        )
    )
    if call.phase is CallPhase.WHISPER and call.agent_channel:
        # The whisper goes on to its end although nobody is there to talk to.
        floor.order(DropLeg(channel=call.agent_channel))
    floor.release(floor.put_agent(agent, call_id=None), now)


def lost_outcome(floor: Floor, call: Call, cleared_by: ClearedBy, now: datetime) -> Outcome:
    """How a visit to the queue that came to no talk is counted."""
    if cleared_by is ClearedBy.UNKNOWN:
        return Outcome.SYSTEM_FAIL
    short = call.waited_s(now) < floor.rules.short_abandon_s
    return Outcome.SHORT_ABANDONED if short else Outcome.ABANDONED
