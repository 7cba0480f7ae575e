"""Cost of a whole step of the floor, with every rule in force, as the house grows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from time import process_time

from cti.core.acd import signals as seen
from cti.core.acd.floor import Floor
from cti.core.acd.floor_rules import FloorRules
from cti.core.acd.orders import RingAgent
from cti.core.acd.overflow import Overflow
from cti.core.acd.queue import QueuePolicy, Relaxation, Strategy
from cti.core.acd.signals import Signal
from cti.core.acd.step import take
from cti.core.acd.sticky import Known
from cti.core.agent_state import Agent, AgentStatus
from cti.core.ids import AgentId, CallId, ChannelName, QueueName
from tests.bench.line import ROUNDS, Line, Row
from tests.bench.route import growth_rows, spread

START = datetime(2026, 3, 21, 8, 0, tzinfo=UTC)
SIZES = ((10, 600), (1000, 400), (10_000, 200))
LEVELS = 8
STICKY = 0.3
"""So many callers were served by somebody before."""


def policies() -> Mapping[QueueName, QueuePolicy]:
    """Two queues for each strategy: one nobody is free for, one in which nobody waits."""
    return {
        name: QueuePolicy(
            name=name,
            priority=20 * number,
            needs={name: 3},
            relaxation=(Relaxation(3600.0, {name: 1}),),
            overflow=(
                Overflow(number="duty", after_s=36_000.0),
                Overflow(number="duty", longer_than=100_000),
                Overflow(number="duty", nobody_signed_in=True),
            ),
            strategy=strategy,
            then=Strategy.LEAST_TALK,
        )
        for number, strategy in enumerate(Strategy)
        for name in (QueueName(f"full-{strategy}"), QueueName(f"calm-{strategy}"))
    }


class Place:
    """A floor on which half of the queues are full, and the agents of the other half are free."""

    def __init__(self, size: int) -> None:
        self.random, self.now = Random(size), START
        rules = FloorRules(policies=policies(), fallback_queue=QueueName("calm-linear"))
        self.floor, self._number = Floor(rules), count()
        busy = [self._agent("full", AgentStatus.NOT_READY) for _ in range(50)]
        self.free = [self._agent("calm", AgentStatus.READY) for _ in range(size)]
        self.floor.load([*busy, *self.free], ())
        self.tired = [one.agent_id for one in busy]
        for _ in range(size):
            self.joins("full")

    def _agent(self, half: str, status: AgentStatus) -> Agent:
        number = next(self._number)
        return Agent(
            agent_id=AgentId(f"{number:06}"),
            name="",
            extension=f"{number:06}",
            skills={f"{half}-{one}": self.random.randint(3, LEVELS) for one in Strategy},
            status=status,
            idle_since=START + timedelta(seconds=number * 0.01),
            place=number,
            talked_s=self.random.random() * 9000,
        )

    def take(self, signal: Signal) -> RingAgent | None:
        """One signal; who is rung by it."""
        orders = take(self.floor, signal, self.now).orders
        return next((order for order in orders if isinstance(order, RingAgent)), None)

    def joins(self, half: str) -> tuple[float, RingAgent | None]:
        """A caller waits; what the last of his signals took, in seconds."""
        self.now += timedelta(milliseconds=20)
        call_id = CallId(f"{next(self._number)}")
        channel = ChannelName(f"sip/{call_id}")
        known = None
        if half == "calm" and self.random.random() < STICKY:
            known = Known(last_agent=self.random.choice(self.free).agent_id)
        self.take(
            seen.CallerArrived(
                call_id=call_id, channel=channel, caller_number="", dialed_number="", known=known
            )
        )
        queue = QueueName(f"{half}-{self.random.choice([*Strategy])}")
        self.take(seen.QueueChosen(call_id=call_id, queue=queue))
        return self._timed(seen.CallerWaits(call_id=call_id, channel=channel))

    def readies(self) -> tuple[float, RingAgent | None]:
        """An agent of the full queues becomes ready."""
        agent_id = self.random.choice(self.tired)
        return self._timed(seen.ChooseStatus(agent_id=agent_id, status=AgentStatus.READY))

    def _timed(self, signal: Signal) -> tuple[float, RingAgent | None]:
        begun = process_time()
        rung = self.take(signal)
        self.floor.next_due()
        return process_time() - begun, rung

    def over(self, rung: RingAgent) -> None:
        """The caller who is rung for hangs up; an agent of the full queues has a break then."""
        tired = rung.agent_id in self.tired
        if tired:
            away = AgentStatus.NOT_READY
            self.take(seen.ChooseStatus(agent_id=rung.agent_id, status=away, reason="BREAK"))
        channel = ChannelName(f"sip/{rung.call_id}")
        self.take(seen.ChannelGone(call_id=rung.call_id, channel=channel))
        if tired:
            self.joins("full")


def measured(size: int, steps: int) -> Mapping[str, float]:
    """What a step takes that ends in an offer. Raises RuntimeError where one ends in none."""
    place = Place(size)
    took_s = []
    turns: Sequence[Callable[[], tuple[float, RingAgent | None]]] = (
        place.readies,
        lambda: place.joins("calm"),
    )
    for turn in range(steps):
        spent_s, rung = turns[turn % 2]()
        if rung is None:
            raise RuntimeError(f"nobody was rung at {size} x {size}")
        took_s.append(spent_s)
        place.over(rung)
    return spread(took_s[steps // 5 :])


def run() -> Sequence[Row]:
    ours = {size: [measured(size, steps) for _ in range(ROUNDS)] for size, steps in SIZES}
    return growth_rows("step of the floor", ours)


LINE = Line(
    "Step of the floor",
    "The same house growing, with every rule in force: ten queues of the five strategies, relaxation, three "
    f"ways out of each queue, and {STICKY:.0%} of those who come to free agents wishing for the agent who "
    "served them last. "
    "An agent chooses ready, or a caller's channel is seen waiting: timed is the whole step from signal to "
    "the order to ring, with new records, facts, the story of the decision, and when to look again; "
    "processor time. Nobody else has such a floor, so the smallest house is the peer.",
    run,
)
