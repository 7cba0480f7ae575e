"""The measures in SQL: the same as from the events themselves, however the events came."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.events import Event
from cti.core.ids import EventId
from cti.core.measures.facts import VISIT_ENDS, MeasureRules
from cti.core.measures.intervals import Length
from cti.core.measures.measuring import Books, asked, measured
from cti.core.measures.registry import figures
from cti.core.measures.tallies import By
from cti.services.measure_drilldown import DrillDown
from cti.services.measures import MeasureQuery, Measures
from cti.services.ports import Recorded
from cti.store.sql_figures import SqlFigures
from cti.store.sql_journal import SqlJournal
from cti.store.sql_measures import SqlMeasures
from cti.store.sql_recompute import Recomputation
from cti.store.tables_measures import agent_segment, contact_fact
from tests.unit.core.measures.lives import any_day, at

RULES = MeasureRules(within_by_queue_s={"major": 10.0}, excluded=frozenset({"13900000007"}))
NOW_S = 30_000.0
CHINA = asked(at(0), at(1)).zone


def recorded(events: Sequence[Event]) -> list[Recorded]:
    return [Recorded(EventId(f"{n + 1}-0"), event) for n, event in enumerate(events)]


def measures(engine: AsyncEngine) -> Measures:
    return Measures(SqlFigures(engine, RULES), RULES, CHINA, lambda: at(NOW_S))


async def kept(engine: AsyncEngine) -> list[list[tuple[object, ...]]]:
    async with engine.connect() as connection:
        return [
            [
                tuple(row)
                for row in await connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in (contact_fact, agent_segment)
        ]


async def write(engine: AsyncEngine, batches: Sequence[Sequence[Recorded]]) -> None:
    store = SqlMeasures(engine, RULES)
    for batch in batches:
        await store.save(batch)


def cut(events: Sequence[Recorded], random: Random) -> list[list[Recorded]]:
    marks = sorted({0, len(events), *random.sample(range(len(events)), 12)})
    return [list(events[a:b]) for a, b in pairwise(marks)]


async def test_batches_cut_anywhere_in_any_order_and_repeated_keep_the_same(
    engine: AsyncEngine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    random = Random(7)  # noqa: S311
    events = recorded(any_day(1, 60))
    batches = cut(events, random)
    random.shuffle(batches)
    await write(engine, [*batches, batches[3], batches[0]])
    found = await kept(engine)
    apart = [one async for one in Recomputation(engine, RULES).run(mend=False)]
    assert apart == []
    assert len(found[0]) > 300
    assert len(found[1]) > 100


async def test_each_single_event_may_come_alone(engine: AsyncEngine) -> None:
    events = recorded(any_day(2, 8))
    await write(engine, [[one] for one in events])
    assert [one async for one in Recomputation(engine, RULES).run(mend=False)] == []


async def test_what_is_kept_is_what_the_core_makes_of_the_events(engine: AsyncEngine) -> None:
    events = any_day(3, 80)
    await write(engine, [recorded(events)])
    books = Books(RULES)
    for event in events:
        books.see(event)
    facts = sorted((f.call_id, f.number, f.kind, f.at_ms, f.value) for f in books.facts())
    times = sorted((s.agent_id, s.since_ms, s.until_ms) for s in books.times())
    found = await kept(engine)
    assert [row[:5] for row in found[0]] == facts
    assert [row[:3] for row in found[1]] == times


@pytest.mark.parametrize("by", list(By))
@pytest.mark.parametrize("length", ["15m", "1h", "day", "whole"])
async def test_every_figure_of_sql_is_the_core_s(engine: AsyncEngine, by: By, length: str) -> None:
    events = any_day(4, 60)
    await write(engine, [recorded(events)])
    books = Books(RULES)
    for event in events:
        books.see(event)
    wanted = asked(at(0), at(NOW_S), length, by)
    core = measured(books, wanted, round(NOW_S * 1000) + round(at(0).timestamp() * 1000))
    query = MeasureQuery(
        since=at(0), until=at(NOW_S), length=Length(length), by=by, names=list(figures(RULES))
    )
    report = await measures(engine).report(query)
    begins = {
        datetime.fromtimestamp(ms / 1000, UTC): n for n, ms in enumerate(wanted.scale.bounds_ms)
    }
    for row in report.rows:
        if row.row == "*":
            continue
        for name, value in row.values.items():
            if row.at is None:
                expected = core.whole(name, row.row)
            else:
                expected = core.value(name, begins[row.at.astimezone(UTC)], row.row)
            assert (value.numerator, value.denominator) == (
                expected.numerator,
                expected.denominator,
            ), (name, row.at, row.row)


@pytest.mark.parametrize("by", [By.CENTRE, By.QUEUE, By.AGENT, By.AREA])
async def test_the_contacts_behind_every_figure_add_up_to_it(engine: AsyncEngine, by: By) -> None:
    await write(engine, [recorded(any_day(5, 60))])
    found = measures(engine)
    only = {
        By.QUEUE: {By.QUEUE: "motor"},
        By.AGENT: {By.AGENT: "1001"},
        By.AREA: {By.AREA: "630100"},
    }
    query = MeasureQuery(
        since=at(3000), until=at(18_000), only=only.get(by, {}), names=list(figures(RULES))
    )
    (row,) = (await found.report(query)).rows
    empty = 0
    for name, value in row.values.items():
        listed = await DrillDown(found).behind(query, name, limit=100_000)
        assert sum(one.amount for one in listed) == value.numerator, name
        empty += value.numerator == 0
    assert empty < len(row.values) * 0.7


async def test_a_recomputation_puts_right_what_was_changed_by_hand(engine: AsyncEngine) -> None:
    await write(engine, [recorded(any_day(6, 30))])
    before = await kept(engine)
    async with engine.begin() as connection:
        changed = contact_fact.update().where(contact_fact.c.kind == "answered").values(value=1)
        await connection.execute(changed)
        await connection.execute(agent_segment.delete().where(agent_segment.c.agent_id == "1002"))
    apart = [one async for one in Recomputation(engine, RULES).run(mend=True)]
    assert {one.kind for one in apart} == {"contact", "agent"}
    assert await kept(engine) == before


async def test_history_has_every_event_whoever_writes_it_first(engine: AsyncEngine) -> None:
    events = recorded(any_day(8, 10))
    await SqlJournal(engine).save(events[:40])
    await write(engine, [events])
    await SqlJournal(engine).save(events)
    assert [one async for one in Recomputation(engine, RULES).run(mend=False)] == []


@pytest.mark.parametrize("queue", [None, "motor"])
async def test_waits_are_the_visits_that_reach_into_the_period(
    engine: AsyncEngine, queue: str | None
) -> None:
    events = any_day(4, 60)
    await write(engine, [recorded(events)])
    books = Books(RULES)
    for event in events:
        books.see(event)
    over = [fact for fact in books.facts() if fact.kind in VISIT_ENDS]
    mine = [fact for fact in over if queue in (None, fact.queue)]
    begin, end = sorted(fact.at_ms for fact in mine)[len(mine) // 3 :: len(mine) // 3][:2]
    found = await SqlFigures(engine, RULES).waits(begin, end, queue)
    assert sorted(found) == sorted(
        (fact.at_ms, fact.at_ms + fact.value)
        for fact in mine
        if fact.at_ms < end and fact.at_ms + fact.value > begin
    )
