"""Agents' records in history, and drafts of them; SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core import events
from cti.core.events import Event
from cti.core.ids import AgentId, CallId
from cti.services.wrap_ups import Standing, WrapUpDraft
from cti.store.sql_journal import SqlJournal
from cti.store.sql_wrap_ups import SqlWrapUps
from tests.store.samples import NOW, offered
from tests.store.test_sql_history import AGENT, CALL, at, recorded, whole_call

OTHER = AgentId("1024")


def draft(seconds: float = 0.0, call_id: CallId = CALL, **fields: Any) -> WrapUpDraft:
    return WrapUpDraft(call_id=call_id, changed_at=at(seconds), fields=fields)


async def test_who_talked_in_a_call_and_when_he_first_wrote_of_it(engine: AsyncEngine) -> None:
    again = events.WrapUpSaved(at=at(900), call_id=CALL, agent_id=AGENT, reason="x")
    await SqlJournal(engine).save(recorded([*whole_call(), again]))
    book = SqlWrapUps(engine)
    assert await book.standing(CALL, AGENT) == Standing(True, at(100))
    assert await book.standing(CALL, OTHER) == Standing()
    assert await book.agent_of(CALL) == AGENT


async def test_who_was_only_offered_a_call_has_no_part_in_it(engine: AsyncEngine) -> None:
    story: list[Event] = [
        one for one in whole_call() if isinstance(one, events.Offered | events.Diverted)
    ]
    await SqlJournal(engine).save(recorded(story))
    book = SqlWrapUps(engine)
    assert await book.standing(CALL, AGENT) == Standing()
    assert await book.agent_of(CALL) is None
    assert await book.agent_of(CallId("nobody's")) is None


async def test_talks_of_which_nobody_wrote_are_counted(engine: AsyncEngine) -> None:
    story = whole_call()
    unwritten = whole_call(CallId("c-2"))[:-1]
    running = whole_call(CallId("c-3"))[:5]
    early = [replace(one, at=one.at - timedelta(days=1)) for one in whole_call(CallId("c-4"))[:-1]]
    only_offered = [offered("c-5")]
    await SqlJournal(engine).save(recorded([*story, *unwritten, *running, *early, *only_offered]))
    book = SqlWrapUps(engine)
    assert await book.missing(AGENT, NOW) == 1
    assert await book.missing(AGENT, NOW - timedelta(days=2)) == 2
    assert await book.missing(OTHER, NOW) == 0


async def test_a_draft_is_kept_as_it_was_typed(engine: AsyncEngine) -> None:
    book = SqlWrapUps(engine)
    typed = draft(remarks='追尾 "A" \x00😀', solved=None, tags=["a", {"b": 1}])
    assert await book.keep(AGENT, typed) is None
    assert list(await book.drafts(AGENT)) == [typed]
    assert list(await book.drafts(OTHER)) == []


async def test_a_newer_draft_replaces_an_older_one_and_never_the_other_way(
    engine: AsyncEngine,
) -> None:
    book = SqlWrapUps(engine)
    await book.keep(AGENT, draft(5, remarks="b"))
    assert await book.keep(AGENT, draft(4, remarks="a")) == draft(5, remarks="b")
    assert await book.keep(AGENT, draft(5, remarks="c")) is None
    assert await book.keep(AGENT, draft(6, remarks="d")) is None
    assert list(await book.drafts(AGENT)) == [draft(6, remarks="d")]


async def test_each_agent_and_call_has_a_draft_of_its_own_newest_first(engine: AsyncEngine) -> None:
    book = SqlWrapUps(engine)
    await book.keep(AGENT, draft(1))
    await book.keep(AGENT, draft(2, CallId("c-2")))
    await book.keep(OTHER, draft(3))
    assert [one.call_id for one in await book.drafts(AGENT)] == ["c-2", CALL]
    await book.drop(AGENT, CALL)
    await book.drop(AGENT, CALL)
    assert [one.call_id for one in await book.drafts(AGENT)] == ["c-2"]
    assert len(await book.drafts(OTHER)) == 1


async def test_what_nobody_touched_for_long_is_swept(engine: AsyncEngine) -> None:
    book = SqlWrapUps(engine)
    await book.keep(AGENT, draft(1))
    await book.keep(AGENT, draft(9, CallId("c-2")))
    assert await book.sweep(at(5)) == 1
    assert [one.call_id for one in await book.drafts(AGENT)] == ["c-2"]
