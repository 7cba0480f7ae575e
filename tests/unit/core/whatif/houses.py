"""Small houses for what-if tests: one queue, so many alike agents, all day long."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import inf
from random import Random

from cti.core.acd.floor_rules import FloorRules
from cti.core.acd.queue import QueuePolicy, ServiceTarget
from cti.core.agent_state import Agent
from cti.core.ids import AgentId, QueueName
from cti.core.whatif.chance import Spread
from cti.core.whatif.crew import AT_ONCE, Habits, House, Person, Spell
from cti.core.whatif.demand import Contact, Demand, Stream, generated

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
DAY = Spell(MIDNIGHT, MIDNIGHT + timedelta(hours=24))
MOTOR, ADVICE = QueueName("motor"), QueueName("advice")


def moment(hours: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hours)


def rules(**motor: object) -> FloorRules:
    wanted = {"priority": 60, "needs": {"motor": 1}, "target": ServiceTarget(0.8, 20), **motor}
    return FloorRules(
        policies={
            MOTOR: QueuePolicy(name=MOTOR, **wanted),  # type: ignore[arg-type]
            ADVICE: QueuePolicy(name=ADVICE, priority=20, needs={"advice": 1}),
        },
        fallback_queue=MOTOR,
    )


def person(number: int, shifts: Sequence[Spell] = (DAY,), **skills: int) -> Person:
    agent_id = AgentId(str(number))
    agent = Agent(
        agent_id=agent_id, name="", extension=agent_id, skills=skills or {"motor": 3, "advice": 3}
    )
    return Person(agent=agent, shifts=shifts)


def house(agents: int, habits: Habits = AT_ONCE) -> House:
    return House(rules=rules(), crew=[person(1000 + n) for n in range(agents)], habits=habits)


def textbook(calls: float, aht_s: float, patience_s: float = inf) -> Demand:
    """Poisson arrivals all day, exponential talks, no wrap-up."""
    stream = Stream(
        queue=MOTOR,
        share=1,
        talk=Spread(mean_s=aht_s),
        wrap_up=Spread(mean_s=0),
        patience=Spread(mean_s=patience_s),
    )
    return Demand(calls=calls, profile=(1,), streams=(stream,))


def day(demand: Demand, seed: int) -> list[Contact]:
    return generated(demand, MIDNIGHT, Random(seed))  # noqa: S311
