"""What a call needs, what an agent can do, and how needs soften. Pure.

A *need* is a skill and the least level that serves the call; a language is a need like any other,
named ``lang:zh``. An agent's abilities are his skills with their levels and his languages at level
1.
"""

from collections.abc import Iterable, Mapping

from cti.core.ids import AgentId

Needs = Mapping[str, int]
Skills = Mapping[str, int]

_LANGUAGE = "lang:"
_AGENT = "agent:"


def language_need(tag: str) -> str:
    """The need's name of a language tag: ``zh`` → ``lang:zh``."""
    return _LANGUAGE + tag


def agent_need(agent_id: AgentId) -> str:
    """The need that only this agent meets."""
    return _AGENT + agent_id


def is_agent(need: str) -> bool:
    """True for ``agent:…``."""
    return need.startswith(_AGENT)


def is_language(need: str) -> bool:
    """True for ``lang:…``."""
    return need.startswith(_LANGUAGE)


def abilities(skills: Skills, languages: Iterable[str]) -> dict[str, int]:
    """Skills and languages of one agent in the words of needs."""
    return {**skills, **{language_need(tag): 1 for tag in languages}}


def merged(*parts: Needs) -> dict[str, int]:
    """All needs together; where two name the same skill, the higher level holds."""
    both: dict[str, int] = {}
    for part in parts:
        for skill, level in part.items():
            both[skill] = max(level, both.get(skill, 0))
    return both


def relaxed(needs: Needs, changes: Needs) -> dict[str, int]:
    """The needs after one relaxation step.

    A change lowers a need to its level, drops it at level 0, or adds a need that was not there
    (``{"motor": 0, "consult": 1}`` replaces one skill by another). A name ending in ``*`` changes
    every need that begins so (``{"lang:*": 0}`` drops whatever language was asked for).
    """
    after = dict(needs)
    for name, level in changes.items():
        for skill in _meant(name, needs):
            after[skill] = min(level, after.get(skill, level))
    return {skill: level for skill, level in after.items() if level > 0}


def fits(skills: Skills, needs: Iterable[tuple[str, int]]) -> bool:
    """True when every need is met."""
    return all(skills.get(skill, 0) >= level for skill, level in needs)


def level_in(skills: Skills, needs: Iterable[tuple[str, int]]) -> int:
    """How good an agent is at these needs: the sum of his levels in them."""
    return sum(skills.get(skill, 0) for skill, _ in needs)


def _meant(name: str, needs: Needs) -> list[str]:
    if not name.endswith("*"):
        return [name]
    return [skill for skill in needs if skill.startswith(name[:-1])]
