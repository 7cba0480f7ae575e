"""The whole story of one offer, short enough for the journal: who could have had the call, who not. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice

from cti.core.acd.bucket import Bucket, ranking
from cti.core.acd.queue import FreeAgent, QueuePolicy
from cti.core.acd.skills import Needs, agent_need
from cti.core.acd.why import Exclusion, Explanation, Rule, Why, gap
from cti.core.agent_state import Agent, AgentStatus
from cti.core.ids import AgentId

MOST_CANDIDATES = 20
MOST_EXCLUDED = 100
MOST_LOOKED_AT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """``candidates`` in order, best first; ``excluded``: agent → rule and what it is about, parted by
    blanks (``level motor 2 1``: wanted 2, has 1; ``not_ready BREAK``; ``state talking``); ``unlisted``
    agents found no room here."""

    text: str = ""
    points: float = 0.0
    step: int = 0
    wish: str = ""
    candidates: tuple[str, ...] = ()
    excluded: Mapping[str, str] = field(default_factory=dict)
    unlisted: int = 0


def decision(
    why: Why,
    policy: QueuePolicy,
    agents: Collection[Agent],
    free_agent: Callable[[AgentId], FreeAgent | None],
) -> Decision:
    """What decided the offer, as the floor stands at that moment; ``free_agent``: one as the router has
    him, who may take other calls.

    The work is bounded: of a large floor only the first ``MOST_LOOKED_AT`` agents are told of.
    """
    needs = dict(policy.needs_after(why.call.needs, why.step))
    if why.wish:
        needs[agent_need(why.wish)] = 1
    looked = list(islice(agents, MOST_LOOKED_AT))
    fitting, gaps = list[FreeAgent](), list[Exclusion]()
    others = filter(None, (free_agent(agent.agent_id) for agent in looked))
    for one in chain((why.agent,), others):
        missed = gap(one, needs, why.call.avoid)
        if missed is not None:
            gaps.append(missed)
        if missed is None or missed.rule is Rule.AVOIDED:
            fitting.append(one)
    out = dict(islice(_excluded(looked, gaps), MOST_EXCLUDED))
    candidates = _in_order(fitting, policy, needs, why.call.avoid)
    told = len({*candidates, *out})
    return Decision(
        text=str(why),
        points=round(why.points, 3),
        step=why.step,
        wish=why.wish or "",
        candidates=candidates[:MOST_CANDIDATES],
        excluded=out,
        unlisted=max(0, len(agents) - told),
    )


def excluded_from(found: Explanation, agents: Iterable[Agent]) -> Mapping[str, str]:
    """Who may not have a waiting call: those who are free by its rules, then those who are not."""
    free = ((one.agent_id, _rule(one)) for one in found.excluded)
    return dict(islice(chain(free, _taken(agents)), MOST_EXCLUDED))


def busy_with(agent: Agent) -> str:
    """Why an agent may not be offered anything; empty when he may."""
    if not agent.signed_in:
        return "logged_out"
    if agent.status is not AgentStatus.READY:
        return f"not_ready {agent.reason or ''}".strip()
    return "" if agent.free else f"state {agent.state}"


def _in_order(
    fitting: Iterable[FreeAgent], policy: QueuePolicy, needs: Needs, avoid: frozenset[AgentId]
) -> tuple[str, ...]:
    order = Bucket((frozenset(needs.items()), ranking(policy)), {}, {})
    seats = sorted((one.agent_id in avoid, order.seat_of(one)) for one in fitting)
    return tuple(seat[-2] for _, seat in seats)


def _excluded(looked: Iterable[Agent], gaps: Iterable[Exclusion]) -> Iterator[tuple[str, str]]:
    return chain(((one.agent_id, _rule(one)) for one in gaps), _taken(looked))


def _taken(agents: Iterable[Agent]) -> Iterator[tuple[str, str]]:
    """Those who may not be offered anything, signed-out ones last."""
    found = [(agent, why) for agent in agents if (why := busy_with(agent))]
    yield from ((a.agent_id, why) for a, why in found if a.signed_in)
    yield from ((a.agent_id, why) for a, why in found if not a.signed_in)


def _rule(one: Exclusion) -> str:
    return f"{one.rule} {one.need} {one.wanted} {one.has}" if one.need else one.rule.value
