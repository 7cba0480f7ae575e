"""The native fallback as the floor sees it: who its members are, and what a caller brings back. Pure.

While our server is away the compiled menu (docs/survival.md) writes a caller's choice on his channel.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from cti.core.acd.floor import Floor
from cti.core.acd.orders import MirrorMember
from cti.core.acd.queue import QueuePolicy
from cti.core.acd.skills import abilities, fits, is_language
from cti.core.agent_state import Agent, AgentStatus
from cti.core.call import Call
from cti.core.ids import QueueName

WORST_PENALTY = 5
CHANNEL_VARIABLES = (
    "ACD_QUEUE",
    "ACD_PRIORITY",
    "ACD_NEEDS",
    "ACD_LANGUAGE",
    "ACD_VARS",
    "ACD_JOINED",
)
"""Where the compiled menu leaves the caller's choice; all text, empty where there is nothing to say."""
_MOST_VARIABLES, _LONGEST_TEXT, _HIGHEST = 50, 200, 1000


def memberships(
    agent: Agent, policies: Mapping[QueueName, QueuePolicy]
) -> Mapping[QueueName, int | None]:
    """Each queue → the agent's penalty there: 5 less his level; None where he never fits.

    The native queue knows no relaxation: whoever fits after the last step is a member from the start,
    and his penalty puts the better ones first.
    """
    skills = abilities(agent.skills, agent.languages)
    return {name: _penalty(skills, policy) for name, policy in policies.items()}


def _penalty(skills: Mapping[str, int], policy: QueuePolicy) -> int | None:
    stages = (policy.needs_after({}, step) for step in range(len(policy.relaxation) + 1))
    if not any(fits(skills, needs.items()) for needs in stages):
        return None
    levels = [skills.get(skill, 0) for skill in policy.needs if not is_language(skill)]
    return max(0, WORST_PENALTY - min(levels, default=WORST_PENALTY))


def mirrored(floor: Floor, agent: Agent) -> MirrorMember:
    """The agent as a member of every native queue, as he stands now."""
    return MirrorMember(
        extension=agent.endpoint,
        signed_in=agent.status is not AgentStatus.LOGGED_OUT,
        paused=agent.status is not AgentStatus.READY,
        queues=memberships(agent, floor.rules.policies),
    )


def all_mirrored(floor: Floor) -> list[MirrorMember]:
    """Every agent. Who is in comes last: he may sit at the phone of one who is out."""
    agents = sorted(floor.agents.values(), key=lambda agent: agent.signed_in)
    return [mirrored(floor, agent) for agent in agents]


def take_choice(floor: Floor, call: Call, told: Mapping[str, str]) -> Call:
    """Give a call the choice that its channel carries, unless we know of one already.

    ``told`` are channel variables (``CHANNEL_VARIABLES``): text from Asterisk, bounded here.
    """
    queue = QueueName(told.get("ACD_QUEUE", ""))
    if call.queue is not None or queue not in floor.rules.policies:
        return call
    policy = floor.rules.policies[queue]
    priority = _whole(told.get("ACD_PRIORITY", ""))
    joined = _whole(told.get("ACD_JOINED", ""))
    chosen = replace(
        call,
        queue=queue,
        priority=policy.priority_with(
            call.points, None if priority is None else min(priority, _HIGHEST)
        ),
        needs=_needs(told.get("ACD_NEEDS", "")),
        language=told.get("ACD_LANGUAGE", "")[:16] or call.language,
        variables={**call.variables, **variables_in(told.get("ACD_VARS", ""))},
        queued_at=call.queued_at or (datetime.fromtimestamp(joined, UTC) if joined else None),
    )
    return floor.put_call(chosen)


def variables_in(text: str) -> dict[str, str]:
    """``&name=value&…``, percent-encoded, as the compiled menu writes it."""
    pairs = parse_qsl(text[: _MOST_VARIABLES * _LONGEST_TEXT], separator="&")
    return {name: value[:_LONGEST_TEXT] for name, value in pairs[:_MOST_VARIABLES]}


def _needs(text: str) -> dict[str, int]:
    pairs = (each.partition("=") for each in text.split("|"))
    found = {skill: _whole(level) for skill, _, level in pairs if skill}
    return {skill: level for skill, level in found.items() if level is not None}


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
