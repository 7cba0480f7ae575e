"""Why each offer of a call went where it went, from its facts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cti.core.events import AgentAllocated, ConnectionCleared, Diverted, Established, Queued
from cti.services.ports import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOffer:
    """One offer and what became of it: a cause of ``diverted``, ``established``, ``lost`` where that
    talk broke off, or nothing yet.

    ``place_at`` is since when the call has its place, where that is before it joined this queue: points
    and relaxation count from then.
    """

    number: int
    fact: AgentAllocated
    place_at: datetime | None = None
    result: str = ""


def offers(story: Iterable[Recorded]) -> list[OneOffer]:
    """Every offer of a call, the first one first."""
    found: list[OneOffer] = []
    place_at: datetime | None = None
    for event in (one.event for one in story):
        match event:
            case Queued():
                kept = event.place_at is not None and event.place_at < event.at
                place_at = event.place_at if kept else None
            case AgentAllocated():
                found.append(OneOffer(number=len(found) + 1, fact=event, place_at=place_at))
            case Diverted() if found:
                found[-1] = replace(found[-1], result=event.cause.value)
            case Established() if found:
                found[-1] = replace(found[-1], result="established")
            case ConnectionCleared(why="lost") if found:
                found[-1] = replace(found[-1], result="lost")
    return found
