"""Why each offer of a call went where it went, from its facts."""

from collections.abc import Iterable
from dataclasses import dataclass

from cti.core.events import AgentAllocated, Diverted, Established
from cti.services.ports import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOffer:
    """One offer and what became of it: a cause of ``diverted``, ``established``, or nothing yet."""

    number: int
    fact: AgentAllocated
    result: str = ""


def offers(story: Iterable[Recorded]) -> list[OneOffer]:
    """Every offer of a call, the first one first."""
    found: list[OneOffer] = []
    for event in (one.event for one in story):
        match event:
            case AgentAllocated():
                found.append(OneOffer(number=len(found) + 1, fact=event))
            case Diverted() if found:
                found[-1] = OneOffer(
                    number=found[-1].number, fact=found[-1].fact, result=event.cause.value
                )
            case Established() if found:
                found[-1] = OneOffer(
                    number=found[-1].number, fact=found[-1].fact, result="established"
                )
    return found
