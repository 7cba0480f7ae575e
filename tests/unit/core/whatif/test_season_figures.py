"""The figures of the house, worked out from the season's events, are those that were published."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytest

from cti.core.measures.facts import MeasureRules
from cti.core.measures.measuring import Books, Measured, asked
from cti.core.measures.tallies import tabulate, together
from cti.core.whatif.season import SEASON_2007, SEASON_2008, Season, plans
from cti.core.whatif.season_events import events_of

pytestmark = pytest.mark.timeout(240)
"""A million events each year: on a busy machine more than the usual minute."""

ASKED_OF = ("handled.", "contact.", "survey.")
"""Kinds of fact that the figures below are made of; all others would only take time."""


@dataclass(frozen=True, slots=True)
class Seen:
    season: Season
    types: Counter[str]
    hours: Measured

    def day(self, figure: str, number: int) -> float:
        """A figure of one day: of the sums of its hours."""
        cells = (self.hours.cell(number * 24 + hour) for hour in range(24))
        shown = self.hours.figures[figure].value(together(cells)).shown
        assert shown is not None
        return shown


def seen(season: Season, needed: Collection[str] = ()) -> Seen:
    """The season's events, or only those of the ``needed`` types, as the house measures them."""
    books, types = Books(MeasureRules()), Counter[str]()
    for event in events_of(season):
        types[event.TYPE] += 1
        if not needed or event.TYPE in needed:
            books.see(event)
    facts = [fact for fact in books.facts() if fact.kind.startswith(ASKED_OF)]
    start = datetime.combine(season.first, time(), tzinfo=season.zone)
    wanted = asked(start, start + timedelta(days=season.days), "1h")
    table = tabulate(facts, (), wanted, books.rules, wanted.scale.end_ms)
    return Seen(season, types, Measured(scale=wanted.scale, rules=books.rules, table=table))


@pytest.fixture(scope="module")
def this_year() -> Seen:
    return seen(SEASON_2008)


@pytest.fixture(scope="module")
def last_year() -> Seen:
    return seen(SEASON_2007, needed=("offered", "originated", "established"))


def test_every_planned_call_is_told_once(this_year: Seen) -> None:
    season, types = this_year.season, this_year.types
    lost = sum(sum(day.lost) for day in plans(season))
    assert types["offered"] == season.inbound + lost
    assert types["originated"] == season.outbound
    assert types["established"] == types["wrapUpEnded"] == season.total
    assert types["callCleared"] == types["offered"] + types["originated"]


def test_the_traffic_of_the_season(this_year: Seen) -> None:
    found = {name: this_year.hours.whole(name).shown for name in ("traffic", "traffic_in")}
    assert found == {"traffic": 112_659, "traffic_in": 69_751}
    assert this_year.hours.whole("traffic_out").shown == 42_908


def test_the_mean_and_the_busiest_day_and_the_busiest_hour(this_year: Seen) -> None:
    days = [this_year.day("traffic", number) for number in range(160)]
    hours = [this_year.hours.value("traffic", number).shown for number in range(160 * 24)]
    assert round(sum(days) / len(days)) == 704
    assert max(days) == 992
    assert max(hours) == 89  # type: ignore[type-var]
    assert int(max(days) / 24) == 41, "the mean hour of the busiest day"


def test_four_of_five_callers_are_answered_every_day(this_year: Seen) -> None:
    assert min(this_year.day("answer_rate", number) for number in range(160)) > 0.8


def test_the_satisfaction_of_those_who_were_followed_up(this_year: Seen) -> None:
    found = this_year.hours.whole("satisfied_rate")
    assert found.denominator == 6925
    assert found.numerator == 6787
    assert round(found.shown or 0, 2) == 0.98


def test_the_growth_since_last_year(this_year: Seen, last_year: Seen) -> None:
    growth = {
        name: 100
        * (this_year.hours.whole(name).numerator / last_year.hours.whole(name).numerator - 1)
        for name in ("traffic", "traffic_in")
    }
    assert {name: round(value, 2) for name, value in growth.items()} == {
        "traffic": 26.18,
        "traffic_in": 22.15,
    }
