"""Setting right, after an outage, what agents and supervisors began: own calls, and ears in talks.

The leg that we had rung bears our id and says in ``ACD_STATE`` how far it has come; where there is no
such leg, there is nothing left.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from cti.core.acd import reach_signals as seen
from cti.core.acd.binding import occupy
from cti.core.acd.endings import TALK
from cti.core.acd.floor import Floor
from cti.core.acd.lines import Line
from cti.core.acd.orders import DropLeg
from cti.core.acd.outbound_steps import (
    is_outbound_id,
    not_reached,
    note_originated,
    over,
    talking,
)
from cti.core.acd.past import PastCall
from cti.core.acd.supervise_steps import end_watch, monitoring_seen
from cti.core.agent_state import AgentState
from cti.core.call import Call, CallPhase, Direction
from cti.core.events import ClearedBy
from cti.core.ids import AgentId, CallId
from cti.core.watching import is_watch_id

PHASE_IN = {
    "ringing": CallPhase.RINGING,
    "dialling": CallPhase.DIALLING,
    "told": CallPhase.DIALLING,
    "talking": CallPhase.TALKING,
}

Lines = Mapping[CallId, Line]


def settle_reach(
    floor: Floor, lines: Lines, past: Mapping[CallId, PastCall], now: datetime
) -> Lines:
    """Settle what is not a caller's line; the callers' lines."""
    for call_id, line in lines.items():
        if is_outbound_id(call_id) and call_id not in floor.calls:
            adopt_outbound(floor, line, now)
    for call in list(floor.calls.values()):
        if call.direction is Direction.OUTBOUND and call.agent_leads:
            settle_outbound(floor, call, lines.get(call.call_id), past.get(call.call_id), now)
    settle_watches(floor, lines, now)
    return {
        call_id: line
        for call_id, line in lines.items()
        if not (_agents_own(floor, call_id) or is_watch_id(call_id))
    }


def _agents_own(floor: Floor, call_id: CallId) -> bool:
    call = floor.calls.get(call_id)
    return is_outbound_id(call_id) and (call is None or call.agent_leads)


def adopt_outbound(floor: Floor, line: Line, now: datetime) -> None:
    """An agent's call of which we have no record: Redis lost it."""
    agent = floor.agents.get(AgentId(line.variables.get("ACD_AGENT", "")))
    call = floor.put_call(
        Call(
            call_id=line.call_id,
            channel=line.channel,
            caller_number=line.variables.get("ACD_NUMBER", ""),
            dialed_number=line.dialed_number,
            direction=Direction.OUTBOUND,
            arrived_at=now - timedelta(seconds=line.age_s),
            phase=CallPhase.RESERVED,
            phase_at=now,
            agent_id=agent.agent_id if agent else None,
            attempt=1,
        )
    )
    note_originated(floor, call, call.arrived_at)


def settle_outbound(
    floor: Floor, call: Call, line: Line | None, past: PastCall | None, now: datetime
) -> None:
    """Put one call where its agent's leg shows it, or end it where there is none."""
    if line is None:
        ended_away(floor, call, past, now)
        return
    phase = PHASE_IN.get(line.state, call.phase)
    if call.phase is CallPhase.HELD and phase in TALK:
        phase = CallPhase.HELD
    fresh = floor.put_call(
        call, phase=phase, phase_at=now, channel=line.channel, agent_channel=line.channel
    )
    bind(floor, fresh, now)
    if phase in TALK and call.phase not in TALK:
        talking(floor, fresh, line.answered_at or now)
    elif line.state == "told":
        not_reached(floor, fresh, "NOANSWER", now)


def bind(floor: Floor, call: Call, now: datetime) -> None:
    """The agent is at work on his call, or was when it ended for the other."""
    agent = floor.agent_of(call)
    if agent is None or call.phase is CallPhase.AFTER:
        return
    occupy(floor, agent, call, now)
    if call.phase is CallPhase.DIALLING:
        floor.put_agent(floor.agents[agent.agent_id], state=AgentState.DIALLING)


def ended_away(floor: Floor, call: Call, past: PastCall | None, now: datetime) -> None:
    """No leg is left; when it went, Asterisk may have written down."""
    gone_at = past.gone_at if past else None
    if past is None or gone_at is None:
        over(floor, call, ClearedBy.UNKNOWN, now)
        return
    floor.reconstructing = True
    try:
        at = max(gone_at, call.phase_at or gone_at)
        over(floor, call, ClearedBy.AGENT, at, cause=past.cause)
    finally:
        floor.reconstructing = False


def settle_watches(floor: Floor, lines: Lines, now: datetime) -> None:
    """A supervisor who still listens goes on; one whose leg is gone is free; strangers' legs end."""
    for agent in list(floor.agents.values()):
        if agent.watching is None:
            continue
        if agent.watching.leg not in lines:
            end_watch(floor, agent, now)
        elif lines[agent.watching.leg].state == "watching":
            monitoring_seen(floor, seen.MonitoringSeen(leg=agent.watching.leg), now)
    listening = {a.watching.leg for a in floor.agents.values() if a.watching}
    for call_id, line in lines.items():
        if is_watch_id(call_id) and call_id not in listening:
            floor.order(DropLeg(channel=line.channel))
