"""Work items, answers of surveys and their facts, on both databases."""

import asyncio
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.changes import Changes
from cti.core.events import SurveyAnswered
from cti.core.ids import EventId
from cti.core.work import WorkKind, WorkResult, WorkState
from cti.services.fact_relay import FactRelay
from cti.services.ports import Recorded
from cti.services.work_ports import NewWork, WorkQuery
from cti.store.memory_state import MemoryState
from cti.store.sql_facts import SqlFacts
from cti.store.sql_journal import SqlJournal
from cti.store.sql_work import SqlWork
from cti.store.tables_work import survey_answer
from tests.store.work_samples import CALL, NOON, NUMBER, kinds


def new_work(key: str = "k", due_h: int = 1) -> NewWork:
    return NewWork(
        kind=WorkKind.VOICEMAIL,
        key=key,
        due_at=NOON + timedelta(hours=due_h),
        queue="consult",
        call_id=CALL,
        number=NUMBER,
        details={"a": "b"},
    )


async def test_the_same_cause_makes_one_item_and_one_fact(engine: AsyncEngine) -> None:
    work = SqlWork(engine, lambda: NOON)
    assert await work.open(new_work(), NOON) is not None
    assert await work.open(new_work(), NOON) is None
    assert len(await work.find(WorkQuery())) == 1
    assert await kinds(engine) == ["workItemOpened"]


async def test_what_is_most_urgent_stands_first(engine: AsyncEngine) -> None:
    work = SqlWork(engine, lambda: NOON)
    for key, due_h in (("late", 9), ("soon", 1), ("later", 20)):
        await work.open(new_work(key, due_h), NOON)
    assert [item.key for item in await work.find(WorkQuery())] == ["soon", "late", "later"]


async def test_what_one_took_another_cannot_close(engine: AsyncEngine) -> None:
    work = SqlWork(engine, lambda: NOON)
    item_id = await work.open(new_work(), NOON)
    assert item_id
    assert await work.take(item_id, "1001", NOON)
    assert not await work.take(item_id, "1002", NOON)
    assert not await work.close(item_id, "1002", WorkResult.DONE, "")
    assert await work.close(item_id, "1001", WorkResult.UNREACHABLE, "no answer")
    assert not await work.close(item_id, "1001", WorkResult.DONE, "")
    assert await work.find(WorkQuery()) == []
    (done,) = await work.find(WorkQuery(states=[WorkState.DONE]))
    assert (done.closed_by, done.result, done.remarks) == ("1001", "unreachable", "no answer")
    assert await kinds(engine) == ["workItemOpened", "workItemClosed"]


async def test_facts_reach_the_journal_once_whatever_is_repeated(engine: AsyncEngine) -> None:
    await SqlWork(engine, lambda: NOON).open(new_work(), NOON)
    state = MemoryState()
    (pending,) = await SqlFacts(engine).pending()
    await state.commit(Changes(events=(pending.event,), commit_id=pending.token))
    running = asyncio.create_task(FactRelay(SqlFacts(engine), state).run())
    async with asyncio.timeout(5):
        while await SqlFacts(engine).pending():  # noqa: ASYNC110 (SQL tells nobody)
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(state.journal) == 1


# Surveys.


async def test_answers_of_a_survey_are_rows_once(engine: AsyncEngine) -> None:
    fact = SurveyAnswered(
        at=NOON,
        call_id=CALL,
        survey="service",
        answers={"rating": "4", "reason": "2"},
        queue="motor",
        agent_id="1001",
    )
    recorded = [Recorded(EventId("1-0"), fact)]
    journal = SqlJournal(engine)
    await journal.save(recorded)
    await journal.save(recorded)
    async with engine.connect() as connection:
        rows = (await connection.execute(select(survey_answer))).all()
    assert {(row.question, row.answer, row.agent_id, row.queue) for row in rows} == {
        ("rating", "4", "1001", "motor"),
        ("reason", "2", "1001", "motor"),
    }
