"""What an agent promised a caller becomes work for a day; SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.clock.hours import Calendar
from cti.core.events import WrapUpSaved
from cti.core.ids import AgentId, EventId
from cti.core.work import WorkKind, WorkState
from cti.services.follow_ups import FollowUps
from cti.services.ports import HistoryDown, Recorded
from cti.services.work_ports import WorkItem, WorkQuery
from cti.store.sql_journal import SqlJournal
from cti.store.sql_work import SqlWork
from tests.store.samples import offered
from tests.store.test_sql_history import CALL, recorded
from tests.store.work_samples import NOON, Post

PROMISED = WrapUpSaved(
    at=NOON,
    call_id=CALL,
    agent_id=AgentId("1023"),
    reason="consult_documents",
    remarks="补寄发票",
    follow_up=True,
    reference="RDAA2026",
    follow_up_due=date(2026, 11, 27),
)


class Follower:
    """``FollowUps`` over one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.book = SqlWork(engine, lambda: NOON)
        calendar = Calendar(zone=ZoneInfo("Asia/Shanghai"))
        self.made = FollowUps({}, lambda: calendar, self.book, Post(engine).outbox)

    async def see(self, *facts: WrapUpSaved) -> None:
        await self.made.save([Recorded(EventId(f"{n}-0"), one) for n, one in enumerate(facts)])

    async def items(self, *states: WorkState) -> list[WorkItem]:
        wanted = states or (WorkState.OPEN, WorkState.TAKEN)
        return list(await self.book.find(WorkQuery(states=wanted)))


@pytest.fixture
async def follower(engine: AsyncEngine) -> Follower:
    await SqlJournal(engine).save(recorded([offered(CALL)]))
    return Follower(engine)


async def test_a_promise_is_work_until_the_end_of_its_day(follower: Follower) -> None:
    await follower.see(PROMISED)
    (item,) = await follower.items()
    assert (item.kind, item.call_id, item.number) == (WorkKind.FOLLOW_UP, CALL, "13997000001")
    assert item.due_at == datetime(2026, 11, 27, 15, 59, tzinfo=UTC)
    assert item.details == {
        "reason": "consult_documents",
        "reference": "RDAA2026",
        "remarks": "补寄发票",
        "agent_id": "1023",
    }


async def test_without_a_day_it_is_due_the_next_day(follower: Follower) -> None:
    await follower.see(replace(PROMISED, follow_up_due=None))
    (item,) = await follower.items()
    assert item.due_at == datetime(2026, 11, 24, 15, 59, tzinfo=UTC)


async def test_a_record_that_is_saved_again_changes_its_one_item(follower: Follower) -> None:
    await follower.see(PROMISED, PROMISED)
    await follower.see(replace(PROMISED, remarks="改寄", follow_up_due=date(2026, 11, 30)))
    (item,) = await follower.items()
    assert item.details["remarks"] == "改寄"
    assert item.due_at == datetime(2026, 11, 30, 15, 59, tzinfo=UTC)


async def test_a_corrected_record_takes_back_what_nobody_sees_to(follower: Follower) -> None:
    await follower.see(PROMISED, replace(PROMISED, follow_up=False))
    assert await follower.items() == []
    (item,) = await follower.items(WorkState.DONE)
    assert (item.closed_by, item.result) == ("1023", "not_needed")


async def test_what_somebody_sees_to_stays_his(follower: Follower) -> None:
    await follower.see(PROMISED)
    (item,) = await follower.items()
    await follower.book.take(item.item_id, "1024", NOON)
    await follower.see(replace(PROMISED, follow_up=False))
    (item,) = await follower.items()
    assert (item.state, item.taken_by) == (WorkState.TAKEN, "1024")


async def test_a_record_without_a_promise_opens_nothing(follower: Follower) -> None:
    await follower.see(replace(PROMISED, follow_up=False))
    assert await follower.items(*WorkState) == []


async def test_a_call_that_history_has_not_heard_of_is_waited_for(engine: AsyncEngine) -> None:
    follower = Follower(engine)
    with pytest.raises(HistoryDown):
        await follower.see(PROMISED)
    await SqlJournal(engine).save(recorded([offered(CALL)]))
    await follower.see(PROMISED)
    assert len(await follower.items()) == 1
