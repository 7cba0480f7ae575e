"""What ``cti simulate`` runs: so many days, the same for each house that is compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from cti.core.ids import QueueName
from cti.core.whatif.count import Outcomes
from cti.core.whatif.crew import House
from cti.core.whatif.demand import Contact, Day, Demand, Surge, generated
from cti.core.whatif.recorded import RecordedCall, likeness, played_again, surged
from cti.core.whatif.run import played

Draw = Callable[[Random], list[Contact]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``runs`` days from ``seed`` on, each met by every house."""

    draw: Draw
    houses: Sequence[House]
    runs: int
    seed: int


def drawn(demand: Demand, midnight: datetime) -> Draw:
    """Days of chance."""
    return lambda dice: generated(demand, midnight, dice)


def relived(day: Sequence[RecordedCall], surges: Sequence[Surge], midnight: datetime) -> Draw:
    """A recorded day; chance decides only what nobody knows of it."""
    like = likeness(day)

    def draw(dice: Random) -> list[Contact]:
        calls: Sequence[RecordedCall] = day
        for surge in surges:
            calls = surged(calls, surge, midnight, dice)
        return played_again(calls, like, dice)

    return draw


def answers(question: Question, progress: Callable[[int], None]) -> list[list[Outcomes]]:
    """Each house's outcomes, run by run; ``progress`` hears how many runs are done.

    Raises ``run.Stuck`` where the floor would have lost a call.
    """
    outcomes: list[list[Outcomes]] = [[] for _ in question.houses]
    for number in range(question.runs):
        # One seed a run: every house meets the same callers.
        day: Day = question.draw(Random(question.seed * 1_000_003 + number))  # noqa: S311
        for found, house in zip(outcomes, question.houses, strict=True):
            found.append(played(house, day))
        progress(number + 1)
    return outcomes


def unknown_queues(day: Sequence[Contact], house: House) -> list[QueueName]:
    """Queues of the day that the house does not have; their callers would go to the fallback queue."""
    return sorted({contact.queue for contact in day} - house.rules.policies.keys())
