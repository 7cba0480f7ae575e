"""Setting right, after an outage, which agent has which caller: the books first, the bond then.

A bond that Asterisk does not show any more is ended in the journal before its agent, or its caller, gets
another; so no agent is in two offers at once there, and each offer and talk has its end.
"""

from collections.abc import Iterable
from datetime import datetime

from cti.core.acd.binding import occupy
from cti.core.acd.endings import TALK, end_talk, give_up
from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.lines import Line
from cti.core.acd.offer_ends import TRY, end_unheard
from cti.core.acd.offers import allocated
from cti.core.agent_state import Agent, AgentState
from cti.core.call import Call, CallPhase, HeldBy
from cti.core.events import OfferEnd
from cti.core.ids import AgentId

AT_REST = (AgentState.IDLE, AgentState.WRAP_UP, AgentState.MONITORING)
_TALKS = (*TALK, CallPhase.SURVIVING)
_LATER = {"survive": 1, "talking": 1, "held": 1, "menu": 1, "ringing": 2}


def settled_order(lines: Iterable[Line]) -> list[Line]:
    """Who is with nobody comes first, whose phone only rings comes last: a talk that is shown stands."""
    return sorted(lines, key=lambda line: _LATER.get(line.state, 0))


def bound_agent(floor: Floor, call: Call) -> Agent | None:
    """The agent who is at work on the call by both records."""
    agent = floor.agent_of(call)
    bound = agent is not None and agent.call_id == call.call_id and agent.state not in AT_REST
    return agent if bound else None


def part(floor: Floor, call: Call, line: Line, now: datetime) -> Call:
    """The caller has no agent any more; how an offer ended, his line says."""
    if bound_agent(floor, call) is not None:
        if call.phase in OFFERED:
            give_up(floor, call, end_unheard(line.variables, call.attempt), now)
        elif call.phase in _TALKS:
            end_talk(floor, call, now)
    fresh = floor.calls[call.call_id]
    if call.phase in _TALKS and call.answered_at is not None:
        # That visit is over; should he wait again, he begins another one, before all others.
        fresh = floor.put_call(
            fresh, queued_at=None, place_at=None, answered_at=None, head=True, muted=False
        )
    return floor.put_call(fresh, agent_id=None, agent_channel=None, held_by=HeldBy.NOBODY)


def shown_agent(floor: Floor, call: Call, line: Line, leg: Line | None) -> Agent | None:
    """Whom the lines show with the caller. One whose own leg is there has not handed him over."""
    own = floor.agent_of(call)
    if own and leg and call.phase in TALK and leg.channel.startswith(f"PJSIP/{own.extension}-"):
        return own
    told = AgentId(line.variables.get("ACD_AGENT", "")) or call.agent_id
    return floor.agents.get(told) if told else None


def attempt_of(line: Line, call: Call) -> int:
    """The number of the offer that last reached the channel."""
    told = line.variables.get(TRY, "")
    return int(told) if told.isascii() and told.isdigit() else call.attempt


def rings_rightly(call: Call, line: Line, agent: Agent | None) -> bool:
    """Whether the phone that a line lets ring is that of our offer, or of one that our records have lost.
    An older one was given up: its agent may have another call by now."""
    if agent is None:
        return True
    attempt = attempt_of(line, call)
    if call.phase in OFFERED and call.agent_id == agent.agent_id:
        return attempt == call.attempt and agent.call_id == call.call_id
    lost = attempt > call.attempt or call.phase is CallPhase.IVR
    return lost and (agent.state in AT_REST or agent.call_id == call.call_id)


def bond(floor: Floor, call: Call, agent: Agent, before: Call, now: datetime) -> None:
    """The agent is at work on the call, as it stands now. ``before`` is the call as our records had it."""
    other = floor.calls.get(agent.call_id) if agent.call_id and agent.state not in AT_REST else None
    if other is not None and other.call_id != call.call_id and other.agent_id == agent.agent_id:
        _end_other(floor, other, now)
        agent = floor.agents[agent.agent_id]
    known = before.agent_id == agent.agent_id and before.phase in (*OFFERED, *_TALKS)
    if call.phase in OFFERED and not known:
        policy = floor.policy(call.queue)
        floor.stop_waiting(call.call_id)
        floor.note(allocated(call, agent, policy, "recovered", now))
    occupy(floor, agent, floor.calls[call.call_id], now)


def _end_other(floor: Floor, other: Call, now: datetime) -> None:
    """He cannot be with two: what he is shown to do stands."""
    if other.phase in OFFERED:
        give_up(floor, other, OfferEnd.WITHDRAWN, now)
    else:
        end_talk(floor, other, now)
        floor.put_call(floor.calls[other.call_id], agent_id=None, agent_channel=None)
