"""Abandons by bands of waiting time, sign-ins and paid hours on real databases."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.clock.hours import Calendar, OpeningHours, Span
from cti.core.ids import AgentId
from cti.core.measures.bands import Bands
from cti.core.measures.paid import Roster
from cti.core.measures.tallies import By
from cti.services.measure_drilldown import DrillDown
from cti.services.measures import MeasureQuery, Measures, NotMeasured
from cti.store.sql_figures import SqlFigures
from cti.store.sql_recompute import Recomputation
from tests.store.test_measures import CHINA, NOW_S, RULES, recorded, write
from tests.unit.core.measures.lives import any_day, at

HOURS = OpeningHours(week=((Span(60, 300),),) * 7, holiday=())
ROSTER = Roster(
    shifts={AgentId("1001"): ("early",)},
    calendar=lambda: Calendar(zone=CHINA, hours={"early": HOURS}),
)
BY_WAIT = MeasureQuery(
    since=at(0), until=at(NOW_S), by=By.WAIT, names=["abandoned_all", "requests"]
)


@pytest.fixture
async def figures(engine: AsyncEngine) -> Measures:
    await write(engine, [recorded(any_day(9, 120))])
    return Measures(SqlFigures(engine, RULES), RULES, CHINA, lambda: at(NOW_S), ROSTER)


@pytest.mark.parametrize("only", [{}, {By.QUEUE: "motor"}])
async def test_the_calls_behind_each_band_are_its_abandons(
    figures: Measures, only: dict[By, str]
) -> None:
    report = await figures.report(replace(BY_WAIT, only=only))
    assert [row.row for row in report.rows] == [*RULES.bands.names, "*"]
    whole = 0
    for row in report.rows[:-1]:
        query = replace(BY_WAIT, by=By.CENTRE, only={**only, By.WAIT: row.row})
        behind = await DrillDown(figures).behind(query, "abandoned_all", limit=1000)
        assert sum(one.amount for one in behind) == row.values["abandoned_all"].numerator
        whole += len(behind)
    query = replace(BY_WAIT, by=By.CENTRE, only=only)
    (centre,) = (await figures.report(query)).rows
    assert whole == centre.values["abandoned_all"].numerator > 0


async def test_bands_are_those_of_the_house(engine: AsyncEngine) -> None:
    await write(engine, [recorded(any_day(9, 120))])
    rules = replace(RULES, bands=Bands((15,)))
    found = Measures(SqlFigures(engine, rules), rules, CHINA, lambda: at(NOW_S))
    rows = (await found.report(BY_WAIT)).rows
    assert [row.row for row in rows] == ["0-15", "15+", "*"]
    with pytest.raises(NotMeasured, match="unknown_band"):
        await found.report(replace(BY_WAIT, by=By.CENTRE, only={By.WAIT: "0-5"}))


async def test_a_band_narrows_to_ends_of_visits_and_to_nothing_else(figures: Measures) -> None:
    query = replace(BY_WAIT, by=By.CENTRE, only={By.WAIT: "0-5"}, names=["talks_in", "signed_in"])
    (row,) = (await figures.report(query)).rows
    assert [value.numerator for value in row.values.values()] == [0, 0]
    for name in query.names:
        assert await DrillDown(figures).behind(query, name) == []


async def test_an_interval_has_every_band_too(figures: Measures) -> None:
    rows = (await figures.report(replace(BY_WAIT, length="1h"))).rows  # type: ignore[arg-type]
    first = [row for row in rows if row.at == rows[0].at]
    assert [row.row for row in first] == list(RULES.bands.names)


@pytest.mark.parametrize("name", ["paid", "rostered_rate", "sign_ins"])
async def test_what_is_behind_paid_time_says_whether_the_roster_told_it(
    figures: Measures, name: str
) -> None:
    query = MeasureQuery(since=at(0), until=at(NOW_S), by=By.AGENT, names=[name])
    total = 0
    for row in (await figures.report(query)).rows[:-1]:
        own = replace(query, by=By.CENTRE, only={By.AGENT: row.row})
        behind = await DrillDown(figures).behind(own, name, limit=1000)
        assert sum(one.amount for one in behind) == row.values[name].numerator
        kinds = {one.kind for one in behind} - {"sign_in"}
        assert kinds <= ({"paid.roster"} if row.row == "1001" else {"paid.signed_in"})
        total += row.values[name].numerator
    (centre,) = (await figures.report(replace(query, by=By.CENTRE))).rows
    assert total == centre.values[name].numerator > 0


async def test_figures_are_the_same_after_a_recomputation(
    figures: Measures, engine: AsyncEngine
) -> None:
    names = ["abandoned_all", "sign_ins", "paid", "paid_use", "paid_utilisation"]
    queries = [replace(BY_WAIT, by=by, names=names) for by in (By.WAIT, By.AGENT, By.CENTRE)]
    before = [(await figures.report(query)).rows for query in queries]
    assert [one async for one in Recomputation(engine, RULES).run(mend=True)] == []
    assert [(await figures.report(query)).rows for query in queries] == before
