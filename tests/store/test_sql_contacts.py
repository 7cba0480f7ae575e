"""Earlier calls of a caller, and what is open for him; SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core import events
from cti.core.events import Event
from cti.core.ids import AgentId, CallId
from cti.core.work import WorkKind, WorkResult
from cti.core.wrap_ups import Handling
from cti.services.work_ports import NewWork
from cti.store import sql_schema
from cti.store.phone_numbers import normalised, spellings
from cti.store.sql_contacts import SqlContacts
from cti.store.sql_journal import SqlJournal
from cti.store.sql_work import SqlWork
from tests.store.samples import NOW, offered
from tests.store.test_sql_history import recorded, whole_call

SHANGHAI = ZoneInfo("Asia/Shanghai")
NUMBER, OTHER, HOME = "13997000001", "13997000077", "09716123456"


def contacts(engine: AsyncEngine) -> SqlContacts:
    return SqlContacts(engine, SHANGHAI)


def calls_of(number: str, *hours: int) -> list[Event]:
    return [
        replace(offered(f"{number}-{h}"), caller_number=number, at=NOW + timedelta(hours=h))
        for h in hours
    ]


async def customer(engine: AsyncEngine, customer_id: int, *numbers: str) -> None:
    row = {"customer_id": customer_id, "name": "张三", "salutation": "先生", "segment": "vip"}
    phones = [{"customer_id": customer_id, "number": normalised(one)} for one in numbers]
    async with engine.begin() as connection:
        await connection.execute(insert(sql_schema.customer), [{**row, "alerts": []}])
        await connection.execute(insert(sql_schema.customer_phone), phones)


async def complaint(engine: AsyncEngine, case_no: str, **changes: object) -> None:
    row = {
        "case_no": case_no,
        "customer_id": None,
        "phone": normalised(NUMBER),
        "state": "investigating",
        "topic": "理赔时效",
        "received_at": NOW,
        "due_on": date(2026, 11, 25),
    }
    async with engine.begin() as connection:
        await connection.execute(insert(sql_schema.complaint), [{**row, **changes}])


def work(kind: WorkKind, key: str, number: str = NUMBER, **details: str) -> NewWork:
    return NewWork(
        kind=kind, key=key, due_at=NOW + timedelta(hours=3), number=number, details=details
    )


async def last_ids(engine: AsyncEngine, number: str, limit: int = 5, but: str = "") -> list[str]:
    found = await contacts(engine).last_of(number, CallId(but), limit)
    return [one.call_id for one in found]


async def test_an_earlier_call_is_shown_with_its_record(engine: AsyncEngine) -> None:
    saved = events.WrapUpSaved(
        at=NOW + timedelta(seconds=200),
        call_id=whole_call()[0].call_id,  # type: ignore[attr-defined]
        agent_id=AgentId("1023"),
        reason="report_single",
        remarks="青A12345 追尾",
        solved=False,
        handling=Handling.DISPATCHED,
        reference="RDAA2026",
    )
    await SqlJournal(engine).save(recorded([*whole_call(), saved]))
    (found,) = await contacts(engine).last_of(NUMBER, CallId(""), 5)
    assert (found.at, found.direction, found.queue) == (NOW, "inbound", "motor")
    assert (found.agent_id, found.outcome, found.talked_s) == ("1023", "answered", 60.0)
    assert (found.reason, found.remarks, found.solved) == ("report_single", "青A12345 追尾", False)
    assert (found.handling, found.reference) == ("dispatched", "RDAA2026")


async def test_a_call_without_a_record_has_empty_words(engine: AsyncEngine) -> None:
    await SqlJournal(engine).save(recorded(calls_of(NUMBER, 1)))
    (found,) = await contacts(engine).last_of(NUMBER, CallId(""), 5)
    assert (found.reason, found.remarks, found.solved, found.handling) == (None, "", None, "")


async def test_the_newest_calls_come_first_without_the_call_itself(engine: AsyncEngine) -> None:
    await SqlJournal(engine).save(recorded(calls_of(NUMBER, 1, 4, 2, 3)))
    assert await last_ids(engine, NUMBER, 2, f"{NUMBER}-4") == [f"{NUMBER}-3", f"{NUMBER}-2"]


async def test_calls_from_the_customers_other_numbers_count_and_strangers_do_not(
    engine: AsyncEngine,
) -> None:
    await customer(engine, 7, NUMBER, HOME)
    await customer(engine, 8, OTHER)
    story = [*calls_of(NUMBER, 1), *calls_of(HOME, 2), *calls_of(OTHER, 3)]
    await SqlJournal(engine).save(recorded(story))
    assert await last_ids(engine, NUMBER) == [f"{HOME}-2", f"{NUMBER}-1"]
    assert await last_ids(engine, HOME) == [f"{HOME}-2", f"{NUMBER}-1"]
    assert await last_ids(engine, OTHER) == [f"{OTHER}-3"]


@pytest.mark.parametrize("written", spellings(normalised(NUMBER)))
async def test_a_call_is_found_however_its_number_was_written(
    engine: AsyncEngine, written: str
) -> None:
    await SqlJournal(engine).save(recorded(calls_of(written, 1)))
    assert await last_ids(engine, NUMBER) == [f"{written}-1"]


@pytest.mark.parametrize("number", [NUMBER, HOME, "95518", "+15551234567", "6123456"])
def test_every_spelling_is_the_same_number(number: str) -> None:
    ways = spellings(normalised(number))
    assert {normalised(way) for way in ways} == {normalised(number)}
    assert number in ways


def test_what_is_no_number_has_no_spelling() -> None:
    assert spellings("") == ()


@pytest.mark.parametrize("number", ["anonymous", "", "'; DROP TABLE call; --", "1" * 40])
async def test_what_is_no_number_has_no_past(engine: AsyncEngine, number: str) -> None:
    assert list(await contacts(engine).last_of(number, CallId("x"), 5)) == []
    assert list(await contacts(engine).open_of(number)) == []


async def test_open_complaints_of_the_number_and_of_its_customer_are_found(
    engine: AsyncEngine,
) -> None:
    await customer(engine, 7, NUMBER, HOME)
    await complaint(engine, "26000001")
    await complaint(engine, "26000002", phone=normalised(OTHER), customer_id=7)
    await complaint(engine, "26000003", phone=normalised(OTHER))
    await complaint(engine, "26000004", state="closed")
    found = await contacts(engine).open_of(NUMBER)
    assert {one.case_id for one in found} == {"26000001", "26000002"}
    assert {(one.kind, one.topic, one.state) for one in found} == {
        ("complaint", "理赔时效", "investigating")
    }


async def test_a_complaint_is_due_at_the_end_of_its_day_at_the_centre(engine: AsyncEngine) -> None:
    await complaint(engine, "26000001")
    (found,) = await contacts(engine).open_of(NUMBER)
    assert found.due_at == datetime(2026, 11, 25, 15, 59, 59, tzinfo=UTC)


async def test_work_for_the_caller_is_open_until_it_is_done(engine: AsyncEngine) -> None:
    await customer(engine, 7, NUMBER, HOME)
    book = SqlWork(engine, lambda: NOW)
    left = await book.open(work(WorkKind.FOLLOW_UP, "a", remarks="寄材料"), NOW)
    at_home = await book.open(work(WorkKind.VOICEMAIL, "b", HOME), NOW)
    done = await book.open(work(WorkKind.SMS_FAILED, "c"), NOW)
    await book.open(work(WorkKind.SURVEY_FOLLOW_UP, "d"), NOW)
    await book.open(work(WorkKind.VOICEMAIL, "e", OTHER), NOW)
    assert left and at_home and done
    await book.take(left, "1023", NOW)
    await book.close(done, "1023", WorkResult.DONE, "")
    found = {one.case_id: one for one in await contacts(engine).open_of(NUMBER)}
    assert set(found) == {str(left), str(at_home)}
    mine = found[str(left)]
    assert (mine.kind, mine.topic, mine.state, mine.taken_by) == (
        "follow_up",
        "寄材料",
        "taken",
        "1023",
    )
