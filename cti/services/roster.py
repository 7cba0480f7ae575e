"""The agents of config/agents.yaml meet those remembered in the live state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cti.core.acd.floor import Floor
from cti.core.agent_state import Agent, Listed


def enrol(floor: Floor, roster: Sequence[Agent], now: datetime) -> None:
    """Add new agents, signed out, and bring names, extensions and skills up to date.

    Somebody who left the roster keeps his record: history and a call he may be in refer to it. What
    holds until an agent signs out (another seat, skills a supervisor gave) holds on.
    """
    for fresh in roster:
        known = floor.agents.get(fresh.agent_id)
        if known is None:
            floor.put_agent(replace(fresh, since=now, idle_since=now))
        elif (updated := _updated(known, fresh)) != known:
            floor.put_agent(updated)


def _updated(known: Agent, fresh: Agent) -> Agent:
    own = Listed(extension=fresh.extension, skills=fresh.skills, languages=fresh.languages)
    before = known.listed
    elsewhere = known.signed_in and before is not None and known.extension != before.extension
    given = known.signed_in and known.skills_given
    return replace(
        known,
        name=fresh.name,
        place=fresh.place,
        supervises=fresh.supervises,
        extension=known.extension if elsewhere else fresh.extension,
        skills=known.skills if given else fresh.skills,
        languages=known.languages if given else fresh.languages,
        listed=own if known.listed else None,
    )
