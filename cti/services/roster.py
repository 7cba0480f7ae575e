"""The agents of config/agents.yaml meet those remembered in the live state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cti.core.acd.floor import Floor
from cti.core.agent_state import Agent


def enrol(floor: Floor, roster: Sequence[Agent], now: datetime) -> None:
    """Add new agents, signed out, and bring names, extensions and skills up to date.

    Somebody who left the roster keeps his record: history and a call he may be in refer to it.
    """
    for listed in roster:
        known = floor.agents.get(listed.agent_id)
        if known is None:
            floor.put_agent(replace(listed, since=now, idle_since=now))
        elif _profile(known) != _profile(listed):
            floor.put_agent(
                known,
                name=listed.name,
                extension=listed.extension,
                skills=listed.skills,
                languages=listed.languages,
                place=listed.place,
            )


def _profile(agent: Agent) -> tuple[object, ...]:
    return agent.name, agent.extension, dict(agent.skills), agent.languages, agent.place
