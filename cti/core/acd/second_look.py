"""What the floor holds against what Asterisk shows, while both go on: recovery rehearsed on a copy.

Whatever ``reconcile`` would set right there is a difference. One look proves nothing: Asterisk was asked
a moment ago, and what it does now is news still under way. A difference that two looks see alike, with the
call's record untouched between them, is something that was missed. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cti.core.acd.centre import Centre
from cti.core.acd.floor import Floor, FloorRules
from cti.core.acd.lines import Line
from cti.core.acd.reconcile import reconcile
from cti.core.agent_state import Agent, AgentState
from cti.core.call import Call, CallPhase, HeldBy
from cti.core.ids import AgentId, CallId

AT_REST = (AgentState.IDLE, AgentState.WRAP_UP, AgentState.MONITORING)
NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The floor at one moment; ``routable`` are the calls that its router may offer."""

    rules: FloorRules
    centre: Centre
    agents: tuple[Agent, ...]
    calls: tuple[Call, ...]
    routable: frozenset[CallId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One call or agent: what we hold of it, at which version of its record, and what is shown."""

    about: CallId | AgentId
    version: int
    held: str
    shown: str


def held(floor: Floor) -> Held:
    """The floor as it stands; its records never change, so a copy of the lists is enough."""
    waiting = (call_id for call_id in floor.calls if floor.router.holds(call_id))
    return Held(
        rules=floor.rules,
        centre=floor.centre,
        agents=tuple(floor.agents.values()),
        calls=tuple(floor.calls.values()),
        routable=frozenset(waiting),
    )


def differences(ours: Held, lines: Iterable[Line], now: datetime) -> frozenset[Difference]:
    """All that recovery would change now."""
    copy = Floor(ours.rules, ours.centre)
    copy.load(ours.agents, ours.calls)
    reconcile(copy, lines, now)
    offered = frozenset(call_id for call_id in copy.calls if copy.router.holds(call_id))
    calls = {call.call_id: call for call in ours.calls}
    agents = {agent.agent_id: agent for agent in ours.agents}
    found = _unlike(calls, ours.routable, copy.calls, offered)
    return found | _agents_unlike(agents, copy.agents)


def _unlike(
    ours: Mapping[CallId, Call],
    routable: frozenset[CallId],
    theirs: Mapping[CallId, Call],
    offered: frozenset[CallId],
) -> frozenset[Difference]:
    found = set()
    for call_id in ours.keys() | theirs.keys():
        mine = ours.get(call_id)
        before, after = _told(mine, routable), _told(theirs.get(call_id), offered)
        if before != after:
            version = mine.version if mine else 0
            found.add(Difference(about=call_id, version=version, held=before, shown=after))
    return frozenset(found)


def _told(call: Call | None, routable: frozenset[CallId]) -> str:
    """Where a call is, with whom; a hold by the phone's own key is not seen from outside."""
    if call is None or call.phase is CallPhase.ENDED:
        return NOTHING
    phase = CallPhase.TALKING if call.held_by is HeldBy.PHONE else call.phase
    offered = " offered" if phase is CallPhase.WAITING and call.call_id in routable else ""
    parties = ",".join(sorted(party.party_id for party in call.parties))
    return f"{phase}{offered} {call.agent_id or ''} {parties}".strip()


def _agents_unlike(
    ours: Mapping[AgentId, Agent], theirs: Mapping[AgentId, Agent]
) -> frozenset[Difference]:
    found = set()
    for agent_id, mine in ours.items():
        before, after = _bound(mine), _bound(theirs[agent_id])
        if before != after:
            version = mine.version
            found.add(Difference(about=agent_id, version=version, held=before, shown=after))
    return frozenset(found)


def _bound(agent: Agent) -> str:
    call_id = "" if agent.state in AT_REST else agent.call_id
    return f"{call_id or NOTHING} {'watching' if agent.watching else ''}".strip()
