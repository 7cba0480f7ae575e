"""What is remembered of callers' numbers, in SQLite and in PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.acd.sticky import KeptPlace, Known
from cti.core.events import Queued
from cti.core.ids import AgentId, CallId, EventId, QueueName
from cti.services.blocking import Block
from cti.services.caller_classes import RecentCalls, Remembered
from cti.services.ports import Recorded
from cti.store import sql_schema
from cti.store.sql_journal import SqlJournal
from cti.store.sql_numbers import SqlNumbers

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
HALF_HOUR = NOW - timedelta(minutes=30)
LONG_AGO = NOW - timedelta(days=180)
NUMBER = "13997000001"


def block(days: int = 7) -> Block:
    return Block(
        number=NUMBER, since=NOW, until=NOW + timedelta(days=days), by="2001", reason="骚扰\x00"
    )


@pytest.fixture
def numbers(engine: AsyncEngine) -> SqlNumbers:
    return SqlNumbers(engine)


async def test_a_stranger_s_number_is_neither_blocked_nor_has_it_a_language(
    numbers: SqlNumbers,
) -> None:
    assert await numbers.remembered(NUMBER, NOW, LONG_AGO) == Remembered()
    assert await numbers.remembered("anonymous", NOW, LONG_AGO) == Remembered()


async def test_a_blocked_number_is_known_however_it_is_written_until_its_time_is_over(
    numbers: SqlNumbers,
) -> None:
    assert await numbers.block(NUMBER, block())
    for way in (NUMBER, "+8613997000001", "013997000001"):
        assert (await numbers.remembered(way, NOW, LONG_AGO)).blocked
    over = NOW + timedelta(days=7)
    assert not (await numbers.remembered(NUMBER, over, LONG_AGO)).blocked
    assert await numbers.blocked(over) == []


async def test_a_number_blocked_again_is_blocked_once_and_anew(numbers: SqlNumbers) -> None:
    await numbers.block(NUMBER, block())
    await numbers.block("+86" + NUMBER, block(days=30))
    (found,) = await numbers.blocked(NOW)
    assert (found.number, found.until) == ("+86" + NUMBER, NOW + timedelta(days=30))
    assert found.reason == "骚扰\N{REPLACEMENT CHARACTER}"


async def test_a_block_is_lifted_by_number_and_by_its_own_number(numbers: SqlNumbers) -> None:
    await numbers.block(NUMBER, block())
    assert (await numbers.unblock("0" + NUMBER, NOW)) is not None
    assert await numbers.unblock(NUMBER, NOW) is None
    await numbers.block(NUMBER, block())
    (found,) = await numbers.blocked(NOW)
    assert await numbers.lift(found.block_id, NOW) == found
    assert await numbers.lift(found.block_id, NOW) is None


async def test_what_is_no_number_cannot_be_blocked(numbers: SqlNumbers) -> None:
    assert not await numbers.block("anonymous", block())
    assert await numbers.blocked(NOW) == []


async def test_the_language_chosen_last_is_kept_and_forgotten_in_time(numbers: SqlNumbers) -> None:
    await numbers.remember_language(NUMBER, "en", NOW - timedelta(days=10))
    await numbers.remember_language("+86" + NUMBER, "bo", NOW - timedelta(days=1))
    assert (await numbers.remembered(NUMBER, NOW, LONG_AGO)).language == "bo"
    assert (await numbers.remembered(NUMBER, NOW, NOW)).language == ""
    assert await numbers.forget_languages(LONG_AGO) == 0
    assert await numbers.forget_languages(NOW) == 1
    assert (await numbers.remembered(NUMBER, NOW, LONG_AGO)).language == ""


async def call(
    engine: AsyncEngine,
    minutes_ago: float,
    outcome: str | None,
    number: str = NUMBER,
    agent_id: str | None = None,
) -> None:
    arrived_at = NOW - timedelta(minutes=minutes_ago)
    row = {
        "call_id": f"{number}.{minutes_ago}",
        "caller_number": number,
        "dialed_number": "95518",
        "arrived_at": arrived_at,
        "language": "zh",
        "outcome": outcome,
        "keys": [],
        "ended_at": arrived_at + timedelta(minutes=5),
        "tree_version": 0,
        "agent_id": agent_id,
    }
    async with engine.begin() as connection:
        await connection.execute(insert(sql_schema.call), row)


async def test_calls_of_today_are_counted_and_those_of_others_are_not(
    engine: AsyncEngine, numbers: SqlNumbers
) -> None:
    assert await numbers.recent(NUMBER, MIDNIGHT, HALF_HOUR) == RecentCalls()
    await call(engine, 100, "answered")
    await call(engine, 200, None)
    await call(engine, 60 * 24, "answered")
    await call(engine, 10, "abandoned", "13997000002")
    assert await numbers.recent(NUMBER, MIDNIGHT, HALF_HOUR) == RecentCalls(calls=2)


@pytest.mark.parametrize(
    ("minutes_ago", "outcome", "abandoned"),
    [
        (10, "abandoned", True),
        (34, "short_abandoned", True),
        (36, "abandoned", False),
        (10, "answered", False),
        (10, "callback_taken", False),
        (10, "system_fail", True),
    ],
)
async def test_who_left_a_queue_unserved_within_half_an_hour_is_known(
    engine: AsyncEngine, numbers: SqlNumbers, minutes_ago: float, outcome: str, abandoned: bool
) -> None:
    await call(engine, minutes_ago, outcome)
    assert (await numbers.recent(NUMBER, MIDNIGHT, HALF_HOUR)).abandoned == abandoned


async def joined(
    engine: AsyncEngine, call_id: str, at: datetime, place_at: datetime | None
) -> None:
    """The call's last visit to a queue, as the journal writes it."""
    fact = Queued(
        at=at,
        call_id=CallId(call_id),
        queue=QueueName("motor"),
        priority=60,
        needs={},
        language="zh",
        place_at=place_at,
    )
    recorded = Recorded(EventId(f"{int(at.timestamp() * 1000)}-0"), fact)
    await SqlJournal(engine).save([recorded])


async def test_a_place_given_up_a_moment_ago_is_known_with_its_first_beginning(
    engine: AsyncEngine, numbers: SqlNumbers
) -> None:
    at, first = NOW - timedelta(minutes=8), NOW - timedelta(minutes=20)
    await call(engine, 8, "abandoned")
    for number, place_at in enumerate((None, first)):
        await joined(engine, f"{NUMBER}.8", at + timedelta(seconds=number), place_at)
    # The journal made its row of the call anew.
    async with engine.begin() as connection:
        row = {"outcome": "abandoned", "caller_number": NUMBER, "ended_at": NOW}
        await connection.execute(update(sql_schema.call).values(row))
    ago = NOW - timedelta(minutes=10)
    assert await numbers.known(NUMBER, LONG_AGO, ago) == Known(
        place=KeptPlace(queue=QueueName("motor"), since=first)
    )
    assert (await numbers.known(NUMBER, LONG_AGO, NOW + timedelta(seconds=1))).place is None


async def test_the_agent_of_the_last_talk_is_known_for_a_day(
    engine: AsyncEngine, numbers: SqlNumbers
) -> None:
    await call(engine, 300, "answered", agent_id="1001")
    await call(engine, 200, "answered", agent_id="1002")
    await call(engine, 100, "abandoned")
    day = NOW - timedelta(days=1)
    assert await numbers.known(NUMBER, day, HALF_HOUR) == Known(last_agent=AgentId("1002"))
    assert await numbers.known(NUMBER, NOW, HALF_HOUR) == Known()
    assert await numbers.known("13997000009", day, HALF_HOUR) == Known()
