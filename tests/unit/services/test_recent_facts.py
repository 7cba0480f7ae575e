"""The last hour: from the journal at first, then from the feed, every fact once."""

import asyncio
from datetime import UTC, datetime, timedelta

from cti.core.acd.estimate import LastHour
from cti.core.events import ConnectionCleared, Event, Queued, WrapUpEnded
from cti.core.ids import AgentId, CallId, QueueName
from cti.services.feed import Feed
from cti.services.recent_facts import RecentFacts
from tests.web.memory import MemoryStream
from tests.web.samples import LIMIT_S

# The journal in memory numbers its events from 1, as if they came right after 1970 began.
NOW = datetime(1970, 1, 1, 1, 0, tzinfo=UTC)
MOTOR = QueueName("motor")


def handled(name: str) -> list[Event]:
    call_id, agent_id = CallId(name), AgentId("1001")
    later = NOW + timedelta(seconds=10)
    return [
        Queued(at=NOW, call_id=call_id, queue=MOTOR, priority=0, needs={}, language="zh", keys=()),
        ConnectionCleared(at=NOW, call_id=call_id, agent_id=agent_id, talked_s=50.0),
        WrapUpEnded(at=later, agent_id=agent_id, call_id=call_id, by="agent"),
    ]


async def append(stream: MemoryStream, name: str) -> None:
    for event in handled(name):
        await stream.append(event)


async def until(facts: RecentFacts, answers: int) -> None:
    async with asyncio.timeout(LIMIT_S):
        while facts.hours().get(MOTOR) != LastHour(answers=answers, aht_s=60):  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0)


async def test_what_happened_before_the_start_counts_and_what_comes_after_it_too() -> None:
    stream = MemoryStream()
    await append(stream, "1.1")
    feed = Feed(stream)
    facts = RecentFacts(feed, stream, lambda: NOW + timedelta(seconds=20))
    assert facts.hours() == {}
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(feed.run()), tasks.create_task(facts.run())]
        await until(facts, 1)
        await append(stream, "1.2")
        await until(facts, 2)
        for task in running:
            task.cancel()


async def test_after_a_gap_the_hour_is_read_again_and_nothing_counts_twice() -> None:
    stream = MemoryStream()
    feed = Feed(stream, queue_limit=2)
    facts = RecentFacts(feed, stream, lambda: NOW + timedelta(seconds=20))
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(feed.run()), tasks.create_task(facts.run())]
        await append(stream, "1.1")
        await append(stream, "1.2")
        await append(stream, "1.3")
        await until(facts, 3)
        for task in running:
            task.cancel()
