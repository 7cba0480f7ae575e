"""The generated season: its totals are those that the hotline published, its events make sense."""

from itertools import islice

import pytest

from cti.core.event_wire import from_wire, to_wire
from cti.core.events import AgentAllocated, ConnectionCleared, Event, WrapUpEnded
from cti.core.whatif.season import SEASON_2007, SEASON_2008, Season, apportioned, plans, wave
from cti.core.whatif.season_events import events_of

BOTH = pytest.mark.parametrize("season", [SEASON_2007, SEASON_2008], ids=["2007", "2008"])


@BOTH
def test_the_days_add_up_to_what_was_published(season: Season) -> None:
    days = list(plans(season))
    assert len(days) == 160
    assert sum(sum(day.inbound) for day in days) == season.inbound
    assert sum(sum(day.outbound) for day in days) == season.outbound


@BOTH
def test_one_day_and_one_hour_are_the_busiest(season: Season) -> None:
    days = sorted(sum(day.handled) for day in plans(season))
    hours = sorted(hour for day in plans(season) for hour in day.handled)
    assert (days[-1], hours[-1]) == (season.busiest_day, season.busiest_hour)
    assert days[-2] < days[-1]
    assert hours[-2] < hours[-1]


def test_the_growth_is_the_published_one() -> None:
    assert round((SEASON_2008.total / SEASON_2007.total - 1) * 100, 2) == 26.18
    assert round((SEASON_2008.inbound / SEASON_2007.inbound - 1) * 100, 2) == 22.15


def test_four_of_five_callers_are_answered_every_day() -> None:
    shares = [sum(day.inbound) / sum(day.inbound + day.lost) for day in plans(SEASON_2008)]
    assert 0.8 < min(shares) < max(shares) < 1


def test_events_come_in_the_order_of_time() -> None:
    events = some_days(30_000)
    assert events == sorted(events, key=lambda event: event.at)


def test_an_agent_has_one_call_at_a_time() -> None:
    busy: dict[str, str] = {}
    for event in some_days(30_000):
        match event:
            case AgentAllocated():
                assert event.agent_id not in busy
                busy[event.agent_id] = event.call_id
            case ConnectionCleared() if event.agent_id in busy:
                assert busy[event.agent_id] == event.call_id
            case WrapUpEnded():
                busy.pop(event.agent_id, None)


def test_the_same_season_is_told_the_same_way() -> None:
    assert some_days(2000) == some_days(2000)


def test_every_event_can_be_written_and_read() -> None:
    for event in some_days(500):
        assert from_wire(to_wire(event)) == event


def test_parts_add_up_whatever_the_weights() -> None:
    for number in range(200):
        weights = [wave(number * 17 + n) for n in range(1, 8)]
        assert sum(apportioned(number, weights)) == number


def some_days(events: int) -> list[Event]:
    return list(islice(events_of(SEASON_2008), events))
