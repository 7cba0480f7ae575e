"""Calls that ended while we were away, with what Asterisk wrote down of them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from cti.core.acd.binding import occupy
from cti.core.acd.endings import TALK, end_call, end_talk, leave_queue
from cti.core.acd.floor import Floor
from cti.core.acd.lines import Line
from cti.core.acd.past import PastCall, Retelling
from cti.core.call import Call, CallPhase
from cti.core.events import ClearedBy, Established, Outcome, Queued
from cti.core.ids import CallId, QueueName


def with_answers(lines: Iterable[Line], past: Mapping[CallId, PastCall]) -> tuple[Line, ...]:
    """The lines, with the moment at which somebody took the call in our absence."""
    return tuple(
        replace(line, answered_at=past[line.call_id].answered_at) if line.call_id in past else line
        for line in lines
    )


def ended_away(floor: Floor, call: Call, past: PastCall | None, now: datetime) -> None:
    """A call of ours has no channel any more."""
    if past is None or past.gone_at is None:
        end_call(floor, call, ClearedBy.UNKNOWN, now)
        return
    past = not_before(past, max(filter(None, (call.arrived_at, call.phase_at, call.answered_at))))
    floor.reconstructing = True
    try:
        joined(floor, call, past)
        answered(floor, floor.calls[call.call_id], past, now)
        talked(floor, floor.calls[call.call_id], past)
        last = floor.calls[call.call_id]
        by_agent = past.agent_left or last.phase is CallPhase.AFTER
        cleared_by = ClearedBy.AGENT if by_agent else ClearedBy.CALLER
        end_call(floor, last, cleared_by, past.gone_at or now, cause=past.cause)
    finally:
        floor.reconstructing = False


def not_before(past: PastCall, known_at: datetime) -> PastCall:
    """queue_log cuts fractions off: nothing in it happened before what we saw ourselves."""
    times = ("queued_at", "answered_at", "talked_until", "gone_at")
    told = {name: getattr(past, name) for name in times}
    return replace(past, **{name: max(at, known_at) for name, at in told.items() if at})


def joined(floor: Floor, call: Call, past: PastCall) -> None:
    """He chose a queue in the compiled menu."""
    if call.queued_at is not None or past.queued_at is None:
        return
    policy = floor.policy(call.queue or QueueName(past.queue))
    call = floor.put_call(
        call,
        queue=policy.name,
        queued_at=past.queued_at,
        priority=policy.priority,
        visit_open=True,
    )
    floor.note(
        Queued(
            at=past.queued_at,
            call_id=call.call_id,
            queue=policy.name,
            priority=call.priority,
            needs=policy.needs_after(call.needs, 0),
            language=call.language,
            why="survived",
        )
    )


def answered(floor: Floor, call: Call, past: PastCall, now: datetime) -> None:
    """Somebody took the call."""
    at, agent = past.answered_at, past.agent(floor.agents.values())
    if at is None or call.answered_at is not None or agent is None:
        return
    before = floor.agent_of(call)
    if before is not None and before.agent_id != agent.agent_id and before.call_id == call.call_id:
        floor.release(floor.put_agent(before, call_id=None), now)
    call = floor.put_call(
        call, phase=CallPhase.TALKING, phase_at=at, agent_id=agent.agent_id, answered_at=at
    )
    occupy(floor, agent, call, at)
    floor.note(
        Established(
            at=at,
            call_id=call.call_id,
            agent_id=agent.agent_id,
            agent_channel=call.agent_channel or call.channel,
            waited_s=round(call.waited_s(at), 3),
        )
    )
    if call.queued_at is not None:
        leave_queue(floor, call, Outcome.ANSWERED, at)


def talked(floor: Floor, call: Call, past: PastCall) -> None:
    """The agent left before the caller did."""
    if past.talked_until is not None and call.phase in (*TALK, CallPhase.SURVIVING):
        end_talk(floor, call, past.talked_until)
        floor.put_call(floor.calls[call.call_id], phase=CallPhase.AFTER, phase_at=past.talked_until)


def tell_strangers(
    floor: Floor, past: Mapping[CallId, PastCall], known: Collection[CallId]
) -> None:
    """Callers who came and went in our absence: their stories, as they were."""
    retelling = Retelling(tuple(floor.agents.values()), floor.rules)
    for call in past.values():
        if call.call_id not in known:
            for fact in retelling.facts(call):
                floor.note(fact)
