"""A day on the floor: nobody is lost, whatever callers and agents do."""

from dataclasses import replace
from datetime import timedelta
from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.core.acd.queue import Relaxation
from cti.core.whatif.chance import Spread
from cti.core.whatif.crew import Habits, House, Person, Spell
from cti.core.whatif.demand import Contact, Demand, Stream, Surge, generated
from cti.core.whatif.estimate import difference
from cti.core.whatif.run import played
from tests.unit.core.whatif.houses import (
    ADVICE,
    DAY,
    MIDNIGHT,
    MOTOR,
    day,
    house,
    moment,
    person,
    rules,
    textbook,
)


def caller(hour: float, **other: object) -> Contact:
    return Contact(at=moment(hour), queue=MOTOR, talk_s=100.0, wrap_up_s=10.0, **other)  # type: ignore[arg-type]


def test_one_caller_and_one_agent() -> None:
    found = played(house(1), [caller(10)])
    assert found.value("requests") == 1
    assert found.value("answer_speed") == 0.0
    assert found.people["time.talking"].total == 100_000
    assert found.people["time.wrap_up"].total == 10_000
    assert found.people["time.ready"].total == 86_400_000 - 110_000


def test_the_wait_holds_the_ring_and_the_whisper() -> None:
    habits = Habits(alert_s=0.5, pick_up_s=0, whisper_s=1.5, missed=0)
    assert played(house(1, habits), [caller(10)]).value("answer_speed") == 2.0


def test_who_has_no_patience_left_is_an_abandon() -> None:
    found = played(house(1), [caller(10), caller(10.001, patience_s=30.0)])
    assert found.value("abandon_rate") == 0.5
    assert found.queues[MOTOR]["abandoned"].total == 30_000


def test_a_missed_call_goes_to_somebody_else_who_is_there() -> None:
    habits = Habits(alert_s=0, pick_up_s=1, whisper_s=0, missed=0.5)
    found = played(house(2, habits), [caller(10, luck=(0.1, 0.6))])
    assert found.value("answer_rate") == 1.0
    assert (found.value("answer_speed") or 0) >= rules().policies[MOTOR].ring_s


def test_who_missed_a_call_is_back_after_a_while() -> None:
    habits = Habits(alert_s=0, pick_up_s=1, whisper_s=0, missed=0.5, back_s=30)
    found = played(house(1, habits), [caller(10, luck=(0.1, 0.6))])
    assert found.value("answer_rate") == 1.0
    assert found.people["time.not_ready."].total >= 30_000


def test_nobody_is_called_during_his_break() -> None:
    lunch = Spell(moment(12), moment(13))
    one = replace(person(1), breaks=[lunch])
    found = played(House(rules=rules(), crew=[one], habits=house(1).habits), [caller(12.5)])
    assert found.value("answer_speed") == 1800.0


def test_a_call_at_the_end_of_a_shift_is_finished() -> None:
    early = person(1, shifts=[Spell(moment(8), moment(16))])
    short = House(rules=rules(), crew=[early], habits=house(1).habits)
    found = played(short, [caller(15.99), caller(15.995, patience_s=600.0)])
    assert found.value("answer_rate") == 0.5
    assert found.people["time.talking"].total == 100_000


def test_callers_for_whom_nobody_comes_are_told_and_are_no_fault() -> None:
    nobody = House(rules=rules(), crew=[person(1, shifts=[Spell(moment(8), moment(9))])])
    assert played(nobody, [caller(10), caller(11)]).unserved == 2


def test_needs_soften_here_as_they_do_live() -> None:
    softer = rules(needs={"motor": 5}, relaxation=(Relaxation(20, {"motor": 1}),))
    found = played(House(rules=softer, crew=house(1).crew, habits=house(1).habits), [caller(10)])
    assert found.value("answer_speed") == 20.0


