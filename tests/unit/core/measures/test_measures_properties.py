"""What holds of figures whatever happens: on any events, cut and put together in any way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.core.measures.agent_time import agents_of, in_time, segments
from cti.core.measures.facts import CONTACT, VISIT_ENDS, MeasureRules, epoch_ms
from cti.core.measures.intervals import Length, Scale, a_year_before, scale
from cti.core.measures.measuring import CHINA, Books, asked, measured, measures_of
from cti.core.measures.registry import figures
from cti.core.measures.tallies import Asked, By, Cell, together
from cti.core.measures.today import MINUTE_MS, WINDOW_MS, Today
from tests.events import any_event
from tests.unit.core.measures.lives import AGENTS, any_day, at

RULES = MeasureRules()
OF_AGENTS = ("time.", "paid.", "sign_in")
"""Areas and classes have none of these."""
SEEDS = st.integers(0, 10_000)
BUSY = settings(max_examples=25, deadline=None)


@BUSY
@given(SEEDS, st.sampled_from(["15m", "30m", "1h", "day"]), st.sampled_from(list(By)))
def test_intervals_add_up_to_the_whole(seed: int, length: str, by: By) -> None:
    events = any_day(seed, 25)
    whole = measures_of(events, asked(at(0), at(86_400), "whole", by), RULES)
    parts = measures_of(events, asked(at(0), at(86_400), length, by), RULES)
    assert together(parts.table.values()) == together(whole.table.values())
    for name in figures(RULES):
        assert parts.whole(name) == whole.whole(name)


@BUSY
@given(SEEDS)
def test_rows_add_up_to_the_centre(seed: int) -> None:
    books = Books(RULES)
    for event in any_day(seed, 25):
        books.see(event)
    period = asked(at(0), at(86_400)).scale
    now_ms = period.end_ms
    plain = measured(books, Asked(scale=period, zone=CHINA), now_ms)
    for by in (By.AREA, By.CALLER_CLASS, By.HOUR, By.WEEKDAY):
        rows = measured(books, Asked(scale=period, zone=CHINA, by=by), now_ms)
        for name, figure in figures(RULES).items():
            if not any(term.kind.startswith(OF_AGENTS) for term in (*figure.above, *figure.below)):
                assert rows.whole(name) == plain.whole(name)


@BUSY
@given(SEEDS)
def test_every_visit_is_counted_once_with_one_outcome(seed: int) -> None:
    books = Books(RULES)
    for event in any_day(seed, 40):
        books.see(event)
    for contact in books.contacts.values():
        kinds = [fact.kind for fact in contact.facts(RULES)]
        assert sum(kind in VISIT_ENDS for kind in kinds) == len(contact.visits)
        assert sum(kind.startswith(CONTACT) for kind in kinds) == bool(contact.visits)


@BUSY
@given(SEEDS, st.data())
def test_an_agent_s_time_may_be_taken_up_from_any_segment(seed: int, data: st.DataObject) -> None:
    events = any_day(seed, 30)
    agent = data.draw(st.sampled_from(AGENTS))
    books = Books(RULES)
    for event in events:
        books.see(event)
    mine = in_time(books.happened[agent])
    whole = segments(agent, mine)
    start = data.draw(st.sampled_from(whole))
    later = [event for event in mine if epoch_ms(event.at) > start.since_ms]
    again = segments(agent, later, replace(start, until_ms=None))
    assert whole == (*whole[: whole.index(start)], *again)


@BUSY
@given(SEEDS)
def test_an_agent_s_time_has_no_gap_while_he_is_signed_in(seed: int) -> None:
    books = Books(RULES)
    for event in any_day(seed, 30):
        books.see(event)
    for agent in AGENTS:
        found = [each for each in books.times() if each.agent_id == agent and each.status]
        assert all(before.until_ms == after.since_ms for before, after in pairwise(found))


@BUSY
@given(SEEDS, st.floats(0, 24_000))
def test_the_wallboard_is_at_any_moment_what_a_recomputation_gives(
    seed: int, until_s: float
) -> None:
    day_ms = epoch_ms(at(0))
    today, books = Today(RULES, day_ms), Books(RULES)
    for event in any_day(seed, 40):
        if event.at > at(until_s):
            break
        today.see(event)
        books.see(event)
    now_ms = epoch_ms(at(until_s))
    minute_ms = now_ms - now_ms % MINUTE_MS
    names = ("answered", "answer_rate", "service_level_5", "abandon_rate", "traffic", "arrived")
    day: Callable[[str], Cell] = today.day
    looked_at = (
        (Scale((day_ms, day_ms + 86_400_000)), day),
        (
            Scale((minute_ms - WINDOW_MS, minute_ms + MINUTE_MS)),
            lambda row: today.window(row, now_ms),
        ),
    )
    for scale_, sums in looked_at:
        for by, row, shown in ((By.CENTRE, "", names), (By.QUEUE, "motor", names[:4])):
            again = measured(books, Asked(scale=scale_, zone=CHINA, by=by), now_ms)
            for name in shown:
                assert figures(RULES)[name].value(sums(row)) == again.whole(name, row), name


@BUSY
@given(SEEDS)
def test_a_new_day_begins_with_nothing_but_what_goes_on(seed: int) -> None:
    today = Today(RULES, epoch_ms(at(0)))
    for event in any_day(seed, 30):
        today.see(event)
    today.roll(epoch_ms(at(86_400)))
    assert not any(tally.cases for tally in today.day("").values())
    assert all(contact.ended_ms is None for contact in today.contacts.values())


@settings(max_examples=60, deadline=None)
@given(st.lists(any_event(), max_size=40))
def test_no_event_of_any_kind_in_any_order_breaks_the_figures(events: list) -> None:  # type: ignore[type-arg]
    found = measures_of(events, asked(at(-1e9), at(1e9)), RULES)
    for name in found.figures:
        value = found.whole(name)
        assert value.numerator >= 0 or name == "estimate_bias"


@BUSY
@given(SEEDS)
def test_figures_do_not_depend_on_how_batches_mix_contacts(seed: int) -> None:
    events = any_day(seed, 25)
    shuffled = list(events)
    order = Random(seed)  # noqa: S311
    keys = {event.call_id if hasattr(event, "call_id") else "": 0.0 for event in events}
    weight = {key: order.random() for key in keys}
    shuffled.sort(key=lambda event: weight[getattr(event, "call_id", "")])
    wanted = asked(at(0), at(86_400), "1h")
    one, other = (measures_of(each, wanted, RULES) for each in (events, shuffled))
    assert one.table == other.table


def test_a_month_has_its_days_and_a_year_before_its_date() -> None:
    months = scale(at(0), at(86_400 * 70), Length.MONTH, CHINA)
    days = [
        (b - a) // 86_400_000 for a, b in zip(months.bounds_ms, months.bounds_ms[1:], strict=False)
    ]
    assert days == [30, 31, 31]
    assert a_year_before(at(0), CHINA) == at(0) - timedelta(days=365)


def test_an_hour_that_the_clock_repeats_is_an_interval_of_its_own() -> None:
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    day = at(0).replace(month=10, day=25, hour=0).astimezone(berlin)
    hours = scale(day, day + timedelta(hours=24), Length.HOUR, berlin)
    gaps = {b - a for a, b in zip(hours.bounds_ms, hours.bounds_ms[1:], strict=False)}
    assert gaps == {3_600_000}


def test_agents_of_other_events_is_nobody() -> None:
    assert {agents_of(event) for event in any_day(1, 5)} >= {()}


@pytest.mark.parametrize("length", ["", "2h"])
def test_an_interval_that_there_is_not_is_refused(length: str) -> None:
    with pytest.raises(ValueError, match="Length"):
        asked(at(0), at(1), length)
