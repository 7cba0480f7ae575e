"""Gives a call its wish for one agent, and the place that its caller gave up a moment ago."""

from datetime import datetime

from cti.core.acd.floor import Floor
from cti.core.acd.queue import free_agent, waiting
from cti.core.acd.skills import fits
from cti.core.acd.sticky import OWNER, Wish
from cti.core.call import Call
from cti.core.ids import AgentId


def with_place(floor: Floor, call: Call) -> Call:
    """Who gave up and rings again goes on from his old place in the same queue."""
    place = call.known.place if call.known else None
    if not floor.policy(call.queue).sticky:
        return call
    if place is None or place.queue != call.queue or call.queued_at is None:
        return call
    return floor.put_call(call, place_at=min(place.since, call.queued_at))


def with_wish(floor: Floor, call: Call, now: datetime) -> Call:
    """The owner of the caller's case, else who talked to him last, where he could take the call."""
    last = call.known.last_agent if call.known else None
    wanted = ((AgentId(call.variables.get(OWNER, "")), OWNER), (last, "last"))
    rules = floor.rules.sticky
    if rules.wait_s <= 0 or not floor.policy(call.queue).sticky:
        return floor.put_call(call, wish=None)
    for agent_id, why in wanted:
        if agent_id and _could(floor, agent_id, call):
            wish = Wish(agent_id=agent_id, until=rules.until(now), why=why)
            return floor.put_call(call, wish=wish)
    return floor.put_call(call, wish=None)


def _could(floor: Floor, agent_id: AgentId, call: Call) -> bool:
    """At work, and able to serve the call before his time is up."""
    agent = floor.agents.get(agent_id)
    if agent is None or not agent.signed_in:
        return False
    policy = floor.policy(call.queue)
    steps = sum(step.after_s < floor.rules.sticky.wait_s for step in policy.relaxation)
    needs = policy.needs_after(waiting(call).needs, steps)
    return fits(free_agent(agent).skills, needs.items())
