"""A talk that broke off: the agent's phone was lost, and nobody hung up. Pure.

The caller comes back to the head of his queue, at his old place; his agent gets him again where he is back
by then, else whoever is free.
"""

from datetime import datetime

from cti.core.acd.endings import end_talk
from cti.core.acd.floor import Floor
from cti.core.acd.handing_over import queue_anew
from cti.core.acd.places import place_of
from cti.core.acd.sticky import Wish
from cti.core.acd.wrap_up_steps import end_wrap_up
from cti.core.agent_state import Agent, AgentState, AgentStatus, Presence
from cti.core.call import BrokenTalk, Call

LOST_CAUSES = (18, 20, 27, 38, 41, 44)
"""ITU-T Q.850 causes of a leg that nobody hung up. Seen on Asterisk 22: 44, no sound within ``rtp_timeout``;
41, what a page says that is closed in a talk. The others are taken from their meaning: 18, nobody responds,
for a session timer's request that is not answered; 20, 27, 38, a phone or a network that is away."""
LOST = "lost"
"""Why such a talk ended, and why the call is in its queue again."""
BROKEN = "broken"
"""The wish for the agent of the talk that broke off."""
RECONNECTED = "reconnected"
"""What ended his wrap-up."""


def may_come_back(floor: Floor, call: Call, cause: int) -> bool:
    """Whether the leg was lost, and has not been too often already."""
    return cause in LOST_CAUSES and len(call.broken) < floor.policy(call.queue).reconnects


def break_off(floor: Floor, call: Call, cause: int, now: datetime) -> Call:
    """The agent's part is over and his wrap-up begins; the caller is in his queue again. He can be offered
    when his channel is seen waiting."""
    end_talk(floor, call, now, lost=cause)
    return queue_anew(
        floor,
        floor.calls[call.call_id],
        LOST,
        now,
        place_at=place_of(call),
        broken=(*call.broken, BrokenTalk(agent_id=call.agent_id, at=now)),
        reconnecting=True,
    )


def rejoined(floor: Floor, call: Call, now: datetime) -> Call:
    """Where his agent is back already, the caller waits for him, and what is left of the wrap-up of a talk
    that is not over ends."""
    last = call.broken[-1].agent_id if call.reconnecting else None
    agent = floor.agents.get(last) if last else None
    if agent is None or not _is_back(agent, call):
        return call
    rules = floor.rules.sticky
    if rules.wait_s > 0:
        wish = Wish(agent_id=agent.agent_id, until=rules.until(now), why=BROKEN)
        call = floor.put_call(call, wish=wish)
    if agent.state is AgentState.WRAP_UP:
        end_wrap_up(floor, agent, RECONNECTED, now)
    return call


def back_to_his_caller(floor: Floor, agent: Agent, now: datetime) -> None:
    """His phone can be called again: the caller of his broken talk may still be waiting."""
    call = floor.calls.get(agent.call_id) if agent.call_id else None
    if call is not None and floor.router.holds(call.call_id):
        fresh = rejoined(floor, call, now)
        if fresh is not call:
            floor.wait(fresh)


def _is_back(agent: Agent, call: Call) -> bool:
    wants = agent.status is AgentStatus.READY and agent.pending in (None, AgentStatus.READY)
    there = not agent.phone_away and agent.desk is not Presence.LOST
    at_it = agent.state is AgentState.WRAP_UP and agent.call_id == call.call_id
    return wants and there and (at_it or agent.free)
