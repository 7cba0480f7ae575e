"""The feed: one reader, every event once to each follower, whatever happens to the store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from cti.core.ids import EventId
from cti.services.feed import CutOff, Feed, Subscription
from cti.services.ports import Recorded
from tests.web.memory import MemoryStream
from tests.web.samples import LIMIT_S, offered


@asynccontextmanager
async def running(feed: Feed) -> AsyncIterator[None]:
    task = asyncio.create_task(feed.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def ids_of(subscription: Subscription, count: int) -> list[str]:
    found: list[Recorded] = []
    async with asyncio.timeout(LIMIT_S):
        while len(found) < count:
            found += await subscription.next()
    return [one.event_id for one in found]


async def begun(feed: Feed, stream: MemoryStream) -> None:
    async with asyncio.timeout(LIMIT_S):
        await stream.reads.wait()


async def test_every_follower_gets_each_event_once_in_order() -> None:
    stream = MemoryStream()
    feed = Feed(stream)
    async with running(feed):
        await begun(feed, stream)
        with feed.subscribe() as one, feed.subscribe() as other:
            for _ in range(50):
                await stream.append(offered())
            expected = [f"{n}-0" for n in range(1, 51)]
            assert await ids_of(one, 50) == expected
            assert await ids_of(other, 50) == expected


async def test_the_feed_begins_at_the_end_of_the_journal() -> None:
    stream = MemoryStream()
    await stream.append(offered())
    feed = Feed(stream)
    with feed.subscribe() as early:
        async with running(feed):
            await begun(feed, stream)
            assert early.position == "1-0"
            await stream.append(offered())
            assert await ids_of(early, 1) == ["2-0"]


async def test_a_follower_that_does_not_keep_up_is_cut_off_and_the_others_are_not() -> None:
    stream = MemoryStream()
    feed = Feed(stream, queue_limit=5)
    async with running(feed):
        await begun(feed, stream)
        with feed.subscribe() as slow, feed.subscribe() as quick:
            for n in range(10):
                await stream.append(offered())
                assert await ids_of(quick, 1) == [f"{n + 1}-0"]
            with pytest.raises(CutOff):
                await slow.next()
            with pytest.raises(CutOff):
                await slow.next()


async def test_after_an_outage_the_feed_goes_on_where_it_was() -> None:
    stream = MemoryStream()
    feed = Feed(stream)
    async with running(feed):
        await begun(feed, stream)
        with feed.subscribe() as follower:
            await stream.append(offered())
            assert await ids_of(follower, 1) == ["1-0"]
            await stream.break_down()
            await stream.append(offered())
            await stream.append(offered())
            stream.down = False
            assert await ids_of(follower, 2) == ["2-0", "3-0"]


async def test_a_feed_that_starts_without_its_store_begins_when_the_store_is_there() -> None:
    stream = MemoryStream()
    stream.down = True
    feed = Feed(stream)
    with feed.subscribe() as follower:
        async with running(feed):
            await stream.append(offered())
            await stream.break_down()
            stream.down = False
            await begun(feed, stream)
            await stream.append(offered())
            assert await ids_of(follower, 1) == ["2-0"]


async def test_followers_are_cut_off_when_the_journal_was_trimmed_during_an_outage() -> None:
    stream = MemoryStream()
    feed = Feed(stream)
    async with running(feed):
        await begun(feed, stream)
        with feed.subscribe() as follower:
            await stream.break_down()
            for _ in range(3):
                await stream.append(offered())
            stream.trimmed_upto = EventId("2-0")
            stream.down = False
            with pytest.raises(CutOff):
                async with asyncio.timeout(LIMIT_S):
                    await follower.next()
        assert feed.position == "3-0"


async def test_missed_gives_what_lies_between_two_places() -> None:
    stream = MemoryStream()
    for _ in range(6):
        await stream.append(offered())
    found = await Feed(stream).missed(EventId("2-0"), EventId("4-0"))
    assert found is not None
    assert [one.event_id for one in found] == ["3-0", "4-0"]


@pytest.mark.parametrize(
    ("after", "why"),
    [("1-0", "too many"), ("9-0", "ahead of us")],
)
async def test_missed_is_none_where_a_replay_would_not_be_whole(after: str, why: str) -> None:
    stream = MemoryStream()
    for _ in range(6):
        await stream.append(offered())
    assert await Feed(stream).missed(EventId(after), EventId("6-0"), limit=4) is None, why


async def test_missed_is_none_for_a_trimmed_journal_and_for_a_dead_store() -> None:
    stream = MemoryStream()
    for _ in range(6):
        await stream.append(offered())
    stream.trimmed_upto = EventId("3-0")
    assert await Feed(stream).missed(EventId("2-0"), EventId("6-0")) is None
    stream.trimmed_upto = EventId("0-0")
    stream.down = True
    assert await Feed(stream).missed(EventId("2-0"), EventId("6-0")) is None
