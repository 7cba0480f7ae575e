"""The nightly cross-check: a day's records read, compared, and the result kept."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.control_events import ConsultationEnded, PartyLeft
from cti.core.crosscheck.compare import Difference
from cti.core.crosscheck.seen import CelLine
from cti.core.events import AgentLoggedOn, Event
from cti.core.ids import AgentId, EventId
from cti.core.queue_log import QueueLogLine, QueueLogWords
from cti.services.cross_check import CrossCheck, seating
from cti.services.ports import Recorded
from cti.store.sql_cross_check import SqlChecks, facts_between
from cti.store.sql_journal import SqlJournal
from cti.store.sql_queue_log import SqlQueueLog
from tests.unit.core.crosscheck.test_crosscheck import ANN, CALL, SEEN, START, TOLD, at, stay

ZONE = ZoneInfo("Asia/Shanghai")
DAY = START.astimezone(ZONE).date()


class Written:
    """``CheckedRecords``: SQL, and Asterisk's lines as given."""

    def __init__(self, engine: AsyncEngine, cel: Sequence[CelLine]) -> None:
        self._engine, self._cel = engine, cel

    async def facts(self, since: datetime, until: datetime) -> Sequence[Event]:
        return await facts_between(self._engine, since, until)

    async def queue_log(self, since: datetime, until: datetime) -> Sequence[QueueLogLine]:
        return await SqlQueueLog(self._engine).lines(since, until)

    async def seen(self, since: datetime, until: datetime) -> Sequence[CelLine]:
        return [line for line in self._cel if since <= line.at < until]


async def kept(engine: AsyncEngine, story: Sequence[Event] = TOLD) -> None:
    """The story in the journal's table and in queue_log's."""
    recorded = [Recorded(EventId(f"{n + 1}-0"), event) for n, event in enumerate(story)]
    await SqlJournal(engine).save(recorded)
    words = QueueLogWords(lambda _agent: (), lambda number: number)
    lines = [
        (one.event_id, n, line) for one in recorded for n, line in enumerate(words.take(one.event))
    ]
    await SqlQueueLog(engine).add(lines)


def check_of(
    engine: AsyncEngine, cel: Sequence[CelLine] = SEEN, now: datetime | None = None
) -> CrossCheck:
    at = now or datetime.combine(DAY + timedelta(days=1), datetime.min.time(), ZONE)
    return CrossCheck(
        Written(engine, cel),
        SqlChecks(engine),
        {"8001": ANN, "8002": AgentId("1002")},
        ZONE,
        lambda: at.astimezone(UTC),
    )


async def test_a_day_on_which_all_agree_is_kept_without_discrepancies(engine: AsyncEngine) -> None:
    await kept(engine)
    checked = await check_of(engine).check(DAY)
    assert (checked.calls, checked.channels, checked.discrepancies) == (1, 2, ())
    assert await SqlChecks(engine).last() == checked


async def test_a_day_that_several_servers_check_at_once_is_kept_once(engine: AsyncEngine) -> None:
    await kept(engine)
    await asyncio.gather(*(check_of(engine).check(DAY) for _ in range(3)))
    last = await SqlChecks(engine).last()
    assert last is not None
    assert (last.day, last.calls) == (DAY, 1)


async def test_a_difference_is_kept_with_its_call(engine: AsyncEngine) -> None:
    await kept(engine)
    await check_of(engine, cel=[]).check(DAY)
    last = await SqlChecks(engine).last()
    assert last is not None
    assert [each.kind for each in last.discrepancies] == [Difference.ONLY_IN_JOURNAL]


async def test_a_colleague_of_a_three_way_call_is_compared_too(engine: AsyncEngine) -> None:
    party: dict[str, Any] = {"call_id": CALL, "party_id": "1.1-p1", "party_agent_id": "1002"}
    joined = ConsultationEnded(at=at(20), agent_id=ANN, result="conferenced", **party)
    await kept(engine, [*TOLD[:4], joined, PartyLeft(at=at(26), **party), *TOLD[4:]])
    theirs = [replace(line, channel="PJSIP/8002-0003") for line in stay("1.3", 20, 26, "b1")]
    checked = await check_of(engine, [*SEEN, *theirs]).check(DAY)
    assert checked.discrepancies == ()


async def test_another_days_calls_are_not_looked_at(engine: AsyncEngine) -> None:
    await kept(engine)
    checked = await check_of(engine).check(date(2026, 11, 20))
    assert (checked.calls, checked.discrepancies) == (0, ())


def test_a_phone_counts_for_who_signed_in_at_it_last() -> None:
    bob = AgentId("1002")
    signed_in = AgentLoggedOn(at=START, agent_id=bob, extension="8001")
    agent_at = seating([signed_in], {"8001": ANN, "8002": AgentId("1002")})
    before, after = START - timedelta(hours=1), START + timedelta(hours=1)
    assert (agent_at("8001", before), agent_at("8001", after)) == (ANN, bob)
    assert agent_at("8009", after) is None