def test_the_same_day_in_the_same_house_ends_the_same() -> None:
    callers = day(textbook(500, 300.0, 60.0), 1)
    assert played(house(3), callers) == played(house(3), callers)


def test_the_same_callers_make_a_difference_sharp() -> None:
    days = [day(textbook(400, 300.0, 120.0), seed) for seed in range(6)]
    few, many = ([played(house(n), each) for each in days] for n in (3, 4))
    more = difference(few, many, "service_level_3")
    assert more is not None
    assert more.sure
    assert more.mean > 0
    assert difference(few, few, "service_level_3") == replace(more, mean=0.0, half=0.0)


def test_a_surge_is_only_in_its_window() -> None:
    usual = textbook(2400, 60.0)
    window = Surge(10, 10 * 3600, 11 * 3600)
    calls = day(replace(usual, surges=(window,)), 3)
    inside = sum(moment(10) <= each.at < moment(11) for each in calls)
    assert inside == pytest.approx(1000, rel=0.1)
    assert len(calls) - inside == pytest.approx(2300, rel=0.1)


def test_a_profile_puts_calls_where_it_says() -> None:
    half_hours = [0.0] * 48
    half_hours[20] = 1.0
    calls = day(replace(textbook(500, 60.0), profile=half_hours), 3)
    assert calls
    assert all(moment(10) <= each.at < moment(10.5) for each in calls)


shares = st.floats(0, 0.9)
habits = st.builds(
    Habits,
    alert_s=st.sampled_from((0.0, 0.3, 20.0)),
    pick_up_s=st.sampled_from((0.0, 3.0, 60.0)),
    whisper_s=st.sampled_from((0.0, 1.5)),
    missed=shares,
    refused=shares,
    back_s=st.sampled_from((0.0, 30.0, 600.0)),
)
spells = st.lists(st.tuples(st.floats(0, 6), st.floats(0.1, 3)), min_size=1, max_size=2)


@st.composite
def people(draw: st.DrawFn, number: int) -> Person:
    start_h, at_h, shifts, breaks = draw(st.floats(0, 4)), 0.0, [], []
    for gap_h, long_h in draw(spells):
        at_h += gap_h + 0.01
        shifts.append(Spell(moment(start_h + at_h), moment(start_h + at_h + long_h)))
        if draw(st.booleans()):
            begins = moment(start_h + at_h + long_h / 3)
            breaks.append(Spell(begins, begins + timedelta(hours=long_h / 3)))
        at_h += long_h
    skills = draw(st.sampled_from(({"motor": 3}, {"advice": 2}, {"motor": 1, "advice": 1})))
    return replace(person(number, shifts=shifts, **skills), breaks=breaks)


@settings(max_examples=60, deadline=None)
@given(st.data(), habits, st.integers(1, 5), st.integers(0, 2**32), st.sampled_from((20.0, inf)))
def test_no_day_leaves_a_call_or_an_agent_stuck(
    data: st.DataObject, how: Habits, agents: int, seed: int, patience_s: float
) -> None:
    crew = [data.draw(people(1000 + n)) for n in range(agents)]
    demand = Demand(
        calls=120,
        profile=(1, 0),
        streams=[
            Stream(
                queue=queue,
                share=1,
                talk=Spread(mean_s=200),
                wrap_up=Spread(mean_s=40),
                patience=Spread(mean_s=patience_s),
            )
            for queue in (MOTOR, ADVICE)
        ],
    )
    callers = generated(demand, MIDNIGHT, Random(seed))  # noqa: S311
    found = played(House(rules=rules(), crew=crew, habits=how), callers)
    assert (found.value("requests") or 0) + found.unserved == len(callers)


def test_a_day_of_nothing_is_a_day() -> None:
    assert played(house(2), []).value("service_level_5") is None
    assert (
        played(House(rules=rules(), crew=[]), [caller(10, patience_s=5.0)]).value("requests") == 1
    )
    assert DAY.start == MIDNIGHT
