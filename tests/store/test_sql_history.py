"""The journal in SQL, and the calls projected from it; on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core import events
from cti.core.control_events import DialFailed, Originated
from cti.core.events import ClearedBy, Event, OfferEnd, Outcome
from cti.core.ids import AgentId, CallId, ChannelName, EventId, QueueName
from cti.core.wrap_ups import CallerRole, Emotion, Handling
from cti.services.history_ports import CallQuery, CallRow
from cti.services.ports import HistoryDown, Recorded
from cti.store import sql_link, sql_schema
from cti.store.sql_history import SqlHistory
from cti.store.sql_journal import SqlJournal
from cti.store.sql_link import open_engine
from tests.store.samples import NOW, offered

CALL = CallId("1764000000.1")
AGENT = AgentId("1023")
PHONE = ChannelName("PJSIP/8001-00000002")


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def whole_call(call_id: CallId = CALL) -> list[Event]:
    motor = QueueName("motor")
    return [
        offered(call_id),
        events.DigitsDialed(at=at(5), call_id=call_id, node="root", digits="1", target="motor"),
        events.Queued(
            at=at(10),
            call_id=call_id,
            queue=motor,
            priority=60,
            needs={"motor": 2},
            language="zh",
            keys=("1", "2"),
        ),
        events.Diverted(
            at=at(26), call_id=call_id, agent_id=AGENT, cause=OfferEnd.NO_ANSWER, attempt=1
        ),
        events.Established(
            at=at(30), call_id=call_id, agent_id=AGENT, agent_channel=PHONE, waited_s=20.0
        ),
        events.QueueLeft(
            at=at(30), call_id=call_id, queue=motor, outcome=Outcome.ANSWERED, waited_s=20.0
        ),
        events.ConnectionCleared(at=at(90), call_id=call_id, agent_id=AGENT, talked_s=60.0),
        events.AgentWorkingAfterCall(at=at(90), agent_id=AGENT, call_id=call_id, until=at(135)),
        events.CallCleared(at=at(91), call_id=call_id, cleared_by=ClearedBy.CALLER),
        events.WrapUpSaved(
            at=at(100),
            call_id=call_id,
            agent_id=AGENT,
            reason="report.motor",
            remarks="追尾",
            solved=False,
            follow_up=True,
            handling=Handling.DISPATCHED,
            caller_role=CallerRole.INSURED,
            emotion=Emotion.WORRIED,
            reference="RDAA2026",
            follow_up_due=date(2026, 11, 25),
        ),
    ]


def recorded(story: list[Event], start_ms: int = 1000) -> list[Recorded]:
    # Ten events: as text, "1000-10" would sort before "1000-9".
    return [Recorded(EventId(f"{start_ms}-{n}"), one) for n, one in enumerate(story, start=5)]


WHOLE_ROW = CallRow(
    call_id=CALL,
    caller_number="13997000001",
    dialed_number="95518",
    arrived_at=NOW,
    language="zh",
    queue="motor",
    agent_id="1023",
    outcome="answered",
    keys=("1", "2"),
    waited_s=20.0,
    talked_s=60.0,
    cleared_by="caller",
    ended_at=at(91),
    wrap_up_reason="report.motor",
    wrap_up_remarks="追尾",
    solved=False,
    follow_up=True,
    handling="dispatched",
    caller_role="insured",
    emotion="worried",
    reference="RDAA2026",
    follow_up_due=date(2026, 11, 25),
    wrapped_up_at=at(100),
)


async def test_a_calls_story_comes_back_event_for_event_in_order(engine: AsyncEngine) -> None:
    story = recorded(whole_call())
    await SqlJournal(engine).save(story)
    assert list(await SqlHistory(engine).story(CALL)) == story


async def test_a_whole_call_is_one_row(engine: AsyncEngine) -> None:
    await SqlJournal(engine).save(recorded(whole_call()))
    assert list(await SqlHistory(engine).calls(CallQuery(since=NOW))) == [WHOLE_ROW]


async def test_saving_again_changes_nothing(engine: AsyncEngine) -> None:
    journal = SqlJournal(engine)
    for _ in range(3):
        await journal.save(recorded(whole_call()))
    assert list(await SqlHistory(engine).calls(CallQuery(since=NOW))) == [WHOLE_ROW]
    async with engine.connect() as connection:
        counted = await connection.scalar(select(func.count()).select_from(sql_schema.event))
    assert counted == len(whole_call())


async def test_events_in_any_batches_and_any_order_give_the_same_row(engine: AsyncEngine) -> None:
    story, journal = recorded(whole_call()), SqlJournal(engine)
    for batch in (story[6:], story[:2], story[4:7], story[2:4]):
        await journal.save(batch)
    assert list(await SqlHistory(engine).calls(CallQuery(since=NOW))) == [WHOLE_ROW]


async def test_two_writers_with_parts_of_one_call_lose_nothing(engine: AsyncEngine) -> None:
    story = recorded(whole_call())
    writers = (SqlJournal(engine), SqlJournal(engine))
    parts = [story[n : n + 1] for n in range(len(story))]
    await asyncio.gather(*(writers[n % 2].save(part) for n, part in enumerate(parts)))
    assert list(await SqlHistory(engine).calls(CallQuery(since=NOW))) == [WHOLE_ROW]


async def test_a_corrected_record_replaces_the_one_before_and_keeps_its_first_time(
    engine: AsyncEngine,
) -> None:
    corrected = events.WrapUpSaved(
        at=at(5000), call_id=CALL, agent_id=AGENT, reason="report.glass", by="chief"
    )
    await SqlJournal(engine).save(recorded([*whole_call(), corrected]))
    (row,) = await SqlHistory(engine).calls(CallQuery(since=NOW))
    assert (row.wrap_up_reason, row.wrap_up_remarks, row.handling) == ("report.glass", "", "")
    assert (row.follow_up, row.follow_up_due, row.wrapped_up_at) == (False, None, at(100))


async def test_an_agents_own_fact_is_kept_without_a_call(engine: AsyncEngine) -> None:
    fact = events.AgentReady(at=NOW, agent_id=AGENT)
    await SqlJournal(engine).save(recorded([fact]))
    assert list(await SqlHistory(engine).calls(CallQuery(since=NOW))) == []
    async with engine.connect() as connection:
        assert (await connection.scalars(select(sql_schema.event.c.agent_id))).all() == ["1023"]


async def test_calls_are_newest_first_and_within_the_limit(engine: AsyncEngine) -> None:
    story: list[Event] = [replace(offered(f"call-{n}"), at=at(n)) for n in (3, 1, 2)]
    await SqlJournal(engine).save(recorded(story))
    found = await SqlHistory(engine).calls(CallQuery(since=at(1), limit=2))
    assert [row.call_id for row in found] == ["call-3", "call-2"]


async def test_a_page_follows_where_the_one_before_ended(engine: AsyncEngine) -> None:
    story: list[Event] = [replace(offered(f"call-{n}"), at=at(n // 2)) for n in range(5)]
    await SqlJournal(engine).save(recorded(story))
    history, found, before = SqlHistory(engine), [], None
    for _ in range(3):
        page = await history.calls(CallQuery(since=NOW, limit=2, before=before))
        found += [row.call_id for row in page]
        before = (page[-1].arrived_at, page[-1].call_id)
    assert found == ["call-4", "call-3", "call-2", "call-1", "call-0"]


@pytest.mark.parametrize(
    "narrowed",
    [
        {"queue": "motor"},
        {"outcome": "answered"},
        {"direction": "inbound", "agent_id": AGENT},
        {"reasons": ("other", "report.motor")},
        {"number": "+86 139 9700 0001"},
        {"number": "13997000001"},
        {"digits": "0001"},
        {"call_id": CALL},
        {"until": at(1)},
    ],
)
async def test_what_fits_is_found_and_nothing_else(
    engine: AsyncEngine, narrowed: dict[str, Any]
) -> None:
    other = replace(offered("other"), at=at(5), caller_number="13812340002", dialed_number="95518")
    await SqlJournal(engine).save(recorded([*whole_call(), other]))
    found = await SqlHistory(engine).calls(CallQuery(since=NOW, **narrowed))
    assert [row.call_id for row in found] == [CALL]


@pytest.mark.parametrize("digits", ["%", "_", "9999"])
async def test_digits_are_digits_and_no_pattern(engine: AsyncEngine, digits: str) -> None:
    await SqlJournal(engine).save(recorded(whole_call()))
    assert list(await SqlHistory(engine).calls(CallQuery(since=NOW, digits=digits))) == []


async def test_calls_of_one_agent_are_those_he_talked_in(engine: AsyncEngine) -> None:
    await SqlJournal(engine).save(recorded([*whole_call(), offered("other")]))
    history = SqlHistory(engine)
    assert len(await history.calls(CallQuery(since=NOW, agent_id=AGENT))) == 1
    assert list(await history.calls(CallQuery(since=NOW, agent_id=AgentId("9999")))) == []


async def test_a_call_is_found_by_the_beginning_of_its_id_and_by_last(engine: AsyncEngine) -> None:
    story: list[Event] = [
        replace(offered("17.1"), at=at(1)),
        replace(offered("17.10"), at=at(2)),
        replace(offered("18.1"), at=at(0)),
    ]
    await SqlJournal(engine).save(recorded(story))
    history = SqlHistory(engine)
    assert list(await history.named("17")) == ["17.10", "17.1"]
    assert list(await history.named("17.1", limit=1)) == ["17.1"]
    assert list(await history.named("last")) == ["17.10"]
    assert list(await history.named("%")) == []


async def test_an_event_of_a_later_version_is_passed_over_in_a_story(engine: AsyncEngine) -> None:
    journal = SqlJournal(engine)
    await journal.save(recorded(whole_call()))
    async with engine.begin() as connection:
        later = {"type": "fromTomorrow", "at": NOW.isoformat(), "callId": CALL}
        changed = update(sql_schema.event).where(sql_schema.event.c.type == "diverted")
        await connection.execute(changed.values(body=later))
    await journal.save(recorded([whole_call()[-1]], start_ms=2000))
    assert len(await SqlHistory(engine).story(CALL)) == len(whole_call())
    assert list(await SqlHistory(engine).calls(CallQuery(since=NOW))) == [WHOLE_ROW]


async def test_an_empty_batch_is_no_work() -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:1/none")
    await SqlJournal(engine).save([])
    await engine.dispose()


async def test_nul_and_half_surrogates_in_a_name_are_stored_as_marks(engine: AsyncEngine) -> None:
    odd = replace(offered(), caller_name="a\x00b\ud83d", caller_number="1\x00")
    await SqlJournal(engine).save(recorded([odd]))
    ((kept),) = await SqlHistory(engine).story(CALL)
    assert isinstance(kept.event, events.Offered)
    assert kept.event.caller_name == "a\ufffdb?"
    assert list(await SqlHistory(engine).story(CallId("x\x00"))) == []


async def test_a_database_that_is_not_there_is_history_down() -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(HistoryDown):
        await SqlHistory(engine).calls(CallQuery(since=NOW))
    await engine.dispose()


async def test_a_locked_table_is_history_down_and_fine_afterwards(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = "BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "LOCK TABLE event"
    async with engine.connect() as other:
        await other.execute(text(lock))
        with monkeypatch.context() as patch, pytest.raises(HistoryDown):
            patch.setattr(sql_link, "LIMIT_S", 0.3)
            await SqlJournal(engine).save(recorded(whole_call()))
        await other.rollback()
    await SqlJournal(engine).save(recorded(whole_call()))
    assert list(await SqlHistory(engine).calls(CallQuery(since=NOW))) == [WHOLE_ROW]


async def test_a_database_without_tables_is_history_down(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with pytest.raises(HistoryDown):
        await SqlJournal(engine).save(recorded(whole_call()))
    await engine.dispose()


async def test_an_agents_own_call_is_a_row_that_says_so(engine: AsyncEngine) -> None:
    begun = Originated(
        at=NOW, call_id=CALL, agent_id=AgentId("1023"), number="13800138000", shown_number="95518"
    )
    failed = DialFailed(at=at(9), call_id=CALL, agent_id=AgentId("1023"), cause="BUSY")
    await SqlJournal(engine).save(recorded([begun, failed]))
    [row] = await SqlHistory(engine).calls(CallQuery(since=NOW, agent_id=AgentId("1023")))
    assert (row.direction, row.caller_number, row.dialed_number) == (
        "outbound",
        "13800138000",
        "95518",
    )
